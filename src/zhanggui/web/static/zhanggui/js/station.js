// A station: the scanner is heard wherever the focus is; the answer is there before the server's; nothing is lost offline.
//
// <main data-station data-scan="/…/scan/" data-queue="packing-12">  one per page
//   <input data-code>                                                where a code can also be typed
//   <div data-body>…</div>                                           replaced by what the server answers
//   {{ expects|json_script:"expects" }}                              what would be right: see judge()
// The server gets uid, code and at (ms); it answers the new body and says X-Station: right | wrong | done | stop.
// An answer that is none of these is a refusal or a fault: data-cover="lost" says so, with the server's own words
// where data-says-why and data-says-how stand.
import { $, $$, post } from "./page.js";

const station = $("[data-station]");
const name = `station:${station?.dataset.queue}`;
const GAP_MS = 60;
// A code the bench does not know may be the next box: so long the server may say what it is before it is called wrong.
const DOUBT_MS = 250;
const said = new Map();
let buffer = "", touched = 0, sending = false, awaiting = 0;

const queue = () => JSON.parse(localStorage.getItem(name) ?? "[]");
const store = (items) => (items.length ? localStorage.setItem(name, JSON.stringify(items)) : localStorage.removeItem(name));

function uid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ── sound: short and high is right, two low ones are wrong, a rising pair is done, three long ones stop the hand ──
let sound;
const NOTES = {
  right: [[1320, 0, 0.07]],
  wrong: [[196, 0, 0.22], [147, 0.26, 0.34]],
  done: [[880, 0, 0.1], [1320, 0.11, 0.18]],
  stop: [[440, 0, 0.25], [440, 0.35, 0.25], [440, 0.7, 0.25]],
};
export function play(answer) {
  try {
    sound ??= new AudioContext();
    sound.resume();
    for (const [hertz, from, long] of NOTES[answer] ?? []) {
      const tone = sound.createOscillator(), loud = sound.createGain(), at = sound.currentTime + from;
      tone.type = answer === "wrong" ? "square" : "sine";
      tone.frequency.value = hertz;
      loud.gain.setValueAtTime(0.0001, at);
      loud.gain.exponentialRampToValueAtTime(answer === "wrong" ? 0.25 : 0.4, at + 0.01);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + long);
      tone.connect(loud).connect(sound.destination);
      tone.start(at);
      tone.stop(at + long + 0.02);
    }
  } catch { /* A machine without sound still has its screen. */ }
}

// ── judging before the server does ──
function expects() {
  const kept = $("#expects");
  return kept ? JSON.parse(kept.textContent) : null;
}

/** {"codes": {"690…": lineId}, "lines": {lineId: {"left": 2}}, "now": lineId}: right while something of the line is missing.
    With "now" only that line is sure to be meant; of any other, as of a code unknown here, the server is asked first. */
function judge(code) {
  const known = expects();
  if (!known) return null;
  const line = known.codes[code] ?? known.codes[code.toUpperCase()];
  const sure = line !== undefined && (known.now === undefined || known.now === line);
  if (line === undefined || !(known.lines[line]?.left > 0)) return { answer: "wrong", line, sure };
  known.lines[line].left -= 1;
  const left = Object.values(known.lines).reduce((sum, one) => sum + one.left, 0);
  return { answer: left ? "right" : "done", line, left, here: known.lines[line].left, sure, after: JSON.stringify(known) };
}

function show(answer, judged, code) {
  station.dataset.answer = answer;
  for (const cover of $$("[data-cover]")) cover.hidden = cover.dataset.cover !== answer;
  $$("[data-scanned]").forEach((at) => { at.textContent = code; });
  if (judged && judged.line !== undefined && answer !== "wrong") {
    $$(`[data-left-of="${CSS.escape(String(judged.line))}"]`).forEach((at) => { at.textContent = judged.here; });
    $$(`[data-line="${CSS.escape(String(judged.line))}"]`).forEach((at) => at.classList.toggle("all", judged.here === 0));
    $$("[data-left-all]").forEach((at) => { at.textContent = judged.left; });
  }
  play(answer === "lost" ? "wrong" : answer);
}

/** Take a code, however it came. */
export function scan(code) {
  code = code.trim();
  if (!code || !station) return;
  const judged = judge(code);
  const own = uid();
  const tell = () => {
    if (judged.after && $("#expects")) $("#expects").textContent = judged.after;
    said.set(own, judged.answer);
    show(judged.answer, judged, code);
  };
  store([...queue(), { uid: own, code, at: Date.now(), url: station.dataset.scan }]);
  if (judged && (judged.sure || !navigator.onLine)) tell();
  else if (judged) setTimeout(() => { if (queue().some((one) => one.uid === own)) tell(); }, DOUBT_MS);
  send();
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let items = queue(); items.length; items = queue()) {
      const [first] = items;
      awaiting = items.length;
      light();
      const answer = await post(first.url, { uid: first.uid, code: first.code, at: first.at }).catch(() => null);
      // No answer, or a server that is away: it stays at the head and goes again; the uid makes twice harmless.
      if (!answer || answer.status >= 502) break;
      // Signed out meanwhile: it waits here too, and goes when somebody has signed in and the bench is back.
      if (answer.status === 401) return location.assign(answer.headers.get("HX-Redirect") ?? location.href);
      // Signed in again elsewhere, so this page's pass is stale: once fresh, it goes. Once only, or it would turn for ever.
      if (answer.status === 403 && !answer.headers.has("HX-Reswap") && turned() === 1) return location.reload();
      store(queue().filter((one) => one.uid !== first.uid));
      turned(0);
      await hear(answer, first);
    }
  } finally {
    sending = false;
    awaiting = queue().length;
    light();
  }
}

