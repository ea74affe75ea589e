"""A password as it is kept. Hashing it takes some 0.2 s on purpose, so it is done before a transaction is open, never within one."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.models import User
from zhanggui.kernel.errors import Refused


class BadAccount(Refused):
    """``facts``: field, why."""

    code = "bad-account"
    says = _("{why}")
    status = 422


class Hashed(str):
    """A password that was looked at and hashed; the word itself is forgotten."""

    __slots__ = ()


def hashed(password: str, of: User | None) -> Hashed:
    """The password of this person as it is kept; as it is where it was hashed before. Raises ``BadAccount`` for a weak one."""
    if isinstance(password, Hashed):
        return password
    try:
        validate_password(password, of)
    except ValidationError as error:
        raise BadAccount(field="password", why=" ".join(error.messages)) from error
    return Hashed(make_password(password))


def of_newcomer(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a verb that lets somebody in is told, with the password hashed."""
    return {"password": hashed(said["password"], User(email=said["email"].strip().lower(), name=said["name"]))}


def of_person(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same of a verb about somebody who is here."""
    return {"password": hashed(said["password"], User.objects.filter(pk=said["person_id"]).first())}


def kept(password: str) -> str:
    """What a verb writes down. Raises ValueError for a word that was never hashed: it is kept nowhere."""
    identify_hasher(password)
    return str(password)
