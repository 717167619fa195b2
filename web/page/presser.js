// Sends presses and releases to the board: each button's in their order, none of them late, and no release
// forgotten.

import * as api from "./api.js";

const TAP = 500; // [ms] that a press may take once its finger has gone
const AGAIN = 1000; // [ms] between tries of a release

/// Calls these hooks:
///  - `drop(button, fault)`: a press was refused, or could not be sent in time, and never will be;
///  - `fault(fault)`: the same of a release, which is tried again.
export class Presser {
  #buttons = new Map();
  #hooks;

  constructor(hooks) {
    this.#hooks = hooks;
  }

  press(button) {
    this.#turnsOf(button).press();
  }

  release(button) {
    this.#turnsOf(button).release();
  }

  /// The page goes: the board must not be left with a button held.
  abandon() {
    for (const turns of this.#buttons.values()) turns.abandon();
  }

  #turnsOf(button) {
    if (!this.#buttons.has(button)) this.#buttons.set(button, new Turns(button, this.#hooks));
    return this.#buttons.get(button);
  }
}

/// What one button is to do next. Requests may overtake each other on their connections, so each waits for the
/// one before.
class Turns {
  #button;
  #hooks;
  #next = []; // at most a release, and then a press, which has the time `at` of its finger
  #held = false; // whether the board may hold it for this page
  #running = false;
  #giveUp = null; // of the press that is on its way
  #at = 0; // when its finger came
  #timer = 0;

  constructor(button, hooks) {
    this.#button = button;
    this.#hooks = hooks;
  }

  press() {
    this.#next.push({ at: performance.now() });
    this.#run();
  }

  release() {
    if (this.#next.at(-1)?.at) {
      this.#next.pop(); // a press whose release is here before it was sent
    } else if (this.#held && this.#next.length === 0) {
      this.#next.push({});
      this.#giveUpAfter(TAP);
      this.#run();
    }
  }

  abandon() {
    if (this.#held) api.releaseAtLast(this.#button);
    this.#next = [];
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    while (this.#next.length) {
      const { at } = this.#next.shift();
      await (at ? this.#sendPress(at) : this.#sendRelease());
    }
    this.#running = false;
  }

  async #sendPress(at) {
    if (performance.now() - at > api.PATIENCE) return this.#hooks.drop(this.#button, null);
    this.#held = true;
    this.#at = at;
    this.#giveUp = new AbortController();
    this.#giveUpAfter(api.PATIENCE);
    try {
      await api.press(this.#button, this.#giveUp.signal);
    } catch (fault) {
      if (!this.#next.length || this.#next[0].at) this.#next.unshift({}); // the board may have taken it
      this.#hooks.drop(this.#button, fault);
    } finally {
      clearTimeout(this.#timer);
      this.#giveUp = null;
    }
  }

  /// Gives up the press that is on its way, if it is still so that long after its finger came [ms].
  #giveUpAfter(limit) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp?.abort(), this.#at + limit - performance.now());
  }

  /// Until the board has heard it: as long as this page is there, nobody else would release the button.
  async #sendRelease() {
    for (let isFirst = true; this.#held; isFirst = false) {
      try {
        await api.release(this.#button);
        this.#held = false;
      } catch (fault) {
        if (isFirst) this.#hooks.fault(fault);
        if (fault instanceof api.ApiError && fault.status !== 503) this.#held = false;
        else await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }
}
