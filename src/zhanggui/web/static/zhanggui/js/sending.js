// Sending: once, to a server that is there, by somebody who is signed in. What cannot be sent stays where it was typed, is
// said calmly in one bar, and goes again by one click; the mark a form carries keeps a second arrival from being done twice.
import { $, $$, PATIENCE_MS, make, on, posts, token } from "./page.js";
import { ask, done, refuse, unsaid, withReason } from "./ask.js";
import { forget, keep, kept, sends } from "./drafts.js";
import { toast } from "./toast.js";

const MARK_MS = 600_000;
const bar = $("#trouble-bar");
// What could not be sent, each with its own way to send it again: the latest last.
const unsent = new Map();

// ── the bar ──
/** Say what is the matter: offline, unsent, unknown, failed or expired; `at` is what was sent, `again` sends it once more. */
function trouble(kind, { at = null, says = "", again = null, link = "" } = {}) {
  if (!bar) return;
  if (at) {
    unsent.delete(at);
    unsent.set(at, { kind, says, again });
    document.dispatchEvent(new Event("unheard"));
  }
  bar.dataset.kind = kind;
  draw(link);
}
function draw(link = "") {
  for (const at of unsent.keys()) if (!at.isConnected) unsent.delete(at);
  const many = unsent.size;
  if (!many && /^(unsent|unknown|failed)$/.test(bar.dataset.kind)) bar.dataset.kind = navigator.onLine ? "" : "offline";
  bar.hidden = !bar.dataset.kind;
  if (bar.hidden) return;
  $("[data-says]", bar).textContent = many > 1 ? bar.dataset.several.replace("{n}", many) : bar.dataset[bar.dataset.kind] ?? "";
  $("[data-retries]", bar).replaceChildren(...[...unsent].map(([at, one]) => {
    const button = make("button", { type: "button", class: "btn", title: one.says }, many > 1 && one.says ? bar.dataset.resend.replace("{what}", one.says) : bar.dataset.retry);
    button.addEventListener("click", () => { sent(at); one.again(); });
    return button;
  }));
  $("[data-leave-off]", bar).hidden = !many;
  const anchor = $("[data-sign-in]", bar);
  anchor.hidden = bar.dataset.kind !== "expired";
  if (link) anchor.href = link;
}
/** This arrived, or goes once more: the bar keeps what else is open. */
function sent(at) {
  if (bar && unsent.delete(at)) draw();
}
/** What a person pressed, in its own words. */
const nameOf = (at, by) => ((by ?? (at.matches("form") ? $("button:not([type=button])", at) : at))?.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 24);
export function expired(address) {
  const back = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  $$("form").filter(sends).forEach((form) => { if (!form.matches("[data-batch]")) keep(form); });
  trouble("expired", { link: address || back });
}
on("click", "[data-leave-off]", () => { unsent.clear(); draw(); });
const network = () => {
  if (!bar || bar.dataset.kind === "expired" || unsent.size) return;
  bar.dataset.kind = navigator.onLine ? "" : "offline";
  draw();
};
addEventListener("online", network);
addEventListener("offline", network);
network();

// ── the mark ──
function uid() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
const marks = new WeakMap();
/** One for one thing to do: the same while the same is sent again, another for anything else. */
function mark(at, said) {
  const known = marks.get(at);
  if (known && known.said === said && Date.now() - known.at < MARK_MS) return known.mark;
  const fresh = { mark: uid(), said, at: Date.now() };
  marks.set(at, fresh);
  return fresh.mark;
}
/** What a form says, as a digest: it is compared, never read. */
const facts = (form, by) => digest(new URLSearchParams([...new FormData(form, by)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "once")).toString());
function digest(text) {
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (const sign of text) {
    one = Math.imul(one ^ sign.codePointAt(0), 2654435761);
    two = Math.imul(two ^ sign.codePointAt(0), 1597334677);
  }
  return `${(one >>> 0).toString(36)}${(two >>> 0).toString(36)}`;
}

