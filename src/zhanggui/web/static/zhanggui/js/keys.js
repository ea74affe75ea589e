// The keyboard. An element says its own key (data-key); rows move with j and k; g and a letter go elsewhere.
import { $, $$, make, typing } from "./page.js";
import { clear, flip } from "./select.js";
import { close, isOpen, openRow } from "./drawer.js";

let going = 0, settling;

const rows = () => $$("table[data-rows] tbody tr");
const here = () => $("tr[data-cursor]") ?? $("tr[aria-current]");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  all.forEach((row) => row.removeAttribute("data-cursor"));
  next.setAttribute("data-cursor", "");
  next.scrollIntoView({ block: "nearest" });
  if (isOpen()) { clearTimeout(settling); settling = setTimeout(() => openRow(next, { quietly: true }), 120); }
}

function press(key) {
  const found = $$(`[data-key="${CSS.escape(key)}"]`).filter((one) => one.offsetParent !== null || one.closest("dialog[open]"));
  const at = found.at(-1);
  if (!at) return false;
  if (typing(at)) { at.focus(); at.select?.(); } else at.click();
  return true;
}

// Enter and Space belong first to what has the focus: a link is followed, a box is ticked.
const ownKey = (key, at) => at instanceof Element && (key === "Enter" || key === " ")
  && Boolean(at.closest("a[href], button, summary") || (key === " " && at.matches("input[type=checkbox], input[type=radio]:not(:checked)")));

// Ctrl and Enter press what the page is there for, also out of a field. A key that is still held down from the page before
// presses nothing: what it would confirm nobody has looked at yet.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || event.altKey) return;
  const at = $("[data-send]");
  if (!at || $("dialog[open]")) return;
  if (event.repeat) return event.preventDefault();
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  at.click();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  if (key === "Escape") return escape(event);
  if (typing(event.target) || $("dialog[open]") || $("[data-station]")) return;
  if (going && Date.now() - going < 1200) {
    going = 0;
    const link = $(`[data-go="${CSS.escape(key.toLowerCase())}"]`);
    if (link) { event.preventDefault(); location.assign(link.href); }
    return;
  }
  const at = here();
  if (key === "g" && $("[data-go]")) going = Date.now();
  else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x" && at) flip(at);
  else if (key === "Enter" && at && !event.target.closest("a, button, summary, input")) openRow(at);
  else if (key === "." && at && $(".row-menu summary", at)) { const menu = $(".row-menu summary", at); menu.click(); menu.focus(); }
  else if (ownKey(key, event.target)) return;
  else if (press(key)) { /* said by the element itself */ }
  else if (at && onRow(at, key)) { /* done with the row the cursor is on */ }
  else return;
  event.preventDefault();
});

// With nothing chosen a key of the bar means the row the cursor is on; what only its own page can do opens it there.
function onRow(row, key) {
  const button = $(`.batch [data-key="${CSS.escape(key)}"]`);
  if (button && $(".batch").hidden && $("input[type=checkbox][name]", row)) {
    flip(row);
    if (button.getAttribute("aria-disabled") !== "true") button.click();
    return true;
  }
  if (!"mp".includes(key) || isOpen()) return false;
  openRow(row, { quietly: true })?.then(() => press(key));
  return true;
}

function escape(event) {
  const menu = $("details.menu[open]");
  if ($("dialog[open]")) return;
  if (menu) { menu.open = false; $("summary", menu).focus(); }
  else if (typing(event.target) && event.target.closest(".search, .filters")) event.target.blur();
  else if (close() || clear() || press("Escape")) { /* one thing at a time */ }
  else return;
  event.preventDefault();
}

// The map is drawn when it is opened: it names what this page can do now.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-open=keys]")) return;
  const list = $("#keys-here"), seen = new Set();
  list.replaceChildren();
  for (const at of $$("[data-key]")) {
    const says = at.dataset.keySays ?? ($(".says", at) ?? at).textContent.replace(at.dataset.key, "").trim();
    if (seen.has(at.dataset.key) || !says) continue;
    seen.add(at.dataset.key);
    list.append(make("dt", {}, make("kbd", {}, at.dataset.key)), make("dd", {}, says));
  }
});
