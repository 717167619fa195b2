// Fingers on the page of a simulated board: what they press here lights up there, for as long as they hold.

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

  scenario("a window that loses the focus, and a page that is left, release", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.holdMouse(1);
    await left.expectLit(1);
    await viewer.page.evaluate(() => window.dispatchEvent(new Event("blur")));
    await left.expectLit();
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
    // Whatever the page sends at once has been sent by the time that it is answered again.
    await viewer.page.waitForResponse("**/api/status");
    goOn();
    await viewer.expectText("#events", "holds 2");
    await viewer.expectText("#events", "all released");
    await left.expectLit();
    await viewer.expectPressed();
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
