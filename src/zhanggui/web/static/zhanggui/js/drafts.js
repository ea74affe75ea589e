// What was typed and not yet taken in. It lives in this tab alone and ends with it, with signing out, and with success;
// passwords, codes and fields marked data-private are never kept, nor is anybody's else shown.
import { $, $$, each, make, on, posts } from "./page.js";

const PREFIX = "draft:";
const who = document.body.dataset.user ?? "";
const kind = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !/^(password|hidden|file|submit|button)$/.test(field.type)
  && !field.hasAttribute("data-private") && !/one-time-code|password/.test(field.autocomplete ?? "");
const ticks = (field) => /^(checkbox|radio)$/.test(field.type);
export const sends = (form) => posts(form) && !form.matches(".search") && !form.hasAttribute("data-no-draft");

/** What a form is called, the same after a reload. */
export function nameOf(form) {
  return form.dataset.draft || form.getAttribute("id") || new URL(form.getAttribute("action") || location.href, location.href).pathname;
}
const place = (form) => `${PREFIX}${who}:${location.pathname}:${nameOf(form)}`;
const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
const write = (key, facts) => { try { sessionStorage.setItem(key, JSON.stringify(facts)); } catch { /* A full store keeps what it has. */ } };

/** Keep it as it stands; `more` is remembered beside it. */
export function keep(form, more = {}) {
  clearTimeout(saving);
  if (gone) return;
  const fields = [...form.elements].filter(kind);
  const changed = fields.some((field) => (ticks(field) ? field.checked !== field.defaultChecked : field.tagName === "SELECT" ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.value !== field.defaultValue));
  if (!changed && !Object.keys(more).length) return sessionStorage.removeItem(place(form));
  write(place(form), { ...read(place(form)), facts: changed ? fields.map((field) => [field.name, field.value, field.checked]) : [], ...more });
}
export const kept = (form) => read(place(form)) ?? {};
export function forget(test) {
  Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && test(key, read(key) ?? {})).forEach((key) => sessionStorage.removeItem(key));
}

// Somebody else has signed in, or nobody is: what the last one typed is theirs.
if (who) forget((key) => !key.startsWith(`${PREFIX}${who}:`));
let saving, gone = false;
on("submit", "form[data-leaves]", () => { gone = true; clearTimeout(saving); forget(() => true); });

// A page we were led to after a form was sent says that it was taken in; a page of trouble or the door, Back, reload and an
// address one went to oneself do not.
const [arrived] = performance.getEntriesByType("navigation");
if (who && !$("[data-not-done]") && arrived?.type === "navigate" && arrived.redirectCount > 0) forget((key, { sent }) => Boolean(sent) && !(key.startsWith(`${PREFIX}${who}:${location.pathname}:`) && $("[aria-invalid=true]")));
each("[data-draft-done]", (at) => forget((key) => key.endsWith(`:${at.dataset.draftDone}`)));

each("form", (form) => {
  const { facts } = sends(form) ? kept(form) : {};
  if (!facts?.length || $("[aria-invalid=true]", form)) return;
  let filled = 0;
  for (const [name, value, ticked] of facts) {
    for (const field of form.elements) {
      if (field.name !== name || !kind(field)) continue;
      if (ticks(field)) { if (field.value === value && field.checked === field.defaultChecked && field.checked !== ticked) { field.checked = ticked; filled++; } }
      else if (field.value !== value && (field.tagName === "SELECT" || field.value === field.defaultValue)) { field.value = value; filled++; }
    }
  }
  if (filled) say(form);
});

/** Filled in again: said, and taken back with one click. */
function say(form) {
  const bar = $("#trouble-bar");
  if (!bar?.dataset.restored || form.matches(".batch")) return;
  const drop = make("button", { type: "button", class: "btn plain" }, bar.dataset.away);
  const said = make("p", { class: "note restored", role: "status" }, `${bar.dataset.restored} `, drop);
  drop.addEventListener("click", () => { form.reset(); keep(form); said.remove(); $(".input", form)?.focus(); });
  form.prepend(said);
}

// A form the server keeps as it is typed is kept here only while that fails (its own script marks it so): what lay here longer
// would come back over what another window has written since.
const typed = (form) => sends(form) && !form.matches("[data-batch], [data-kept-there]:not([data-unheard])");
const save = (form) => { clearTimeout(saving); saving = setTimeout(() => { if (typed(form)) keep(form); }, 300); };
for (const type of ["input", "change"]) on(type, "form", (event, form) => { if (typed(form)) save(form); });
document.addEventListener("input", (event) => { const form = event.target.form; if (form && !form.contains(event.target) && typed(form)) save(form); });
