// Fingers on the drawn buttons: pointers, keys and a latch. A button is down as long as anything holds it.

const FOLLOWING = 1000; // [ms] within which a click is the end of what a pointer or a key did

/// Turns what happens on `root` and the keyboard into `press(button)` and `release(button)`.
export class Fingers {
  #holds = new Map(); // button -> set of what holds it, such as "pointer 3" or "Digit1"
  #hooks;
  #used = -Infinity; // when a pointer or a key last did something [ms]

  /// `hooks` has press, release, isLatching(), hasDigits() and isOpen(): whether buttons can be pressed now.
  constructor(root, hooks) {
    this.#hooks = hooks;
    const on = (target, name, handle) => target.addEventListener(name, handle);
    on(root, "pointerdown", (event) => this.#onPointerDown(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      on(root, name, (event) => {
        this.#used = event.timeStamp;
        this.#letGo(`pointer ${event.pointerId}`);
      });
    }
    on(root, "keydown", (event) => this.#onKeyDown(event));
    on(root, "keyup", (event) => this.#onKeyUp(event));
    on(root, "focusout", () => this.#letGo("Space", "Enter"));
    on(root, "click", (event) => this.#onClick(event));
    // A long touch would open a menu instead of holding on.
    on(root, "contextmenu", (event) => buttonOf(event) && event.preventDefault());
    on(document, "keydown", (event) => this.#onDigitDown(event));
    on(document, "keyup", (event) => this.#letGo(event.code));
    // While Cmd is down, macOS tells of no other key's end.
    on(document, "keyup", (event) => event.key === "Meta" && this.letGoOfAll({ latched: false }));
    on(window, "blur", () => this.letGoOfAll({ latched: false }));
    on(document, "visibilitychange", () => document.hidden && this.letGoOfAll({ latched: false }));
  }

  /// The buttons that are held.
  get held() {
    return [...this.#holds.keys()];
  }

  /// Whether a latch holds any.
  get isLatched() {
    return [...this.#holds.values()].some((holders) => holders.has("latch"));
  }

  letGoOfAll({ latched = true } = {}) {
    for (const [button, holders] of [...this.#holds]) {
      for (const holder of [...holders]) {
        if (latched || holder !== "latch") this.#remove(button, holder);
      }
    }
  }

  /// Forgets what holds this button, or all of them, without releasing.
  forget(buttons = this.held) {
    for (const button of buttons) this.#holds.delete(button);
  }

  #onPointerDown(event) {
    const button = buttonOf(event);
    if (button === null || event.button !== 0 || !this.#hooks.isOpen()) return;
    if (this.#hooks.isLatching()) return this.#toggle(button);
    // Whatever the finger does next is told to this button, even beside it.
    event.target.closest("[data-button]").setPointerCapture(event.pointerId);
    this.#add(button, `pointer ${event.pointerId}`);
  }

  #onKeyDown(event) {
    const button = buttonOf(event);
    if (button === null || !["Space", "Enter"].includes(event.code) || hasModifier(event)) return;
    event.preventDefault();
    if (event.repeat || !this.#hooks.isOpen()) return;
    if (this.#hooks.isLatching()) this.#toggle(button);
    else this.#add(button, event.code);
  }

  #onKeyUp(event) {
    this.#used = event.timeStamp;
    if (buttonOf(event) !== null && event.code === "Space") event.preventDefault(); // no click
  }

  /// A click that neither a pointer nor a key has made comes from an aid such as a screen reader, which
  /// cannot hold: it latches.
  #onClick(event) {
    const button = buttonOf(event);
    const isFollowing = event.detail > 0 || event.timeStamp - this.#used < FOLLOWING;
    if (button !== null && !isFollowing && this.#hooks.isOpen()) this.#toggle(button);
  }

  #onDigitDown(event) {
    if (!this.#hooks.hasDigits() || event.repeat || hasModifier(event) || !this.#hooks.isOpen()) return;
    if (!/^[1-9]$/.test(event.key) || isTyping(event.target)) return;
    const button = Number(event.key);
    if (!document.querySelector(`[data-button="${button}"]`)) return;
    if (this.#hooks.isLatching()) this.#toggle(button);
    else this.#add(button, event.code);
  }

  #add(button, holder) {
    const holders = this.#holds.get(button) ?? new Set();
    holders.add(holder);
    this.#holds.set(button, holders);
    if (holders.size === 1) this.#hooks.press(button);
  }

  #remove(button, holder) {
    const holders = this.#holds.get(button);
    if (!holders?.delete(holder) || holders.size > 0) return;
    this.#holds.delete(button);
    this.#hooks.release(button);
  }

  #toggle(button) {
    if (this.#holds.get(button)?.has("latch")) this.#remove(button, "latch");
    else this.#add(button, "latch");
  }

  /// These hold nothing any more.
  #letGo(...holders) {
    for (const button of this.held) {
      for (const holder of holders) this.#remove(button, holder);
    }
  }
}

function buttonOf(event) {
  const face = event.target.closest?.("[data-button]");
  return face ? Number(face.dataset.button) : null;
}

export const hasModifier = (event) => event.ctrlKey || event.altKey || event.metaKey;

/// Whether keys go into a field, or belong to an open dialog.
export function isTyping(target) {
  return (
    target.matches?.("input:not([type=checkbox]), select, textarea") ||
    document.querySelector("dialog[open]") !== null
  );
}
