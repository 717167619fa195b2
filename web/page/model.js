// What the page knows of its board: the last status, brought up to date by the events since.

const KEPT = 256; // times of press to LED, as many as the board keeps

export class Model {
  status = null;
  #applied = 0; // the last event that `status` contains

  /// Takes over a status. One that is older than the events so far has only what comes without events.
  take(status) {
    if (!this.status || this.status.started !== status.started || status.last_event >= this.#applied) {
      this.status = status;
      this.#applied = status.last_event;
    } else {
      this.status.now = status.now;
      this.status.uptime = status.uptime;
      this.status.actors = status.actors;
    }
  }

  /// Applies an event. Returns false, and does nothing, for one that the status contains already.
  apply({ id, kind, data }) {
    if (id <= this.#applied) return false;
    this.#applied = id;
    const { board, link, seats } = this.status;
    if (kind === "buttons") board.pressed = data.pressed;
    else if (kind === "control") board.control_pressed = data.pressed;
    else if (kind === "leds") board.lit = data.lit;
    else if (kind === "board") Object.assign(board, { state: data.state, reason: data.reason });
    else if (kind === "seats") Object.assign(seats, { seated: data.seated, queue: data.queue });
    else if (kind === "press_to_led") this.#addTime(data.seconds);
    else if (kind === "link") {
      const { state, peer, reason, place, holder } = data;
      Object.assign(link, { state, peer, reason, place, holder });
    }
    return true;
  }

  /// The peers that are linked; none while the link is down.
  get peers() {
    return this.status.link.state === "linked" ? this.status.seats.seated : [];
  }

  #addTime(seconds) {
    const times = this.status.press_to_led;
    times.last = [...times.last, seconds].slice(-KEPT);
    times.count += 1;
    times.p50 = quantile(times.last, 0.5);
    times.p99 = quantile(times.last, 0.99);
  }
}

/// By the nearest rank.
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
