"""By what somebody may be called at the door: the e-mail address, a name, a phone. A phone is sealed and found by a token."""

import base64
import re

from django.conf import settings
from django.db.models import Q

from zhanggui.accounts.models import User
from zhanggui.kernel import masking

PURPOSE = b"accounts.phone"
KIND = b"staff-phone"
# A letter first, so that no name can be taken for a phone, and no mark of an address.
NAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")
DIGITS = range(7, 16)


def normal_name(text: str) -> str:
    return text.strip().lower()


def is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    return len(masking.digits_of(text)) in DIGITS and not re.search(r"[^\d\s()+-]", text)


def token(phone: str) -> int:
    """The number that stands for this phone; without the key ring nothing is learned from it."""
    found: int = settings.KEY_RING.token(KIND, masking.digits_of(phone))
    return found


def sealed(phone: str) -> str:
    return base64.b64encode(settings.KEY_RING.seal(phone.strip().encode(), PURPOSE)).decode()


def opened(text: str) -> str:
    """The phone as it was typed. Raises vault.Unopened where the key is not on the ring."""
    plain: str = settings.KEY_RING.open(base64.b64decode(text), PURPOSE).decode()
    return plain


def address_of(login: str) -> str:
    """The address of whoever is called ``login``, or ``login`` itself: one statement, whether there is such a person or not."""
    said = login.strip().lower()
    called = Q(email=said) | Q(username=said)
    phones = settings.KEY_RING.tokens(KIND, masking.digits_of(said)) if is_phone(said) else [0]
    found = User.objects.filter(called | Q(phone_token__in=phones)).values_list("email", flat=True).first()
    return found or said


def masked_address(email: str) -> str:
    """``wang@example.com`` → ``w***@example.com``."""
    name, _at, house = email.partition("@")
    return f"{name[:1]}***@{house}" if house else "***"
