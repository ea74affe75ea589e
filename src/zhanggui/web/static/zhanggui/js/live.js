// What changes while one looks. A part marked data-live="15" asks every 15 s whether it still is so; the answer is mostly
// 304. Figures and words change in place, rows that would jump wait behind a word to click on, and nothing under the hand
// is touched: not what has the focus, is ticked, marked or typed. A hidden page asks nothing; a server that does not answer
// is asked ever more seldom.
import { $, $$, on, typing } from "./page.js";
import { keyOf, morph } from "./morph.js";
import { expired } from "./sending.js";

const MOST_MS = 120_000, IDLE_MS = 60_000, PATIENCE_MS = 15_000;
const home = location.href.split("#")[0];
const synced = $("#synced"), light = $("#light"), unheard = $("#unheard");
const beats = [];
let touched = Date.now();
for (const type of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(type, () => { touched = Date.now(); }, { passive: true, capture: true });

/** Ask `url` every so often; `take` gets the fresh page. */
class Beat {
  constructor(url, everyMs, take) { Object.assign(this, { url, everyMs, take, tag: "", failed: 0, timer: 0, last: Date.now() }); beats.push(this); this.plan(); }

  plan(soon = false) {
    clearTimeout(this.timer);
    const wait = Math.min(this.everyMs * 2 ** this.failed, MOST_MS) * (0.9 + Math.random() * 0.2);
    this.timer = setTimeout(() => this.ask(), soon ? 0 : wait);
  }

  async ask({ now = false } = {}) {
    clearTimeout(this.timer);
    if (document.hidden || !navigator.onLine) return;
    const headers = { "HX-Request": "true", "X-Live": "1", "HX-Current-URL": location.href };
    if (this.tag && !now) headers["If-None-Match"] = this.tag;
    const answer = await fetch(this.url, { headers, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
    if (answer?.status === 401) return expired(answer.headers.get("HX-Redirect"));
    // An answer that breaks off on its way is none.
    const html = answer?.ok && answer.status !== 204 ? await answer.text().catch(() => null) : "";
    if (!answer || answer.status >= 500 || html === null) { this.failed = Math.min(this.failed + 1, 6); hear(); return this.plan(); }
    this.failed = 0;
    this.tag = answer.headers.get("ETag") ?? this.tag;
    if (html) this.take(new DOMParser().parseFromString(html, "text/html"), now);
    this.last = Date.now();
    say(this);
    this.plan();
  }
}

// ── the parts of this page ──
const parts = () => $$("[data-live]");
const rows = (part) => $$("tbody tr", part).map(keyOf).filter(Boolean);
let waiting = null;

/** Somebody is at work in this part, so it is not theirs that changes under them. */
function busy(part) {
  const at = document.activeElement, marked = getSelection();
  if ($("dialog[open]") || $("details[open]", part) || $(".result", part)) return true;
  if (marked && !marked.isCollapsed && part.contains(marked.anchorNode)) return true;
  if (at && part.contains(at) && typing(at)) return true;
  return $$("input:not([type=checkbox]):not([type=radio]):not([type=hidden]), textarea", part).some((field) => field.value !== field.defaultValue);
}

/** Rows may come and go: nobody has chosen any, nobody reads further down, nobody has moved for a minute. */
const calm = (part) => !$("tbody input:checked", part) && part.scrollTop < 8 && Date.now() - touched > IDLE_MS && !$("tr[data-cursor], tr[aria-current]", part);

function take(fresh, now) {
  waiting = null;
  for (const part of parts()) {
    const next = fresh.getElementById(part.id);
    if (!next) continue;
    const before = rows(part), after = rows(next);
    const same = before.length === after.length && before.every((key, nth) => key === after[nth]);
    if (!now && (busy(part) || !(same || (!before.length && !after.length) || calm(part)))) {
      if (same && busy(part)) continue;
      const fresh_ = after.filter((key) => !before.includes(key)).length;
      waiting = { fresh, many: Math.max(waiting?.many ?? 0, fresh_) };
      // Rows that stay where they are may still say what is new of them.
      if (!busy(part)) stay(part, next);
      continue;
    }
    change(part, next);
  }
  offer();
}

function stay(part, next) {
  const fresh = new Map($$("tbody tr", next).map((row) => [keyOf(row), row]));
  for (const row of $$("tbody tr", part)) {
    const other = keyOf(row) && fresh.get(keyOf(row));
    if (other) flash(row, () => morph(row, other.cloneNode(true)));
  }
}

function change(part, next) {
  const known = new Map($$("tbody tr", part).map((row) => [keyOf(row), row.textContent]));
  const figures = new Map($$(".n, .counts b", part).map((at, nth) => [nth, at.textContent]));
  if (!morph(part, next)) return;
  for (const row of $$("tbody tr", part)) if (known.has(keyOf(row)) && known.get(keyOf(row)) !== row.textContent) fade(row);
  $$(".n, .counts b", part).forEach((at, nth) => { if (figures.has(nth) && figures.get(nth) !== at.textContent) fade(at); });
  window.htmx?.process(part);
  part.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: part } }));
  document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
}

