// The times of press to LED, one dot a change, on a logarithmic scale.

import { drawing, element } from "./dom.js";
import { formatCount, formatDuration } from "./format.js";

const SHORTEST = 50e-6; // [s] the scale's ends; what is beyond is drawn at them
const LONGEST = 1;
const TICKS = [100e-6, 1e-3, 10e-3, 100e-3, 1];
const LEAST_SHOWN = 64; // places for changes; more when there are more
const HEIGHT = 240; // [px]
const MARGIN = { top: 10, right: 100, bottom: 10, left: 58 };

export class Plot {
  #root;
  #empty = element("p", { class: "empty" }, "No change has been acknowledged yet.");
  #drawing = drawing("svg", { role: "img", height: HEIGHT });
  #times = { last: [], p50: null, p99: null, count: 0 };

  constructor(root) {
    this.#root = root;
    root.append(this.#drawing, this.#empty);
    new ResizeObserver(() => this.#draw()).observe(root);
  }

  show(times) {
    if (times.last === this.#times.last && times.p50 === this.#times.p50) return;
    this.#times = { ...times }; // the model goes on changing its own
    this.#draw();
  }

  #draw() {
    const { last, p50, p99 } = this.#times;
    const width = this.#root.clientWidth;
    this.#empty.hidden = last.length > 0;
    if (width === 0) return;
    const right = width - MARGIN.right;
    const step = (right - MARGIN.left) / Math.max(last.length, LEAST_SHOWN);
    const points = last.map(
      (seconds, i) => `M${(right - (last.length - i - 0.5) * step).toFixed(1)} ${place(seconds)}h0`,
    );
    const parts = TICKS.map((seconds) => rule("grid", seconds, right, formatTick(seconds), "axis"));
    parts.push([drawing("path", { class: "points", d: points.join("") })]);
    if (last.length > 0) {
      const apart = place(p50) - place(p99) < 14 ? 7 : 0; // labels that would overlap give way
      parts.push(rule("p99", p99, right, `99 % ${formatDuration(p99)}`, "mark", -apart));
      parts.push(rule("p50", p50, right, `50 % ${formatDuration(p50)}`, "mark", apart));
    }
    this.#drawing.setAttribute("width", width);
    this.#drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#drawing.setAttribute("aria-label", describe(this.#times));
    this.#drawing.replaceChildren(...parts.flat());
  }
}

/// A level line with its label: an axis' stands left of it, a mark's right.
function rule(name, seconds, right, text, labelled, shift = 0) {
  const y = place(seconds);
  const line = drawing("path", { class: name, d: `M${MARGIN.left} ${y}H${right}` });
  const at =
    labelled === "axis"
      ? { x: MARGIN.left - 8, "text-anchor": "end" }
      : { x: right + 6, "text-anchor": "start" };
  return [line, drawing("text", { class: `${labelled} ${name}-text`, y: y + shift + 4, ...at }, text)];
}

function place(seconds) {
  const share = Math.log(seconds / SHORTEST) / Math.log(LONGEST / SHORTEST);
  const inside = Math.min(1, Math.max(0, share));
  return Math.round((HEIGHT - MARGIN.bottom - inside * (HEIGHT - MARGIN.top - MARGIN.bottom)) * 10) / 10;
}

const formatTick = (seconds) =>
  seconds < 1e-3 ? `${seconds * 1e6} µs` : seconds < 1 ? `${seconds * 1e3} ms` : `${seconds} s`;

/// The plot in words.
export function describe({ last, p50, p99, count }) {
  if (last.length === 0) return "No change has been acknowledged yet.";
  const [least, most] = [Math.min(...last), Math.max(...last)].map(formatDuration);
  return (
    `Press to LED of the last ${last.length} of ${formatCount(count)} changes: median ${formatDuration(p50)}, ` +
    `99 % within ${formatDuration(p99)}, from ${least} to ${most}.`
  );
}
