// Fingers on the page of a simulated board: what they press here lights up there, for as long as they hold.

import assert from "node:assert/strict";

import { scenarios } from "./scenarios.mjs";
import { PHONE } from "./viewer.mjs";

scenarios("press", (scenario) => {
  scenario(
    "a button held on the client's page lights its LED on the server's page until released",
    async (lab) => {
      const [left, right] = await lab.pair();
      const [server, client] = [await lab.view(left), await lab.view(right)];
      await server.expectLink("linked");
      await client.expectLink("linked");
      await client.holdMouse(2);
      await left.expectLit(2);
      await server.expectLit(2);
      await server.expectPeerPressed(2);
      await client.expectPressed(2);
      await client.expectPeerLit(2);
      await server.keepPicture("held");
      await client.page.mouse.up();
      await left.expectLit();
      await server.expectLit();
      await server.expectPeerPressed();
      await client.expectPressed();
      await client.expectPeerLit();
    },
  );

  scenario("the server's page lights the client's in the same way", async (lab) => {
    const [left, right] = await lab.pair();
    const [server, client] = [await lab.view(left), await lab.view(right)];
    await server.expectLink("linked");
    await server.holdMouse(4);
    await right.expectLit(4);
    await client.expectLit(4);
    await server.page.mouse.up();
    await client.expectLit();
  });

  scenario("a press on the board itself is shown, too", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    await viewer.freezeStatus();
    left.press(1);
    right.press(3);
    await viewer.expectPressed(1);
    await viewer.expectPeerLit(1);
    await viewer.expectLit(3);
    left.release(1);
    right.release(3);
    await viewer.expectPressed();
    await viewer.expectLit();
  });

  scenario("a mouse that lets go beside the button releases it", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.holdMouse(1);
    await left.expectLit(1);
    await viewer.page.mouse.move(5, 5);
    await viewer.expectPressed(1);
    await viewer.page.mouse.up();
    await left.expectLit();
  });

  scenario("two fingers hold two buttons, each for as long as it stays", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right, PHONE);
    await viewer.expectLink("linked");
    await viewer.touch(1);
    await left.expectLit(1);
    await viewer.touch(3);
    await left.expectLit(1, 3);
    await viewer.expectPressed(1, 3);
    await viewer.lift(1);
    await left.expectLit(3);
    await viewer.lift(3);
    await left.expectLit();
  });

  scenario("a touch that the system takes away releases", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right, PHONE);
    await viewer.expectLink("linked");
    await viewer.touch(2, 4);
    await left.expectLit(2, 4);
    await viewer.cancelTouch();
    await left.expectLit();
  });

  scenario("a window that loses the focus, and a page that is hidden or left, release", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.holdMouse(1);
    await left.expectLit(1);
    await viewer.page.evaluate(() => window.dispatchEvent(new Event("blur")));
    await left.expectLit();
    await viewer.page.mouse.up();
    await viewer.holdMouse(2);
    await left.expectLit(2);
    const released = viewer.page.waitForRequest("**/release?*"); // at once, by the page itself
    await viewer.setHidden(true);
    await released;
    await left.expectLit();
    await viewer.setHidden(false);
    await viewer.page.mouse.up();
    await viewer.holdMouse(3);
    await left.expectLit(3);
    await viewer.page.goto("about:blank");
    await left.expectLit();
  });

  scenario("many quick presses end with all released, here and there", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    for (let i = 0; i < 20; i++) await viewer.page.keyboard.press(String(1 + (i % 4)));
    await viewer.holdMouse(4);
    await left.expectLit(4);
    await viewer.page.mouse.up();
    await left.expectLit();
    await viewer.expectPressed();
  });

  scenario("a release that is quicker than its press does not overtake it", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    let goOn;
    const released = new Promise((resolve) => (goOn = resolve));
    await viewer.page.route("**/press?*", async (route) => {
      await released;
      await route.continue();
    });
    await viewer.holdMouse(2);
    await viewer.page.mouse.up();
    goOn();
    await viewer.expectText("#events", "holds 2");
    await viewer.expectText("#events", "all released");
    await left.expectLit();
    await viewer.expectPressed();
  });

  scenario("a press whose release is there before it could be sent is never sent", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    const presses = [];
    viewer.page.on("request", (request) => /press\?/.test(request.url()) && presses.push(request.url()));
    let goOn;
    const tapped = new Promise((resolve) => (goOn = resolve));
    await viewer.page.route("**/release?*", async (route) => {
      await tapped;
      await route.continue();
    });
    await viewer.holdMouse(2);
    await left.expectLit(2);
    await viewer.page.mouse.up(); // its release is held up
    for (let i = 0; i < 3; i++) await viewer.page.keyboard.press("2");
    goOn();
    await left.expectLit();
    await viewer.holdMouse(3); // comes after whatever was sent
    await left.expectLit(3);
    await viewer.page.mouse.up();
    await left.expectLit();
    assert.equal(presses.filter((url) => url.includes("/2/press")).length, 1);
  });

  scenario("a press that no connection is free for is dropped and said, and never comes late", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    for (const hold of ["short", "long"]) {
      await viewer.page.evaluate(async () => {
        window.hogs = new AbortController(); // with this page's stream, all that a browser has for a board
        const hog = () => fetch("api/events", { signal: window.hogs.signal });
        await Promise.all(Array.from({ length: 5 }, hog));
      });
      await viewer.page.keyboard.down("2");
      if (hold === "short") await viewer.page.keyboard.up("2");
      await viewer.expectText("#notices", "Button 2 was not pressed: the board did not take it in time.");
      await viewer.page.evaluate(() => window.hogs.abort());
      await viewer.expectLink("linked");
      await viewer.page.keyboard.down("3");
      await left.expectLit(3);
      await viewer.page.keyboard.up("3");
      await left.expectLit();
      await viewer.page.keyboard.up("2");
      await viewer.page.getByRole("button", { name: "Close this notice" }).first().click();
    }
    const told = await viewer.page.locator("#events li[data-kind=buttons]").allInnerTexts();
    assert.ok(told.some((text) => text.includes("holds 3")));
    assert.deepEqual(
      told.filter((text) => text.includes("holds 2")),
      [],
    );
  });

  scenario("a tab that crashes leaves no button pressed", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.holdMouse(2);
    await left.expectLit(2);
    await viewer.page.goto("chrome://crash").catch(() => {}); // which never loads
    await left.expectLit();
  });

  scenario("seven tabs of one browser: the one that is seen presses, and the others miss nothing", async (lab) => {
    const [left, right] = await lab.pair();
    const first = await lab.view(right);
    await first.expectLink("linked");
    let seen = first;
    for (let i = 0; i < 6; i++) {
      await seen.setHidden(true);
      seen = await lab.tab(first, right);
      await seen.expectLink("linked");
    }
    await seen.holdMouse(4);
    await left.expectLit(4);
    await seen.page.mouse.up();
    await left.expectLit();
    left.press(1);
    await seen.expectLit(1);
    await seen.setHidden(true);
    await first.setHidden(false);
    await first.expectLit(1);
    await first.expectText("#events", "holds 4");
    await first.holdMouse(2);
    await left.expectLit(2);
    await first.page.mouse.up();
  });

  scenario("a latched button stays down while another tab is looked at", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.page.getByLabel("Latch").check();
    await viewer.button(2).click();
    await left.expectLit(2);
    await viewer.setHidden(true);
    const other = await lab.view(right);
    await other.page.evaluate(() => fetch("api/buttons/4/press?for=2500", { method: "POST" }));
    await left.expectLit(2, 4);
    await left.expectLit(2); // for longer than presses outlive their viewer
    await viewer.setHidden(false);
    await viewer.button(2).click();
    await left.expectLit();
  });

  scenario("two viewers of one board see the same, and each can press", async (lab) => {
    const [left, right] = await lab.pair();
    const [one, two] = [await lab.view(right), await lab.view(right)];
    await one.expectLink("linked");
    await two.expectLink("linked");
    await one.holdMouse(1);
    await two.expectPressed(1);
    await two.holdMouse(2);
    await one.expectPressed(1, 2);
    await left.expectLit(1, 2);
    await one.page.mouse.up();
    await two.expectPressed(2);
    await two.page.mouse.up();
    await left.expectLit();
    await one.expectPressed();
  });

  scenario("a button that two viewers hold is down until both have let go", async (lab) => {
    const [left, right] = await lab.pair();
    const [one, two] = [await lab.view(right), await lab.view(right)];
    await one.expectLink("linked");
    await two.expectLink("linked");
    await one.holdMouse(1);
    await left.expectLit(1);
    const pressed = two.page.waitForResponse("**/press?*");
    await two.holdMouse(1);
    await pressed;
    const released = one.page.waitForResponse("**/release?*");
    await one.page.mouse.up();
    await released;
    await one.page.keyboard.down("3"); // after that
    await left.expectLit(1, 3);
    await one.page.keyboard.up("3");
    await left.expectLit(1);
    await two.page.mouse.up();
    await left.expectLit();
  });

  scenario("the peer's parts have the lines of its role here, if they are as many", async (lab) => {
    const [left, right] = await lab.pair();
    const isOfTheConfiguration = (wanted) =>
      [...document.querySelectorAll("#there .line")].map((line) => /\d*$/.exec(line.innerText)[0]).join() === wanted;
    const server = await lab.view(left);
    await server.expect("the client's lines", isOfTheConfiguration, "23,24,25,13,4,17,27,22");
    const client = await lab.view(right);
    await client.expect("the server's lines", isOfTheConfiguration, "4,17,27,22,23,24,25,13");
  });

  scenario("a peer of another size than its role has here is drawn without lines", async (lab) => {
    const [left] = await lab.pair("--ledactor.client.leds=[1]", "--ledactor.client.buttons=[2,3]");
    const viewer = await lab.view(left);
    const linesOf = (count) =>
      [...document.querySelectorAll("#there .line")].filter((line) => line.innerText).length === count;
    await viewer.expect("an LED and two buttons with lines", linesOf, 3);
    await left.kill();
    const plain = await lab.server("plain");
    const other = await lab.view(plain);
    await other.expectLink("linked");
    await other.expect("a peer without lines", linesOf, 0);
  });

  scenario("a board with real buttons shows them, and has none to press", async (lab) => {
    const left = await lab.server("left");
    const viewer = await lab.view(left);
    await viewer.page.route("**/api/status", async (route) => {
      const response = await route.fetch();
      const status = await response.json();
      status.board.simulated = false;
      await route.fulfill({ response, json: status });
    });
    await viewer.page.reload();
    await viewer.expectText("#real-note", "real buttons");
    await viewer.expect("no button", () => document.querySelectorAll("#here button").length === 0);
    left.press(2);
    await viewer.expectPressed(2);
    left.release(2);
    await viewer.expectPressed();
    await viewer.expectAccessible();
  });
});
