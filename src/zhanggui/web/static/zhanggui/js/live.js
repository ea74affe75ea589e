// What changes while one looks: figures fade once, new rows wait behind a bar, a hidden page asks nothing.
import { $$ } from "./page.js";

const figures = () => new Map($$(".n[id]").map((at) => [at.id, at.textContent]));
let before = figures();

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("[hx-trigger*=every]") && (document.hidden || !navigator.onLine)) event.preventDefault();
});
// An open menu is not pulled away from under the hand.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target?.matches?.("details[open]")) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:oobAfterSwap", () => {
  const now = figures();
  for (const [id, text] of now) if (before.has(id) && before.get(id) !== text) document.getElementById(id).classList.add("faded");
  before = now;
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) window.htmx?.trigger("#pulse", "every"); });

// On a narrow screen a line of tabs runs out of sight: the one we are in is brought to the middle.
for (const at of $$(":is(.tabs, .reasons) [aria-current]")) {
  const line = at.closest(".tabs, .reasons");
  if (line.scrollWidth > line.clientWidth) line.scrollLeft = at.offsetLeft - line.offsetLeft - (line.clientWidth - at.offsetWidth) / 2;
}
