// All sizes and colours: nobody is kept out, and nothing is cut off.

import assert from "node:assert/strict";

import { scenarios } from "./scenarios.mjs";
import { DESKTOP, PHONE, SMALL_PHONE } from "./viewer.mjs";

const TARGET = 44; // [px] the least that a finger hits

scenarios("screens", (scenario) => {
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, screen] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      scenario(`nothing keeps people out, ${colorScheme}, ${size}`, async (lab) => {
        const [left, right] = await lab.pair();
        const attic = await lab.client("attic");
        await attic.expect("waiting 1 right");
        const viewer = await lab.view(left, { ...screen, colorScheme });
        await viewer.expectLink("linked");
        for (let i = 0; i < 3; i++) {
          left.press(1);
          await right.expectLit(1);
          left.release(1);
          await right.expectLit();
        }
        left.press(2);
        right.press(4);
        await viewer.expectPeerLit(2);
        await viewer.expectLit(4);
        await viewer.expectText("#events", "lit 4");
        await viewer.keepPicture(`linked-${size}-${colorScheme}`);
        await viewer.expectAccessible();
        await viewer.expectNoSidewaysScroll();
        await viewer.page.getByRole("button", { name: "Kick right…" }).click();
        await viewer.expectAccessible();
        await viewer.page.getByRole("button", { name: "Cancel" }).click();
        const waiting = await lab.view(attic, { ...screen, colorScheme });
        await waiting.expectLink("waiting");
        await waiting.keepPicture(`waiting-${size}-${colorScheme}`);
        await waiting.expectAccessible();
        await right.kill();
        await attic.kill();
        await viewer.expectLink("unlinked");
        await viewer.keepPicture(`unlinked-${size}-${colorScheme}`);
        await viewer.expectAccessible();
        await left.kill();
        await viewer.expectView("lost");
        await viewer.keepPicture(`lost-${size}-${colorScheme}`);
        await viewer.expectAccessible();
        await viewer.expectNoSidewaysScroll();
      });
    }
  }

  scenario("on the smallest phone nothing scrolls sideways, and fingers hit everything", async (lab) => {
    const left = await lab.server("left");
    await lab.client("a-name-as-long-as-names-may-be-which-is-sixty-three-characters-");
    const viewer = await lab.view(left, SMALL_PHONE);
    await viewer.expectLink("linked");
    await viewer.expectNoSidewaysScroll();
    await viewer.keepPicture("smallest");
    const targets = viewer.page.locator("button, select, [type=search], .choices label, footer a");
    for (const target of await targets.filter({ visible: true }).all()) {
      const { width, height } = await target.boundingBox();
      const name = await target.evaluate(
        (node) => node.getAttribute("aria-label") ?? (node.id || node.innerText),
      );
      assert.ok(width >= TARGET && height >= TARGET, `"${name}" is ${width} by ${height} px`);
    }
  });

  scenario("boards with all that a board may have fit, too", async (lab) => {
    const lines = (first) => JSON.stringify(Array.from({ length: 64 }, (_, i) => first + i));
    const left = await lab.server(
      "left",
      `--ledactor.server.leds=${lines(100)}`,
      `--ledactor.server.buttons=${lines(200)}`,
    );
    const right = await lab.client(
      "right",
      `--ledactor.client.leds=${lines(100)}`,
      `--ledactor.client.buttons=${lines(200)}`,
    );
    await left.expect("link up right");
    for (const [size, screen] of Object.entries({ desktop: DESKTOP, phone: SMALL_PHONE })) {
      const viewer = await lab.view(left, screen);
      await viewer.expectLink("linked");
      right.press(64);
      await viewer.expectLit(64);
      await viewer.keepPicture(`sixty-four-${size}`);
      right.release(64);
      await viewer.expectLit();
      await viewer.expectNoSidewaysScroll();
      const { width, height } = await viewer.button(64).boundingBox();
      assert.ok(width >= TARGET && height >= TARGET, `button 64 is ${width} by ${height} px`);
      await viewer.expectAccessible();
    }
  });

  scenario("a board of one LED and one button is drawn, too", async (lab) => {
    const one = (role) => [`--ledactor.${role}.leds=["GPIO17"]`, `--ledactor.${role}.buttons=[4]`];
    const left = await lab.server("left", ...one("server"));
    const right = await lab.client("right", ...one("client"));
    await left.expect("link up right");
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    await viewer.expectText("#here", "GPIO17");
    await viewer.expectText("#handling", "1 holds button 1");
    await viewer.page.keyboard.down("1");
    await right.expectLit(1);
    await viewer.expectPeerLit(1);
    await viewer.keepPicture("one");
    await viewer.page.keyboard.up("1");
    await right.expectLit();
  });
});
