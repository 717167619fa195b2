// The page without a mouse.

import assert from "node:assert/strict";

import { scenarios } from "./scenarios.mjs";

/// Goes on with Tab until `selector` has the focus.
async function tabTo(viewer, selector) {
  for (let i = 0; i < 60; i++) {
    await viewer.page.keyboard.press("Tab");
    if (await viewer.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}

scenarios("keyboard", (scenario) => {
  for (const key of ["Space", "Enter"]) {
    scenario(`${key} holds the focused button until it is let go`, async (lab) => {
      const [left, right] = await lab.pair();
      const viewer = await lab.view(right);
      await viewer.expectLink("linked");
      await tabTo(viewer, "[data-button='3']");
      await viewer.page.keyboard.down(key);
      await left.expectLit(3);
      await viewer.page.keyboard.down(key); // repeats, as a held key does
      await viewer.page.keyboard.up(key);
      await left.expectLit();
      await viewer.expectPressed();
    });
  }

  scenario("a focus that moves on releases", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await tabTo(viewer, "[data-button='1']");
    await viewer.page.keyboard.down("Space");
    await left.expectLit(1);
    await viewer.page.keyboard.press("Tab");
    await left.expectLit();
    await viewer.page.keyboard.up("Space");
    await viewer.expectPressed();
  });

  scenario(
    "digits hold buttons, several at once, but not while a text is typed or when turned off",
    async (lab) => {
      const [left, right] = await lab.pair();
      const viewer = await lab.view(right);
      const { keyboard } = viewer.page;
      await viewer.expectLink("linked");
      await keyboard.down("1");
      await keyboard.down("4");
      await left.expectLit(1, 4);
      await keyboard.up("1");
      await left.expectLit(4);
      await keyboard.up("4");
      await left.expectLit();
      await viewer.page.getByLabel("Text").first().focus();
      await keyboard.down("2");
      await keyboard.up("2");
      await keyboard.press("Backspace");
      await viewer.page.getByLabel("Keyboard shortcuts").uncheck();
      await keyboard.down("3");
      await keyboard.up("3");
      await viewer.page.getByLabel("Keyboard shortcuts").check();
      await viewer.page.getByLabel("Keyboard shortcuts").blur();
      await keyboard.down("1");
      await viewer.expectPressed(1);
      await keyboard.up("1");
      await viewer.expectPressed();
      await viewer.expectText("#events", "holds 1, 4");
      const told = await viewer.page.locator("#events li[data-kind=buttons]").allInnerTexts();
      assert.deepEqual(
        told.filter((text) => /holds [23]/.test(text)),
        [],
      );
    },
  );

  scenario("a key whose end macOS does not tell, while Cmd is down, is let go with Cmd", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    const { keyboard } = viewer.page;
    await viewer.expectLink("linked");
    await keyboard.down("1");
    await left.expectLit(1);
    await keyboard.down("Meta");
    await keyboard.up("Meta"); // and no keyup of 1 was ever told
    await left.expectLit();
    await viewer.expectPressed();
    await keyboard.up("1");
    await keyboard.down("1");
    await left.expectLit(1);
    await keyboard.up("1");
    await left.expectLit();
  });

  scenario("a latched button is held until it is pressed again", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.page.getByLabel("Latch").check();
    await viewer.button(2).click();
    await left.expectLit(2);
    await viewer.page.keyboard.press("3");
    await left.expectLit(2, 3);
    await viewer.button(2).click();
    await left.expectLit(3);
    await viewer.page.getByLabel("Latch").uncheck();
    await left.expectLit();
  });

  scenario("an aid that can only click latches", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.button(2).evaluate((button) => button.click());
    await left.expectLit(2);
    await viewer.button(2).evaluate((button) => button.click());
    await left.expectLit();
  });

  scenario(
    "the control button asks, by its key and by its own button, and can be left alone",
    async (lab) => {
      const [left] = await lab.pair();
      const viewer = await lab.view(left);
      await viewer.expectLink("linked");
      await viewer.page.keyboard.press("c");
      await viewer.expectText("#ask", "right");
      await viewer.page.keyboard.press("Escape");
      await viewer.expect("no dialog", () => !document.getElementById("ask").open);
      await tabTo(viewer, "#control");
      await viewer.page.keyboard.press("Enter");
      await viewer.expectText("#ask", "Press the control button?");
      await viewer.page.keyboard.press("Tab");
      await viewer.page.keyboard.press("Enter");
      await left.expect("link down kicked");
      await viewer.expectLink("unlinked");
    },
  );
});
