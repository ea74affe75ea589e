"""One order as a form: what it says now in the boxes, and what was typed as a revision of what was shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.catalog.models import normal
from zhanggui.catalog.queries import ids_by_norm
from zhanggui.kernel import clock
from zhanggui.kernel.money import exponent, plain
from zhanggui.orders import revisions
from zhanggui.orders.commands import revising
from zhanggui.orders.flags import flag_of
from zhanggui.orders.kinds import KINDS
from zhanggui.orders.models import Line
from zhanggui.orders.reading.detail import Whole
from zhanggui.orders.refusals import NoSuchSku
from zhanggui.orders.revisions import LineChange, Revision
from zhanggui.web.orders import words

NEW_ROWS = 3
NUMBERS = (".quantity", ".unit", ".discount", "freight", "discount")
MINUTE = "%Y-%m-%dT%H:%M"
MOST_SHOWN = 64 * 1024
TO = {
    "name": (gettext_lazy("收件人"), 60), "phone": (gettext_lazy("电话"), 40), "phone2": (gettext_lazy("备用电话"), 40),
    "province": (gettext_lazy("省"), 40), "city": (gettext_lazy("市"), 40), "district": (gettext_lazy("区县"), 40),
    "street": (gettext_lazy("详细地址"), 200), "postcode": (gettext_lazy("邮编"), 20),
}  # fmt: skip
NOTES = {
    "buyer_note": gettext_lazy("买家留言"), "seller_note": gettext_lazy("卖家备注"),
    "internal_note": gettext_lazy("内部备注，只有自己人看得到"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A line of the form: the line as it is, or None for one to be added, with its boxes."""

    line: Line | None
    sku: forms.BoundField
    quantity: forms.BoundField
    note: forms.BoundField
    unit: forms.BoundField | None
    discount: forms.BoundField | None

    @property
    def errors(self) -> list[str]:
        boxes = (self.sku, self.quantity, self.note, self.unit, self.discount)
        return [str(message) for box in boxes if box is not None for message in box.errors]


