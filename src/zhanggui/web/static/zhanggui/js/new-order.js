// A new order: kept on the server as it is typed, and in this browser while there is no server. The server adds up, finds and
// draws; without this script every button still does what it says.
import { $, $$, make, on, post } from "./page.js";
import { forget, keep as hold } from "./drafts.js";
import { meant } from "./finder.js";

const form = $("#entry"), state = $("#entry-state");
const AFTER_MS = 1200;
let saving, changed = false, stopped = false;
// One after the other: two that left together would carry one version, and each would take the other for a second window.
let turn = Promise.resolve(), waiting = 0;
const doing = new Set();
function inTurn(work) {
  waiting++;
  turn = turn.then(work).finally(() => { waiting--; });
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
  if (stopped || !changed) return turn;
  if (waiting) { later(); return turn; }
  return inTurn(keep);
}
async function keep() {
  changed = false;
  say("saving");
  const answer = await post(form.action, facts({ do: "save" })).catch(() => null);
  if (answer?.status === 409) return elsewhere(await answer.json());
  if (!answer?.ok || answer.redirected) {
    // Whoever is signed out, and whatever fails, keeps what was typed here until it can be sent.
    changed = true;
    hold(form);
    say("lost");
    saving = setTimeout(save, 5000);
    return null;
  }
  const told = await answer.json();
  if (told.version) {
    $("[name=version]", form).value = told.version;
    here();
    say("kept", told.at);
    if (!changed) forget((key) => key.endsWith(`:${form.dataset.draft}`));
  } else say("");
  show(told);
  if (changed) later();
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
function act(verb, more = {}) {
  clearTimeout(saving);
  // Clicked twice is meant once; scanned twice is two pieces.
  if (verb !== "add" && doing.has(verb)) return turn;
  doing.add(verb);
  return inTurn(() => acted(verb, more).finally(() => doing.delete(verb)));
}
async function acted(verb, more) {
  clearTimeout(saving);
  const text = $("#e-paste", form)?.value ?? "";
  const said = facts({ do: verb, ...more });
  if (verb === "paste") said.set("paste", text);
  say("saving");
  const answer = await post(form.action, said).catch(() => null);
  if (!answer || (!answer.ok && answer.status !== 409)) {
    if (more.find) $("#e-find", form).value ||= more.find;
    changed = true;
    hold(form);
    say("lost");
    later();
    return;
  }
  if (answer.redirected) return location.assign(answer.url);
  const kind = answer.headers.get("Content-Type") ?? "";
  if (kind.includes("json")) {
    const told = await answer.json();
    if (told.gone) location.assign(told.gone);
    else if (told.version) { $("[name=version]", form).value = told.version; show(told); say("kept", told.at); }
    return;
  }
  const html = await answer.text(), typed = since(said);
  changed = false;
  form.innerHTML = html;
  for (const [name, value] of typed) form.elements[name].value = value;
  if (typed.length) { changed = true; later(); }
  window.htmx?.process(form);
  here();
  forget((key) => key.endsWith(`:${form.dataset.draft}`));
  say("kept", $("[data-at]", form).dataset.at);
  const next = $("[data-focus]", form)?.dataset.focus;
  if (next && document.getElementById(`e-${next}`)) focus(next, typed.some(([name]) => name === "find"));
  else reach("");
  added(said)?.scrollIntoView({ block: "nearest" });
  // On a phone the goods are a page away from what should be looked over first.
  if (verb === "paste") $(".entry-heard", form)?.scrollIntoView({ block: "nearest" });
}
/** The last line that was not sent so: what came to the goods, or became more of them. */
function added(said) {
  const before = new Map([...said].filter(([name]) => /^l\d+_sku$/.test(name)).map(([name, sku]) => [sku, said.get(name.replace("_sku", "_quantity"))]));
  return $$("tr[data-line]", form).filter((line) => before.get($("[name$=_sku]", line).value) !== $("[name$=_quantity]", line).value).at(-1);
}
/** What was typed while the answer was under way: it is put back into the form drawn anew. */
function since(said) {
  return $$("input.input[name], select.input[name]", form).filter((field) => !/^(l\d+_.*|who)$/.test(field.name))
    .map((field) => [field.name, field.value])
    .filter(([name, value]) => value !== (said.get(name) ?? "") && (name !== "find" || value));
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
    if (waiting) { event.preventDefault(); turn.then(() => { if (!stopped) form.requestSubmit($(`button[name=do][value=${verb}]`, form)); }); }
    return;
  }
  event.preventDefault();
  stopped = false;
  act(verb, at.name === "mine" ? { mine: "1" } : {});
});
// Enter in a field is never the sending of half an order.
on("submit", "#entry", (event) => {
  if (!["preview", "leave"].includes(event.submitter?.value)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

for (const type of ["input", "change"]) on(type, "#entry .input, #entry input[type=radio]", (event, at) => {
  if (/^(who|find|paste|template)$/.test(at.name)) return;
  changed = true;
  if (at.name in { name: 1, phone: 1, phone2: 1, province: 1, city: 1, district: 1, street: 1 }) sure(at);
  if (type === "change") save(); else later();
});
addEventListener("online", save);
addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
/** Somebody typed it themselves: it is no longer in doubt. */
function sure(at) {
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
  const answer = await fetch(`${form.dataset.places}?${new URLSearchParams({ province, city })}`).catch(() => null);
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
    const answer = await post(from.dataset.buyers, { who: text }).catch(() => null);
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
