// One piece of page made like another without being replaced: what has the focus, a tick or typed text stays what it is.

/** What tells one row or part from its neighbours, so that it is followed when it moves. */
export const keyOf = (at) => {
  if (at.nodeType !== 1) return "";
  if (at.id) return `#${at.id}`;
  if (at.nodeName !== "TR") return "";
  return at.querySelector("input[name=ids]")?.value ?? at.querySelector("a[href]")?.getAttribute("href") ?? "";
};

// What the hand or another script put there is not the server's to take away.
const OWN = new Set(["data-cursor", "data-busy", "aria-busy", "open", "data-sent", "data-said"]);
const mine = (at, name) => OWN.has(name) || (name === "aria-current" && at.nodeName === "TR");
const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

/** Make `from` like `to`; says whether anything changed. `to` is used up. */
export function morph(from, to) {
  if (!alike(from, to)) { from.replaceWith(to); return true; }
  if (from.nodeType !== 1) {
    const other = from.data !== to.data;
    if (other) from.data = to.data;
    return other;
  }
  let changed = attributes(from, to);
  // What nobody typed into says what is there now, as the mark beside it does: else old words would be saved under a new mark.
  if (from.nodeName === "TEXTAREA" && from.value === from.defaultValue && from.defaultValue !== to.defaultValue) {
    from.value = from.defaultValue = to.defaultValue;
    changed = true;
  }
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(from.nodeName)) return changed;
  const keyed = new Map([...from.childNodes].filter(keyOf).map((at) => [keyOf(at), at]));
  let at = from.firstChild;
  for (const want of [...to.childNodes]) {
    const key = keyOf(want);
    const have = key ? keyed.get(key) : at && alike(at, want) ? at : null;
    if (!have || have.parentNode !== from) { from.insertBefore(want, at); changed = true; continue; }
    if (have === at) at = at.nextSibling;
    else { from.insertBefore(have, at); changed = true; }
    changed = morph(have, want) || changed;
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; changed = true; }
  return changed;
}

function attributes(from, to) {
  let changed = false;
  for (const { name, value } of [...to.attributes]) {
    if (mine(from, name) || from.getAttribute(name) === value) continue;
    from.setAttribute(name, value);
    changed = true;
  }
  for (const { name } of [...from.attributes]) {
    if (mine(from, name) || to.hasAttribute(name)) continue;
    from.removeAttribute(name);
    changed = true;
  }
  return changed;
}
