// Saying something: toasts at the foot, with undo while it can be undone.
import { $, $$, icon, make, on, post, token } from "./page.js";

const STAYS_MS = 8000;
const tray = $("#toasts");

export function toast({ text, tone = "good", note = "", undo = "", link = "", link_text = "" }) {
  if (!tray) return;
  const body = make("div", { class: "toast", "data-toast": true, "data-stays": tone === "bad" }, make("span", { class: "tone", "data-tone": tone }, text));
  if (note) body.append(make("span", { class: "dim" }, note));
  if (undo) {
    const button = make("button", { type: "button", class: "btn plain act", "data-key": "u", "data-undo": undo }, icon("undo"), `${tray.dataset.undoSays} `, make("kbd", {}, "u"));
    body.append(button);
  }
  if (link) body.append(make("a", { class: "btn plain act", href: link }, link_text));
  body.append(make("button", { type: "button", class: "btn plain icon", "data-close-toast": true, "aria-label": tray.dataset.close }, icon("cross")));
  tray.append(body);
  while (tray.children.length > 4) tray.firstElementChild.remove();
  leave(body);
}

function leave(body) {
  if (body.hasAttribute("data-stays")) return;
  let left = STAYS_MS, since = Date.now();
  let timer = setTimeout(() => body.remove(), left);
  // Somebody who reads or reaches for the button is not hurried.
  const stop = () => { clearTimeout(timer); left -= Date.now() - since; };
  const go = () => { since = Date.now(); timer = setTimeout(() => body.remove(), Math.max(left, 1500)); };
  body.addEventListener("pointerenter", stop);
  body.addEventListener("pointerleave", go);
}

$$("[data-toast]").forEach(leave);
on("click", "[data-close-toast]", (event, at) => at.closest("[data-toast]").remove());
on("click", "[data-undo]", async (event, at) => {
  at.setAttribute("aria-busy", "true");
  const list = $("[data-refresh]");
  // Without a list that reads itself again the whole page is the answer.
  if (!list) {
    const form = make("form", { method: "post", action: at.dataset.undo, hidden: true }, make("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token() }));
    document.body.append(form);
    return form.submit();
  }
  const answer = await post(at.dataset.undo).catch(() => null);
  at.closest("[data-toast]").remove();
  if (!answer) return lost();
  const told = answer.headers.get("HX-Trigger");
  if (told?.startsWith("{")) JSON.parse(told).toast?.toasts.forEach(toast);
  if (answer.ok) window.htmx?.trigger(list, "refresh");
});

/** The server was not reached. */
export function lost() {
  toast({ text: tray?.dataset.lost ?? "", tone: "bad" });
}

document.addEventListener("toast", (event) => event.detail.toasts?.forEach(toast));

on("click", "[data-copy]", async (event, at) => {
  event.preventDefault();
  event.stopPropagation();
  try {
    await navigator.clipboard.writeText(at.dataset.copy);
  } catch {
    // Without https there is no clipboard: the old way, through a field.
    const field = make("textarea", { class: "sr" });
    field.value = at.dataset.copy;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  // A secret is not read out.
  toast({ text: at.hasAttribute("data-copy-quiet") ? tray.dataset.copied : `${tray.dataset.copied} ${at.dataset.copy}` });
});
