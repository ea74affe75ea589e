"""Where parcels leave from, as somebody writes it: it may wait, but what is written is looked at like any other address."""

from django import forms

from zhanggui.customers import address_words
from zhanggui.customers.places import checking

SENDER = ("name", "phone", "province", "city", "district", "street")
# What is still empty may be written later.
WRONG = ("bad-phone", "masked-phone", "city-elsewhere", "district-elsewhere")


def look(form: forms.Form) -> None:
    """A number nobody can call, and places that do not lie in one another, become errors of their fields ``sender_…``."""
    said = {name: str(form.cleaned_data.get(f"sender_{name}", "")).strip() for name in SENDER}
    for each in checking.problems(**said):
        if each.code in WRONG:
            form.add_error(f"sender_{each.field}", f"{address_words.sentence(each)}{address_words.fix(each)}")
