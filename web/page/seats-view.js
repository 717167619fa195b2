// The link's facts, who is seated, and who waits.

import { byId, element, setText } from "./dom.js";
import { formatClock } from "./format.js";
import { linkSentence, lossSentence, sizeWords } from "./words.js";

export class SeatsView {
  #shown = ""; // drawn anew only when something differs: a button that is about to be clicked must stay
  #onKick;

  constructor(onKick) {
    this.#onKick = onKick;
  }

  render(status) {
    const { board, link, seats } = status;
    const shown = JSON.stringify([board.role, link, seats]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    byId("facts").replaceChildren(
      fact("Link", linkSentence(status)),
      ...(lossSentence(status) ? [fact("Last loss", lossSentence(status))] : []),
      fact(board.role === "server" ? "Listens on" : "Server", link.address),
      fact("Wire", link.wire),
      fact("Encryption", link.encrypted ? "TLS 1.3, by the key" : "none"),
      ...(link.fingerprint ? [fact("Key", link.fingerprint)] : []),
    );
    this.#renderSeats(board, seats);
  }

  #renderSeats(board, seats) {
    const focused = document.activeElement?.dataset?.kick;
    const parts = [];
    if (board.role === "server") {
      parts.push(element("h3", {}, `Seats: ${seats.seated.length} of ${seats.total} taken`));
      parts.push(seats.seated.length ? this.#list("ul", seats.seated, true) : empty("Nobody is seated."));
      parts.push(element("h3", {}, `Queue: ${seats.queue.length}`));
      parts.push(seats.queue.length ? this.#list("ol", seats.queue, false) : empty("Nobody waits."));
    }
    byId("seats").replaceChildren(...parts);
    if (focused) byId("seats").querySelector("[data-kick]")?.focus();
  }

  #list(tag, guests, kickable) {
    return element(tag, { class: "guests" }, ...guests.map((guest) => this.#guest(guest, kickable)));
  }

  #guest(guest, kickable) {
    const since = `${kickable ? "since" : "waits since"} ${formatClock(guest.since)}`;
    const row = element(
      "li",
      {},
      element(
        "div",
        {},
        element("b", {}, guest.name),
        element("span", { class: "note" }, `${since}, ${sizeWords(guest)}`),
      ),
    );
    if (kickable) {
      const kick = element(
        "button",
        { type: "button", class: "plain", "data-kick": guest.id, "aria-label": `Kick ${guest.name}…` },
        "Kick…",
      );
      kick.addEventListener("click", () => this.#onKick(guest));
      row.append(kick);
    }
    return row;
  }
}

const fact = (name, value) => element("div", {}, element("dt", {}, name), element("dd", {}, value));

const empty = (text) => element("p", { class: "empty" }, text);

/// The table of actors.
export function renderActors(actors) {
  const body = byId("actors");
  actors.forEach((actor, i) => {
    const row = body.rows[i] ?? body.appendChild(newRow());
    const { component, running, restarts, mailbox, messages } = actor;
    row.dataset.running = running > 0;
    row.dataset.restarted = restarts > 0;
    [component.replace(/^ledactor\./, ""), running, restarts, mailbox, messages.toLocaleString("en")].forEach(
      (value, k) => setText(row.cells[k], String(value)),
    );
  });
  while (body.rows.length > actors.length) body.deleteRow(-1);
}

function newRow() {
  const cells = [element("th", { scope: "row" }), ...[1, 2, 3, 4].map(() => element("td"))];
  return element("tr", {}, ...cells);
}
