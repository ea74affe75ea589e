// What a person typed or chose while an answer was on its way: it outlives the form that answer draws.
import { $, $$ } from "./page.js";

const CELL = /^l(\d+)_(.+)$/;
const ticks = (at) => /^(checkbox|radio)$/.test(at.type);
const stands = (at) => (ticks(at) ? at.checked : at.value);

/** Line → its goods, and which one where they stand twice: its place among the others may change while it is spoken of. */
export function lines(form) {
  const met = new Map();
  return new Map($$("tr[data-line]", form).map((line) => {
    const sku = $("[name$=_sku]", line).value, nth = met.get(sku) ?? 0;
    met.set(sku, nth + 1);
    return [line.dataset.line, `${sku}.${nth}`];
  }));
}
function fields(form) {
  const whose = lines(form), found = new Map();
  for (const at of form.elements) {
    if (!at.name || /^(hidden|submit|button|fieldset)$/.test(at.type)) continue;
    const [, nth, cell] = at.name.match(CELL) ?? [];
    found.set(nth ? `${whose.get(nth)}:${cell}` : ticks(at) ? `${at.name}=${at.value}` : at.name, at);
  }
  return found;
}

/** How every field stands now, by a name it keeps when the form is drawn anew. */
export const standing = (form) => new Map([...fields(form)].map(([key, at]) => [key, stands(at)]));

/** The fields that stand otherwise than `before`, and how they stand: a radio forgets that once it is out of its form. What may be
 * chosen below a province hangs on it: those lists go together. */
export function since(form, before) {
  const now = [...fields(form)].map(([key, at]) => [key, { at, name: at.name, stands: stands(at) }]);
  const moved = new Map(now.filter(([key, was]) => was.stands !== before.get(key)));
  if ([...moved.values()].some(({ at }) => at.dataset.place)) for (const [key, was] of now) if (was.at.dataset.place) moved.set(key, was);
  return moved;
}

/** Put them into the form drawn anew, but for those of lines that are gone. Returns the fields it filled. */
export function putBack(form, typed) {
  const now = fields(form);
  return [...typed].filter(([key]) => now.has(key)).map(([key, was]) => {
    const at = now.get(key);
    if (at.dataset.place) at.replaceChildren(...was.at.options);
    if (ticks(at)) at.checked = was.stands; else at.value = was.stands;
    return at;
  });
}

/** Where the hand is, to be there again in the form drawn anew. */
export function hand(form, typed, left) {
  const at = document.activeElement, found = [...fields(form)].find(([, field]) => field === at);
  if (!found || (at === left && !typed.has(found[0]))) return null;
  const from = at.selectionStart, to = at.selectionEnd;
  return () => {
    const again = fields(form).get(found[0]);
    again?.focus({ preventScroll: true });
    if (again && from != null) again.setSelectionRange(from, to);
    return Boolean(again);
  };
}
