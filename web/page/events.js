// Server-sent events, read from a fetched stream: EventSource can send neither a token nor an id to begin with.

const SILENCE = 35000; // [ms] the board breaks silence after 15 s; two of its comments may get lost

/// Takes the stream's text in pieces, returns the events that they complete.
export class EventParser {
  #rest = "";
  #id = null;
  #kind = "";
  #data = [];

  push(text) {
    this.#rest += text;
    // A CR at the very end may be the first half of a line end: it waits for the next piece.
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    return lines.map((line) => this.#take(line)).filter((event) => event !== null);
  }

  #take(line) {
    if (line === "") return this.#finish();
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "id") this.#id = Number(value);
    else if (field === "event") this.#kind = value;
    else if (field === "data") this.#data.push(value);
    return null; // a comment has an empty field
  }

  #finish() {
    const event = { id: this.#id, kind: this.#kind, data: null };
    const text = this.#data.join("\n");
    this.#kind = "";
    this.#data = [];
    if (!event.kind) return null;
    event.data = text ? JSON.parse(text) : {};
    return event;
  }
}

/// The events of a response's body. Throws if nothing comes for too long, not even a comment.
export async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await within(SILENCE, reader.read());
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch(() => {}); // whoever stops listening in the middle ends the connection
  }
}

function within(limit, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("The board has said nothing for 35 s.")), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
