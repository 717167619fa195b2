// Peers and boards that go, and come back.

import { QUICK_DEATH } from "./boards.mjs";
import { scenarios } from "./scenarios.mjs";

scenarios("loss", (scenario) => {
  scenario("a peer that freezes is shown as lost, and again when it is back", async (lab) => {
    const [left, right] = await lab.pair(...QUICK_DEATH);
    right.press(1);
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    await viewer.expectLit(1);
    await viewer.freezeStatus();
    right.freeze();
    await viewer.expectLink("unlinked");
    await viewer.expectLit();
    await viewer.expectText("#there", "it went silent");
    await viewer.keepPicture("unlinked");
    right.thaw();
    await viewer.expectLink("linked");
    await viewer.expectLit(1);
    await viewer.expectText("#announcer", "Linked with right.");
  });

  scenario("a pulled cable is shown on both pages, and again when it is plugged", async (lab) => {
    const [left, right, cable] = await lab.cabledPair(...QUICK_DEATH);
    right.press(2);
    const [server, client] = [await lab.view(left), await lab.view(right)];
    await server.expectLit(2);
    await client.expectPeerLit(2);
    cable.pull();
    for (const viewer of [server, client]) {
      await viewer.expectLink("unlinked");
      await viewer.expectText("#link-state", "not linked");
      await viewer.expectText("#there", "it went silent");
      await viewer.expectText("#events", "down:");
    }
    await server.expectLit();
    await client.expectPressed(2); // its own board it still knows
    cable.plug();
    await server.expectLink("linked");
    await client.expectLink("linked");
    await server.expectLit(2);
    right.release(2);
    await server.expectLit();
  });

  scenario("a peer that is killed is shown as lost, and the next one as linked", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    await viewer.freezeStatus();
    await right.kill();
    await viewer.expectLink("unlinked");
    await viewer.expectText("#announcer", "Nobody is linked.");
    await lab.client("attic");
    await viewer.expectLink("linked");
    await viewer.expectText("#there h3", "attic");
  });

  scenario("the page tells that its own board is gone, and comes back with it", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    await left.kill();
    await viewer.expectView("lost");
    await viewer.expectText("#banner", "The board does not answer. What you see is from ");
    await viewer.expectText("#live-text", "Lost");
    await viewer.keepPicture("lost");
    await viewer.expectAccessible();
    const again = await lab.restart(left);
    await again.expect("link up right");
    await viewer.expectLink("linked");
    await viewer.expect("no banner", () => document.getElementById("banner").hidden);
    right.press(2);
    await viewer.expectLit(2);
    await viewer.expectText("#events", "started again");
  });

  scenario("a board that freezes is gone, too, until it goes on", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    left.freeze();
    await viewer.expectView("lost");
    left.thaw();
    await viewer.expectView("live");
    await viewer.expectLink("linked");
    right.press(4);
    await viewer.expectLit(4);
  });

  scenario("a button that could not be released is released when the board is back", async (lab) => {
    const [left, right] = await lab.pair("--ledactor.link.dead-after=20s");
    const viewer = await lab.view(right);
    await viewer.expectLink("linked");
    await viewer.holdMouse(3);
    await left.expectLit(3);
    right.freeze();
    await viewer.expectView("lost");
    await viewer.page.mouse.up();
    right.thaw();
    await viewer.expectView("live");
    await left.expectLit();
    await viewer.expectPressed();
  });

  for (const [how, text] of Object.entries({ ends: "", "is reset": "event: reset\ndata: {}\n\n" })) {
    scenario(`a stream that ${how} is opened again, with nothing missed`, async (lab) => {
      const [left, right] = await lab.pair();
      const viewer = await lab.view(left);
      await viewer.expectLink("linked");
      // The first two streams say this and no more: they end, or they stand still.
      await viewer.page.addInitScript((said) => {
        const fetchReally = window.fetch;
        let fakes = 2;
        window.fetch = (path, options) => {
          if (!path.startsWith("api/events") || fakes-- <= 0) return fetchReally(path, options);
          const start = (controller) => {
            controller.enqueue(new TextEncoder().encode(said));
            if (!said) controller.close();
          };
          return Promise.resolve(new Response(new ReadableStream({ start })));
        };
      }, text);
      await viewer.page.reload();
      await viewer.page.waitForResponse("**/api/events?*"); // the first real one
      right.press(1);
      await viewer.expectLink("linked");
      await viewer.expectText("#events", "lit 1");
      await viewer.expectLit(1);
      right.release(1);
      await viewer.expectLit();
    });
  }

  scenario("a page that is one too many says so, and is live when there is room", async (lab) => {
    const left = await lab.server("left");
    const viewer = await lab.view(left);
    let refused = true;
    await viewer.page.route("**/api/events?*", (route) =>
      refused ? route.fulfill({ status: 503, json: { error: "16 listen already." } }) : route.fallback(),
    );
    await viewer.page.reload();
    await viewer.expectView("crowded");
    await viewer.expectText("#banner", "16 listen already.");
    left.press(2);
    await viewer.expectPressed(2); // by the status, with each try
    refused = false;
    await viewer.expectView("live");
  });
});
