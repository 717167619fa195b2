// The last events and the last lines of the log, with their filters.

import { getLog } from "./api.js";
import { batched, byId, element } from "./dom.js";
import { formatClockMilliseconds } from "./format.js";
import { eventSentence, kinds } from "./words.js";

const MAX_EVENTS = 300;
const MAX_LINES = 500;

/// A bounded list, drawn newest first; `keep` filters what is drawn, `row` draws one.
class Rows {
  items = [];
  #list;
  #empty;
  #most;
  #keep;
  #row;
  redraw;

  constructor(id, most, keep, row) {
    this.#list = byId(id);
    this.#empty = byId(`${id}-empty`);
    this.#most = most;
    this.#keep = keep;
    this.#row = row;
    this.redraw = batched(() => this.#draw());
  }

  add(...items) {
    this.items.push(...items);
    this.items.splice(0, this.items.length - this.#most);
    this.redraw();
  }

  clear() {
    this.items = [];
    this.redraw();
  }

  /// Rows that are drawn already stay the same nodes, so that a selection in them stays, too.
  #draw() {
    const kept = this.items.filter(this.#keep).reverse();
    const drawn = new Map([...this.#list.children].map((node) => [node.item, node]));
    kept.forEach((item, i) => {
      const node = drawn.get(item) ?? Object.assign(this.#row(item), { item });
      drawn.delete(item);
      if (this.#list.children[i] !== node) this.#list.insertBefore(node, this.#list.children[i] ?? null);
    });
    drawn.forEach((node) => node.remove());
    this.#empty.hidden = kept.length > 0;
  }
}

const matches = (text, part) => text.toLowerCase().includes(part.trim().toLowerCase());

export class EventList {
  #rows;

  constructor() {
    const [kind, text] = [byId("event-kind"), byId("event-text")];
    kind.append(element("option", { value: "" }, "all"));
    for (const [value, name] of Object.entries(kinds)) kind.append(element("option", { value }, name));
    this.#rows = new Rows(
      "events",
      MAX_EVENTS,
      (event) =>
        (!kind.value || event.kind === kind.value) && matches(`${event.name} ${event.text}`, text.value),
      ({ at, kind, name, text }) =>
        element(
          "li",
          { "data-kind": kind },
          element("time", {}, formatClockMilliseconds(at)),
          element("b", {}, name),
          element("span", {}, text),
        ),
    );
    kind.addEventListener("change", this.#rows.redraw);
    text.addEventListener("input", this.#rows.redraw);
  }

  /// `board` is the one that it happened on.
  add(event, board) {
    const { kind, data } = event;
    this.#rows.add({ kind, at: data.at, name: kinds[kind] ?? kind, text: eventSentence(event, board) });
  }

  /// Something about the board that is no event of its own.
  addNote(at, text) {
    this.#rows.add({ kind: "note", at, name: "page", text });
  }
}

export class LogList {
  #rows;
  #since = 0;
  #reading = false;
  #again = false; // asked for while reading
  #level = byId("log-level");
  #component = byId("log-component");

  constructor() {
    const text = byId("log-text");
    this.#rows = new Rows(
      "log",
      MAX_LINES,
      (line) =>
        (!this.#component.value || line.component === this.#component.value) &&
        matches(`${line.component} ${line.text}`, text.value),
      ({ at, level, component, text }) =>
        element(
          "li",
          { "data-level": level },
          element("time", {}, formatClockMilliseconds(at)),
          element("b", {}, level),
          element("i", {}, component.replace(/^ledactor\./, "")),
          element("span", {}, text),
        ),
    );
    this.#level.addEventListener("change", () => this.restart());
    this.#component.addEventListener("change", this.#rows.redraw);
    text.addEventListener("input", this.#rows.redraw);
  }

  /// From the oldest line on: for another level, or another program.
  restart() {
    this.#since = 0;
    this.#rows.clear();
    this.read();
  }

  /// Reads what is new. Faults are the connection's to tell.
  async read() {
    this.#again = this.#reading;
    if (this.#reading) return;
    this.#reading = true;
    const [since, level] = [this.#since, this.#level.value];
    try {
      const { last, lines } = await getLog(since, level);
      if (since === this.#since && level === this.#level.value) {
        this.#since = last;
        if (lines.length) this.#rows.add(...lines);
        this.offer(lines.map((line) => line.component));
      }
    } catch {
      // The next look will do.
    } finally {
      this.#reading = false;
    }
    if (this.#again) this.read();
  }

  /// Components that can be chosen.
  offer(components) {
    const known = new Set([...this.#component.options].map((option) => option.value));
    for (const component of new Set(components)) {
      if (!known.has(component)) {
        this.#component.append(element("option", { value: component }, component.replace(/^ledactor\./, "")));
      }
    }
  }
}
