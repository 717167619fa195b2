// What the browser is sent: little, from the board alone, and nothing that could bring more along.

import assert from "node:assert/strict";
import http from "node:http";

import { scenarios } from "./scenarios.mjs";

const MOST = 150000; // [bytes] of the whole page, as it comes over the wire

/// Of a response: its head and its body, as they were sent.
async function sizeOf(response) {
  const { responseHeadersSize, responseBodySize } = await response.request().sizes();
  return responseHeadersSize + responseBodySize;
}

scenarios("site", (scenario) => {
  scenario("all that the page consists of comes from the board, and is small", async (lab) => {
    const [left, right] = await lab.pair();
    const viewer = await lab.view(left);
    await viewer.expectLink("linked");
    const parts = [];
    viewer.page.on("response", (response) => parts.push(response));
    await viewer.page.reload({ waitUntil: "load" });
    await viewer.expectLink("linked");
    right.press(1);
    await viewer.expectLit(1);
    const files = parts.filter((part) => !/\/api\/|^data:/.test(part.url()));
    assert.ok(files.length > 3, "the page itself, its style and its scripts");
    let size = 0;
    for (const file of files) {
      assert.equal(file.status(), 200, file.url());
      assert.equal(new URL(file.url()).origin, new URL(left.url).origin);
      size += await sizeOf(file);
    }
    assert.ok(size > 20000, `${size} bytes are not all of the page`);
    assert.ok(size < MOST, `the page is ${size} bytes`);
    console.log(`the page is ${size} bytes in ${files.length} files`);
  });

  scenario("the policy lets nothing in from elsewhere, and no script be written into the page", async (lab) => {
    const left = await lab.server("left");
    const viewer = await lab.view(left);
    await viewer.expectLink("unlinked");
    const asked = [];
    const elsewhere = http.createServer((request, response) => {
      asked.push(request.url);
      response.end();
    });
    await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    try {
      const offences = await viewer.page.evaluate(async (origin) => {
        const offences = new Set();
        const seen = (event) => offences.add(event.effectiveDirective);
        document.addEventListener("securitypolicyviolation", seen);
        const add = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
        add("img", { src: `${origin}/picture` });
        add("script", { src: `${origin}/script` });
        add("script", { textContent: "window.written = true" });
        add("iframe", { src: `${origin}/frame` });
        add("link", { rel: "stylesheet", href: `${origin}/style` });
        add("style", { textContent: "body { color: red }" });
        await fetch(`${origin}/fetch`).catch(() => {});
        while (offences.size < 5) await new Promise((resolve) => setTimeout(resolve, 20));
        return { kinds: [...offences].sort(), written: window.written === true };
      }, `http://127.0.0.1:${elsewhere.address().port}`);
      assert.equal(offences.written, false);
      const kinds = ["connect-src", "frame-src", "img-src", "script-src-elem", "style-src-elem"];
      assert.deepEqual(offences.kinds, kinds);
      assert.deepEqual(asked, []);
    } finally {
      elsewhere.close();
    }
    // So a page that did so by itself would fail its test.
    assert.ok(viewer.takeFaults().some((fault) => fault.includes("Content Security Policy")));
  });
});
