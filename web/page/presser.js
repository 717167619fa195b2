// Sends presses and releases to the board: each button's in their order, and none of its holds forgotten.

import * as api from "./api.js";

export class Presser {
  #turns = new Map(); // button -> the last request of its chain
  #down = new Set(); // what this page has pressed and not released, as far as it knows
  #onFault;

  constructor(onFault) {
    this.#onFault = onFault;
  }

  press(button) {
    this.#down.add(button);
    this.#queue(button, () => api.press(button));
  }

  release(button) {
    this.#queue(button, async () => {
      await api.release(button);
      this.#down.delete(button);
    });
  }

  /// The board is back: what was not released for its absence is released now. Even what is not shown as
  /// pressed: a press that was given up may have been carried out since.
  settle() {
    for (const button of this.#down) this.release(button);
  }

  /// The page goes: the board must not be left with a button held.
  abandon() {
    for (const button of this.#down) api.releaseAtLast(button);
    this.#down.clear();
  }

  /// Requests may overtake each other on their connections, so each waits for the one before.
  #queue(button, send) {
    const before = this.#turns.get(button) ?? Promise.resolve();
    this.#turns.set(button, before.then(send).catch(this.#onFault));
  }
}
