"""The sheet of a new order on the screen: what the form sends, what it shows, and what one click on it changes."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhanggui.catalog import queries as catalog
from zhanggui.catalog.models import Sku
from zhanggui.customers.pasting import Candidate, GoodsLine, Parsed, parse
from zhanggui.customers.places.table import Place, table
from zhanggui.kernel import masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.money import plain
from zhanggui.orders import paying, reaching, sources
from zhanggui.orders.commands.entry import piece, pieces_of
from zhanggui.orders.flags import FLAGS
from zhanggui.orders.models import Shop
from zhanggui.orders.reading import entry as asking
from zhanggui.orders.reading.entry import Buyer
from zhanggui.orders.sheet import CELLS, FIELDS, Sheet, Typed, added, amount, line_of, read, typed
from zhanggui.web.orders import entry_template

MOST_PASTED = 4_000


@dataclass(frozen=True)
class Shown:
    """A sheet with the goods and the shop it speaks of."""

    said: Typed
    sheet: Sheet
    shop: Shop | None


def sent(data: QueryDict) -> Typed:
    """What the form holds. Lines are numbered from nought; one that was taken out leaves no gap to fall into."""
    numbers = sorted(
        {int(name[1:-4]) for name in data if name.startswith("l") and name.endswith("_sku") and name[1:-4].isdecimal()}
    )
    lines = [{cell: data.get(f"l{nth}_{cell}", "") for cell in CELLS} for nth in numbers[:400]]
    return typed({name: data.get(name, "") for name in FIELDS}, lines)


def shops(actor: Actor) -> list[Shop]:
    """The shops this person makes orders for. One statement."""
    return list(Shop.objects.filter(reaching.shop_rows(actor.reach), enabled=True).order_by("name", "pk"))


def made(said: Typed, actor: Actor, known: Sequence[Shop] | None = None) -> Shown:
    """What the sheet comes to. Two statements at most."""
    chosen = said.number("shop")
    rows = known if known is not None else Shop.objects.filter(reaching.shop_rows(actor.reach), pk=chosen or 0)
    shop = next((each for each in rows if each.pk == chosen), None)
    sheet = read(said if shop else said.having(shop=""), pieces_of(said), currency=shop.currency if shop else "CNY")
    return Shown(said, sheet, shop)


def begun(query: QueryDict, known: Sequence[Shop], methods: Sequence[paying.Method]) -> Typed:
    """A sheet nobody wrote on: the one shop there is, the first way of paying, and where the order came from."""
    first = next((each for each in methods if each.on), None)
    facts = {
        "shop": str(known[0].pk) if len(known) == 1 else query.get("shop", ""),
        "source": query.get("source", "manual"),
        "kind": query.get("kind", "normal"),
        "method": first.name if first else "",
        "payment": first.way if first else "unpaid",
    }
    return typed(facts, [])


# ── one click ──


def act(said: Typed, do: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    """The sheet after ``do`` (``verb`` or ``verb:of what``), and what the page should say of it."""
    verb, _colon, of = do.partition(":")
    deed = DEEDS.get(verb)
    return deed(said, of, data, actor) if deed is not None else (said, {})


Deed = Callable[[Typed, str, QueryDict, Actor], tuple[Typed, dict[str, Any]]]


def _add(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    """Goods by their id, or by what was typed or scanned where that means one thing only."""
    text = data.get("find", "").strip()[:120]
    if of.isdecimal() and len(of) < 19:
        sku = Sku.objects.filter(pk=int(of), retired_at=None).first()
        return (
            (added(said, piece(sku)), {"focus": "find"})
            if sku
            else (said, {"find": text, "find_error": _("这个商品停用了，换一个。")})
        )
    found = catalog.found(text)
    exact = [sku for sku in found if text and text in (sku.code, sku.barcode)]
    meant = exact if len(exact) == 1 else found
    if len(meant) == 1:
        return added(said, piece(meant[0])), {"focus": "find"}
    if not found:
        error = (
            _("没有「%s」这样的商品。试试名称里的字或拼音首字母。") % text if text else _("打编码、名称、拼音首字母，或扫条码。")
        )
        return said, {"find": text, "find_error": error, "focus": "find"}
    return said, {"find": text, "find_found": found, "focus": "find"}


def _remove(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    return Typed(said.fields, [line for nth, line in enumerate(said.lines) if str(nth) != of]), {"focus": "find"}


def _find(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    """Who bought before, for a page without scripts."""
    who = data.get("who", "").strip()[:60]
    return said, {"who": who, "buyers": buyers(who, actor), "focus": "who"}


def buyers(who: str, actor: Actor) -> list[Buyer]:
    return asking.buyers(who, reach=actor.reach) if actor.granted("customer.view") else []


def _recipient(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    """Send it to somebody who bought before: what is left blank is theirs, sealed, and shown by its mask alone.

    A tail of a phone or one character of a name was typed to look for them, and is no part of the order.
    """
    if not of.isdecimal() or len(of) > 18 or asking.recipient(int(of), reach=actor.reach) is None:
        return said, {}
    facts = {**said.fields, "recipient": of}
    if masking.kind_of_phone(facts.get("phone", "")) == "bad":
        facts["phone"] = ""
    if len(facts.get("name", "")) == 1:
        facts["name"] = ""
    return typed(facts, said.lines), {"focus": "find"}


def _nobody(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    return said.having(recipient=""), {"focus": "name"}


def _again(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    """The same goods as last time, at today's prices."""
    for sku, quantity in asking.lines_again(int(of), reach=actor.reach) if of.isdecimal() and len(of) < 19 else ():
        said = added(said, piece(sku), quantity=quantity)
    return said, {"focus": "find"}


