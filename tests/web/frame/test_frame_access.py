"""What a machine can check of WCAG 2.2 AA: names, labels, one heading, contrast, in light and in dark."""

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/", "/accounts/security/", "/accounts/security/codes/", "/accounts/password/change/", "/settings/people/",
    "/ui/", "/ui/station/", "/ui/phone/", "/ui/drawer/1/", "/welcome/password/", "/nope/", "/accounts/logout/",
]  # fmt: skip

LOOK = """() => {
  const out = [], seen = new Set();
  for (const at of document.querySelectorAll("[id]")) { if (seen.has(at.id)) out.push(`two of #${at.id}`); seen.add(at.id); }
  const name = (at) => at.getAttribute("aria-label") || at.textContent.trim() || at.title
    || [...(at.labels ?? [])].map((label) => label.textContent.trim()).join("");
  for (const at of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea"))
    if (at.offsetParent && !at.getAttribute("aria-hidden") && !name(at)) out.push(`nameless ${at.outerHTML.slice(0, 100)}`);
  for (const at of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const id of `${at.getAttribute("aria-describedby") ?? ""} ${at.getAttribute("aria-labelledby") ?? ""}`.split(" "))
      if (id && !document.getElementById(id)) out.push(`nothing is #${id}`);
  if (document.querySelectorAll("h1").length !== 1) out.push("not one h1");
  for (const at of document.querySelectorAll("button button, button a, a a, a button"))
    out.push(`nested ${at.outerHTML.slice(0, 80)}`);
  const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (text) => {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = text;
    ink.fillRect(0, 0, 1, 1);
    return ink.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  for (const at of document.querySelectorAll("body *")) {
    // What is only heard has no contrast.
    if (!at.offsetParent || at.matches(".sr") || ![...at.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    let ground = at, under;
    do {
      under = colour(getComputedStyle(ground).backgroundColor);
      ground = ground.parentElement;
    } while (ground && under[3] < 255);
    const [high, low] = [light(colour(getComputedStyle(at).color)), light(under)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) out.push(`${ratio.toFixed(2)} : 1 ${at.className} ${at.textContent.trim().slice(0, 20)}`);
  }
  return out;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read_and_named(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    for where in PAGES:
        page.goto(where)
        assert page.evaluate(LOOK) == [], f"{where} in {theme}"
