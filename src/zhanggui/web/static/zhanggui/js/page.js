// What the parts share: finding, listening to what is there now and what comes later, asking the server.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Hear `type` wherever it happens under an element that matches. */
export function on(type, selector, hear, capture = false) {
  document.addEventListener(type, (event) => {
    const at = event.target instanceof Element ? event.target.closest(selector) : null;
    if (at) hear(event, at);
  }, capture);
}

/** Do `work` with each match that is here, and with those a swap brings. */
export function each(selector, work) {
  const met = new WeakSet();
  const once = (at) => { if (!met.has(at)) { met.add(at); work(at); } };
  const all = (root) => { if (root.matches?.(selector)) once(root); $$(selector, root).forEach(once); };
  all(document);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
}

export function token() {
  const kept = document.body.getAttribute("hx-headers");
  return kept ? JSON.parse(kept)["X-CSRFToken"] : $("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// So long an answer is waited for where what was asked may simply be asked again.
export const PATIENCE_MS = 6000;
export function post(url, facts = {}, patience = 0) {
  const signal = patience ? AbortSignal.timeout(patience) : undefined;
  const body = facts instanceof FormData ? facts : new URLSearchParams(facts);
  return fetch(url, { method: "POST", body, signal, credentials: "same-origin", headers: { "X-CSRFToken": token(), "HX-Request": "true", "HX-Current-URL": location.href } });
}

export function make(tag, facts = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  made.append(...inside);
  return made;
}

export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(ns, "svg"), use = document.createElementNS(ns, "use");
  drawn.setAttribute("class", "i");
  drawn.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${new URL("../icons.svg", import.meta.url).pathname}#${name}`);
  drawn.append(use);
  return drawn;
}

export const typing = (at) => at instanceof Element && (at.isContentEditable || /^(textarea|select)$/i.test(at.tagName) || (at.tagName === "INPUT" && !/^(checkbox|radio|button|submit|file)$/.test(at.type)));

/** Whether a form is sent by POST: asked of its mark, for a field that is called "method" hides the form's own word. */
export const posts = (form) => form.getAttribute("method")?.toLowerCase() === "post";

export const number = (value) => new Intl.NumberFormat(document.documentElement.lang || "zh-CN").format(value);

export function cookie(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}
