"""System checks: what must be true of a house before others are let in. Errors keep it from starting."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

TAG = "house_safety"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "testserver")
# A key that a person made up shows it: few different signs, few of them.
KEY_SIGNS, KEY_DIFFERENT = 50, 10


def debug_stays_at_home(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Error pages with source are for a folder begun for development, on a machine nobody else reaches."""
    if not settings.DEBUG:
        return []
    found = []
    if not settings.FOR_DEVELOPMENT:
        found.append("the data folder holds a shop that was not begun for development")
    if any(host not in LOOPBACK for host in settings.ALLOWED_HOSTS):
        found.append("ZHANGGUI_HOSTS or ZHANGGUI_ADDRESS name more than this machine")
    if settings.HTTPS or settings.PROXIES:
        found.append("it is served over https or behind a proxy")
    return [
        Error(f"ZHANGGUI_DEVELOPMENT is 1, and {each}.", hint="Unset it; for development begin in an empty ZHANGGUI_DATA.", id="zhanggui.E003")
        for each in found
    ]


def hosts_are_named(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A server that answers to any name can be made to write any name into its links."""
    if any(host.strip() in ("*", "") for host in settings.ALLOWED_HOSTS):
        return [Error("ZHANGGUI_HOSTS answers to any name.", hint="Name the hosts people use, comma-separated.", id="zhanggui.E004")]
    return []


def https_has_a_proxy(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """We speak plain HTTP ourselves: https is the proxy's, and without one every page would be sent on for ever."""
    if settings.HTTPS and not settings.PROXIES:
        said = "https is asked for, and no proxy is named that speaks it."
        return [Error(said, hint="Set ZHANGGUI_PROXIES=1 behind nginx or Caddy.", id="zhanggui.E005")]
    return []


def the_key_is_strong(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """What signs sessions and links is long and random, and the key it is derived from too."""
    key, index = settings.SECRET_KEY, settings.KEY_RING.index
    if len(key) < KEY_SIGNS or len(set(key)) < KEY_DIFFERENT or len(index) < 32 or len(set(index)) < KEY_DIFFERENT:
        return [Error("The key that signs sessions is weak.", hint="Let `zhanggui prepare` make keys.json, and keep it.", id="zhanggui.E006")]
    return []


CHECKS = (debug_stays_at_home, hosts_are_named, https_has_a_proxy, the_key_is_strong)


def troubles() -> Sequence[CheckMessage]:
    """Why this house must not start; empty when it may."""
    return [message for check in CHECKS for message in check() if message.is_serious()]
