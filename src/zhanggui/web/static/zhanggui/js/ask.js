// Where the house asks why before it goes on, it asks beside the page, not instead of it: a dialog with what is about to happen.
// The form that was sent stays as it is, gets the reason and is sent again; Esc sends nothing. A word of refusal stands in it.
import { $, $$, make, on } from "./page.js";

let dialog = null, waiting = null;

/** Open the question at `page`; `send` sends what was held back, with the reason. */
export async function ask(page, send) {
  const answer = await fetch(page, { headers: { "X-Ask": "1" }, credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return location.assign(page);
  const html = new DOMParser().parseFromString(await answer.text(), "text/html");
  const inside = $("[data-ask-form]", html);
  if (!inside) return location.assign(page);
  const said = dialog?.open ? $("textarea", dialog)?.value : "";
  dialog?.remove();
  dialog = make("dialog", { class: "dialog ask-dialog", "aria-labelledby": "ask-title" }, inside);
  document.body.append(dialog);
  dialog.addEventListener("close", () => { waiting = null; dialog.remove(); });
  waiting = send;
  dialog.showModal();
  const field = $("textarea", dialog);
  if (said) { field.value = said; refuse(inside.dataset.more); }
  field.focus();
}

/** Why it was refused, where one was asked; false where nobody was. */
export function refuse(says) {
  const at = dialog?.open && $("[data-ask-error]", dialog);
  if (!at) return false;
  at.textContent = says;
  at.parentElement.hidden = false;
  busy(false);
  return true;
}

export function done() { if (dialog?.open) dialog.close(); }

function busy(is) { dialog.querySelectorAll("button").forEach((at) => at.toggleAttribute("aria-busy", is)); }

on("submit", "[data-ask-form]", (event, form) => {
  event.preventDefault();
  const why = event.submitter?.name === "why" ? event.submitter.value : $("textarea", form).value.trim();
  if (!waiting || (!why && !("free" in form.dataset))) return $("textarea", form).focus();
  busy(true);
  waiting(why, $$("[data-ask-more]", form).map(({ name, value }) => [name, value]));
}, true);
on("click", "[data-ask-away]", (event) => { event.preventDefault(); done(); });

/** Send `form` again with the reason in it. */
export function withReason(form, by) {
  return (why, more = []) => {
    unsaid(form);
    // A part of a page forgets which button was pressed once the question has the focus.
    const pressed = by?.name && form.hasAttribute("hx-post") && !form.hasAttribute("data-asks") ? [[by.name, by.value]] : [];
    form.append(...[["why", why], ["seen_first", "1"], ...more, ...pressed].map(([name, value]) => make("input", { type: "hidden", name, value, "data-asked": true })));
    form.requestSubmit(by?.isConnected ? by : null);
  };
}

/** It was sent: the next thing this form does has a reason of its own. */
export function unsaid(form) { $$("input[data-asked]", form).forEach((field) => field.remove()); }

// Parts of a page: htmx sends them, and the answer says that it is asked.
document.addEventListener("htmx:configRequest", ({ detail: { verb, headers } }) => { if (verb !== "get") headers["X-Ask"] = "1"; });
document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr, requestConfig, successful } }) => {
  const page = xhr?.getResponseHeader("X-Ask");
  unsaid(elt);
  const by = requestConfig?.triggeringEvent?.submitter;
  if (page) {
    const form = elt.matches("form") ? elt : null;
    const send = form ? withReason(form, by) : (why, more = []) => window.htmx.ajax("POST", requestConfig.path, { source: elt, values: { ...Object.fromEntries(requestConfig.formData), ...Object.fromEntries(more), why, seen_first: "1" } });
    return ask(page, send);
  }
  if (successful) done();
  else if (xhr?.status >= 400 && xhr.status < 500) refuse(new DOMParser().parseFromString(xhr.responseText, "text/html").body.textContent.trim());
});
