// What each browser test is given: boards of its own, and a browser.

import { after, before, describe, it } from "node:test";

import { Board, Cable, freePort } from "./boards.mjs";
import { launch, Viewer } from "./viewer.mjs";

const LIMIT = 120000; // [ms] for one scenario

/// A suite; `define` is given `scenario(name, body)`, which calls the body with a lab.
export function scenarios(title, define) {
  describe(title, () => {
    let browser;
    before(async () => (browser = await launch()));
    after(() => browser.close());
    define((name, body) =>
      it(name, { timeout: LIMIT }, async () => {
        const lab = new Lab(browser, await freePort());
        const faults = [];
        await body(lab).catch((fault) => faults.push(fault)); // before what follows from it
        faults.push(...(await lab.close()));
        if (faults.length) throw faults[0];
      }));
  });
}

class Lab {
  #browser;
  #boards = [];
  #viewers = [];
  #cables = [];

  constructor(browser, port) {
    this.#browser = browser;
    this.port = port;
  }

  server = (name, ...options) => this.#start("server", name, options);
  client = (name, ...options) => this.#start("client", name, options);

  /// A server "left" and a client "right" that are linked.
  async pair(...options) {
    const left = await this.server("left", ...options);
    const right = await this.client("right", ...options);
    await left.expect("link up right");
    await right.expect("link up left");
    return [left, right];
  }

  /// The same, with a cable between them that can be pulled.
  async cabledPair(...options) {
    const left = await this.server("left", ...options);
    const cable = await Cable.lay(this.port);
    this.#cables.push(cable);
    const right = await this.#start("client", "right", options, { port: cable.port });
    await left.expect("link up right");
    await right.expect("link up left");
    return [left, right, cable];
  }

  /// The same board, started once more.
  async restart(board, ...options) {
    return this.#start("server", board.name, options, { webPort: board.webPort });
  }

  async #start(role, name, options, { port = this.port, webPort } = {}) {
    const board = await Board.start(role, name, { port, webPort: webPort ?? (await freePort()), options });
    this.#boards.push(board);
    return board;
  }

  /// Opens the board's page in a browser of its own.
  async view(board, options) {
    const viewer = await Viewer.open(this.#browser, board, options);
    this.#viewers.push(viewer);
    return viewer;
  }

  /// Opens the board's page in one more tab of that viewer's browser.
  async tab(viewer, board) {
    const tab = await viewer.openTab(board);
    this.#viewers.push(tab);
    return tab;
  }

  /// Ends all; returns what went wrong with that.
  async close() {
    const faults = [];
    for (const viewer of this.#viewers) await viewer.close().catch((fault) => faults.push(fault));
    // Clients first.
    for (const board of this.#boards.reverse()) await board.cleanUp().catch((fault) => faults.push(fault));
    for (const cable of this.#cables) await cable.remove();
    return faults;
  }
}