// ── forms that lead to a page ──
/** Is the server there, and are we signed in? Brings the fresh pass of a page that was open for long. */
async function probe() {
  if (!navigator.onLine) return { kind: "unsent" };
  // At the door nobody is signed in yet: there is nothing to ask. A form goes on only once its first event is over.
  if (!document.body.dataset.user) return new Promise((go) => setTimeout(go, 0, { kind: "" }));
  const answer = await fetch(document.body.dataset.here ?? "/here/", { headers: { "HX-Request": "true", "HX-Current-URL": location.href }, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (!answer || answer.status >= 502) return { kind: "unsent" };
  if (answer.status === 401) return { kind: "expired", address: answer.headers.get("HX-Redirect") };
  const pass = answer.headers.get("X-CSRFToken");
  if (pass) {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": pass }));
    $$("[name=csrfmiddlewaretoken]").forEach((at) => { at.value = pass; });
  }
  return { kind: "" };
}

function carry(form, by) {
  const said = facts(form, by);
  const before = kept(form);
  const known = before.mark && before.said === said && Date.now() - before.sent < MARK_MS ? before.mark : mark(form, said);
  let field = $("input[name=once]", form);
  if (!field) form.append(field = make("input", { type: "hidden", name: "once" }));
  field.value = known;
  keep(form, { mark: known, said, sent: Date.now() });
}

on("submit", "form", async (event, form) => {
  const by = event.submitter;
  if (by?.getAttribute("aria-disabled") === "true") return event.preventDefault();
  if (event.defaultPrevented || (form.hasAttribute("hx-post") && !form.hasAttribute("data-asks")) || !posts(form)) return;
  if (form.dataset.go) { delete form.dataset.go; return; }
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  by?.setAttribute("aria-busy", "true");
  // A paper may be asked for as often as one likes, and goes into a window of its own.
  if (form.hasAttribute("data-again") || form.target || by?.hasAttribute("formtarget")) { setTimeout(() => fresh(form), 3000); return; }
  event.preventDefault();
  keep(form);
  const { kind, address } = await probe();
  if (kind) {
    fresh(form);
    if (kind === "expired") return expired(address);
    return trouble(kind, { at: form, says: nameOf(form, by), again: () => form.requestSubmit(same(form, by)) });
  }
  sent(form);
  if (!form.hasAttribute("data-leaves") && !$("[type=password]", form)) carry(form, by);
  if (form.hasAttribute("data-asks")) return beside(form, by);
  form.dataset.go = "1";
  form.requestSubmit(by);
});

/** Send a form that may be asked why, without leaving the page: it is left only for where the answer leads to. */
async function beside(form, by) {
  const where = by?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  // A form the server keeps as it is typed may be sent again at any time; of any other nobody knows yet how long it takes.
  const signal = form.hasAttribute("data-kept-there") ? AbortSignal.timeout(PATIENCE_MS) : undefined;
  const answer = await fetch(where, { method: "POST", body: new FormData(form, by), signal, credentials: "same-origin", headers: { "X-Ask": "1", "X-CSRFToken": token() } }).catch(() => null);
  const reason = $$("input[data-asked]", form);
  unsaid(form);
  if (!answer) { fresh(form); done(); return trouble(navigator.onLine ? "unknown" : "unsent", { at: form, says: nameOf(form, by), again: () => form.requestSubmit(same(form, by)) }); }
  const asked = answer.headers.get("X-Ask"), leads = answer.headers.get("X-Location"), told = answer.headers.get("HX-Trigger");
  if (leads) {
    forget((key, { sent: at }) => Boolean(at));
    if (new URL(leads, location.href).href.split("#")[0] === location.href.split("#")[0]) location.reload(); else location.assign(leads);
    return;
  }
  fresh(form);
  if (asked) return ask(asked, withReason(form, by));
  if (told?.startsWith("{")) {
    const [first] = JSON.parse(told).toast?.toasts ?? [];
    if (first) { if (!refuse(`${first.text} ${first.note}`)) toast(first); return; }
  }
  // A page of its own answers it: nothing was done, so it is sent once more the plain way.
  done();
  form.append(...reason);
  form.dataset.go = "1";
  form.requestSubmit(by);
}

/** The button that was pressed, also in a form that was drawn anew meanwhile. */
const same = (form, by) => (!by || by.isConnected ? by : $(`button[name="${CSS.escape(by.name)}"][value="${CSS.escape(by.value)}"]`, form));

function fresh(form) {
  delete form.dataset.sent;
  delete form.dataset.go;
  $$("[aria-busy=true]", form).forEach((busy) => busy.removeAttribute("aria-busy"));
  $$(`[form="${CSS.escape(form.id)}"][aria-busy=true]`).forEach((busy) => busy.removeAttribute("aria-busy"));
}
// A page that comes back from history is fresh again.
addEventListener("pageshow", () => $$("form[data-sent]").forEach(fresh));
on("click", "[aria-disabled=true]", (event) => event.preventDefault(), true);

// ── parts of a page ──
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, elt, headers, parameters } = event.detail;
  headers["X-CSRFToken"] = token();
  if (verb === "get") return;
  const { csrfmiddlewaretoken, ...said } = { ...parameters };
  headers["X-Once"] = mark(elt, digest(JSON.stringify(said)));
});
const asks = (elt) => !elt.matches("[hx-post]") || elt.matches("[hx-trigger*=every]");
function lost(kind, elt, by) {
  const again = () => (elt.matches("form") && by ? elt.requestSubmit(by) : window.htmx.trigger(elt, elt.matches("form") ? "submit" : "click"));
  trouble(kind, { at: elt, says: nameOf(elt, by), again });
}
for (const type of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(type, ({ detail: { elt, requestConfig } }) => {
    if (asks(elt) && !elt.matches("form")) return;
    lost(navigator.onLine ? "unknown" : "unsent", elt, requestConfig?.triggeringEvent?.submitter);
  });
}
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, xhr, requestConfig } }) => {
  if (!xhr?.status) return;
  if (xhr.status < 500) marks.delete(elt);
  if (successful) sent(elt);
  else if (xhr.status >= 502 && !asks(elt)) lost("failed", elt, requestConfig?.triggeringEvent?.submitter);
});
