// Forms: the first mistake is where one looks, Enter goes on, menus shut. How they are sent: sending.js; what is kept: drafts.js.
import { $, $$, cookie, each, make, on } from "./page.js";

// The first question that is wrong has the focus.
each("form", (form) => $("[aria-invalid=true]", form)?.focus());

// Shown to be themselves: what they sent before is sent now, once; coming back to the page only shows it.
each("form[data-goes-on]", (form) => form.requestSubmit());

// Enter goes on to the next question of a long form instead of sending half of it.
on("keydown", "form[data-enter-goes-on] .input", (event, at) => {
  if (event.key !== "Enter" || at.tagName === "TEXTAREA" || event.ctrlKey || event.metaKey) return;
  const fields = $$(".input:not(:disabled)", at.form), next = fields[fields.indexOf(at) + 1];
  if (next) { event.preventDefault(); next.focus(); }
});

// What a tick would change is looked at anew, before anything is done.
on("change", "[data-look-again]", (event, at) => {
  at.form.action = at.dataset.lookAgain;
  at.form.requestSubmit();
});

// A password may be looked at, and says how hard it is to guess.
const words = { "zh-CN": ["看", "藏"], en: ["Show", "Hide"] }[document.documentElement.lang] ?? ["看", "藏"];
each("[data-reveal]", (at) => {
  const field = $("input", at), button = make("button", { type: "button", class: "btn plain", "aria-pressed": "false" }, words[0]);
  const box = make("div", { class: "reveal" });
  field.replaceWith(box);
  box.append(field, button);
  at.classList.remove("reveal");
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = words[shown ? 0 : 1];
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  });
  if (at.hasAttribute("data-strength")) {
    const bar = make("div", { class: "strength", "aria-hidden": "true" }, ...[1, 2, 3, 4].map(() => make("i")));
    const said = make("span", { class: "note", role: "status" });
    box.after(bar, said);
    field.addEventListener("input", () => {
      const score = strength(field.value);
      bar.dataset.score = score;
      said.textContent = field.value ? at.dataset.words.split("|")[score] : "";
    });
  }
});

function strength(text) {
  if (text.length < 10) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/, /[^\x00-\x7f]/].filter((kind) => kind.test(text)).length;
  const plain = /^(\d+|(.)\2+|[a-z]+)$/i.test(text) || new Set(text).size < 6;
  if (plain) return 1;
  return Math.min(4, 1 + (text.length >= 12) + (text.length >= 16) + (kinds >= 3));
}

// Menus: one open at a time, shut by a click beside them or Esc.
on("toggle", "details.menu", (event, at) => { if (at.open) $$("details.menu[open]").forEach((other) => { if (other !== at) other.open = false; }); }, true);
document.addEventListener("click", (event) => $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
on("click", "[data-open]", (event, at) => document.getElementById(at.dataset.open)?.showModal());
on("click", "dialog", (event, at) => { if (event.target === at) at.close(); });
on("click", "[data-back]", (event) => {
  // A form that was sent and refused comes from itself: one page back would be the same page.
  const from = document.referrer.startsWith(location.origin) && new URL(document.referrer).pathname !== location.pathname;
  if (from && history.length > 1) { event.preventDefault(); history.back(); }
});

on("click", "[data-print]", () => print());

// Folding the rail needs no new page.
on("click", "[data-fold]", (event, at) => {
  event.preventDefault();
  const folded = document.body.classList.toggle("folded");
  cookie("rail", folded ? "folded" : "open");
  at.value = folded ? "open" : "folded";
});
