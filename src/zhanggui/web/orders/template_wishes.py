"""What somebody asks of a template, from one form or a small table: wishes, and what could not be read of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.catalog.models import normal
from zhanggui.channels.reading.limits import MIB, Limits
from zhanggui.channels.reading.opening import open_table
from zhanggui.customers.pasting import Parsed, parse
from zhanggui.customers.refusals import AddressUnsure, PersonUnsure
from zhanggui.customers.sealing import Person
from zhanggui.kernel import clock
from zhanggui.kernel.errors import Refused
from zhanggui.orders import drawing, refusals
from zhanggui.orders.drawing import Wish
from zhanggui.orders.models import TemplateLine
from zhanggui.orders.rules import columns, recurrence, wording

SMALL = Limits(rows=2_000, columns=60, unpacked_bytes=20 * MIB, cpu_s=10, wall_s=20, memory_bytes=256 * MIB)
MOST_BYTES = 2 * MIB
PERSON = ("name", "phone", "phone2", "province", "city", "district", "street", "postcode")
PLACES = ("province", "city", "district")


class UseForm(forms.Form):
    """One order or many of the same; ``table`` and ``file`` make one a row instead. The gaps and pieces of the template are fields of their own."""

    many = forms.IntegerField(
        label=gettext_lazy("做几单"), min_value=1, max_value=drawing.MOST, initial=1,
        error_messages={"min_value": gettext_lazy("至少一单。"), "max_value": gettext_lazy("一次最多 500 单，分几次做。")},
    )  # fmt: skip
    placed = forms.DateField(
        label=gettext_lazy("下单日期"), error_messages={"required": gettext_lazy("写下单日期。")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    ship_by = forms.DateField(
        label=gettext_lazy("最晚发货"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.ChoiceField(label=gettext_lazy("做出来先是"), choices=[("submit", gettext_lazy("提交审核")), ("draft", gettext_lazy("草稿"))])
    whose = forms.ChoiceField(label=gettext_lazy("寄给谁"), widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("收件人"), required=False, max_length=60)
    phone = forms.CharField(label=gettext_lazy("电话"), required=False, max_length=40)
    address = forms.CharField(label=gettext_lazy("地址"), required=False, max_length=200)
    like = forms.CharField(label=gettext_lazy("旧订单的单号"), required=False, max_length=24)
    table = forms.CharField(label=gettext_lazy("粘贴表格"), required=False, max_length=400_000, widget=forms.Textarea)

    def __init__(self, *args: object, known: drawing.Ground, today: date, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.known, self.today = known, today
        self.gaps = wording.gaps(known.template.buyer_note, known.template.seller_note)
        whose = [("own", _("模板里的客户"))] if known.own is not None else []
        whose += [("typed", _("写一位")), ("like", _("和一张旧订单同一位"))]
        if not known.template.shop.needs_address and known.own is None:
            whose.append(("nobody", _("不写，到店取")))
        self.fields["whose"].choices = whose  # type: ignore[attr-defined]
        if not self.is_bound:
            begins = "submit" if known.template.submits else "draft"
            self.initial = {**self.initial, "placed": today, "whose": whose[0][0], "many": 1, "begins": begins}

    @property
    def pieces(self) -> list[tuple[TemplateLine, str, str]]:
        """Each line, the name of its field and what stands in it."""
        return [(line, f"pieces_{line.position}", str(self.data.get(f"pieces_{line.position}", line.quantity))) for line in self.known.lines]

    @property
    def heads(self) -> str:
        """A head of a table as it could be pasted: of one kind of goods how many, of several each by its code."""
        codes = [line.sku_code for line in self.known.lines if line.sku_code]
        said = [_("收件人"), _("电话"), _("地址"), *(codes[:4] if len(self.known.lines) > 1 else [_("数量")])]
        return " · ".join(said)

    @property
    def gap_fields(self) -> list[tuple[str, str, str]]:
        return [(gap, f"gap_{nth}", str(self.data.get(f"gap_{nth}", ""))) for nth, gap in enumerate(self.gaps)]

    def clean_placed(self) -> date:
        return self._near(self.cleaned_data["placed"])

    def clean_ship_by(self) -> date | None:
        said: date | None = self.cleaned_data["ship_by"]
        return self._near(said) if said else None

    def _near(self, said: date) -> date:
        if abs((said - self.today).days) > 366:
            raise forms.ValidationError(_("日期要在一年以内。"))
        return said

    def clean(self) -> dict[str, object]:
        said = super().clean() or self.cleaned_data
        if not said.get("table", "").strip():
            if said.get("whose") == "typed" and not said.get("name", "").strip():
                self.add_error("name", _("写收件人的姓名。"))
            elif said.get("whose") == "typed":
                for refused in typed(said["name"], said.get("phone", ""), said.get("address", "")).wrong:
                    self.add_error("address", f"{refused.sentence} {refused.advice}")
            if said.get("whose") == "like" and not said.get("like", "").strip():
                self.add_error("like", _("写一张旧订单的单号。"))
        return said


@dataclass
class Asked:
    """The wishes of a form. ``numbers`` are the rows of the table they come from, ``unused`` columns that meant nothing."""

    wishes: list[Wish]
    numbers: list[int] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    table: columns.Table | None = None

    def twins(self) -> dict[int, int]:
        """Row of the table → the row before it that says exactly the same."""
        first: dict[tuple[str, ...], int] = {}
        rows = self.table.rows if self.table is not None else ()
        return {number: first[cells] for number, cells in rows if first.setdefault(cells, number) != number}

    def left(self, positions: set[int]) -> str:
        """The rows of the table at these positions (from 1), with its head: to be put right and tried again."""
        if self.table is None or not positions:
            return ""
        return columns.written([self.table.head, *(row for nth, (_number, row) in enumerate(self.table.rows, start=1) if nth in positions)])


def asked(form: UseForm, *, at: datetime) -> Asked:
    """What a valid form asks for."""
    said = form.cleaned_data
    base = Wish(
        pieces={line.sku_code: value for line, _name, value in form.pieces if value.strip() != str(line.quantity)},
        placed_at=_at(said["placed"], at) if said["placed"] != clock.day_of(at) else at,
        ship_by=_end(said["ship_by"]) if said["ship_by"] else None,
        gaps={gap: value.strip()[:100] for gap, _name, value in form.gap_fields if value.strip()},
    )  # fmt: skip
    if said["table"].strip():
        return _rows(form, columns.read(said["table"]), base, at)
    if said["whose"] == "typed":
        base = base._replace(person=typed(said["name"], said["phone"], said["address"]).person)
    elif said["whose"] == "like":
        base = base._replace(like=said["like"].strip())
    return Asked([base] * said["many"])


class Typed(NamedTuple):
    """A receiver, and what nobody can be sure of: no order is made of that before somebody looked."""

    person: Person
    wrong: tuple[Refused, ...] = ()


def typed(name: str, phone: str, address: str, *, said: Collection[str] = ()) -> Typed:
    """A receiver as somebody wrote them: the address in one piece, as in a message. ``said``: what else was written by itself."""
    found = parse(address)
    # What nobody understood stands behind the door rather than nowhere; without a place the address stays as it was written.
    # What the message itself says is not meant stands nowhere, and the address wants a look.
    aside = {one.spans for one in found.aside}
    behind = [one.value for one in found.rest if one.spans not in aside]
    if name.strip() and found.name.value not in ("", name.strip()):
        # 8号李园: no second person, where the first has a place of their own.
        behind.insert(0, found.name.value)
    behind += [address[start:end].strip() for line in found.goods for start, end in line.spans]
    known = bool(found.province)
    country = found.country.value or "CN"
    person = Person(
        name.strip() or found.name.value, phone.strip() or found.whole_phone, "" if phone.strip() else found.phone2.value,
        " ".join(part for part in (found.whole_street, found.note.value, *behind) if part) if known else address.strip(), "", country,
        found.province.value, found.city.value, found.district.value, found.postcode.value,
    )  # fmt: skip
    return Typed(person, tuple(_unsure(found, name.strip(), phone.strip(), said)))


def _unsure(found: Parsed, name: str, phone: str, said: Collection[str]) -> Iterator[Refused]:
    places = [getattr(found, part) for part in PLACES]
    if found.aside or any(one and not one.sure for part, one in zip(PLACES, places, strict=True) if part not in said):
        yield AddressUnsure(read=" ".join("/".join((one.value, *one.others)) for one in places if one)[:100])
    # Somebody else is named in the address; or nobody beside it, and the words leave open who.
    other = bool(found.phone) and digits(phone) not in ("", digits(found.whole_phone), digits(found.phone.value))
    second = bool(name) and found.name.sure and found.name.value not in ("", name)
    open_ = (not name and "name" in found.unsure) or (not phone and "phone" in found.unsure and "*" not in found.phone.value)
    if other or second or open_:
        yield PersonUnsure()


def digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isdecimal())


def _at(day: date, at: datetime) -> datetime:
    """The same time of another day."""
    return recurrence.moment(day, timezone.localtime(at, clock.company_zone()).time().replace(microsecond=0), clock.company_zone())


def _end(day: date) -> datetime:
    return clock.day_bounds(day)[1] - timedelta(seconds=1)


def _rows(form: UseForm, table: columns.Table, base: Wish, at: datetime) -> Asked:
    codes = {normal(line.sku_code): line.sku_code for line in form.known.lines if line.sku_code}
    gaps = {gap.lower(): gap for gap in form.gaps}
    unused = [
        word for word, field_ in zip(table.head, table.fields, strict=True)
        if word and not field_ and normal(word) not in codes and word.lower() not in gaps
    ]  # fmt: skip
    wishes = [_row(table, cells, base, codes, gaps, at) for _number, cells in table.rows[: drawing.MOST + 1]]
    return Asked(wishes, [number for number, _cells in table.rows], unused, table)


def _row(
    table: columns.Table, cells: tuple[str, ...], base: Wish, codes: Mapping[str, str], gaps: Mapping[str, str], at: datetime
) -> Wish:
    said: dict[str, str] = {}
    pieces, filled = dict(base.pieces), dict(base.gaps)
    for word, field_, cell in zip(table.head, table.fields, cells, strict=False):
        if not cell:
            continue
        if word.lower() in gaps:
            filled[gaps[word.lower()]] = cell[:100]
        elif field_:
            said.setdefault(field_, cell[:200])
        elif normal(word) in codes:
            pieces[codes[normal(word)]] = cell
    wrong: list[Refused] = []
    wish = base._replace(pieces=pieces, gaps=filled, quantity=said.get("quantity", ""), like=said.get("like", ""))
    for name in ("placed", "ship_by"):
        if name in said:
            day = columns.day_of(said[name], clock.day_of(at))
            if day is None:
                wrong.append(refusals.BadDay(said=said[name][:20]))
            else:
                wish = wish._replace(placed_at=_at(day, at)) if name == "placed" else wish._replace(ship_by=_end(day))
    if any(said.get(part) for part in (*PERSON, "address")):
        parts = {part: said[part] for part in PERSON if said.get(part)}
        person, unsure = typed(said.get("name", ""), said.get("phone", ""), said.get("address", ""), said=parts.keys())
        wrong += unsure
        wish = wish._replace(person=person._replace(**parts))
        if not wish.person or not wish.person.name:
            wrong.append(refusals.NoCustomer())
    return wish._replace(wrong=tuple(wrong))


def table_of(content: bytes, name: str) -> str:
    """An uploaded table as text to go on with. Raises what refuses the file."""
    opened = open_table(content, limits=SMALL, name=name, knows=_knows)
    rows = [tuple(map(str, opened.header))]
    for number, cells in opened.rows():
        rows.append(tuple(_text(cell) for cell in cells))
        if number > drawing.MOST * 2:
            break
    return columns.written(rows)


def _text(cell: object) -> str:
    """A cell as somebody would have typed it; one that nobody can use is empty, and its row says what is missing."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell) if isinstance(cell, str | int | float | date) else ""


def _knows(cells: object) -> int:
    return sum(" ".join(str(cell).lower().split()) in columns.KNOWN for cell in cells)  # type: ignore[attr-defined]

