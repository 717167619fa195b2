// Numbers, times and the API's words, as people read them.

const count = new Intl.NumberFormat("en");
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const formatCount = (n) => count.format(n);

/// A duration [s] with three digits: 85 µs, 0.22 ms, 12.5 ms, 1.04 s.
export function formatDuration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 0.0001) return `${Math.round(seconds * 1e6)} µs`;
  const [value, unit] = seconds < 1 ? [seconds * 1e3, "ms"] : [seconds, "s"];
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

/// A Unix time [s] as the time of day where the page is read.
export const formatClock = (at) => time.format(at * 1000);

export const formatClockMilliseconds = (at) =>
  `${formatClock(at)}.${String(Math.floor(at * 1000) % 1000).padStart(3, "0")}`;

/// How long something has lasted [s]: 45 s, 12 min, 3 h 5 min, 2 d 4 h.
export function formatAge(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export const formatNumbers = (numbers, none) => (numbers.length ? numbers.join(", ") : none);

export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

const reasons = {
  kicked: "it was kicked",
  quit: "it was quit",
  shutdown: "it was shut down",
  busy: "all seats were taken",
  version: "its version is another",
  protocol: "it broke the protocol",
  silent: "it went silent",
  stalled: "its LEDs stopped following",
  closed: "the connection was closed",
  "board-lost": "its GPIO chip was gone",
  key: "its key is another",
  replaced: "its board came again",
  tampered: "the link was tampered with",
  cable: "the cable was pulled",
};

/// Why a link ended, as part of a sentence.
export const formatReason = (reason) => reasons[reason] ?? reason;
