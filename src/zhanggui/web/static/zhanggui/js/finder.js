// Goods for what is being typed: by code, name, first letters of the pinyin or barcode, each with what lies on the shelf. The list
// stands under its field, the arrows walk through it. A page that adds lines by itself says what choosing means (new-order.js);
// everywhere else it is the code that is written into the field. Without this script a field takes a code as it is typed.
import { $$, each, make, on } from "./page.js";

const LOOK_MS = 140, ROOM = 240, TALL = 320;
// What the list was found for: Enter takes from it only while the field still says that.
let looking, asked = 0, listed = "";

export const listOf = (at) => document.getElementById(at.getAttribute("aria-controls"));
const options = (at) => $$("[role=option]", listOf(at));
const wordOf = (at) => (at.hasAttribute("data-finder-many") ? at.value.split(/[\s,，、]+/).at(-1) : at.value).trim();

export function shut(at) {
  const list = listOf(at);
  if (!list) return;
  if (list.hasAttribute("popover")) { if (list.matches(":popover-open")) list.hidePopover(); }
  else list.hidden = true;
  list.replaceChildren();
  at.setAttribute("aria-expanded", "false");
  at.removeAttribute("aria-activedescendant");
}
const isOpen = (at) => at.getAttribute("aria-expanded") === "true";
/** What Enter means: the option that is chosen, where the list was found for what the field says now. */
export function meant(at) {
  const found = isOpen(at) && listed === wordOf(at) ? options(at).find((one) => one.getAttribute("aria-selected") === "true") : null;
  clearTimeout(looking);
  asked++;
  return found ?? null;
}

function open(at, html) {
  const list = listOf(at);
  list.innerHTML = html;
  at.setAttribute("aria-expanded", "true");
  if (list.hasAttribute("popover")) { if (!list.matches(":popover-open")) list.showPopover(); place(at, list); }
  else list.hidden = false;
  choose(at, 0);
  if (!list.hasAttribute("popover")) list.scrollIntoView({ block: "nearest" });
}
/** Under the field where there is room, else above it; never beyond the window. */
function place(at, list) {
  const box = at.getBoundingClientRect(), below = innerHeight - box.bottom - 8, under = below >= Math.min(ROOM, box.top);
  const wide = Math.min(Math.max(box.width, 320), innerWidth - 16);
  Object.assign(list.style, {
    left: `${Math.max(8, Math.min(box.left, innerWidth - wide - 8))}px`, width: `${wide}px`, maxHeight: `${Math.min(TALL, under ? below : box.top - 8)}px`,
    top: under ? `${box.bottom + 2}px` : "auto", bottom: under ? "auto" : `${innerHeight - box.top + 2}px`,
  });
}
function choose(at, nth) {
  options(at).forEach((one, here) => one.setAttribute("aria-selected", String(here === nth)));
  const now = options(at)[nth];
  if (!now) return at.removeAttribute("aria-activedescendant");
  now.scrollIntoView({ block: "nearest" });
  at.setAttribute("aria-activedescendant", now.id);
}

on("input", "[data-finder]", (event, at) => {
  clearTimeout(looking);
  const text = wordOf(at);
  if (!text) return shut(at);
  looking = setTimeout(async () => {
    const nth = ++asked;
    const answer = await fetch(`${at.dataset.finder}?${new URLSearchParams({ q: text })}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    const found = answer?.ok && !answer.redirected ? await answer.text() : "";
    if (!found || nth !== asked || !at.isConnected || wordOf(at) !== text) return;
    listed = text;
    open(at, found);
  }, LOOK_MS);
});
on("keydown", "[data-finder]", (event, at) => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const all = options(at), now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!all.length) return;
    event.preventDefault();
    // Whoever walks through a list has read it.
    listed = wordOf(at);
    choose(at, (now + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
  } else if (event.key === "Escape" && isOpen(at)) {
    event.preventDefault();
    event.stopPropagation();
    shut(at);
  }
}, true);
on("focusout", "[data-finder]", (event, at) => setTimeout(() => { if (document.activeElement !== at) shut(at); }, 150));

// ── fields that take a code ──
let many = 0;
each("[data-finder]:not([aria-controls])", (at) => {
  const list = make("ul", { class: "finder-list", id: `finder-${++many}`, role: "listbox", popover: "manual", "aria-label": at.getAttribute("aria-label") ?? "" });
  at.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id, autocomplete: "off" })) at.setAttribute(name, value);
});
function write(at, option) {
  const { code } = option.dataset;
  // Of several codes only the one that is being typed is replaced, and the next may follow.
  at.value = at.hasAttribute("data-finder-many") ? `${at.value.trimEnd().slice(0, -wordOf(at).length)}${code} ` : code;
  shut(at);
  for (const type of ["input", "change"]) at.dispatchEvent(new Event(type, { bubbles: true }));
  meant(at);
}
on("keydown", "[data-finder]", (event, at) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
  // Enter, also a scanner's, is never the sending of the whole form.
  event.preventDefault();
  const option = meant(at);
  if (option) write(at, option);
  else shut(at);
});
on("mousedown", ".finder-list[popover] [role=option]", (event, option) => {
  event.preventDefault();
  const at = document.querySelector(`[aria-controls="${CSS.escape(option.closest(".finder-list").id)}"]`);
  if (at) write(at, option);
});
for (const type of ["scroll", "resize"]) addEventListener(type, (event) => {
  const at = document.activeElement;
  if (at?.matches?.("[data-finder]") && isOpen(at) && listOf(at)?.hasAttribute("popover") && !(event.target instanceof Element && event.target.closest(".finder-list"))) place(at, listOf(at));
}, true);
