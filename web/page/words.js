// What the link's state and the events are, in a sentence.

import { formatDuration, formatNumbers, formatReason, plural } from "./format.js";

/// The link's state, for the cable: a few words.
export function linkWords({ link, seats }) {
  if (link.state === "linked") {
    return seats.seated.length > 1 ? `linked with ${seats.seated.length} boards` : "linked";
  }
  return link.state === "waiting" ? `waiting, place ${link.place}` : "not linked";
}

/// The same as a sentence, for the empty place of the peer and for announcements.
export function linkSentence({ board, link, seats }) {
  if (link.state === "linked") {
    const names = seats.seated.map((guest) => guest.name).join(", ") || link.peer;
    return `Linked with ${names}.`;
  }
  if (link.state === "waiting") {
    return `Waiting for the seat, at place ${link.place}: ${link.holder} has it.`;
  }
  return board.role === "server"
    ? `Nobody is linked. This board listens on ${link.address}.`
    : `Not linked. This board dials ${link.address}.`;
}

/// Why the last link ended; empty if none did.
export function lossSentence({ link }) {
  if (link.state === "linked" || !link.reason) return "";
  return `The last link${link.peer ? `, with ${link.peer},` : ""} ended: ${formatReason(link.reason)}.`;
}

const names = (guests) =>
  formatNumbers(
    guests.map((guest) => guest.name),
    "nobody",
  );

const sentences = {
  buttons: ({ pressed }) => (pressed.length ? `holds ${pressed.join(", ")}` : "all released"),
  control: ({ pressed }) => (pressed ? "pressed" : "released"),
  leds: ({ lit }) => (lit.length ? `lit ${lit.join(", ")}` : "all dark"),
  board: ({ state, reason }) => (state === "open" ? "the GPIO chip is there" : `away: ${reason}`),
  link: ({ change, peer, reason, place, holder }) =>
    ({
      up: `up: ${peer}`,
      down: `down: ${peer}${reason ? `, ${formatReason(reason)}` : ""}`,
      waiting: `waiting at place ${place}: ${holder} has the seat`,
      kicked: "the server has kicked this board",
    })[change] ?? change,
  seats: ({ seated, queue }, { role }) =>
    role === "client"
      ? `session with ${names(seated)}`
      : `seated: ${names(seated)}${queue.length ? `; waiting: ${names(queue)}` : ""}`,
  press_to_led: ({ seconds }) => formatDuration(seconds),
  restart: ({ actor, reason }) => `${actor}: ${reason}`,
};

/// The kinds of events, as the page names them.
export const kinds = {
  buttons: "buttons",
  control: "control",
  leds: "LEDs",
  board: "board",
  link: "link",
  seats: "seats",
  press_to_led: "press to LED",
  restart: "restart",
};

/// What an event says; as JSON, if the board is newer than this page.
export function eventSentence({ kind, data }, board) {
  const text = sentences[kind] ? sentences[kind](data, board) : JSON.stringify(data);
  return data.seq ? `${text} · seq ${data.seq}` : text;
}

export const boardWords = ({ role, simulated }) => `${role}${simulated ? ", simulated" : ""}`;

export const sizeWords = ({ leds, buttons }) => `${plural(leds, "LED")}, ${plural(buttons, "button")}`;
