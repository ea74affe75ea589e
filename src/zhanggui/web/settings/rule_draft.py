"""A rule as it is being written: what was typed, kept as it was, and the rule it comes to or what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.carriers.models import Carrier
from zhanggui.kernel.errors import Text
from zhanggui.kernel.money import plain
from zhanggui.orders import paying, rulebook, sources
from zhanggui.orders.models import Category, Shop, Tag
from zhanggui.orders.queries import goods_by_code
from zhanggui.orders.ruling.fields import BARE, BY_NAME, CHOICE, CLOCK, FIELDS, MONEY, NUMBER, OPS, WORDS, Field
from zhanggui.orders.ruling.rule import ALL, EITHER, MOST_CONDITIONS, Condition, Does, Gift, Rule, wrong
from zhanggui.stock.models import Warehouse
from zhanggui.web.goods.forms import MoneyField
from zhanggui.web.orders import ruling_words, words

WHY: Mapping[tuple[str, str], Text] = {
    ("name", "name"): gettext_lazy("给规则起个名字，最多 40 个字。"),
    ("name", "known"): gettext_lazy("已经有一条规则叫这个名字。"),
    ("conditions", "none"): gettext_lazy("至少写一个条件；一个都没有，就是所有的单。"),
    ("conditions", "many"): gettext_lazy("最多 20 个条件。"),
    ("condition", "field"): gettext_lazy("选好问什么。"),
    ("condition", "empty"): gettext_lazy("还没有填。"),
    ("condition", "many"): gettext_lazy("一个条件最多 200 个值。"),
    ("condition", "value"): gettext_lazy("这里不能这样填。"),
    ("condition", "gone"): gettext_lazy("选的已经没有了。"),
    ("actions", "none"): gettext_lazy("至少选一件要做的事。"),
    ("approve", "hard"): gettext_lazy("有的原因非改好不可，规则不能放行。"),
    ("hold", "long"): gettext_lazy("最多 100 个字。"),
    ("finance", "long"): gettext_lazy("最多 100 个字。"),
    ("flag", "value"): gettext_lazy("没有这种旗子。"),
    ("gift", "pieces"): gettext_lazy("件数填 1 到 99。"),
    ("gift", "gone"): gettext_lazy("商品里没有这个编码，或已停用。"),
    ("category", "gone"): gettext_lazy("选的已经没有了。"),
    ("warehouse", "gone"): gettext_lazy("选的已经没有了。"),
    ("carrier", "gone"): gettext_lazy("选的已经没有了。"),
    ("tags", "gone"): gettext_lazy("选的已经没有了。"),
    ("tags", "many"): gettext_lazy("一条规则最多贴 10 个标签。"),
}
Option = tuple[str, Text]


@dataclass(frozen=True)
class Row:
    """One condition as it was typed. ``values``: the codes that were chosen, or one text."""

    field: str = ""
    op: str = ""
    values: Sequence[str] = ()
    currency: str = "CNY"
    until: str = ""

    @property
    def kind(self) -> str:
        known = BY_NAME.get(self.field)
        return "" if known is None or self.op in BARE else known.kind


@dataclass(frozen=True)
class Draft:
    """All that stands in the form."""

    name: str = ""
    joined: str = ALL
    stop: bool = False
    rows: Sequence[Row] = (Row(),)
    waives: Sequence[str] = ()
    holds: bool = False
    hold: str = ""
    asks: bool = False
    finance: str = ""
    category: str = ""
    flag: str = ""
    warehouse: str = ""
    carrier: str = ""
    gift: str = ""
    pieces: str = "1"
    tags: Sequence[str] = ()

    def without(self, nth: int) -> "Draft":
        return replace(self, rows=[row for place, row in enumerate(self.rows) if place != nth] or [Row()])


@dataclass
class Read:
    """The rule a draft comes to, and what is wrong with it: place → sentence."""

    rule: Rule
    wrong: dict[str, str] = field(default_factory=dict)


def typed(post: QueryDict) -> Draft:
    """What came from the form. A row whose question was changed begins anew."""
    many = post.get("rows", "1")
    rows = []
    for nth in range(min(int(many), MOST_CONDITIONS) if many.isascii() and many.isdecimal() and len(many) < 4 else 1):
        name, asked = post.get(f"f-{nth}", ""), BY_NAME.get(post.get(f"f-{nth}", ""))
        if asked is None:
            rows.append(Row())
            continue
        op = post.get(f"o-{nth}", "")
        same = post.get(f"k-{nth}", "") in ("", name)
        values = [value for value in post.getlist(f"v-{nth}") if value.strip()] if same else []
        rows.append(Row(name, op if op in asked.ops else asked.ops[0], values, post.get(f"c-{nth}", "CNY")[:3], post.get(f"u-{nth}", "")))
    texts = ("name", "hold", "finance", "category", "flag", "warehouse", "carrier", "gift", "pieces")
    said = {name: post.get(name, "").strip()[:200] for name in texts}
    return Draft(
        joined=EITHER if post.get("joined") == EITHER else ALL, stop="stop" in post, rows=rows or [Row()], waives=post.getlist("waive"),
        holds="holds" in post, asks="asks" in post,
        tags=[value for value in post.getlist("tag") if value], **said,
    )  # fmt: skip


def draft_of(rule: Rule) -> Draft:
    """A rule that stands, as the form shows it."""
    does = rule.does
    return Draft(
        rule.name, rule.joined, rule.stop, [_row(one) for one in rule.conditions] or [Row()], does.waives, does.hold is not None, does.hold or "",
        does.finance is not None, does.finance or "", str(does.category[0]) if does.category else "", does.flag,
        str(does.warehouse[0]) if does.warehouse else "", str(does.carrier[0]) if does.carrier else "", does.gift.code if does.gift else "",
        str(does.gift.pieces) if does.gift else "1", [str(tag) for tag, _name in does.tags],
    )  # fmt: skip


def _row(one: Condition) -> Row:
    kind = BY_NAME[one.field].kind
    if kind == MONEY and one.values:
        return Row(one.field, one.op, [plain(int(one.values[0]), str(one.values[1]))], str(one.values[1]))
    if kind == CLOCK and one.values:
        begin, end = (ruling_words.clock(int(value) % (24 * 60)) for value in one.values)
        return Row(one.field, one.op, [begin], until=end)
    values = [str(value) for value in one.values]
    return Row(one.field, one.op, ["\n".join(values)] if kind == WORDS and values else values)


def read(draft: Draft, *, id_: int = 0, version: int = 0) -> Read:
    """The rule it comes to. What cannot be read is said beside its place, as is what no rule may say."""
    told = Read(Rule(draft.name, (), Does(), draft.joined, draft.stop, id_, version))
    conditions = []
    for nth, row in enumerate(draft.rows):
        try:
            conditions.append(_condition(row))
        except forms.ValidationError as error:
            conditions.append(Condition(row.field, row.op))
            told.wrong[f"condition.{nth}"] = error.messages[0]
    told.rule = told.rule._replace(conditions=tuple(conditions), does=_does(draft, told.wrong))
    for each in wrong(told.rule, frozenset(rulebook.soft())):
        told.wrong.setdefault(each.place, says(each.place, each.why))
    return told


def says(place: str, why: str) -> str:
    """Why not, in words."""
    return str(WHY.get((place.split(".")[0], why)) or _("这里不能这样填。"))


def _condition(row: Row) -> Condition:
    known = BY_NAME.get(row.field)
    if known is None or row.op in BARE or not row.values:
        return Condition(row.field, row.op)
    text = row.values[0].strip()
    values: tuple[str | int, ...]
    if known.kind == MONEY:
        minor = MoneyField(currency=row.currency).clean(text)
        values = () if minor is None else (minor, row.currency)
    elif known.kind == NUMBER:
        if not (text.isascii() and text.isdecimal() and len(text) < 8):
            raise forms.ValidationError(_("填一个整数。"))
        values = (int(text),)
    elif known.kind == CLOCK:
        begin, end = _minutes(text), _minutes(row.until)
        values = (begin, end or 24 * 60)
    elif known.kind == CHOICE:
        values = tuple(int(value) if known.named or known.name == "weekday" else value for value in row.values if _code(known, value))
    else:
        values = tuple(word for line in text.splitlines() if (word := line.strip()))
    return Condition(row.field, row.op, values)


def _code(known: Field, value: str) -> bool:
    return not (known.named or known.name == "weekday") or (value.isascii() and value.isdecimal() and len(value) < 19)


def _minutes(text: str) -> int:
    said = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text.strip())
    if said is None:
        raise forms.ValidationError(_("时刻写成 22:00 这样。"))
    return int(said[1]) * 60 + int(said[2])


def _does(draft: Draft, wrong_: dict[str, str]) -> Does:
    named = {
        name: (int(value), "") for name in ("category", "warehouse", "carrier")
        if (value := getattr(draft, name)).isascii() and value.isdecimal() and len(value) < 19
    }  # fmt: skip
    gift = None
    if draft.gift:
        found = goods_by_code([draft.gift]).get(draft.gift)
        pieces = int(draft.pieces) if draft.pieces.isascii() and draft.pieces.isdecimal() and len(draft.pieces) < 4 else 0
        if found is None:
            wrong_["gift"] = says("gift", "gone")
        gift = Gift(found[0] if found else 0, found[1] if found else draft.gift, pieces)
    tags = tuple((int(value), "") for value in draft.tags if value.isascii() and value.isdecimal() and len(value) < 19)
    return Does(
        tuple(draft.waives), draft.hold if draft.holds else None, draft.finance if draft.asks else None, flag=draft.flag, gift=gift,
        tags=tags, **named,
    )  # fmt: skip


def options(names: set[str]) -> dict[str, list[Option]]:
    """Field → the codes one may choose of, for these fields only. At most one statement each."""
    found: dict[str, list[Option]] = {}
    for name, called in ruling_words.codes().items():
        found[name] = [(str(code), word) for code, word in called.items()]
    if "source" in names:
        found["source"] = list(sources.names().items())
    if "shop" in names:
        found["shop"] = [(str(pk), name) for pk, name in Shop.objects.order_by("name").values_list("pk", "name")]
    if "category" in names:
        found["category"] = _kept(Category)
    if "tags" in names:
        found["tags"] = _kept(Tag)
    if "method" in names:
        found["method"] = [(each.name, _(each.name)) for each in paying.methods()]
    return found


def _kept(table: type[Category] | type[Tag]) -> list[Option]:
    rows: Any = table.objects
    return [(str(pk), name) for pk, name in rows.filter(archived_at=None).order_by("place", "pk").values_list("pk", "name")]


def things() -> dict[str, list[Option]]:
    """Action → what it may name. Four statements."""
    return {
        "category": _kept(Category),
        "tags": _kept(Tag),
        "warehouse": [(str(pk), name) for pk, name in Warehouse.objects.order_by("-is_default", "pk").values_list("pk", "name")],
        "carrier": [(str(pk), name) for pk, name in Carrier.objects.filter(enabled=True).order_by("code").values_list("pk", "name")],
        "flag": [(code, word) for code, word, _tone in words.flags()],
        "waive": [(code, words.reason(code)) for code in rulebook.soft()],
    }


def asked(draft: Draft, wrong_: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows as the template shows them: what may be chosen in each, and what is wrong with it."""
    offered = options({row.field for row in draft.rows})
    rows = []
    for nth, row in enumerate(draft.rows):
        known = BY_NAME.get(row.field)
        rows.append({
            "nth": nth, "place": nth + 1, "row": row, "kind": row.kind, "wrong": wrong_.get(f"condition.{nth}", ""),
            "ops": [(op, _(OPS[op])) for op in known.ops] if known else [],
            "options": offered.get(row.field, []) if row.kind == CHOICE else [], "tall": min(max(len(offered.get(row.field, [])), 2), 6),
            "text": (text := row.values[0] if row.values else ""), "lines": min(max(len(text.splitlines()), 2), 6),
        })  # fmt: skip
    return rows


def groups() -> list[tuple[str, list[Option]]]:
    """The questions one may ask, under their headings."""
    found: dict[str, list[Option]] = {}
    for each in FIELDS:
        found.setdefault(_(each.group), []).append((each.name, _(each.zh)))
    return list(found.items())


def currencies(draft: Draft) -> list[str]:
    """Those of the shops, and whatever stands in the rows. One statement."""
    known = set(Shop.objects.values_list("currency", flat=True).distinct()) | {"CNY"} | {row.currency for row in draft.rows}
    return sorted(known, key=lambda code: (code != "CNY", code))


def examples() -> dict[str, Draft]:
    """Two to begin from."""
    return {
        "dear": Draft(_("大单先给财务看"), rows=[Row("total", "at_least", ["1000"])], asks=True, finance=_("核对金额和折扣")),
        "gift": Draft(_("送礼的单插蓝旗"), rows=[Row("buyer_note", "contains", ["\n".join((_("送人"), _("礼物"), _("生日")))])], flag="blue"),
    }
