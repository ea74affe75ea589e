"""From a person in plain text to the row that may be stored: sealed, masked, tokened, checked."""

import unicodedata
from typing import Any, NamedTuple

from django.conf import settings

from zhanggui.customers.divisions import settled
from zhanggui.kernel import masking
from zhanggui.kernel.vault import KeyRing

PURPOSE = b"recipient"
COLUMNS = (
    "id", "sealed", "masked_name", "masked_phone", "masked_street", "masked_account", "country", "province", "city",
    "district", "phone_token", "tail_token", "name_token", "prefix_token", "person_token", "problems",
    "platform_ciphertext", "oaid", "made_at",
)  # fmt: skip


class Person(NamedTuple):
    """To whom an order goes, in plain text. It lives in memory only. ``note``: what was said beside it that names somebody."""

    name: str = ""
    phone: str = ""
    phone2: str = ""
    street: str = ""
    account: str = ""
    country: str = "CN"
    province: str = ""
    city: str = ""
    district: str = ""
    postcode: str = ""
    oaid: str = ""
    ciphertext: str = ""
    note: str = ""


def normal_name(name: str) -> str:
    """How a name is searched: NFKC, no blanks, lower case."""
    return name.lower() if name.isalpha() and name.isascii() else "".join(unicodedata.normalize("NFKC", name).split()).lower()


def prefix_of(name: str) -> str:
    """What people type first: one Chinese character, or three Latin letters."""
    return name[:3] if name[:1].isascii() else name[:1]


def problems_of(person: Person) -> str:
    """What is wrong with a recipient, as codes review understands, blank-separated; empty when a carrier could deliver."""
    found = []
    if not person.name:
        found.append("no-name")
    kind = "mobile" if _plain_mobile(person.phone) else masking.kind_of_phone(person.phone)
    if kind == "none" and person.phone2:
        kind = masking.kind_of_phone(person.phone2)
    if kind in ("none", "bad", "masked"):
        found.append({"none": "no-phone", "bad": "bad-phone", "masked": "masked-phone"}[kind])
    if not person.street:
        found.append("no-street")
    if person.country == "CN" and not (person.province and person.city):
        found.append("no-region")
    if (person.oaid or person.ciphertext) and found:
        # The shop keeps the plain text and prints through its own waybill service: masked is a normal state.
        found = [code for code in found if code == "no-region"]
    return " ".join(found)


def _plain_mobile(phone: str) -> bool:
    return len(phone) == 11 and phone[0] == "1" and phone.isdecimal() and phone.isascii() and phone[1] in "3456789"


def row_of(person: Person, id_: int, at: Any, ring: KeyRing) -> tuple[Any, ...]:
    """The row in ``COLUMNS`` order, ``at`` as the database binds it. The same person gives the same tokens; never the same blob.

    Of province, city and district only what is a division's name stands in clear; the rest is sealed with the street.
    """
    province, city, district, rest = settled(person.country, person.province, person.city, person.district)
    if rest or (province, city, district) != person[6:9]:
        street = person.street if rest in person.street else f"{rest} {person.street}".strip()
        person = person._replace(province=province, city=city, district=district, street=street)
    name, phone, street = person.name, person.phone, person.street
    phone_token = tail_token = name_token = prefix_token = person_token = None
    if phone:
        digits = phone if _plain_mobile(phone) else masking.digits_of(phone)
        if len(digits) >= 4:
            phone_token = ring.token(b"phone", digits)
            tail_token = ring.token(b"tail", digits[-4:])
    if name:
        normal = normal_name(name)
        name_token = ring.token(b"name", normal)
        prefix_token = ring.token(b"prefix", prefix_of(normal))
    if phone and street:
        person_token = ring.token(b"person", f"{phone}|{''.join(street.split())}")
    elif person.oaid:
        person_token = ring.token(b"person", person.oaid)
    sealed = None
    if name or phone or street or person.account or person.phone2 or person.note:
        parts = (name, phone, person.phone2, street, person.account, person.postcode, person.note)
        plain = "\x1f".join(parts if person.note else parts[:6])
        if plain.count("\x1f") != (6 if person.note else 5):
            plain = "\x1f".join(part.replace("\x1f", " ") for part in parts)
        sealed = ring.seal(plain.encode(), PURPOSE)
    return (
        id_, sealed, masking.name(name)[:40], masking.phone(phone)[:40] if phone else "", masking.street(street)[:80],
        masking.account(person.account), person.country[:2], person.province[:40], person.city[:40], person.district[:40],
        phone_token, tail_token, name_token, prefix_token, person_token, problems_of(person), person.ciphertext,
        person.oaid[:200], at,
    )  # fmt: skip


def opened(blob: bytes | memoryview | None, ring: KeyRing | None = None) -> tuple[str, str, str, str, str, str]:
    """(name, phone, phone2, street, account, postcode). Raises vault.Unopened when the key is not on the ring."""
    parts = _parts(blob, ring)
    return (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])


def note_in(blob: bytes | memoryview | None, ring: KeyRing | None = None) -> str:
    """What was said beside the order before its phones were masked; empty where nothing had to be. Raises vault.Unopened."""
    return _parts(blob, ring)[6]


def _parts(blob: bytes | memoryview | None, ring: KeyRing | None) -> list[str]:
    if not blob:
        return [""] * 7
    return [*(ring or settings.KEY_RING).open(bytes(blob), PURPOSE).decode().split("\x1f"), ""]
