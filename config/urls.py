"""Every address of the house."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from zhanggui import web
from zhanggui.web.frame import errors
from zhanggui.web.people import urls as people

# Each area under its own beginning. An area that is not installed has no addresses, and the rail leaves it out.
AREAS = (
    ("orders/", "orders"),
    ("review/", "review"),
    ("payments/", "payments"),
    ("imports/", "imports"),
    ("goods/", "goods"),
    ("stock/", "stock"),
    ("warehouse/", "warehouse"),
    ("tracking/", "tracking"),
    ("lessons/", "lessons"),
    ("settings/", "settings"),
    ("approvals/", "approvals"),
    ("f/", "doors"),
    ("start/", "start"),
    ("ui/", "ui"),
    ("", "machine"),
    ("", "frame"),
    ("", "home"),
)


def area(prefix: str, name: str) -> list[URLPattern | URLResolver]:
    if not module_has_submodule(web, f"{name}.urls"):
        return []
    return [path(prefix, include(import_module(f"zhanggui.web.{name}.urls")))]


urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include(people.accounts)),
    path("welcome/", include(people)),
    *(address for prefix, name in AREAS for address in area(prefix, name)),
]

handler400 = errors.bad_request
handler403 = errors.not_allowed
handler404 = errors.not_found
# allauth's name for who asks too often.
handler429 = errors.too_many
handler500 = errors.broken
