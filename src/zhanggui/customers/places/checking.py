"""What a carrier would send an address back for, field by field; the same for a form, an import and a pasted message."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

from zhanggui.customers.places.agreement import disagreement
from zhanggui.customers.places.table import Place, stem
from zhanggui.kernel import masking

# What a parcel to a country cannot do without, beside a name and a phone.
NEEDS = {
    "CN": ("province", "city", "street"),
    "HK": ("district", "street"),
    "MO": ("street",),
    "TW": ("city", "district", "street"),
    "": ("province", "city", "street"),
}
ABROAD = ("city", "street", "postcode")
NO_POSTCODE = frozenset(("AE", "AO", "BO", "GH", "HK", "IE", "JM", "KE", "MO", "PA", "QA", "UG"))
POSTCODES = {
    "CN": r"[0-8]\d{5}",
    "TW": r"\d{3}(?:\d{2,3})?",
    "US": r"\d{5}(?:-?\d{4})?",
    "JP": r"\d{3}-?\d{4}",
    "KR": r"\d{5}",
    "SG": r"\d{6}",
    "DE": r"\d{5}",
}
HAS_DISTRICTS = re.compile("^(?:东莞|中山|儋州|嘉峪关|三沙|仙桃|潜江|天门|济源|石河子)")
PHONES = {
    "HK": re.compile(r"^(?:\+?852)?[2-9]\d{7}$"),
    "MO": re.compile(r"^(?:\+?853)?(?:6\d{7}|28\d{6}|8\d{7})$"),
    "TW": re.compile(r"^(?:\+?886|0)(?:9\d{8}|[2-8]\d{7,8})$"),
}


class Problem(NamedTuple):
    """``field`` of the form; ``bad`` where a carrier refuses, else it wants a look. ``suggestion``: what to put there instead."""

    field: str
    code: str
    bad: bool
    facts: dict[str, Any]
    suggestion: Place | None = None


def problems(
    *,
    name: str,
    phone: str,
    country: str = "CN",
    province: str = "",
    city: str = "",
    district: str = "",
    street: str = "",
    postcode: str = "",
    phone2: str = "",
) -> list[Problem]:
    """Everything a person should mend or look at, in the order of the form; empty when a carrier could deliver."""
    given = {"province": province, "city": city, "district": district, "street": street, "postcode": postcode}
    found = [Problem("name", "no-name", True, {})] if not name.strip() else []
    found += phone_problems(phone, country, other=phone2)
    needs = NEEDS.get(country, ABROAD)
    for field in needs:
        if not given[field].strip() and not (field == "postcode" and country in NO_POSTCODE):
            found.append(Problem(field, f"no-{field}", True, {}))
    if country in ("CN", "") and province and city and not district and not HAS_DISTRICTS.match(city):
        found.append(Problem("district", "no-district", False, {}))
    pattern = POSTCODES.get(country or "CN")
    if postcode.strip() and pattern and not re.fullmatch(pattern, unicodedata.normalize("NFKC", postcode).strip()):
        found.append(Problem("postcode", "bad-postcode", False, {}))
    if country in ("CN", "HK", "MO", "TW", ""):
        wrong = disagreement(province.strip(), city.strip(), district.strip())
        if wrong is not None:
            field = "city" if wrong.code == "city-elsewhere" or wrong.given == city else "district"
            facts = {"given": wrong.given, "lies_in": wrong.lies_in, "not_in": wrong.not_in}
            found.append(Problem(field, wrong.code, False, facts, wrong.suggestion))
    return found


def phone_problems(phone: str, country: str = "CN", *, other: str = "") -> list[Problem]:
    """Can it be called, and printed on a waybill? A masked one cannot: 138****1234."""
    plain = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", phone))
    if country in PHONES and PHONES[country].match(plain):
        return []
    kind = masking.kind_of_phone(phone)
    if kind == "none" and other:
        return phone_problems(other, country)
    if (
        kind == "bad"
        and country not in ("CN", "")
        and 6 <= len(re.sub(r"\D", "", plain)) <= 15
        and re.fullmatch(r"\+?\d+", plain)
    ):
        return []
    code = {"none": "no-phone", "bad": "bad-phone", "masked": "masked-phone"}.get(kind)
    return [Problem("phone", code, True, {})] if code else []


def unserved(areas: Iterable[str], province: str, city: str = "", district: str = "", street: str = "") -> str:
    """The entry of a carrier's list of areas without service that holds this address; empty where it goes.

    An entry names a place from the outside in, in whole or short names, its parts apart or together: ``西藏``, ``新疆 和田``,
    ``浙江省杭州市西湖区``, ``海南省/三沙市``.
    """
    names = [name for name in (province, city, district, street) if name]
    for area in areas:
        if _holds(re.sub(r"[\s/,，、>-]+", "", area), names):
            return area
    return ""


def _holds(area: str, names: list[str]) -> bool:
    """Is all of ``area`` made of these names, none skipped but at its beginning?"""
    for skipped in range(min(3, len(names))):
        left = area
        for name in names[skipped:]:
            whole = left.removeprefix(name)
            left = whole if whole != left else left.removeprefix(stem(name))
            if not left:
                return True
            if left == area:
                break
    return False
