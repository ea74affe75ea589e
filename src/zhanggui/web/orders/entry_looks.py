"""What should be looked at before a new order is placed: what stops it, what a message left open, and what review will find."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhanggui.carriers import queries as carriers
from zhanggui.customers import address_words
from zhanggui.customers.divisions import settled
from zhanggui.customers.places import checking
from zhanggui.customers.sealing import Person
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Text
from zhanggui.kernel.money import plain, written
from zhanggui.orders.commands import entry
from zhanggui.orders.models import Shop
from zhanggui.orders.reading import entry as asking
from zhanggui.orders.reading import rights
from zhanggui.orders.refusals import NotThisKind, NotYourPrice, ShopClosed
from zhanggui.orders.sheet import Sheet
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import entry_sheet, entry_words, words
from zhanggui.web.orders.entry_sheet import Shown
from zhanggui.web.orders.words import PROBLEMS


@dataclass(frozen=True)
class Look:
    """Something to look at before saying yes; ``anchor`` is the field where it is mended. ``bad`` ones stop the order in review."""

    tone: str
    text: str
    anchor: str = ""


# Of what the rules of review find, where on the sheet it is mended.
ANCHORS = {
    "address-incomplete": "name",
    "region-disagrees": "district",
    "unpaid": "payment",
    "underpaid": "paid",
    "price-low": "lines",
    "quantity-odd": "lines",
    "free-of-charge": "kind",
}


# Where a problem of the receiver is mended, and what stands beside that field.
FIELD_OF = {
    "no-name": "name",
    "no-phone": "phone",
    "bad-phone": "phone",
    "masked-phone": "phone",
    "no-street": "street",
    "no-region": "province",
}
DOUBTED = frozenset(FIELD_OF.values())
BESIDE: Mapping[str, Text] = {
    **{code: address_words.WORDS[code][0] for code in FIELD_OF if code in address_words.WORDS},
    "bad-phone": gettext_lazy("不像电话号码。核对号码；虚拟号写成 18412345678-123。"),
    "no-region": gettext_lazy("省和市都要选。"),
}


def looks(shown: Shown, rows: list[dict[str, Any]], person: Person, request: Request) -> list[Look]:
    """What may be placed so, and should be looked at first: what a message left open is said before anything else."""
    found = [*_heard(shown, request.actor), *_typed(person), *_goods(rows, shown.sheet, request.actor), *_money(shown.sheet, request.actor)]
    if shown.shop is None or not rows:
        # The rules have nothing to go by yet; who it goes to can be looked at all the same.
        codes = problems_of(shown, person)
        return [*found, *([_receiver(codes)] if codes else [])]
    return [*found, *_review(shown, shown.shop, person, request)]


def problems_of(shown: Shown, person: Person) -> list[str]:
    """What a carrier would miss, as codes; none where the shop's goods are not sent."""
    return asking.problems_of(person).split() if shown.shop is None or shown.shop.needs_address else []


def beside(shown: Shown, person: Person, *, looked: bool) -> dict[str, str]:
    """Field → what review will miss in it. Of a field nobody has come to yet only once the sheet was looked at."""
    found: dict[str, Text] = {}
    for code in problems_of(shown, person):
        name = FIELD_OF.get(code, "street")
        if looked or shown.said.get(name):
            found.setdefault(name, BESIDE[code])
    return {name: str(text) for name, text in found.items()}


def _receiver(codes: list[str]) -> Look:
    said = _("、").join(str(PROBLEMS.get(code, code)) for code in codes)
    return Look("bad", _("收货信息：%s") % said, FIELD_OF.get(codes[0], "name") if codes else "name")


def stops(shown: Shown, rows: list[dict[str, Any]], actor: Actor) -> list[Look]:
    """What must be mended before it can be placed at all."""
    found = [
        Look("bad", f"{entry_words.FIELDS.get(name, name)}{_('：')}{text}", name)
        for name, text in entry_words.wrongs(shown.sheet.wrong).items()
    ]
    for each in rows:
        found += [Look("bad", f"{each['row'].piece.code}{_('：')}{text}", "lines") for text in each["wrong"].values()]
    if shown.shop is not None and not shown.shop.enabled:
        found.append(Look("bad", str(ShopClosed(shop=shown.shop.name)), "shop"))
    try:
        entry.may_make(shown.sheet, why="-", by=actor)
    except (NotYourPrice, NotThisKind) as refusal:
        found.append(Look("bad", f"{refusal.sentence} {refusal.advice}", "lines"))
    return found


