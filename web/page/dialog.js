// Asks before something ends, and tells of faults without getting in the way.

import { byId, element } from "./dom.js";

const SHOWN = 10000; // [ms] a notice stays
const MAX_NOTICES = 3;

/// Asks a question; resolves to whether the answer was yes.
export function ask({ title, text, yes }) {
  const dialog = byId("ask");
  if (dialog.open) return Promise.resolve(false);
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = text;
  byId("ask-yes").textContent = yes;
  byId("ask-no").onclick = () => dialog.close("no");
  byId("ask-yes").onclick = () => dialog.close("yes");
  dialog.returnValue = "no"; // Escape leaves it as it is
  dialog.showModal();
  byId("ask-no").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/// Shows a notice for some seconds, or until it is closed.
export function notify(text) {
  const place = byId("notices");
  const same = [...place.children].find((notice) => notice.firstChild.textContent === text);
  same?.remove();
  const close = element("button", { type: "button", class: "plain", "aria-label": "Close this notice" }, "×");
  const notice = element("div", { class: "notice" }, element("p", {}, text), close);
  close.addEventListener("click", () => notice.remove());
  place.append(notice);
  while (place.children.length > MAX_NOTICES) place.firstChild.remove();
  const expire = () => (notice.matches(":hover, :focus-within") ? setTimeout(expire, 1000) : notice.remove());
  setTimeout(expire, SHOWN);
}
