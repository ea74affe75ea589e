"""Waybill numbers of the practice carrier: ``SB``, eleven digits and a check digit. Pure."""

import re
from hashlib import sha256

SHAPE = re.compile(r"SB\d{12}", re.ASCII)


def number_for(customer: str, reference: str, turn: int = 0) -> str:
    """The number of one reference, the same on every machine and after every loss of state.

    ``turn`` grows by one when the number is already another reference's.
    """
    digest = sha256(f"{customer}\n{reference}\n{turn}".encode()).digest()
    body = f"{int.from_bytes(digest[:8], 'big') % 10**11:011d}"
    return f"SB{body}{check_digit(body)}"


def check_digit(digits: str) -> int:
    """Luhn: a slip in one digit is always noticed, and so are most swapped neighbours."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def is_number(text: str) -> bool:
    """Whether ``text`` could be a number of this carrier at all."""
    return SHAPE.fullmatch(text) is not None and check_digit(text[2:-1]) == int(text[-1])


def draw(seed: str, size: int) -> int:
    """A number in [0, size) that is always the same for ``seed``."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8], "big") % size