def _sure(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    """Somebody looked at what the message was not clear about."""
    return said.having(unsure="", clash="", rest="", told=""), {}


def _take(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    """What the message says, over what stands there."""
    theirs = clashes(said)
    if of not in theirs:
        return said, {}
    left = {name: text for name, text in theirs.items() if name != of}
    return said.having(**{of: theirs[of], "clash": json.dumps(left, ensure_ascii=False) if left else ""}), {"focus": of}


def _paste(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    text = data.get("paste", "").strip()[:MOST_PASTED]
    if not text:
        return said, {"focus": "paste"}
    known: dict[str, list[Sku]] = {}

    def candidates(words: str) -> Sequence[Candidate]:
        known[words] = catalog.found(words, limit=3) if len(known) < 20 else []
        return [Candidate(sku.code, sku.name) for sku in known[words]]

    parsed = parse(text, skus=candidates)
    said = _by_chat(said)
    said = _paid_by(said, parsed.payment.value, [each for each in paying.methods() if each.on])
    said, more = _merged(said, parsed, {sku.code: sku for found in known.values() for sku in found})
    # What the buyer takes for the sum is no field of the sheet: it is kept beside it, and where ours is another a person sees both.
    stated = parsed.total_minor.value
    return (said.having(told=plain(stated)) if stated else said), more


def _by_chat(said: Typed) -> Typed:
    """What is pasted was written in a chat, where that way in is open and only the usual one stood. Asked at the first message alone:
    whoever chose otherwise since meant it."""
    pasted = any(said.get(name) for name in ("unsure", "clash", "rest", "told"))
    chat = sources.Kind.WECHAT.value
    if pasted or said.get("source") not in ("", "manual") or chat not in dict(sources.choices()):
        return said
    return said.having(source=chat)


def _paid_by(said: Typed, name: str, methods: Sequence[paying.Method]) -> Typed:
    """The way of paying the message names, where only the usual one stood."""
    meant = next((each for each in methods if name and each.name.startswith(name)), None)
    if meant is None or not methods or said.get("method") not in ("", methods[0].name):
        return said
    return said.having(method=meant.name, payment=meant.way if meant.way != paying.PAID else said.get("payment"))


def _merged(said: Typed, parsed: Parsed, skus: Mapping[str, Sku]) -> tuple[Typed, dict[str, Any]]:
    """What was understood goes where nothing stands; what says otherwise is laid beside it, and nothing is written over."""
    offered = _offered(parsed)
    facts, clash = dict(said.fields), clashes(said)
    filled = []
    for name, text in offered.items():
        if not facts.get(name):
            facts[name] = text
            filled.append(name)
        elif facts[name] != text:
            clash[name] = text
    unsure = {"name": "name", "phone": "phone", "phone2": "phone2", "province": "province", "city": "city", "district": "district",
              "town": "street", "street": "street", "discount_minor": "discount", "freight_minor": "freight", "paid_minor": "paid"}  # fmt: skip
    marks = [unsure[name] for name in parsed.unsure if unsure.get(name) in filled]
    sheet, lost = typed(facts, said.lines), []
    for line in parsed.goods:
        sku = skus.get(line.candidates[0].code) if line.candidates else None
        if sku is None:
            lost.append(line.text if line.quantity == 1 else f"{line.text} ×{line.quantity}")
            continue
        sheet = _with(sheet, sku, line)
        if not line.sure:
            marks.append(f"sku:{sku.pk}")
    rest = [*lost, *(each.value for each in parsed.rest if each.value)]
    more = {
        "unsure": " ".join(dict.fromkeys([*said.get("unsure").split(), *marks])),
        "clash": json.dumps(clash, ensure_ascii=False) if clash else "",
        "rest": _("；").join(filter(None, [said.get("rest"), *rest])),
    }
    return sheet.having(**more), {"pasted": True, "focus": "find" if filled else "paste"}


def _with(said: Typed, sku: Sku, line: GoodsLine) -> Typed:
    if any(each["sku"] == str(sku.pk) for each in said.lines):
        return added(said, piece(sku), quantity=line.quantity)
    made_ = line_of(piece(sku), quantity=line.quantity, unit_minor=line.unit_minor, note=line.note)
    return Typed(said.fields, [*said.lines, made_])


def _offered(parsed: Parsed) -> dict[str, str]:
    said = {
        "name": parsed.name.value,
        "phone": parsed.whole_phone,
        "phone2": parsed.phone2.value,
        "province": parsed.province.value,
        "city": parsed.city.value,
        "district": parsed.district.value,
        "street": parsed.whole_street,
        "postcode": parsed.postcode.value,
        "buyer_note": parsed.note.value,
    }
    for name, minor in (
        ("freight", parsed.freight_minor.value),
        ("discount", parsed.discount_minor.value),
        ("paid", parsed.paid_minor.value),
    ):
        if minor:
            said[name] = plain(minor)
    return {name: text for name, text in said.items() if text}


def _template(said: Typed, of: str, data: QueryDict, actor: Actor) -> tuple[Typed, dict[str, Any]]:
    chosen = data.get("template", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        return said, {"focus": "template"}
    shop = made(said, actor).shop
    return entry_template.taken(said, int(chosen), actor, currency=shop.currency if shop else ""), {}


DEEDS: Mapping[str, Deed] = {
    "template": _template,
    "add": _add,
    "remove": _remove,
    "find": _find,
    "recipient": _recipient,
    "nobody": _nobody,
    "again": _again,
    "paste": _paste,
    "take": _take,
    "sure": _sure,
}


# ── what it shows ──


def clashes(said: Typed) -> dict[str, str]:
    """Field → what the message says of it, where something else stands there."""
    try:
        found = json.loads(said.get("clash") or "{}")
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in found.items() if name in FIELDS} if isinstance(found, dict) else {}


def wants(shown: Shown) -> str:
    """The first field that still wants something; empty where none does."""
    said, shop = shown.said, shown.shop
    needed = () if said.get("recipient") or (shop is not None and not shop.needs_address) else ("name", "phone", "province", "city", "street")
    if shop is None:
        return "shop"
    return next((name for name in needed if not said.get(name)), "" if shown.sheet.rows else "find")


def sum_told(shown: Shown) -> str:
    """The sum a message named, where the sheet comes to another; empty where they agree or none was named."""
    told = shown.said.get("told")
    return "" if amount(told, shown.sheet.currency)[0] == shown.sheet.total_minor else told


def places(province: str, city: str) -> dict[str, list[str]]:
    """What may be chosen below each: provinces, the cities of this one, the districts of that city."""
    inside = table().inside
    provinces = [place.name for place in inside if place.depth == 1]
    cities = [place.name for place in inside.get(Place(province), ())]
    districts = [place.name for place in inside.get(Place(province, city), ())]
    return {"provinces": provinces, "cities": cities, "districts": districts}


__all__ = ["FLAGS", "Shown", "act", "begun", "buyers", "clashes", "made", "places", "sent", "shops", "sum_told", "wants"]
