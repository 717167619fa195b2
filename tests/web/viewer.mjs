// A browser that shows a board's page: what it shows, and fingers to use it with.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { LIMIT } from "./boards.mjs";

// scripts/setup --web keeps the packages outside of the tree.
const packages = process.env.LEDACTOR_WEB_PACKAGES;
assert.ok(
  packages,
  "the environment's LEDACTOR_WEB_PACKAGES must name the folder that scripts/setup --web made",
);
const modules = createRequire(path.join(packages, "package.json"));
const { chromium } = modules("playwright-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.LEDACTOR_SCREENSHOTS;

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });

export const DESKTOP = { viewport: { width: 1280, height: 900 } };
export const PHONE = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};
export const SMALL_PHONE = { ...PHONE, viewport: { width: 320, height: 568 } };

export class Viewer {
  page;
  #context;
  #isFirst = true; // of its browser's tabs
  #faults = [];
  #touch = null;
  #fingers = new Map(); // button -> the point of the finger on it

  static async open(browser, board, options = DESKTOP) {
    const viewer = new Viewer();
    viewer.#context = await browser.newContext({ reducedMotion: "reduce", ...options });
    await viewer.#begin(board);
    return viewer;
  }

  /// One more tab of the same browser.
  async openTab(board) {
    const tab = new Viewer();
    tab.#context = this.#context;
    tab.#isFirst = false;
    await tab.#begin(board);
    return tab;
  }

  async #begin(board) {
    this.page = await this.#context.newPage();
    this.page.setDefaultTimeout(LIMIT);
    this.page.on("pageerror", (fault) => this.#faults.push(fault.stack));
    this.page.on("request", (request) => {
      const url = new URL(request.url());
      const isOwn =
        url.origin === new URL(board.url).origin || ["data:", "about:", "chrome:"].includes(url.protocol);
      if (!isOwn) this.#faults.push(`the page asked for ${url}`);
    });
    this.page.on("console", (message) => {
      // A board that is gone, or that wants a token, is no fault of the page's.
      const isNetwork = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isNetwork) this.#faults.push(message.text());
    });
    await this.page.goto(board.url);
  }

  /// What went wrong since the last look: scripts that failed, things asked for elsewhere, offences
  /// against the content security policy.
  takeFaults() {
    return this.#faults.splice(0);
  }

  /// Nothing has gone wrong meanwhile.
  async close() {
    if (this.#isFirst) await this.#context.close();
    assert.deepEqual(this.takeFaults(), []);
  }

  // Eyes

  /// Waits until `probe(argument)` is true in the page.
  async expect(what, probe, argument) {
    try {
      await this.page.waitForFunction(probe, argument);
    } catch (fault) {
      const text = await this.page.locator("body").innerText();
      throw new Error(
        `the page never showed ${what}: ${fault.message.split("\n")[0]}\n${text.slice(0, 2000)}`,
      );
    }
  }

  /// From now on the page hears of changes by events alone: what it asks for is answered with old news.
  async freezeStatus() {
    const response = await this.page.waitForResponse("**/api/status");
    const json = await response.json();
    await this.page.route("**/api/status", (route) => route.fulfill({ json }));
  }

  /// Waits until exactly these parts, such as "#here .led", are on.
  async #expectOn(parts, numbers) {
    const isSo = ([selector, wanted]) => {
      const on = [...document.querySelectorAll(selector)].flatMap((part, i) =>
        part.closest("[data-on]").dataset.on === "true" ? [i + 1] : [],
      );
      return on.join() === wanted.join();
    };
    await this.expect(`${parts} ${numbers} on`, isSo, [parts, numbers]);
  }

  expectLit = (...leds) => this.#expectOn("#here .led", leds);
  expectPressed = (...buttons) => this.#expectOn("#here .parts .key", buttons);
  expectPeerLit = (...leds) => this.#expectOn("#there .led", leds);
  expectPeerPressed = (...buttons) => this.#expectOn("#there .key", buttons);

  /// linked, waiting or unlinked, in a view that is live.
  async expectLink(state) {
    const isSo = (wanted) =>
      document.body.dataset.view === "live" && document.getElementById("stage").dataset.link === wanted;
    await this.expect(state, isSo, state);
  }

  /// live, lost or locked.
  async expectView(state) {
    await this.expect(`a ${state} view`, (wanted) => document.body.dataset.view === wanted, state);
  }

  /// Waits until this text is to be seen in the element.
  async expectText(selector, text) {
    const isSo = ([place, wanted]) => document.querySelector(place)?.innerText.includes(wanted);
    await this.expect(`"${text}" in ${selector}`, isSo, [selector, text]);
  }

  /// axe-core finds nothing that keeps people out.
  async expectAccessible() {
    await this.page.evaluate(axe);
    const violations = await this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document);
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.html} ${n.failureSummary}`).join("; ")}`,
      );
    });
    assert.deepEqual(violations, []);
  }

  /// Nothing is wider than the screen.
  async expectNoSidewaysScroll() {
    const [content, screen] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    const { width } = this.page.viewportSize();
    assert.ok(content <= width && screen <= width, `${content} px of content on a screen of ${width} px`);
  }

  /// Keeps a picture of the page, where LEDACTOR_SCREENSHOTS says so: of all of it, or of what the screen
  /// shows. Playwright's own pictures of whole pages forget that a phone has no mouse.
  async keepPicture(name, { whole = true } = {}) {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    const screen = this.page.viewportSize();
    const height = await this.page.evaluate(() => document.documentElement.scrollHeight);
    if (whole) await this.page.setViewportSize({ ...screen, height: Math.max(screen.height, height) });
    await this.page.screenshot({ path: path.join(pictures, `${name}.png`) });
    await this.page.setViewportSize(screen);
  }

  /// As the browser does when another tab is chosen, or the screen is locked. Playwright's own tabs are all seen.
  async setHidden(hidden) {
    await this.page.evaluate((isSo) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => isSo });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  }

  // Fingers

  button(number) {
    return this.page.getByRole("button", { name: new RegExp(`^Button ${number}\\b`) });
  }

  async holdMouse(number) {
    await this.button(number).hover();
    await this.page.mouse.down();
  }

  /// Puts one more finger on each of these buttons.
  async touch(...numbers) {
    for (const number of numbers) {
      const { x, y, width } = await this.button(number).boundingBox();
      this.#fingers.set(number, { x: x + width / 2, y: y + 20, id: number });
    }
    await this.#sendTouch("touchStart", [...this.#fingers.values()]);
  }

  async lift(number) {
    await this.#sendTouch("touchEnd", [this.#fingers.get(number)]);
    this.#fingers.delete(number);
  }

  /// The system takes the touch away, as for a call that comes in.
  async cancelTouch() {
    await this.#sendTouch("touchCancel", []);
    this.#fingers.clear();
  }

  /// Playwright itself knows of single taps only.
  async #sendTouch(type, touchPoints) {
    this.#touch ??= await this.#context.newCDPSession(this.page);
    await this.#touch.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}
