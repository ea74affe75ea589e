"""How a person likes the frame: theme, folded rail, density and columns. Kept in cookies, for they belong to a screen."""

from dataclasses import dataclass
from typing import Literal, cast

from django.http import HttpRequest, HttpResponse

YEAR_S = 365 * 24 * 3600
Theme = Literal["system", "light", "dark"]
Density = Literal["two", "one"]


@dataclass(frozen=True)
class Tastes:
    theme: Theme = "system"
    folded: bool = False
    density: Density = "two"


def of(request: HttpRequest) -> Tastes:
    """What the cookies say; anything unknown is the default."""
    theme = request.COOKIES.get("theme", "")
    density = request.COOKIES.get("density", "")
    return Tastes(
        theme=cast(Theme, theme if theme in ("light", "dark") else "system"),
        folded=request.COOKIES.get("rail") == "folded",
        density="one" if density == "one" else "two",
    )


CHOICES = {"theme": ("system", "light", "dark"), "rail": ("open", "folded"), "density": ("two", "one")}


def keep(response: HttpResponse, name: str, value: str, *, secure: bool) -> None:
    """Remember one taste for a year. Raises KeyError or ValueError for what is no taste."""
    if value not in CHOICES[name]:
        raise ValueError(f"{name} is never {value!r}")
    response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=secure)