function flash(row, work) {
  const before = row.textContent;
  work();
  if (row.textContent !== before) fade(row);
}

function fade(at) {
  at.classList.remove("faded");
  void at.offsetWidth;
  at.classList.add("faded");
}

// ── the word at the top: since when it is true, what waits, and asking at once ──
function clock(ms) {
  // The shop's own clock, as everywhere on the page, wherever the reader sits.
  return new Date(ms).toLocaleTimeString("zh-CN", { hour12: false, timeZone: document.body.dataset.zone || undefined });
}

function say(beat) {
  hear();
  if (!synced || beat !== page) return;
  const time = $("time", synced);
  time.textContent = clock(beat.last);
  time.dateTime = new Date(beat.last).toISOString();
}

/** While the house is out of reach nothing at the top says that all is well. */
function hear() {
  const lost = !navigator.onLine || beats.some((beat) => beat.failed);
  if (unheard) { unheard.hidden = !lost; light.hidden = lost; }
  synced?.toggleAttribute("data-lost", lost);
  if (synced) synced.title = lost ? synced.dataset.lostSays : synced.dataset.well;
}
for (const type of ["online", "offline"]) addEventListener(type, hear);
document.addEventListener("unheard", () => frame?.ask());

function offer() {
  if (!synced) return;
  const word = $("[data-waits]", synced);
  word.textContent = !waiting ? "" : waiting.many ? synced.dataset.fresh.replace("{n}", waiting.many) : synced.dataset.changed;
  word.hidden = !waiting;
}

const live = parts();
const page = live.length ? new Beat(home, Math.min(...live.map((at) => Number(at.dataset.live) || 15)) * 1000, take) : null;
if (page && synced) {
  synced.hidden = false;
  say(page);
}
on("click", "[data-sync]", () => {
  if (waiting) {
    const held = waiting.fresh;
    $$("tbody input:checked").forEach((box) => { box.checked = false; });
    take(held, true);
  } else for (const beat of beats) beat.ask({ now: beat === page });
});

// ── the frame round every page ──
const pulse = $("#pulse");
const frame = pulse ? new Beat(pulse.dataset.url, 15_000, (fresh) => {
  for (const next of [...fresh.body.children]) {
    const at = next.id && document.getElementById(next.id);
    // An open menu is not pulled away from under the hand.
    if (!at || at.matches("details[open]")) continue;
    next.removeAttribute("hx-swap-oob");
    const before = at.textContent;
    morph(at, next);
    if (at.matches(".n") && at.textContent !== before) fade(at);
  }
}) : null;

const again = () => { if (!document.hidden) for (const beat of beats) if (beat.failed || Date.now() - beat.last > 3000) beat.plan(true); };
document.addEventListener("visibilitychange", again);
addEventListener("online", again);

// What htmx asks by itself, too, waits while nobody looks.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("[hx-trigger*=every]") && (document.hidden || !navigator.onLine)) event.preventDefault();
});

// Where a line of tabs runs out of sight (a narrow screen, a drawer beside it) the one we are in is brought to the middle.
const inSight = new ResizeObserver((lines) => {
  for (const { target: line } of lines) {
    const at = $("[aria-current]", line);
    line.toggleAttribute("data-more", line.scrollWidth > line.clientWidth + 1);
    if (at && line.scrollWidth > line.clientWidth) line.scrollLeft = at.offsetLeft - line.offsetLeft - (line.clientWidth - at.offsetWidth) / 2;
  }
});
$$(".tabs, .reasons").forEach((line) => inSight.observe(line));
