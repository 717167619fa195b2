// What the page tells in figures and lines: times, actors, events and the log.

import assert from "node:assert/strict";

import { scenarios } from "./scenarios.mjs";

/// One press and release, all the way.
async function tap(from, to, button) {
  from.press(button);
  await to.expectLit(button);
  from.release(button);
  await to.expectLit();
}

/// In the page: whether there are events, all of this kind.
function areAll(kind) {
  const rows = [...document.querySelectorAll("#events li")];
  return rows.length > 0 && rows.every((row) => row.dataset.kind === kind);
}

scenarios("figures", (scenario) => {
  scenario("times are plotted, and told in words", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    await viewer.expectText("#plot", "No change has been acknowledged yet.");
    await viewer.freezeStatus();
    await tap(left, right, 1);
    await tap(left, right, 2);
    await viewer.expectText("#count", "4");
    for (const figure of ["#p50", "#p99", "#last", "#link-time"]) await viewer.expectText(figure, "s");
    // Drawn with the figures, not at the next look at the status.
    const plot = viewer.page.getByRole("img", { name: "Press to LED" });
    assert.match(await plot.getAttribute("aria-label"), /last 4 of 4 changes: median .* 99 % within/);
    assert.equal((await plot.locator(".points").getAttribute("d")).match(/M/g).length, 4);
  });

  scenario("a clock that was set since the start does not change for how long the board is up", async (lab) => {
    const viewer = await lab.view(await lab.server("left"));
    await viewer.page.route("**/api/status", async (route) => {
      const response = await route.fetch();
      const status = await response.json();
      await route.fulfill({ response, json: { ...status, started: 4.2 } }); // in 1970, as boards without a clock begin
    });
    await viewer.page.reload();
    await viewer.expectView("live");
    await viewer.expect("an uptime of seconds", () =>
      /^, up \d+ s$|^, up \d min$/.test(document.getElementById("uptime").textContent),
    );
  });

  scenario("the actors are listed, and their figures go on", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    const handled = () =>
      viewer.page
        .getByRole("row", { name: /^session / })
        .locator("td")
        .last()
        .innerText();
    await viewer.page.getByRole("row", { name: /^chip / }).waitFor();
    const before = await handled();
    await tap(left, right, 1);
    await viewer.expect(
      "more messages",
      (text) =>
        [...document.querySelectorAll("#actors tr")].some(
          (row) => row.cells[0].innerText === "session" && row.cells[4].innerText !== text,
        ),
      before,
    );
  });

  scenario("events are told, from before the page, too, and can be filtered", async (lab) => {
    const [left, right] = await lab.pair();
    await tap(left, right, 3);
    const viewer = await lab.view(left);
    await viewer.expectText("#events", "holds 3");
    await viewer.expectText("#events", "up: right");
    await tap(right, left, 2);
    await viewer.expectText("#events", "lit 2");
    await viewer.page.getByLabel("Kind").selectOption("LEDs");
    await viewer.expect("only LEDs", areAll, "leds");
    await viewer.page.getByLabel("Kind").selectOption("all");
    await viewer.page.getByLabel("Text").first().fill("up: right");
    await viewer.expect("only links", areAll, "link");
    await viewer.page.getByLabel("Text").first().fill("no such thing");
    await viewer.expectText(".events", "Nothing");
  });

  scenario("the log is followed, and filtered by level, component and text", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectText("#log", "right");
    for (let i = 0; i < 2; i++) await viewer.page.waitForResponse(/\/api\/log/);
    const lines = await viewer.page.locator("#log li").allInnerTexts();
    assert.equal(new Set(lines).size, lines.length, "each line is shown once");
    await viewer.page.getByLabel("Level").selectOption("debug");
    await viewer.expectText("#log", "info");
    await tap(left, right, 1);
    await viewer.expectText("#log", "debug");
    await viewer.page.getByLabel("Component").selectOption("button");
    const only = () =>
      [...document.querySelectorAll("#log li i")].every((name) => name.innerText === "button");
    await viewer.expect("only buttons' lines", only);
    await viewer.expectText("#log", "button=1");
    await viewer.page.getByLabel("Component").selectOption("all");
    await viewer.page.getByLabel("Text").last().fill("seq=1");
    const matching = () => {
      const rows = [...document.querySelectorAll("#log li span")];
      return rows.length > 0 && rows.every((row) => row.innerText.includes("seq=1"));
    };
    await viewer.expect("only lines with seq=1", matching);
    await viewer.page.getByLabel("Text").last().fill("");
    await viewer.page.getByLabel("Level").selectOption("error");
    await viewer.expectText(".log", "No such lines.");
  });

  scenario("server-sent events are read however they are cut, and whatever ends their lines", async (lab) => {
    const viewer = await lab.view(await lab.server("left"));
    const read = (text) =>
      viewer.page.evaluate(async (whole) => {
        const { EventParser } = await import(new URL("events.js", location));
        const told = [];
        for (let size = 1; size <= whole.length; size++) {
          const parser = new EventParser();
          const events = [];
          for (let i = 0; i < whole.length; i += size) events.push(...parser.push(whole.slice(i, i + size)));
          told.push(JSON.stringify(events));
        }
        return [...new Set(told)].map((one) => JSON.parse(one));
      }, text);
    const leds = { id: 7, kind: "leds", data: { lit: [1, 2] } };
    const reset = { id: 7, kind: "reset", data: {} };
    const text =
      ': hello\n\nid: 7\nevent: leds\ndata: {"lit":\ndata: [1,2]}\n\nevent:reset\ndata\n\nevent: cut\ndata: {}\n';
    for (const end of ["\n", "\r\n", "\r"]) {
      assert.deepEqual(await read(text.replaceAll("\n", end)), [[leds, reset]]);
    }
  });
});
