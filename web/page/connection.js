// Keeps the page and its board together: the status first, then events; when they part, again.

import { ApiError, getStatus, openEvents } from "./api.js";

const BACKOFF_MIN = 500; // [ms]
const BACKOFF_MAX = 5000;
const REFRESH = 2000; // [ms] between looks at what comes without events, such as the actors' figures
const REST = 10000; // [ms] between looks of a page that nobody sees, whose title is read
const RESTING = new Error("This page rests."); // why a stream was ended that nobody needs
const HISTORY = 60; // events from before the page that are asked for, if the board still has them

/// Keeps an event stream only while that is needed: a browser has six connections to a board for all its tabs,
/// and with as many streams none would be left to press a button.
///
/// Tells what it hears through these hooks, and asks the last:
///  - `status(status)`: the board as it is;
///  - `event(event)`: something happened;
///  - `state(name, fault)`: live; or lost; or crowded: there are too many pages, but the status is read; or
///    locked: the board wants a token;
///  - `isNeeded()`: whether somebody sees this page, or it holds a button.
export class Connection {
  #hooks;
  #stream = null; // aborts the event stream
  #wake = () => {}; // ends a pause
  #last = null; // the id of the last event that came
  #started = null; // the start of the program that it came from
  #asked = true; // whether the board keeps as much history as was asked for

  constructor(hooks) {
    this.#hooks = hooks;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retry();
      else if (!this.#hooks.isNeeded()) this.#stream?.abort(RESTING);
    });
    window.addEventListener("online", () => this.retry());
  }

  /// Tries again now, for instance with a new token.
  retry() {
    this.#wake();
  }

  /// Never returns.
  async run() {
    this.#refresh();
    for (let backoff = BACKOFF_MIN; ;) {
      const begin = performance.now();
      const pause = await this.#live(backoff);
      if (performance.now() - begin > BACKOFF_MAX) backoff = BACKOFF_MIN;
      await this.#pause(pause);
      if (pause === backoff) backoff = Math.min(backoff * 2, BACKOFF_MAX);
    }
  }

  /// Listens until that ends. Returns the pause before the next time [ms], for a fault `backoff`.
  async #live(backoff) {
    let opened = Infinity;
    const stream = new AbortController();
    try {
      const after = this.#take(await getStatus());
      if (!this.#hooks.isNeeded()) {
        this.#hooks.state("live");
        return REST;
      }
      const events = await openEvents(after, stream.signal);
      opened = performance.now();
      this.#stream = stream;
      this.#hooks.state("live");
      if (!this.#hooks.isNeeded()) return 0;
      for await (const event of events) {
        if (event.kind === "reset") return this.#reset(backoff);
        this.#last = event.id;
        this.#hooks.event(event);
      }
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 401) {
        this.#hooks.state("locked", fault);
        return Infinity; // until there is a token to try
      }
      if (stream.signal.reason === RESTING) return 0;
      // A stream that ends is no loss yet, if it had begun to flow: the status will tell.
      const flowed = performance.now() - opened > BACKOFF_MIN;
      if (fault instanceof ApiError && fault.status === 503) this.#hooks.state("crowded", fault);
      else if (!flowed || stream.signal.aborted) this.#hooks.state("lost", fault);
    } finally {
      this.#stream = null;
      stream.abort();
    }
    return performance.now() - opened > BACKOFF_MIN ? 0 : backoff;
  }

  /// The board's history does not reach back as far as was asked for.
  #reset(backoff) {
    const reached = this.#asked || this.#last !== null;
    this.#last = null;
    this.#asked = false;
    return reached ? 0 : backoff; // what asks for nothing old, and is reset, may be so again
  }

  /// Returns the id after which events are wanted.
  #take(status) {
    this.#hooks.status(status);
    if (this.#started !== status.started) {
      this.#last = null; // another program's ids
      this.#started = status.started;
    }
    // The events before the status are only told, not applied: see Model.
    const history = this.#asked ? Math.max(0, status.last_event - HISTORY) : status.last_event;
    return this.#last ?? history;
  }

  /// Reads the status now and then, while somebody looks; a board that does not answer is lost.
  async #refresh() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, REFRESH));
      const stream = this.#stream;
      if (document.hidden || !stream) continue;
      try {
        const status = await getStatus();
        if (status.started === this.#started) this.#hooks.status(status);
      } catch (fault) {
        stream.abort(fault);
      }
    }
  }

  #pause(limit) {
    return new Promise((resolve) => {
      const timer = limit === Infinity ? 0 : setTimeout(resolve, limit);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