/** How often this bench was loaded again for one beep; given a number, that many from here on. */
function turned(times) {
  const place = `${name}:turned`, now = times ?? Number(sessionStorage.getItem(place) ?? 0) + 1;
  if (now) sessionStorage.setItem(place, now); else sessionStorage.removeItem(place);
  return now;
}

async function hear(answer, scanned) {
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) return location.assign(elsewhere);
  const before = said.get(scanned.uid) ?? "";
  said.delete(scanned.uid);
  if (!answer.ok) return lose(await answer.text(), scanned.code);
  const says = answer.headers.get("X-Station") ?? (before || "right");
  const told = answer.headers.get("HX-Trigger");
  if (told?.startsWith("{")) document.dispatchEvent(new CustomEvent("toast", { detail: JSON.parse(told).toast ?? {} }));
  // What the hand did meanwhile is not wiped away by an older answer.
  if (answer.status !== 204 && !queue().length) replace(await answer.text());
  // Said already, unless the server knows better than the bench did.
  if (says !== before) show(says, null, scanned.code);
}

/** It was not taken down, and not because the piece is wrong: say why in the server's words. */
function lose(html, code) {
  const told = parse(html);
  const words = [...told.querySelectorAll(".trouble :is(h1, h3, p)")].map((at) => at.textContent.trim()).filter(Boolean);
  $$("[data-says-why]").forEach((at) => { at.textContent = words[0] ?? ""; });
  $$("[data-says-how]").forEach((at) => { at.textContent = words[1] ?? ""; });
  show($("[data-cover=lost]") ? "lost" : "wrong", null, code);
}

// In a template, so that what the page needs for itself (what it expects) stays among the rest.
function parse(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}

function replace(html) {
  const body = $("[data-body]", station);
  const fresh = parse(html), inside = fresh.querySelector("[data-body]") ?? fresh;
  // The next code may be half typed already: it goes on where it was, in the fresh field.
  const before = $("[data-code]", station), typed = before?.value ?? "", held = before && document.activeElement === before;
  body.replaceChildren(...inside.childNodes);
  const after = $("[data-code]", station);
  if (after && before && after !== before) {
    after.value = typed;
    if (held) after.focus({ preventScroll: true });
  }
  window.htmx?.process(body);
}

function light() {
  $$("[data-link]").forEach((at) => {
    const waiting = !navigator.onLine || (awaiting > 0 && !sending);
    at.dataset.tone = waiting ? "warn" : "good";
    at.textContent = waiting ? at.dataset.waiting.replace("{n}", awaiting) : at.dataset.well;
  });
}

// ── hearing the scanner: it types fast and ends with Enter ──
if (station) {
  const field = () => $("[data-code]", station);
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    const at = event.target, own = at === field();
    const other = !own && at instanceof HTMLElement && at.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (event.key === "Enter") {
      const code = buffer || (own ? at.value : "");
      buffer = "";
      if (!code) return;
      event.preventDefault();
      event.stopPropagation();
      if (field()) field().value = "";
      scan(code);
    } else if (event.key.length === 1 && !other && !own) {
      const now = performance.now();
      if (now - touched > GAP_MS * 10) buffer = "";
      touched = now;
      buffer += event.key;
      if (field()) field().value = buffer;
      event.preventDefault();
    } else if (/^F\d+$/.test(event.key) || event.key === "Escape") {
      const button = $$(`[data-key="${CSS.escape(event.key)}"]`).filter((one) => one.offsetParent !== null).at(-1);
      if (button) { event.preventDefault(); button.click(); }
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      const undo = $$("[data-undo-scan]").filter((one) => one.offsetParent !== null).at(-1);
      if (undo) { event.preventDefault(); undo.click(); }
    }
  });
  // A camera or a button may also give a code.
  document.addEventListener("scanned", (event) => scan(event.detail.code));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-gives]");
    if (!button) return;
    event.preventDefault();
    // Once: the answer brings a fresh button.
    if (!button.hasAttribute("aria-busy")) { button.setAttribute("aria-busy", "true"); scan(button.dataset.gives); }
  });
  $("form[data-scan-form]", station)?.addEventListener("submit", (event) => { event.preventDefault(); const at = field(); scan(at.value); at.value = ""; });
  addEventListener("online", () => { light(); send(); });
  addEventListener("offline", light);
  setInterval(() => { if (queue().length) send(); }, 5000);
  awaiting = queue().length;
  light();
  send();
  field()?.focus({ preventScroll: true });
}
