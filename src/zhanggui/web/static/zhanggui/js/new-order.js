// A new order: kept on the server as it is typed, and in this browser while there is no server. The server adds up, finds and
// draws; without this script every button still does what it says.
import { $, $$, PATIENCE_MS, make, on, post } from "./page.js";
import { forget, keep as hold } from "./drafts.js";
import { meant } from "./finder.js";
import { hand, lines, putBack, since, standing } from "./meanwhile.js";

const form = $("#entry"), state = $("#entry-state");
const AFTER_MS = 1200, AGAIN_MS = 5000;
// Fields of the page that are no part of the order.
const BESIDE = /^(who|find|paste|template)$/;
let saving, changed = false, stopped = false;
// One after the other: two that left together would carry one version, and each would take the other for a second window.
let turn = Promise.resolve(), waiting = 0, failed = -1;
// What is to be done and was not heard of yet. What left goes again just as it was: where the server has it already, it only answers.
const open = [];
function inTurn() {
  const asked = performance.now(), work = () => heard(asked);
  waiting++;
  turn = turn.then(work, work).finally(() => { waiting--; });
  return turn;
}

// What a call left in the address's last part is never sent there: a phone has no place in an address.
const called = new URLSearchParams(location.hash.slice(1)).get("phone");
if (called) history.replaceState(null, "", location.pathname + location.search);

const facts = (more = {}) => {
  const said = new FormData(form);
  for (const [name, value] of Object.entries(more)) said.set(name, value);
  said.delete("paste");
  return said;
};
const say = (kind, at = "") => { state.textContent = (state.dataset[kind] ?? "").replace("{at}", at); };

