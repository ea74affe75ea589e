// Choosing rows: a click, Shift and a click, the whole page; and what can be done with the chosen ones.
import { $, $$, number, on } from "./page.js";

const PICK = "tbody input[type=checkbox][name]";
let last = null;

const boxes = () => $$(PICK);

export function count() {
  const all = boxes(), chosen = all.filter((box) => box.checked);
  const head = $("[data-select-page]");
  if (head) {
    head.checked = all.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && !head.checked;
  }
  const bar = $(".batch[data-batch]");
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const whole = every(bar, all.length > 0 && chosen.length === all.length);
  for (const sum of $$("[data-sum]", bar)) {
    const total = chosen.reduce((before, box) => before + Number(box.dataset[sum.dataset.sum] ?? 1), 0);
    sum.hidden = Boolean(whole) && Boolean(sum.dataset.sum);
    if (whole && !sum.dataset.sum) { sum.textContent = whole.says; continue; }
    sum.textContent = (sum.dataset.says ?? "{n}").replace("{n}", sum.dataset.minor ? money(total, sum.dataset.minor) : number(total));
  }
  for (const button of $$("[data-can]", bar)) {
    if (whole) { ($(".says", button) ?? button).textContent = button.dataset.says.replace(/ ?\{n\} ?单?/, ""); button.removeAttribute("aria-disabled"); continue; }
    const able = button.dataset.can === "*" ? chosen.length : chosen.filter((box) => (box.dataset.can ?? "").split(" ").includes(button.dataset.can)).length;
    const says = able === 1 && button.dataset.one ? button.dataset.one : button.dataset.says;
    ($(".says", button) ?? button).textContent = says.replace("{n}", number(able));
    button.toggleAttribute("aria-disabled", false);
    if (able === 0) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
  }
  const why = $("[data-why-not]", bar);
  if (why) {
    if (whole) { why.textContent = ""; return; }
    const said = chosen.filter((box) => box.dataset.why).map((box) => box.dataset.why);
    why.textContent = said.length ? why.dataset.says.replace("{n}", number(said.length)).replace("{why}", [...new Set(said)].join("、")) : "";
  }
}

// ── not only this page: every order that matches ──
/** Offers to choose them once the page is chosen; says what is chosen where they are. */
function every(bar, page) {
  const offer = $("[data-choose-every]", bar), field = $("[data-every]", bar);
  if (!offer || !field) return null;
  if (!page) field.value = "";
  const { most, matching, says, openSays, chosen } = offer.dataset;
  const known = matching !== undefined && Number(matching) <= Number(most);
  offer.hidden = !page || Boolean(field.value);
  offer.textContent = known ? says.replace("{n}", number(Number(matching))) : openSays.replace("{n}", number(Number(most)));
  if (!field.value) return null;
  return { says: known ? $("[data-sum]", bar).dataset.says.replace("{n}", number(Number(matching))) : chosen.replace("{n}", number(Number(most))) };
}
on("click", "[data-choose-every]", (event, offer) => { $("[data-every]", offer.closest(".batch")).value = "1"; count(); });

function money(minor, currency) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(minor / 100);
}

on("click", PICK, (event, box) => {
  if (event.shiftKey && last && last !== box) {
    const all = boxes(), [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
  }
  last = box;
  count();
});
// What was asked for from a menu is under way: the menu is done.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches(".batch, .row-menu form")) $$("details.menu[open]", event.detail.elt.closest(".row-menu")?.parentNode ?? event.detail.elt).forEach((menu) => { menu.open = false; });
});
on("click", "[data-select-page]", (event, head) => { boxes().forEach((box) => { box.checked = head.checked; }); count(); });
on("click", "[data-select-none]", () => clear());
document.addEventListener("htmx:afterSettle", count);
addEventListener("pageshow", count);
count();

/** Let go of all; true if something was held. */
export function clear() {
  const held = boxes().filter((box) => box.checked);
  held.forEach((box) => { box.checked = false; });
  const field = $(".batch [data-every]");
  if (field) field.value = "";
  count();
  return held.length > 0;
}

/** Choose the row, or let it go. */
export function flip(row) {
  const box = row && $("input[type=checkbox][name]", row);
  if (!box) return;
  box.checked = !box.checked;
  last = box;
  count();
}