class EditForm(forms.Form):
    """``was`` is what every field said when the page was shown; ``priced``: amounts may be changed, ``paying``: how it is paid."""

    def __init__(
        self, data: QueryDict | None, whole: Whole, was: Mapping[str, str], *, priced: bool, paying: bool, at: datetime
    ) -> None:
        super().__init__(data, auto_id="e-%s")
        self.whole, self.was, self.priced, self.paying, self.at = whole, dict(was), priced, paying, at
        self.currency = whole.order.currency
        self.skus: dict[str, int] = {}
        to = whole.order.recipient
        for part, (label, most) in TO.items():
            shown = {"name": to.masked_name, "phone": to.masked_phone, "street": to.masked_street}.get(part, "")
            now = was.get(f"to.{part}", "") if part in revisions.TO_PLAIN else ""
            box = forms.CharField(label=label, required=False, max_length=most, initial=now)
            box.widget.attrs |= {"autocomplete": "off", "placeholder": shown}
            if part not in revisions.TO_PLAIN:
                box.widget.attrs["data-private"] = True
            self.fields[f"to-{part}"] = box
        self.lines = [one.line for one in whole.lines]
        for line in self.lines:
            self._line(f"line-{line.pk}", line)
        for nth in range(NEW_ROWS):
            self._line(f"new-{nth}", None)
        if priced:
            self.fields["discount"] = self._amount(_("整单优惠"), int(was.get("discount") or 0))
            self.fields["freight"] = self._amount(_("运费"), int(was.get("freight") or 0))
        if paying:
            now = was.get("payment", "")
            known = [(code, words.PAYMENTS[code]) for code in (*([] if now in revising.PAYMENTS else [now]), *revising.PAYMENTS)]
            self.fields["payment"] = forms.ChoiceField(label=_("付款"), choices=known, initial=now)
        self.fields["payment_method"] = forms.CharField(
            label=_("付款方式"), required=False, max_length=32, initial=was.get("payment_method"),
            widget=forms.TextInput(attrs={"list": "ways-to-pay"}),
        )  # fmt: skip
        kinds = [(code, words.KINDS[code]) for code in KINDS]
        kind = was.get("kind", "")
        if kind not in KINDS:
            kinds.insert(0, (kind, kind))
        self.fields["kind"] = forms.ChoiceField(label=_("订单种类"), choices=kinds, initial=kind)
        self.fields["ship_by"] = forms.DateTimeField(
            label=_("最晚发货"), required=bool(was.get("ship_by")), initial=_local(was.get("ship_by", "")), input_formats=[MINUTE],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
        )  # fmt: skip
        for name, label in NOTES.items():
            rows = forms.Textarea(attrs={"rows": 2, "maxlength": 500})
            self.fields[name] = forms.CharField(label=label, required=False, max_length=500, initial=was.get(name), widget=rows)
        flags = [("", _("无")), *((code, word) for code, word, _tone in words.flags())]
        # A shop's own word for a flag is shown as ours, and stays as it is while nobody chooses another.
        self.was["flag"] = flag_of(was.get("flag", ""))
        self.fields["flag"] = forms.ChoiceField(label=_("旗标"), required=False, choices=flags, initial=self.was["flag"])

    def _line(self, name: str, line: Line | None) -> None:
        said = f"line.{line.pk}" if line else ""
        code = (line.sku.code if line.sku else line.sku_code) if line else ""
        self.fields[f"{name}-sku"] = forms.CharField(
            label=_("编码"), required=False, max_length=64, initial=self.was.get(f"{said}.code", code),
            widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
        )  # fmt: skip
        self.fields[f"{name}-quantity"] = forms.IntegerField(
            label=_("件数"), required=False, min_value=0 if line else 1, max_value=revising.MOST_PIECES,
            initial=int(self.was.get(f"{said}.quantity", line.quantity)) if line else None,
        )  # fmt: skip
        self.fields[f"{name}-note"] = forms.CharField(label=_("商品备注"), required=False, max_length=200, initial=self.was.get(f"{said}.note", ""))
        if self.priced:
            for part, label in (("unit", _("单价")), ("discount", _("优惠"))):
                value = self.was.get(f"{said}.{part}")
                self.fields[f"{name}-{part}"] = self._amount(label, int(value) if value is not None else None)

    def _amount(self, label: str, minor: int | None) -> forms.DecimalField:
        digits = exponent(self.currency)
        shown = None if minor is None else plain(minor, self.currency)
        return forms.DecimalField(label=label, required=False, min_value=0, max_digits=12, decimal_places=digits, initial=shown)

    def rows(self) -> list[Row]:
        """The lines that are there, then some to be added."""
        names: list[tuple[str, Line | None]] = [(f"line-{line.pk}", line) for line in self.lines]
        names += [(f"new-{nth}", None) for nth in range(NEW_ROWS)]
        return [
            Row(
                line, self[f"{name}-sku"], self[f"{name}-quantity"], self[f"{name}-note"],
                self[f"{name}-unit"] if self.priced else None, self[f"{name}-discount"] if self.priced else None,
            )
            for name, line in names
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Every code that was typed is one of ours, asked in one statement; beside a box that is wrong stands why."""
        said = self.cleaned_data
        typed = {name: code for name, code in said.items() if name.endswith("-sku") and code and self._other(name, code)}
        known = ids_by_norm(list(typed.values())) if typed else {}
        self.skus = {code: known[normal(code)] for code in typed.values() if normal(code) in known}
        for name, code in typed.items():
            if code not in self.skus:
                self.add_error(name, NoSuchSku(code=code).sentence)
        for nth in range(NEW_ROWS):
            if said.get(f"new-{nth}-quantity") and not self.data.get(f"new-{nth}-sku", "").strip():
                self.add_error(f"new-{nth}-sku", _("写要加的商品编码。"))
        return said

    def _other(self, name: str, code: str) -> bool:
        return normal(code) != normal(str(self.fields[name].initial or ""))

    def revision(self, seen: int) -> Revision:
        """What was typed, as far as it differs from what was shown."""
        said = self.cleaned_data
        to = {part: said[f"to-{part}"] for part in TO if said[f"to-{part}"] and said[f"to-{part}"] != self.was.get(f"to.{part}")}
        text: dict[str, Any] = {name: said[name] for name in ("payment", "payment_method", "kind", "flag", *NOTES) if name in said}
        text = {name: value for name, value in text.items() if value.replace("\r\n", "\n") != self.was.get(name, "").replace("\r\n", "\n")}
        amounts: dict[str, Any] = {f"{name}_minor": self._minor(name) for name in ("discount", "freight") if self.priced}
        amounts = {name: minor for name, minor in amounts.items() if minor is not None and str(minor) != self.was.get(name.removesuffix("_minor"))}
        ship_by = said["ship_by"].replace(tzinfo=clock.company_zone()) if said.get("ship_by") else None
        if revisions.moment(ship_by) == self.was.get("ship_by", ""):
            ship_by = None
        lines = [one for line in self.lines if (one := self._changed(line)) is not None]
        lines += [one for nth in range(NEW_ROWS) if (one := self._added(f"new-{nth}")) is not None]
        return Revision(self.whole.order.pk, seen, self.was, to, lines, ship_by=ship_by)._replace(**amounts, **text)

    def lost(self) -> list[tuple[str, str, str]]:
        """(code, pieces, note) of what was typed into lines that somebody else took out meanwhile."""
        here = {str(line.pk) for line in self.lines}
        gone = {pk for field in self.was if field.startswith("line.") and (pk := field.split(".")[1]).isdecimal()} - here
        found = []
        for pk in sorted(gone, key=int):
            typed = [self.data.get(f"line-{pk}-{part}", "").strip() for part in ("sku", "quantity", "note")]
            seen = [self.was.get(f"line.{pk}.{part}", "") for part in ("code", "quantity", "note")]
            if any(typed) and typed != seen:
                found.append((typed[0], typed[1], typed[2]))
        return found

    def _minor(self, name: str) -> int | None:
        value = self.cleaned_data.get(name)
        return None if value is None else int(value * Decimal(10) ** exponent(self.currency))

    def _changed(self, line: Line) -> LineChange | None:
        name, was = f"line-{line.pk}", self.was
        said = self.cleaned_data
        code = said[f"{name}-sku"]
        pieces, note = said[f"{name}-quantity"], said[f"{name}-note"]
        unit, discount = (self._minor(f"{name}-{part}") if self.priced else None for part in ("unit", "discount"))
        known = f"line.{line.pk}"
        made = LineChange(
            line.pk,
            self.skus.get(code) if code and self._other(f"{name}-sku", code) else None,
            pieces if pieces is not None and str(pieces) != was.get(f"{known}.quantity") else None,
            note if note != was.get(f"{known}.note", "") else None,
            unit if unit is not None and str(unit) != was.get(f"{known}.unit") else None,
            discount if discount is not None and str(discount) != was.get(f"{known}.discount") else None,
            match=line.sku_id is None,
        )
        return made if any(value is not None for value in made[1:6]) else None

    def _added(self, name: str) -> LineChange | None:
        said = self.cleaned_data
        code = said[f"{name}-sku"]
        if not code:
            return None
        unit, discount = (self._minor(f"{name}-{part}") if self.priced else None for part in ("unit", "discount"))
        return LineChange(None, self.skus[code], said[f"{name}-quantity"], said[f"{name}-note"] or None, unit, discount)


def _local(moment: str) -> datetime | None:
    return datetime.fromisoformat(moment).astimezone(clock.company_zone()).replace(tzinfo=None) if moment else None


def shown(text: str) -> dict[str, str]:
    """What the page said it showed, as it came back; nothing where it cannot be read."""
    if len(text) > MOST_SHOWN:
        return {}
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    read = {str(name): str(value) for name, value in said.items()}
    # What is a number in our own page is one, or was not ours.
    return {name: value for name, value in read.items() if value.isdecimal() or not name.endswith(NUMBERS)}
