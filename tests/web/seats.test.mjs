// Who sits and who waits, and how the page ends a session or the program.

import assert from "node:assert/strict";

import { scenarios } from "./scenarios.mjs";

scenarios("seats", (scenario) => {
  scenario("a kick asks first, and hands the seat to the longest waiting", async (lab) => {
    const [left, right] = await lab.pair();
    const attic = await lab.client("attic");
    await attic.expect("waiting 1 right");
    const server = await lab.view(left);
    const waiting = await lab.view(attic);
    await waiting.expectLink("waiting");
    await waiting.expectText("#there", "right has it");
    await waiting.keepPicture("waiting");
    await server.expectText("#seats", "attic");
    const kick = server.page.getByRole("button", { name: "Kick right…" });
    const dialog = server.page.getByRole("dialog");
    await kick.click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    await server.expectText("#there", "right"); // nothing has happened
    await kick.click();
    await server.expectText("#ask", "attic gets the seat");
    await server.keepPicture("kick", { whole: false });
    await dialog.getByRole("button", { name: "Kick right" }).click();
    await right.expect("kicked");
    assert.equal(await right.waitForEnd(), 0);
    await attic.expect("link up left");
    await server.expectText("#there h3", "attic");
    await waiting.expectLink("linked");
    await waiting.holdMouse(1);
    await server.expectLit(1);
    await waiting.page.mouse.up();
    await server.expectLit();
  });

  scenario("the page of a board that is kicked tells so, and that it has ended", async (lab) => {
    const [left, right] = await lab.pair();
    const [server, client] = [await lab.view(left), await lab.view(right)];
    await server.expectLink("linked");
    await client.expectLink("linked");
    await server.page.getByRole("button", { name: "Kick right…" }).click();
    await server.page.getByRole("dialog").getByRole("button", { name: "Kick right" }).click();
    assert.equal(await right.waitForEnd(), 0);
    await client.expectView("lost");
    await server.expectLink("unlinked");
    await server.expectText("#there", "it was kicked");
  });

  scenario("several guests are listed, and what each shows", async (lab) => {
    const left = await lab.server("left", "--ledactor.server.seats=2");
    const right = await lab.client("right");
    await left.expect("link up right");
    const attic = await lab.client("attic");
    await left.expect("link up attic");
    const viewer = await lab.view(left);
    await viewer.expectText("#link-state", "linked with 2 boards");
    await viewer.expectText("#seats", "2 of 2 taken");
    await viewer.holdMouse(2);
    await right.expectLit(2);
    await attic.expectLit(2);
    await viewer.expectPeerLit(2, 6); // the second LED of either
    // Which of them presses is not known.
    await viewer.expect("no peer's buttons", () => document.querySelectorAll("#there .key").length === 0);
    await viewer.page.mouse.up();
    await viewer.expectPeerLit();
    attic.press(3);
    await viewer.expectLit(3);
    await viewer.keepPicture("several");
    await viewer.expectAccessible();
    await viewer.page.getByRole("button", { name: "Kick attic…" }).click();
    await viewer.page.getByRole("dialog").getByRole("button", { name: "Kick attic" }).click();
    assert.equal(await attic.waitForEnd(), 0);
    await viewer.expectText("#seats", "1 of 2 taken");
    await viewer.expectLit();
    await viewer.expectLink("linked");
  });

  scenario("boards of different sizes show what both have", async (lab) => {
    const left = await lab.server("left");
    const right = await lab.client(
      "right",
      "--ledactor.client.leds=[2,3]",
      "--ledactor.client.buttons=[4,5,6,7,8,9]",
    );
    await left.expect("link up right");
    const viewer = await lab.view(left);
    await viewer.expectText("#there", "2 LEDs, 6 buttons");
    left.press(2);
    left.press(4);
    await viewer.expectPeerLit(2);
    right.press(6);
    right.press(1);
    await viewer.expectLit(1);
    await viewer.expectPeerPressed(1);
  });

  scenario("quit asks first, and ends the program in good order", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.page.getByRole("button", { name: "Quit…" }).click();
    await viewer.page.getByRole("button", { name: "Cancel" }).click();
    await viewer.page.getByRole("button", { name: "Quit…" }).click();
    await viewer.page.getByRole("button", { name: "Quit", exact: true }).click();
    assert.equal(await right.waitForEnd(), 0);
    await left.expect("link down quit");
    await viewer.expectView("lost");
    await viewer.expectText("#banner", "told to quit");
  });

  scenario("what the board refuses is said, with its own words", async (lab) => {
    const [left] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    await viewer.page.route("**/kick", async (route) => {
      await route.fulfill({ status: 404, json: { error: "No session 7 is seated." } });
    });
    await viewer.page.getByRole("button", { name: "Kick right…" }).click();
    await viewer.page.getByRole("dialog").getByRole("button", { name: "Kick right" }).click();
    await viewer.expectText("#notices", "No session 7 is seated.");
    await viewer.page.getByRole("button", { name: "Close this notice" }).click();
    await viewer.expect("no notice", () => document.getElementById("notices").children.length === 0);
  });
});
