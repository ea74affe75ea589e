// The drawer: details beside the list. Its content has an address of its own; Back closes it; the list stays as it is.
import { $, $$, on } from "./page.js";
import { lost } from "./toast.js";

const drawer = $("#drawer");
const home = location.href;
let asked = 0, opener = null;

export const isOpen = () => drawer?.classList.contains("open") ?? false;

async function show(url, { push = true, focus = true } = {}) {
  const turn = ++asked;
  drawer.setAttribute("aria-busy", "true");
  const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true", "HX-Target": "drawer", "HX-Current-URL": location.href } }).catch(() => null);
  if (turn !== asked) return;
  drawer.removeAttribute("aria-busy");
  if (!answer) return lost();
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) return location.assign(elsewhere);
  const told = answer.headers.get("HX-Trigger");
  if (told?.startsWith("{")) document.dispatchEvent(new CustomEvent("toast", { detail: JSON.parse(told).toast ?? {} }));
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  drawer.replaceChildren(...found.childNodes);
  window.htmx?.process(drawer);
  drawer.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: drawer } }));
  drawer.classList.add("open");
  mark(url);
  if (push) history[isState() ? "replaceState" : "pushState"]({ drawer: url }, "", url);
  if (focus) drawer.focus({ preventScroll: true });
}

const isState = () => Boolean(history.state?.drawer);

function mark(url) {
  $$("tbody tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
  if (!url) return;
  $$("tr[data-cursor]").forEach((row) => row.removeAttribute("data-cursor"));
  const path = new URL(url, location.href).pathname;
  $$("a[data-drawer]").find((one) => one.pathname === path)?.closest("tr")?.setAttribute("aria-current", "true");
}

function hide() {
  asked++;
  drawer.classList.remove("open");
  drawer.replaceChildren();
  mark("");
  (opener?.isConnected ? opener : $("#work"))?.focus({ preventScroll: true });
}

/** Close it; true if it was open. */
export function close() {
  if (!isOpen()) return false;
  if (isState()) history.back(); else { hide(); history.replaceState(null, "", home); }
  return true;
}

if (drawer) {
  on("click", "a[data-drawer]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    opener = link;
    show(link.href);
  });
  // The server may open it with what it has to say.
  document.addEventListener("drawer", (event) => show(new URL(event.detail.url, location.href).href));
  on("click", "[data-close-drawer]", (event, at) => { if (isOpen()) { event.preventDefault(); close(); } });
  addEventListener("popstate", () => {
    if (history.state?.drawer) show(history.state.drawer, { push: false });
    else if (isOpen()) hide();
  });
}

/** Open what the row leads to, keeping the focus where it is. */
export function openRow(row, { quietly = false } = {}) {
  const link = row && ($("a[data-drawer]", row) ?? $("a[href]", row));
  if (!link) return undefined;
  if (link.hasAttribute("data-drawer") && drawer) { opener = link; return show(link.href, { focus: !quietly }); }
  if (!quietly) link.click();
  return undefined;
}