// ── kept as it is typed ──
function save() {
  clearTimeout(saving);
  if (stopped || !(changed || open.length)) return turn;
  if (waiting) { later(); return turn; }
  if (!open.length) open.push({ verb: "save", more: {} });
  return inTurn();
}
/** Send what waits, the oldest first; what was asked before the last failure does not try on its own. */
async function heard(asked) {
  if (asked < failed) return lost();
  while (open.length && !stopped) {
    const [one] = open;
    if (!one.said && !depart(one)) { open.shift(); continue; }
    say("saving");
    const { answer, text } = await sent(one.said);
    if (!answer || answer.status >= 502) return lost();
    open.splice(open.indexOf(one), 1);
    delete form.dataset.unheard;
    const says = (answer.headers.get("Content-Type") ?? "").includes("json") ? JSON.parse(text) : null;
    // Whoever is signed out, and whatever fails, keeps what was typed here until it can be sent.
    if ((!answer.ok && answer.status !== 409) || (one.plain && !says)) {
      if (one.more.find) $("#e-find", form).value ||= one.more.find;
      return lost();
    }
    if (answer.redirected) return location.assign(answer.url);
    if (says) told(one, answer, says);
    else drawn(one, text);
  }
  return null;
}
/** The answer and all it says; neither where it did not come in time or broke off. */
async function sent(said) {
  try {
    const answer = await post(form.action, said, PATIENCE_MS);
    return { answer, text: await answer.text() };
  } catch { return {}; }
}
/** What is sent, and how the form stood when it left. A line that is gone needs no taking out. */
function depart(one) {
  let { verb } = one;
  if (one.line) {
    const nth = [...lines(form)].find(([, goods]) => goods === one.line)?.[0];
    if (nth === undefined) return false;
    verb = `remove:${nth}`;
  }
  const text = $("#e-paste", form)?.value ?? "";
  one.plain = verb === "save" && !one.more.mine;
  one.said = facts({ do: verb, ...one.more });
  if (verb === "paste") one.said.set("paste", text);
  one.left = document.activeElement;
  one.before = standing(form);
  // What stands there and is not what was asked for is somebody's next word.
  if (!verb.startsWith("add") || one.more.find) one.before.set("find", "");
  if (verb !== "paste") one.before.set("paste", "");
  changed = false;
  return true;
}
function lost() {
  failed = performance.now();
  // What left may have arrived, and a scan is meant whenever it does; a click that never left is made again by whoever wants it.
  open.splice(0, open.length, ...open.filter(({ said, verb }) => said || /^add/.test(verb)));
  changed = true;
  form.dataset.unheard = "";
  hold(form);
  say("lost");
  clearTimeout(saving);
  saving = setTimeout(save, AGAIN_MS);
  return null;
}
/** It is kept: said, unless more was typed since it left; that is kept next. */
function kept(at) {
  here();
  say(changed ? "saving" : "kept", at);
  if (changed) later();
  else forget((key) => key.endsWith(`:${form.dataset.draft}`));
}
function told(one, answer, says) {
  if (answer.status === 409) return elsewhere(says);
  changed = [...since(form, one.before).values()].some(({ name }) => !BESIDE.test(name));
  if (says.version) $("[name=version]", form).value = says.version;
  show(says);
  if (says.version) kept(says.at);
  else if (changed) later();
  else say("");
  return null;
}
function later() {
  clearTimeout(saving);
  saving = setTimeout(save, AFTER_MS);
}
/** The address of this sheet, so that a reload and Back find it again. */
function here() {
  if (location.pathname !== new URL(form.action).pathname) history.replaceState(history.state, "", form.action);
}
function elsewhere({ gone, elsewhere: says }) {
  if (gone) return location.assign(gone);
  stopped = true;
  say("elsewhere");
  const mine = make("button", { type: "button", class: "btn" }, state.dataset.mine);
  state.textContent = says;
  mine.addEventListener("click", () => { stopped = false; act("save", { mine: "1" }); });
  state.append(" ", mine);
  return null;
}
function show({ rows, wrong, pieces, total, told, doubts }) {
  const lines = $$("tr[data-line]", form);
  if (lines.length === rows.length) lines.forEach((line, nth) => {
    const { total: sum, free, wrong: bad } = rows[nth];
    const [tone, word] = free, at = $("[data-free]", line), under = $(`[data-wrong="${nth}"]`, form);
    at.dataset.tone = tone;
    at.textContent = word;
    if ($("[data-total]", line)) $("[data-total]", line).textContent = sum;
    for (const cell of ["quantity", "unit", "off"]) mark($(`[name=l${nth}_${cell}]`, line), bad[cell]);
    under.hidden = !Object.keys(bad).length;
    $(".error", under).textContent = Object.values(bad).join(" ");
  });
  for (const at of $$("[data-error]", form)) {
    const text = wrong[at.dataset.error] ?? "";
    at.hidden = !text;
    at.textContent = text;
    mark(document.getElementById(`e-${at.dataset.error}`), text);
  }
  for (const at of $$("[data-beside]", form)) {
    const text = doubts[at.dataset.beside] ?? "";
    // Of what is still being typed nothing is said, nor is what the preview sent one back for taken away before it is filled.
    const field = document.getElementById(`e-${at.dataset.beside}`);
    if (field === document.activeElement || (!text && !field.value)) continue;
    at.hidden = !text;
    at.textContent = text;
  }
  $("[data-pieces]", form).textContent = pieces;
  for (const at of $$("[data-sum-all]", form)) at.textContent = total;
  // The sum a message named is worth a word while ours is another.
  if ($("[data-told]", form)) $("[data-told]", form).hidden = !told;
}
function mark(field, text) {
  if (!field) return;
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

// ── one click, answered by the form anew ──
function act(verb, more = {}, line = "") {
  clearTimeout(saving);
  // Clicked twice is meant once; scanned twice is two pieces.
  if (verb === "add" || !open.some((one) => one.verb === verb && one.line === line && one.more.mine === more.mine)) {
    const one = { verb, more, line };
    if (more.mine) open.unshift(one); else open.push(one);
  }
  return inTurn();
}
function drawn(one, html) {
  const typed = since(form, one.before), there = hand(form, typed, one.left);
  // The server's word for what was looked for stands where nothing else was typed since.
  if (!$("#e-find", form).value) typed.delete("find");
  form.innerHTML = html;
  const filled = putBack(form, typed);
  changed = filled.some((at) => !BESIDE.test(at.name));
  window.htmx?.process(form);
  for (const at of filled) {
    const folded = at.closest("details");
    if (folded) folded.open = true;
    if (at.name === "who") seek(at, at.value.trim());
    else if (one.before.get(at.name) !== at.value) sure(at);
  }
  kept($("[data-at]", form).dataset.at);
  if (there?.()) return;
  const next = $("[data-focus]", form)?.dataset.focus;
  if (next && document.getElementById(`e-${next}`)) focus(next, typed.has("find"));
  else reach("");
  added(one.said)?.scrollIntoView({ block: "nearest" });
  // On a phone the goods are a page away from what should be looked over first.
  if (one.verb === "paste") $(".entry-heard", form)?.scrollIntoView({ block: "nearest" });
}
/** The last line that was not sent so: what came to the goods, or became more of them. */
function added(said) {
  const before = new Map([...said].filter(([name]) => /^l\d+_sku$/.test(name)).map(([name, sku]) => [sku, said.get(name.replace("_sku", "_quantity"))]));
  return $$("tr[data-line]", form).filter((line) => before.get($("[name$=_sku]", line).value) !== $("[name$=_quantity]", line).value).at(-1);
}
function focus(name, typing = false) {
  const at = name && document.getElementById(`e-${name}`);
  if (!at) return;
  at.focus();
  if (name === "find" && !typing) at.select();
}

/** The field, or the first one in what is no field; where nothing is wanting, the way on. */
function reach(name) {
  const at = name && document.getElementById(`e-${name}`);
  const to = !at ? $("[data-preview]", form) : at.matches("input, select, textarea, [tabindex]") ? at : $("input:not([type=hidden]), select", at) ?? at;
  to.focus({ preventScroll: !at });
}

on("click", "#entry button[name=do], #entry button[name=mine], .entry-list button[name=do]", (event, at) => {
  const verb = at.name === "mine" ? "save" : at.value;
  if (verb === "preview" || verb === "leave") {
    clearTimeout(saving);
    here();
    // What is still being kept is kept first: the sheet goes with its new version.
    if (waiting || (open.length && navigator.onLine)) { event.preventDefault(); (waiting ? turn : inTurn()).then(() => { if (!stopped) form.requestSubmit($(`button[name=do][value=${verb}]`, form)); }); }
    return;
  }
  event.preventDefault();
  stopped = false;
  const line = at.closest("tr[data-line]");
  act(verb, at.name === "mine" ? { mine: "1" } : {}, line ? lines(form).get(line.dataset.line) : "");
});
// Enter in a field is never the sending of half an order.
on("submit", "#entry", (event) => {
  if (!["preview", "leave"].includes(event.submitter?.value)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

for (const type of ["input", "change"]) on(type, "#entry .input, #entry input[type=radio]", (event, at) => {
  if (BESIDE.test(at.name)) return;
  changed = true;
  sure(at);
  if (type === "change") save(); else later();
});
addEventListener("online", save);
addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
/** Somebody typed it themselves: it is no longer in doubt. */
function sure(at) {
  if (!(at.name in { name: 1, phone: 1, phone2: 1, province: 1, city: 1, district: 1, street: 1 })) return;
  const field = at.closest("[data-unsure]"), marks = $("[name=unsure]", form);
  if (!field) return;
  field.removeAttribute("data-unsure");
  $(".entry-doubt", field)?.remove();
  marks.value = marks.value.split(" ").filter((name) => name !== at.name).join(" ");
}

// The way of paying says when the money comes.
on("change", "#e-method", (event, at) => {
  const way = at.selectedOptions[0]?.dataset.way, payment = $("#e-payment", form);
  if (way) payment.value = way;
});

// ── where it goes: cities of a province, districts of a city ──
on("change", "#entry [data-place=province], #entry [data-place=city]", async (event, at) => {
  const province = $("#e-province", form).value, city = at.dataset.place === "city" ? at.value : "";
  const answer = await fetch(`${form.dataset.places}?${new URLSearchParams({ province, city })}`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (!answer?.ok) return;
  const { cities, districts } = await answer.json();
  const fill = (select, names, kept) => select.replaceChildren(select.options[0], ...names.map((name) => make("option", { value: name, selected: name === kept }, name)));
  if (at.dataset.place === "province") fill($("#e-city", form), cities, "");
  fill($("#e-district", form), districts, "");
  changed = true;
  save();
});

// ── goods and buyers while one types ──
on("keydown", "#e-find", (event, at) => {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  const option = meant(at), find = at.value;
  // A scanner is quicker than any list: what it typed is asked for as it stands.
  if (!find.trim()) return;
  at.value = "";
  act(option ? `add:${option.dataset.sku}` : "add", { find });
}, true);
on("mousedown", "#skus [role=option]", (event, at) => { event.preventDefault(); act(`add:${at.dataset.sku}`); });

let seeking, sought = 0;
function seek(at, text) {
  clearTimeout(seeking);
  const digits = text.replace(/\D/g, ""), found = $("#found", form), from = $("#e-who", form);
  if (!from || !found) return;
  if (!(digits.length === 4 || digits.length >= 7 || (!digits && text.length >= 2))) return found.replaceChildren();
  seeking = setTimeout(async () => {
    const nth = ++sought;
    const answer = await post(from.dataset.buyers, { who: text }, PATIENCE_MS).catch(() => null);
    if (!answer?.ok || nth !== sought) return;
    const html = await answer.text();
    // Beside the name and the phone only somebody who was found is worth a word.
    found.innerHTML = at === from || html.includes("<button") ? html : "";
  }, 250);
}
on("input", "#e-who, #e-phone, #e-name", (event, at) => {
  if (at.id !== "e-who" && $("[name=recipient]", form).value) return;
  seek(at, at.value.trim());
});
on("keydown", "#e-who", (event) => {
  if (event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); ($(".entry-buyer", form) ?? $("#e-name", form)).focus(); }
  else if (event.key === "ArrowDown") { event.preventDefault(); $(".entry-buyer", form)?.focus(); }
}, true);
on("keydown", "#found .entry-buyer", (event, at) => {
  const all = $$("#found .entry-buyer"), to = all[all.indexOf(at) + (event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0)];
  if (event.key === "Escape") { $("#found").replaceChildren(); $("#e-who").focus(); event.preventDefault(); event.stopPropagation(); }
  else if (/^Arrow/.test(event.key) && to) { event.preventDefault(); to.focus(); }
}, true);

// ── keys ──
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    if (document.activeElement?.id === "e-paste") act("paste");
    else $("[data-preview]", form).click();
  } else if (event.altKey && event.code === "KeyV") {
    event.preventDefault();
    $(".entry-paste", form).open = true;
    $("#e-paste", form).focus();
  } else if (event.altKey && event.key === "Backspace") {
    const line = event.target.closest?.("tr[data-line]");
    if (line) { event.preventDefault(); $("[data-remove]", line).click(); }
  }
});

// A call that was taken begins with its number.
if (called && $("#e-who", form)) {
  $("#e-who", form).value = called;
  $("#e-phone", form).value ||= called;
  changed = true;
  seek($("#e-who", form), called);
}
// Who comes finds the first field that wants something, or the one a link led to; what is wrong has the focus already.
if (/^#e-/.test(location.hash)) reach(location.hash.slice(3));
else if (called) focus("who");
else if (!form.contains(document.activeElement)) reach($("[data-focus]", form)?.dataset.focus);
// What the browser kept while there was no server goes there now.
if ($(".restored", form)) { changed = true; later(); }
