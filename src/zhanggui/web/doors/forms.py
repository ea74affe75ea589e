"""What a public form asks. Only what is asked may be sent; prices never come from outside."""

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.customers import address_words
from zhanggui.customers.pasting import parse
from zhanggui.customers.places import checking
from zhanggui.customers.sealing import Person
from zhanggui.kernel import masking
from zhanggui.orders.offering import Offered, city_of

PIECES = "pieces_"
# The pass of the page, and a field no person sees: whoever fills it in is none.
PASS, TRAP = "pass", "website"
# A whole address in one field, and the button that takes it apart.
WHOLE, APART = "whole", "apart"
MOST_WHOLE = 400
PLACES = ("province", "city", "district")
REQUIRED = {"required": gettext_lazy("这一项要填。")}


class Line(forms.CharField):
    """One line of text without what no name or street has: control marks, brackets of code."""

    def clean(self, value: Any) -> str:
        text = " ".join(str(super().clean(value)).split())
        if any(unicodedata.category(mark) in ("Cc", "Cf", "Co") for mark in text) or "<" in text or ">" in text:
            raise forms.ValidationError(_("这里有不能用的符号，请去掉。"))
        return text


class City(Line):
    """Asked of everybody but those whose province is a city: whether it may be empty is the form's to say."""

    def validate(self, value: Any) -> None:
        """Empty is no fault here."""


def line(label: Any, most: int, autocomplete: str, *, required: bool = True, **attrs: Any) -> Line:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, **attrs})
    return Line(label=label, max_length=most, required=required, widget=widget, error_messages=REQUIRED)


class BuyerForm(forms.Form):
    """Who buys and where it goes."""

    name = line(gettext_lazy("收件人"), 40, "name")
    phone = line(gettext_lazy("手机"), 24, "tel", inputmode="tel")
    province = line(gettext_lazy("省（直辖市、自治区）"), 20, "address-level1")
    city = City(
        label=gettext_lazy("市"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        help_text=gettext_lazy("直辖市不用填"),
    )  # fmt: skip
    district = line(gettext_lazy("区县"), 20, "address-level3", required=False)
    street = line(gettext_lazy("详细地址"), 120, "street-address")
    note = forms.CharField(
        label=gettext_lazy("留言"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    )
    agree = forms.BooleanField(error_messages={"required": gettext_lazy("请先看过隐私说明，再打勾。")})
    # The places it was already said about that they do not lie in one another: sent again as they are, they are meant so.
    looked = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput())
    answer = forms.CharField(required=False, max_length=4, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))

    def __init__(
        self, said: QueryDict | None, *, goods: Sequence[Offered], told: QueryDict | None = None, doubted: Collection[str] = ()
    ) -> None:
        """``told`` fills the fields in without asking whether they are right; the ``doubted`` of them say so themselves."""
        initial = told.dict() if told is not None else None
        super().__init__(said, initial=initial, auto_id="buyer-%s", use_required_attribute=False)
        for name in doubted:
            self.fields[name].help_text = _("这一项没把握，请看看对不对。")
        self.said = said or told or QueryDict()
        self.goods = goods
        self.pieces: dict[int, int] = {}
        self.wrong_goods: dict[int, str] = {}

    def clean_phone(self) -> str:
        said = unicodedata.normalize("NFKC", self.cleaned_data["phone"])
        if masking.kind_of_phone(said) in ("none", "bad", "masked"):
            raise forms.ValidationError(_("号码不对：手机 11 位，固话带区号。"))
        return said

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        facts["city"] = city_of(facts.get("province", ""), facts.get("city", ""))
        if facts.get("province") and not facts["city"]:
            self.add_error("city", _("这一项要填。"))
        self._agrees(facts)
        for one in self.goods:
            self._count(one)
        if not self.wrong_goods and not any(self.pieces.values()):
            self.add_error(None, _("还没有选商品：在要的商品后面填件数。"))
        if self.wrong_goods:
            self.add_error(None, _("有的商品件数不对，看看商品下面的提示。"))
        return facts

    @property
    def places(self) -> str:
        """The places as they were sent."""
        return "/".join(" ".join(str(self.data.get(name, "")).split())[:20] for name in PLACES)

    def _agrees(self, facts: dict[str, Any]) -> None:
        """Places that do not lie in one another are said once, beside the one that is likeliest wrong."""
        if self.errors.keys() & set(PLACES) or facts.get("looked") == self.places:
            return
        for problem in checking.problems(name=".", phone="13800000000", street=".", **{name: facts.get(name, "") for name in PLACES}):
            if problem.code in ("city-elsewhere", "district-elsewhere"):
                again = _("真是这样，就再提交一次。")
                self.add_error(problem.field, f"{address_words.sentence(problem)} {again}")

    def _count(self, one: Offered) -> None:
        said = unicodedata.normalize("NFKC", str(self.data.get(f"{PIECES}{one.sku_id}", ""))).strip()
        if not said:
            return
        if not (said.isascii() and said.isdecimal() and len(said) <= 6) or int(said) > one.most:
            self.wrong_goods[one.sku_id] = _("填 0 到 %s 的整数。") % one.most
            return
        self.pieces[one.sku_id] = int(said)

    @property
    def readable(self) -> bool:
        """Whether every field of the buyer is filled in right, whatever there is to say of the goods."""
        return self.errors.keys() <= {NON_FIELD_ERRORS}

    def sent(self) -> dict[int, int]:
        """The pieces of each SKU as they were sent, whatever the page offers now; what is no number is left out."""
        found = {}
        for name in self.data:
            sku, said = name.removeprefix(PIECES), unicodedata.normalize("NFKC", str(self.data.get(name, ""))).strip()
            if name.startswith(PIECES) and all(each.isascii() and each.isdecimal() and len(each) < 19 for each in (sku, said)):
                found[int(sku)] = int(said)
        return found

    def person(self) -> Person:
        said = self.cleaned_data
        return Person(
            said["name"], said["phone"], "", said["street"], "", "CN", said["province"], said["city"], said.get("district", "")
        )


def apart(said: QueryDict) -> tuple[QueryDict, tuple[str, ...]]:
    """What was sent with the fields of the buyer filled in from the whole address, and which of them want a look.

    What it does not say stays as it was. Where it names two addresses or two people, it stays to be looked at beside its parts.
    """
    found = parse(str(said.get(WHOLE, ""))[:MOST_WHOLE])
    filled = said.copy()
    told = {
        "name": found.name.value, "phone": found.whole_phone, "street": found.whole_street,
        **{name: getattr(found, name).value for name in PLACES},
    }  # fmt: skip
    for name, value in told.items():
        if value or (name in PLACES and found.province):
            filled[name] = value
    # What was taken apart is in the fields now; what could not be stays to be copied by hand.
    if found.province and found.street and found.street.sure and found.phone.sure:
        filled[WHOLE] = ""
    return filled, tuple(name for name in told if name in found.unsure)


def strange(said: QueryDict, goods: Sequence[Offered]) -> bool:
    """Whether something was sent that this page does not ask: a price, other goods, the same twice."""
    known = {*BuyerForm.base_fields, PASS, TRAP, WHOLE, APART, *(f"{PIECES}{one.sku_id}" for one in goods)}
    return any(name not in known or len(values) > 1 for name, values in said.lists())
