// This board and its peers, drawn as boards with lamps and buttons, and the cable between them.

import { byId, element, setAttribute, setText } from "./dom.js";
import { formatDuration, formatClock } from "./format.js";
import { boardWords, linkSentence, linkWords, lossSentence, sizeWords } from "./words.js";

const PULSE = 450; // [ms] a change's way along the drawn cable, which is far longer than the real one
const MAX_PULSES = 4; // at a time and way, when somebody drums
const ROOMY = 5; // lamps or buttons that stand in one row; boards with more are drawn smaller

/// One drawn board. Its lines may be unknown; `pressable` makes its buttons real ones.
class Board {
  #leds;
  #keys;
  #title = element("h3");
  #detail = element("p", { class: "detail" });
  #fault = element("p", { class: "fault", hidden: true });
  node;

  constructor({ leds, buttons, ledLines = [], buttonLines = [], control = null, pressable = false, kind }) {
    this.#leds = range(leds).map((n) => new Lamp(n, ledLines[n - 1]));
    this.#keys = range(buttons).map((n) => new Key(n, buttonLines[n - 1], pressable));
    const row = (label, parts, lines) =>
      element(
        "ul",
        { class: "parts", "aria-label": label, "data-caption": lines.length ? `${label} and their lines` : label },
        ...parts.map((part) => part.node),
      );
    const rows = [row("LEDs", this.#leds, ledLines)];
    if (buttons) rows.push(row("Buttons", this.#keys, buttonLines));
    if (control) rows.push(control.node);
    const head = element("div", { class: "silk" }, this.#title, this.#detail);
    this.node = element("article", { class: `board ${kind}` }, head, this.#fault, ...rows);
    // Lamps and buttons of the same number stand in one column, as far as the width allows.
    this.node.style.setProperty("--columns", Math.max(leds, buttons));
    this.node.classList.toggle("dense", Math.max(leds, buttons) > ROOMY);
  }

  name(title, detail, fault = "") {
    setText(this.#title, title);
    setText(this.#detail, detail);
    setText(this.#fault, fault);
    this.#fault.hidden = !fault;
    setAttribute(this.node, "aria-label", `${title}, ${detail}`);
  }

  show(lit, pressed) {
    for (const lamp of this.#leds) lamp.show(lit.includes(lamp.number));
    for (const key of this.#keys) key.show(pressed.includes(key.number));
  }
}

class Lamp {
  #state = element("span", { class: "visually-hidden" });
  node;

  constructor(number, line) {
    this.number = number;
    this.node = element(
      "li",
      { class: "part led" },
      element("span", { class: "lamp", "aria-hidden": "true" }),
      element("span", { class: "number" }, prefix("LED "), `${number}`),
      lineLabel(line),
      this.#state,
    );
  }

  show(lit) {
    setAttribute(this.node, "data-on", lit);
    setText(this.#state, lit ? ", lit" : ", dark");
  }
}

class Key {
  #face;
  #state = null;
  node;

  constructor(number, line, pressable) {
    this.number = number;
    const parts = [
      element("span", { class: "switch", "aria-hidden": "true" }),
      element("span", { class: "number" }, hidden("Button "), `${number}`),
      lineLabel(line),
    ];
    if (pressable) {
      this.#face = element("button", { type: "button", class: "key", "data-button": number }, ...parts);
    } else {
      this.#state = element("span", { class: "visually-hidden" });
      this.#face = element("div", { class: "key" }, ...parts, this.#state);
    }
    this.node = element("li", { class: "part" }, this.#face);
  }

  show(pressed) {
    setAttribute(this.node, "data-on", pressed);
    if (this.#state) setText(this.#state, pressed ? ", pressed" : ", released");
    else setAttribute(this.#face, "aria-pressed", pressed);
  }
}

/// The control button: pressing it ends something, so its click is asked about.
class ControlKey {
  node;
  #face;

  constructor(line, role, onClick) {
    const label = role === "server" ? "kick" : "quit";
    const parts = [
      element("span", { class: "switch", "aria-hidden": "true" }),
      element("span", { class: "number" }, label),
      lineLabel(line),
    ];
    this.#face = onClick
      ? element("button", { type: "button", class: "key control", id: "control" }, ...parts)
      : element("div", { class: "key control" }, ...parts);
    if (onClick) this.#face.addEventListener("click", onClick);
    this.node = element("div", { class: "part corner" }, this.#face);
  }

  show(pressed) {
    setAttribute(this.node, "data-on", pressed);
  }
}

/// The whole drawing. `onControl` is called for a click on the control button.
export class BoardView {
  #here = null;
  #control = null;
  #shape = "";
  #peers = new Map(); // by session and size
  #note = element("p", { class: "note" }, "An LED here is lit while any of them holds its button.");
  #onControl;

  constructor(onControl) {
    this.#onControl = onControl;
  }

  render({ status, peers }) {
    const { board, link, press_to_led } = status;
    this.#renderHere(board);
    this.#renderThere(status, peers);
    const stage = byId("stage");
    setAttribute(stage, "data-link", link.state);
    setAttribute(stage, "data-peers", Math.min(peers.length, 2));
    setText(byId("link-state"), linkWords(status));
    const last = press_to_led.last.at(-1);
    byId("link-time").hidden = last === undefined || link.state !== "linked";
    setText(byId("link-time-value"), formatDuration(last));
  }

  #renderHere(board) {
    const shape = JSON.stringify([board.leds, board.buttons, board.control, board.role, board.simulated]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#control = new ControlKey(board.control, board.role, board.simulated ? this.#onControl : null);
      this.#here = new Board({
        leds: board.leds.length,
        buttons: board.buttons.length,
        ledLines: board.leds,
        buttonLines: board.buttons,
        control: this.#control,
        pressable: board.simulated,
        kind: "own",
      });
      byId("here").replaceChildren(this.#here.node);
    }
    const away = board.state === "away" ? `The GPIO chip is not there: ${board.reason}` : "";
    this.#here.name(board.name, `this board, ${boardWords(board)}`, away);
    this.#here.show(board.lit, board.pressed);
    this.#control.show(board.control_pressed);
  }

  #renderThere(status, peers) {
    const { board, link } = status;
    const place = byId("there");
    const nodes = [];
    const kept = new Map();
    for (const guest of peers) {
      // Whose button lights an LED here is known of a single peer only.
      const buttons = peers.length === 1 ? guest.buttons : 0;
      const key = JSON.stringify([guest.id, guest.leds, buttons]);
      const drawn = this.#peers.get(key) ?? new Board({
        leds: guest.leds,
        buttons,
        ledLines: fitting(link.peer_leds, guest.leds),
        buttonLines: fitting(link.peer_buttons, buttons),
        kind: "peer",
      });
      drawn.name(guest.name, peerDetail(board, guest));
      drawn.show(board.pressed, board.lit);
      kept.set(key, drawn);
      nodes.push(drawn.node);
    }
    this.#peers = kept;
    if (nodes.length > 1) nodes.push(this.#note);
    if (nodes.length === 0) {
      this.#renderGhost(place, status);
    } else if (
      nodes.length !== place.children.length ||
      nodes.some((node, i) => node !== place.children[i])
    ) {
      place.replaceChildren(...nodes);
    }
  }

  /// The place of a board that is not there.
  #renderGhost(place, status) {
    let ghost = place.querySelector(".ghost");
    if (!ghost) {
      ghost = element(
        "article",
        { class: "board ghost", "aria-label": "No peer" },
        element("p"),
        element("p"),
      );
      place.replaceChildren(ghost);
    }
    setText(ghost.children[0], linkSentence(status));
    setText(ghost.children[1], lossSentence(status));
  }

  /// A change on its way: out, from this board to its peer, or in.
  pulse(way) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) return;
    for (const path of document.querySelectorAll(".pulses")) {
      if (path.parentNode.querySelectorAll(`.pulse-${way}`).length >= MAX_PULSES) continue;
      const pulse = path.cloneNode();
      pulse.setAttribute("class", `pulse pulse-${way}`);
      path.after(pulse);
      const offsets = way === "out" ? [10, -100] : [-100, 10];
      const flight = pulse.animate({ strokeDashoffset: offsets }, { duration: PULSE, easing: "ease-in-out" });
      flight.finished.finally(() => pulse.remove()).catch(() => {});
    }
  }
}

/// The peer's lines are those that this board's configuration has for its role, since one file serves both
/// boards; if they are not as many as the peer has, it has another file.
const fitting = (lines, count) => (lines.length === count ? lines : []);

const hidden = (text) => element("span", { class: "visually-hidden" }, text);

/// What is left out, but for screen readers, where many parts stand together.
const prefix = (text) => element("span", { class: "prefix" }, text);

/// A line's name: a bare number is an offset in Broadcom's numbering.
const lineLabel = (line = "") =>
  element("span", { class: "line" }, ...(/^\d+$/.test(line) ? [prefix("GPIO "), line] : [line]));

const range = (n) => Array.from({ length: n }, (_, i) => i + 1);

function peerDetail(board, guest) {
  const role = board.role === "server" ? "client" : "server";
  return `${role} since ${formatClock(guest.since)}, ${sizeWords(guest)}`;
}
