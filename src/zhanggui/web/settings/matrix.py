"""What each role may, in words: the areas of the house, and a cell of the policy said aloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts import aloud, grants, queries
from zhanggui.accounts.aloud import PARTS
from zhanggui.accounts.models import Role
from zhanggui.accounts.policy import LESSER, Capability, policy
from zhanggui.web.frame import words

Text = str | Promise
AREAS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("orders", gettext_lazy("订单"), ("order.",)),
    ("files", gettext_lazy("导入和导出"), ("import.", "export.")),
    ("stock", gettext_lazy("库存和商品"), ("stock.", "catalog.")),
    ("warehouse", gettext_lazy("仓库和发货"), ("warehouse.", "waybill.", "parcel.", "tracking.")),
    ("money", gettext_lazy("售后和钱"), ("return.", "refund.", "settlement")),
    ("customers", gettext_lazy("客户"), ("customer.",)),
    ("shops", gettext_lazy("店铺、规则和接口"), ("channel.", "automation.", "token.")),
    ("house", gettext_lazy("人、日志和机器"), ("people.", "journal.", "backup", "report", "settings")),
)
MARKS: Mapping[str, tuple[str, Text]] = {
    mark: (icon, aloud.MARKS[mark]) for mark, icon in (("R", "file"), ("S", "lock"), ("A", "person"), ("O", "home"))
}


@dataclass(frozen=True)
class Word:
    """One thing a cell says: its icon, its tone, its words."""

    icon: str
    tone: str
    text: str


@dataclass(frozen=True)
class Column:
    """A role as the matrix shows it. ``grants`` are those in force today."""

    code: str
    name: str
    built_in: bool
    people: int
    grants: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A capability and what each column says of it; ``never``: nobody may, whatever role is made."""

    code: str
    name: str
    cells: Sequence[Sequence[Word]]
    never: bool = False


@dataclass(frozen=True)
class Area:
    code: str
    name: Text
    lines: Sequence[Line]


def area_of(code: str) -> str:
    return next(area for area, _name, begins in AREAS if any(code.startswith(each) for each in begins))


def said(cell: str | None, lesser: str = "") -> list[Word]:
    """A cell aloud: whether one may, then what is asked and what bounds it. ``lesser``: what the policy says where one may not."""
    if cell is None:
        first = lesser.split(" ", 1)[0]
        return [Word("help", "quiet", _("只能提出"))] if first in LESSER and first != "-" else [Word("", "quiet", _("不可以"))]
    read = grants.cell(cell)
    hidden = "M" in read.marks
    found = [_first(read, cell)]
    asked = [mark for mark in ("R", "S", "A") if mark in read.marks and not (hidden and read.parts)]
    found += [Word(MARKS[mark][0], "warn", str(MARKS[mark][1])) for mark in asked]
    if "O" in read.marks:
        found.append(Word("home", "info", str(MARKS["O"][1])))
    found += [Word("cols", "info", str(PARTS.get(part, part))) for part in sorted(read.parts - {grants.MASKED})]
    if read.most is not None:
        found.append(Word("cols", "info", _("一次最多 %s 行") % words.number(read.most)))
    return found


def _first(read: grants.Cell, cell: str) -> Word:
    if "M" in read.marks:
        return Word("eye", "info", _("隐去，可看明文")) if not read.parts else Word("eye", "info", _("只看隐去的"))
    if "scope" in cell.split():
        return Word("check", "good", _("按密钥给的"))
    return Word("check", "good", _("可以"))


def column(role: Role, people: int) -> Column:
    name = _(policy().roles[role.code][0]) if role.built_in else role.name
    return Column(role.code, name, role.built_in, people, queries.grants_of(role))


def areas(columns: Sequence[Column], *, search: str = "", differ: bool = False) -> list[Area]:
    """The matrix by area; ``search`` in the names of capabilities, ``differ`` leaves away what all columns say alike."""
    book, never = policy(), grants.nobodys(policy())
    found: dict[str, list[Line]] = {}
    wanted = search.strip().lower()
    for code, each in book.capabilities.items():
        if wanted and not any(wanted in text.lower() for text in (each.zh, each.en, code)):
            continue
        cells = [one.grants.get(code) for one in columns]
        if differ and len({_normal(cell) for cell in cells}) < 2:
            continue
        spoken = [said(cell, _lesser(each, one)) for cell, one in zip(cells, columns, strict=True)]
        found.setdefault(area_of(code), []).append(Line(code, _(each.zh), spoken, code in never))
    return [Area(code, name, found[code]) for code, name, _begins in AREAS if code in found]


def _normal(cell: str | None) -> str:
    return "-" if cell is None else str(grants.cell(cell))


def _lesser(capability: Capability, column: Column) -> str:
    return capability.cells.get(column.code, "-")


def rights(held: Mapping[str, str]) -> list[tuple[Text, list[tuple[str, Sequence[Word]]]]]:
    """What somebody may, by area: (area, [(capability in words, what is said of it)])."""
    book = policy()
    found: dict[str, list[tuple[str, Sequence[Word]]]] = {}
    for code, each in book.capabilities.items():
        if code in held:
            found.setdefault(area_of(code), []).append((_(each.zh), said(held[code])))
    return [(name, found[code]) for code, name, _begins in AREAS if code in found]