def _heard(shown: Shown, actor: Actor) -> list[Look]:
    """What a message left open: nobody pressed that they had looked it over."""
    said, sheet, found = shown.said, shown.sheet, []
    unsure = said.get("unsure").split()
    names = [str(entry_words.FIELDS[name]) for name in unsure if name in entry_words.FIELDS]
    goods = [f"{row.piece.name} {row.piece.spec}".strip() for row in sheet.rows if f"sku:{row.piece.sku_id}" in unsure]
    for doubtful, anchor in ((names, "name"), (goods, "lines")):
        if doubtful:
            found.append(Look("warn", _("识别得没把握：%s。对一遍。") % _("、").join(doubtful), anchor))
    if said.get("clash"):
        found.append(Look("warn", _("消息里还有另一种说法，没有改您填的。"), "heard"))
    if said.get("rest"):
        found.append(Look("warn", _("消息里还没用上：%s") % said.get("rest"), "heard"))
    if told := entry_sheet.sum_told(shown):
        text = _("消息里说一共 %(sum)s，这里应付 %(ours)s。") if rights.sees_prices(actor) else _("消息里说一共 %(sum)s，和这里的应付不一样。")
        found.append(Look("warn", text % {"sum": told, "ours": plain(sheet.total_minor, sheet.currency)}, "heard"))
    return found


def _typed(person: Person) -> list[Look]:
    """What stands in clear that is no division's name, and where no carrier goes."""
    found: list[Look] = []
    if person.province:
        found += _left_out(person)
    if (
        person.country == "CN"
        and (person.province or person.city)
        and settled("CN", person.province, person.city, person.district)[3]
    ):
        found.append(Look("warn", _("省、市、区县里有认不出的地名，会当成详细地址。"), "province"))
    if person.street:
        found += _address(person)
    return found


def _address(person: Person) -> list[Look]:
    """What of an address wants a look and is no reason for review to stop: a missing district, a former name."""
    told = checking.problems(
        name=person.name, phone=person.phone, phone2=person.phone2, country=person.country, province=person.province, city=person.city,
        district=person.district, street=person.street, postcode=person.postcode,
    )  # fmt: skip
    return [
        Look("warn", f"{address_words.sentence(each)}{address_words.fix(each)}", each.field)
        for each in told
        if not each.bad and not each.code.endswith("-elsewhere")
    ]


def _left_out(person: Person) -> list[Look]:
    """Whether the carrier that orders go with goes there, and which of the others do not either."""
    where = (person.province, person.city, person.district, person.street)
    left = [(each, area) for each in carriers.enabled() if (area := checking.unserved(each.areas_left_out, *where))]
    usual = [(each.name, area) for each, area in left if each.is_default]
    others = [each.name for each, _area in left if not each.is_default]
    found = [
        Look("bad", _("%(carrier)s 不到 %(area)s，换一家快递") % {"carrier": name, "area": area}, "province") for name, area in usual
    ]
    if others:
        found.append(Look("warn", _("这里 %(carriers)s 不到") % {"carriers": _("、").join(others)}, "province"))
    return found


def _money(sheet: Sheet, actor: Actor) -> list[Look]:
    """Paid in part by nothing, or by all of it, is most likely another state of paying."""
    if sheet.payment != "partial" or not rights.sees_prices(actor):
        return []
    if not sheet.paid_minor:
        return [Look("warn", _("写着付了一部分，实收却空着。"), "paid")]
    return [Look("warn", _("写着付了一部分，实收已经够了应付。"), "payment")] if sheet.paid_minor >= sheet.total_minor else []


def _goods(rows: list[dict[str, Any]], sheet: Sheet, actor: Actor) -> list[Look]:
    found = []
    for each in rows:
        row = each["row"]
        if row.quantity > each["left"]:
            n = each["left"]
            text = ngettext("%(code)s 只剩 %(n)s 件，这里要 %(many)s 件", "%(code)s 只剩 %(n)s 件，这里要 %(many)s 件", n)
            found.append(Look("bad", text % {"code": row.piece.code, "n": n, "many": row.quantity}, "lines"))
        if rights.sees_prices(actor) and row.unit_minor == 0 and sheet.kind == "normal":
            found.append(Look("warn", _("%s 的单价是 0") % row.piece.code, "lines"))
    return found


def _review(shown: Shown, shop: Shop, person: Person, request: Request) -> list[Look]:
    """What review will stop it for, said now."""
    sheet, actor, found = shown.sheet, request.actor, []
    for each in asking.foreseen(sheet, person, shop, at=request.at):
        if each.code == "address-incomplete":
            found.append(_receiver(each.facts["problems"]))
        elif each.code == "price-low":
            if actor.can("order.cost"):
                facts = {
                    "sku": each.facts["sku"],
                    "total": written(each.facts["total_minor"], sheet.currency),
                    "cost": written(each.facts["cost_minor"], sheet.currency),
                }
                found.append(Look("warn", _("%(sku)s 低于成本：卖 %(total)s，成本 %(cost)s") % facts, "lines"))
        elif each.code == "unpaid":
            continue
        else:
            tone = "bad" if each.hard else "warn"
            found.append(Look(tone, words.hold_says(asking.as_held(each), sheet.currency).title, ANCHORS.get(each.code, "")))
    for each in asking.alike(sheet, person, shop, by=actor, at=request.at):
        found.append(Look("warn", words.hold_says(asking.as_held(each), sheet.currency).title, "name"))
    return found
