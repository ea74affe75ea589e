"""Addresses of areas that may not be there: a link to nowhere is no link."""

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: Any, **query: str) -> str:
    """The address of ``name`` with a question; empty while that area has none."""
    try:
        path = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{path}?{urlencode(query)}" if query else path
