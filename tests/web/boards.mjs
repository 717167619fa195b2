// `ledactor` processes on simulated boards: what they print, their ends, and where their page is.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import readline from "node:readline";

const LEDACTOR = process.env.LEDACTOR;
assert.ok(LEDACTOR, "the environment's LEDACTOR must name the program to be tested");

export const LIMIT = 30000; // [ms] for whatever must happen; no test waits so long unless it fails

// For tests that wait until a silent peer counts as dead. Others must be heard of in that time, however
// busy the machine.
export const QUICK_DEATH = ["--ledactor.link.heartbeat=100ms", "--ledactor.link.dead-after=2s"];

// Tests wait for clients that dial again, and must not wait long.
const QUICK_REDIAL = ["--ledactor.link.reconnect-min=20ms", "--ledactor.link.reconnect-max=100ms"];

/// Tries until it holds, for what can only be asked for again and again.
async function until(condition, what) {
  const deadline = Date.now() + LIMIT;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `${what} did not come true in ${LIMIT / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/// A TCP port on which nothing listens, outside the range that the kernel takes outgoing connections'
/// and other tests' ports from.
export async function freePort() {
  for (;;) {
    const port = 10240 + Math.floor(Math.random() * 20000);
    const server = net.createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/// A cable between boards: what is sent to its port arrives at another, until it is pulled. Then it goes
/// silent both ways, and nobody is told.
export class Cable {
  #server;
  #ends = new Set();
  #plugged = true;

  static async lay(to) {
    const cable = new Cable();
    cable.port = await freePort();
    cable.#server = net.createServer((near) => cable.#join(near, net.connect(to, "127.0.0.1")));
    cable.#server.listen(cable.port, "127.0.0.1");
    await once(cable.#server, "listening");
    return cable;
  }

  #join(...ends) {
    ends.forEach((end, i) => {
      this.#ends.add(end);
      end.on("data", (data) => this.#plugged && ends[1 - i].write(data)); // or lost, as on a pulled cable
      end.on("error", () => {}); // its close follows
      end.on("close", () => {
        this.#ends.delete(end);
        if (this.#plugged) ends[1 - i].destroy();
      });
    });
  }

  pull() {
    this.#plugged = false;
  }

  /// Joins it again. Connections from before have lost some of what was sent, as TCP's would not: they end.
  plug() {
    this.#plugged = true;
    for (const end of this.#ends) end.destroy();
  }

  async remove() {
    this.plug();
    this.#server.close();
    await once(this.#server, "close");
  }
}

export class Board {
  news = []; // the lines about the link that were not expected yet
  lit = new Set();
  #process;
  #errors = "";
  #killed = false;
  #ended;
  #changed = () => {};

  /// Starts a board whose page is at `url`. Resolves when it serves its page.
  static async start(role, name, { port, webPort, options = [] }) {
    const board = new Board(role, name, port, webPort, options);
    await until(() => board.#isServing(), `${name}'s page`);
    return board;
  }

  constructor(role, name, port, webPort, options) {
    this.name = name;
    this.webPort = webPort;
    this.url = `http://127.0.0.1:${webPort}/`;
    const own = [
      "--config-file=/dev/null",
      "--board=sim",
      `--role=${role}`,
      `--name=${name}`,
      `--port=${port}`,
      `--ledactor.web.port=${webPort}`,
      ...(role === "client" ? ["--host=127.0.0.1"] : []),
    ];
    this.#process = spawn(LEDACTOR, [...own, ...QUICK_REDIAL, ...options], { stdio: "pipe" });
    this.#process.stdin.on("error", () => {}); // it has ended, which its status tells
    this.#process.stderr.setEncoding("utf8").on("data", (text) => (this.#errors += text));
    readline.createInterface({ input: this.#process.stdout }).on("line", (line) => this.#take(line));
    this.#ended = once(this.#process, "close").then(([status]) => {
      this.#changed();
      return status;
    });
  }

  #take(line) {
    const led = /^led (\d+) (on|off)$/.exec(line);
    if (!led) this.news.push(line);
    else if (led[2] === "on") this.lit.add(Number(led[1]));
    else this.lit.delete(Number(led[1]));
    this.#changed();
  }

  async #isServing() {
    assert.equal(this.#process.exitCode, null, `${this.name} ended at its start: ${this.#errors}`);
    return new Promise((resolve) => {
      http
        .get(`${this.url}healthz`, (answer) => {
          answer.resume();
          resolve(answer.statusCode === 200);
        })
        .on("error", () => resolve(false));
    });
  }

  // Eyes

  /// Waits until the condition holds; it is looked at after each line.
  async waitFor(condition, what) {
    const deadline = Date.now() + LIMIT;
    while (!condition()) {
      let timer;
      const changed = new Promise((resolve) => (this.#changed = resolve));
      const late = new Promise((resolve) => (timer = setTimeout(resolve, deadline - Date.now())));
      await Promise.race([changed, late]);
      clearTimeout(timer);
      if (condition()) return;
      const told = `${this.name} never showed ${what}; lit ${[...this.lit]}, news ${JSON.stringify(this.news)}`;
      assert.ok(Date.now() < deadline && this.#process.exitCode === null, `${told}; log:\n${this.#errors}`);
    }
  }

  /// Waits for this line of the news; others may come before it.
  async expect(line) {
    await this.waitFor(() => this.news.includes(line), line);
    this.news.splice(0, this.news.indexOf(line) + 1);
  }

  /// Waits until these LEDs are lit, and no others.
  async expectLit(...leds) {
    await this.waitFor(() => `${[...this.lit].sort()}` === `${leds}`, `LEDs ${leds}`);
  }

  // Fingers

  press(button) {
    this.#process.stdin.write(`press ${button}\n`);
  }

  release(button) {
    this.#process.stdin.write(`release ${button}\n`);
  }

  // The process

  freeze() {
    this.#process.kill("SIGSTOP");
  }

  thaw() {
    this.#process.kill("SIGCONT");
  }

  /// The exit status.
  async waitForEnd() {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.name} does not end`)), LIMIT);
    });
    return Promise.race([this.#ended, late]).finally(() => clearTimeout(timer));
  }

  async kill() {
    this.#killed = true;
    this.#process.kill("SIGKILL");
    await this.waitForEnd();
  }

  /// Ends what the test has left. A board that crashed, or that cannot end well, fails.
  async cleanUp() {
    try {
      this.thaw();
      this.#process.kill("SIGTERM");
      const status = await this.waitForEnd();
      assert.ok(this.#killed || status === 0, `${this.name} ended with status ${status}:\n${this.#errors}`);
    } finally {
      this.#process.kill("SIGKILL");
    }
  }
}
