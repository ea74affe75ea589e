"""Saying what our goods are, one by form or ten thousand by file."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from zhanggui.catalog import findable
from zhanggui.catalog.events import SkuDefined
from zhanggui.catalog.models import Ending, Sku, normal
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, Refused


class AmbiguousSku(Refused):
    """``facts``: code, other."""

    code = "ambiguous-sku"
    says = _("编码 {code} 和已有的 {other} 看起来是同一个。")
    fix = _("改用已有的编码，或换一个分得清的。")


class Definition(NamedTuple):
    """What is said of a SKU; None leaves what stands."""

    code: str
    name: str | None = None
    spec: str | None = None
    barcode: str | None = None
    category: str | None = None
    weight_g: int | None = None
    price_minor: int | None = None
    cost_minor: int | None = None
    currency: str | None = None


class Defined(NamedTuple):
    """Code → SKU id; which codes are new, and which of those that stood changed."""

    ids: dict[str, int]
    new: set[str]
    changed: set[str]


FIELDS = ("name", "spec", "barcode", "category", "weight_g", "price_minor", "cost_minor", "currency")
BLANK = {
    "name": "",
    "spec": "",
    "barcode": "",
    "category": "",
    "weight_g": 0,
    "price_minor": 0,
    "cost_minor": 0,
    "currency": "CNY",
}


# A grant may be narrowed to some of what is said of goods that are there.
PARTS = {"barcode-weight": frozenset({"barcode", "weight_g"}), "cost": frozenset({"cost_minor"})}


@command(needs="catalog.edit", takes=tuple(PARTS))
def define(definitions: Sequence[Definition], *, by: Actor, at: datetime) -> Defined:
    """Make SKUs that are new and change those that stand, matched by the code's normal form. The last of a code counts.

    Refuses AmbiguousSku where two different codes would look alike, NotAllowed where the grant is narrowed to other
    fields than these.
    """
    narrowed = by.narrowed("catalog.edit")
    open_ = frozenset().union(*(PARTS[word] for word in narrowed if word in PARTS)) if narrowed else frozenset(FIELDS)
    last = {d.code.strip(): d for d in definitions}
    norms: dict[str, str] = {}
    for code in last:
        other = norms.setdefault(normal(code), code)
        if other != code:
            raise AmbiguousSku(code=code, other=other)
    chosen, wanted = db.among("norm", norms)
    standing = {row.norm: row for row in Sku.objects.raw(f"SELECT * FROM catalog_sku WHERE {chosen}", [wanted])}
    fresh, changed, renamed, told = [], [], [], []
    for norm, code in norms.items():
        said = last[code]
        sku = standing.get(norm)
        if sku is None:
            if narrowed:
                raise NotAllowed(needs="catalog.edit", who=by.name)
            facts = {field: getattr(said, field) if getattr(said, field) is not None else BLANK[field] for field in FIELDS}
            facts["name"] = facts["name"] or code
            fresh.append(_spelt(Sku(code=code[:64], norm=norm[:64], made_at=at, **_cut(facts))))
            continue
        if sku.code != code:
            raise AmbiguousSku(code=code, other=sku.code)
        differs = [f for f in FIELDS if getattr(said, f) is not None and getattr(said, f) != getattr(sku, f)]
        if not open_.issuperset(differs):
            raise NotAllowed(needs="catalog.edit", who=by.name)
        if differs:
            for field, value in _cut({f: getattr(said, f) for f in differs}).items():
                setattr(sku, field, value)
            sku.version += 1
            changed.append(_spelt(sku))
            if not {"name", "spec"}.isdisjoint(differs):
                renamed.append(sku)
            told.append(SkuDefined(sku.pk, differs))
    Sku.objects.bulk_create(fresh, batch_size=500)
    Sku.objects.bulk_update(changed, [*FIELDS, "initials", "version"], batch_size=200)
    _find_by([*fresh, *renamed], renamed)
    tell([*(SkuDefined(sku.pk, ["new"]) for sku in fresh), *told], by=by, at=at)
    ids = {sku.code: sku.pk for sku in (*standing.values(), *fresh)}
    return Defined(ids, {sku.code for sku in fresh}, {sku.code for sku in changed})


def _cut(facts: dict[str, object]) -> dict[str, object]:
    """Texts as long as their columns; a name is never refused for its length."""
    longest = {"name": 200, "spec": 200, "barcode": 48, "category": 80, "currency": 3}
    return {field: str(value)[: longest[field]] if field in longest else value for field, value in facts.items()}


def _spelt(sku: Sku) -> Sku:
    """The same, with the initials of its pinyin."""
    sku.initials = findable.initials(f"{sku.name}{sku.spec}")
    return sku


def _find_by(skus: Sequence[Sku], anew: Sequence[Sku]) -> None:
    """These goods are found by their names as they are now; those ``anew`` by their old ones no more."""
    if anew:
        Ending.objects.filter(sku__in=[sku.pk for sku in anew]).delete()
    rows = [(sku.pk, text) for sku in skus for text in findable.endings(sku.name, sku.spec, sku.initials)]
    db.insert_many(Ending, ("sku_id", "text"), rows)
