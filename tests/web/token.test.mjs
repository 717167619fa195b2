// A board that wants a token.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { scenarios } from "./scenarios.mjs";

const TOKEN = "4d1f0c5b9a7e42d8b6c3f0a1e2d3c4b5";

async function withTokenFile(body) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "ledactor-web-"));
  try {
    const file = path.join(folder, "token");
    writeFileSync(file, `${TOKEN}\n`, { mode: 0o600 });
    await body(`--ledactor.web.token-file=${file}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

scenarios("token", (scenario) => {
  scenario("the page asks for the token, refuses a wrong one and keeps the right one", (lab) =>
    withTokenFile(async (option) => {
      const left = await lab.server("left", option);
      const viewer = await lab.view(left);
      await viewer.expectView("locked");
      await viewer.expectText("#token", "ledactor.web.token-file");
      await viewer.keepPicture("token");
      await viewer.expectAccessible();
      await viewer.page.getByRole("textbox", { name: "Token" }).fill("sesame");
      await viewer.page.keyboard.press("Enter");
      await viewer.expectText("#token-fault", "did not take that token");
      await viewer.page.getByRole("textbox", { name: "Token" }).fill(TOKEN);
      await viewer.page.getByRole("button", { name: "Show the board" }).click();
      await viewer.expectLink("unlinked");
      await viewer.holdMouse(1);
      await viewer.expectPressed(1);
      await viewer.page.mouse.up();
      await viewer.expectPressed();
      await viewer.page.reload();
      await viewer.expectView("live");
    }),
  );

  const denyStorage = () => {
    const get = () => {
      throw new DOMException("Access is denied for this document.", "SecurityError");
    };
    Object.defineProperty(window, "sessionStorage", { get });
  };

  scenario("a browser that denies storage shows a board that wants no token", async (lab) => {
    const viewer = await lab.view(await lab.server("left"));
    await viewer.page.addInitScript(denyStorage);
    await viewer.page.reload();
    await viewer.expectView("live");
    await viewer.holdMouse(1);
    await viewer.expectPressed(1);
    await viewer.page.mouse.up();
    await viewer.expectPressed();
  });

  scenario("a browser that denies storage keeps the token until the page is loaded anew", (lab) =>
    withTokenFile(async (option) => {
      const viewer = await lab.view(await lab.server("left", option));
      await viewer.page.addInitScript(denyStorage);
      await viewer.page.reload();
      await viewer.expectView("locked");
      await viewer.page.getByRole("textbox", { name: "Token" }).fill(TOKEN);
      await viewer.page.getByRole("button", { name: "Show the board" }).click();
      await viewer.expectView("live");
      await viewer.page.reload();
      await viewer.expectView("locked");
    }),
  );
});
