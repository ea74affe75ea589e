"""What a second person reads, kept as codes and values: it is put into words when it is read, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhanggui.kernel.errors import Text

# A word of data (a name, a number) stays as it is; ``{"say": code, …}`` is a phrase with its values; of several each is said.
Line = str | int | Mapping[str, Any] | Sequence[Any]
Phrase = Text | Callable[..., Text]
# So many lines say more of what is asked; of the rest, how many there are.
SHOWN = 20


def line(code: str, /, **values: Line) -> dict[str, Any]:
    """A phrase to be said later. Raises KeyError for one nobody knows."""
    if code not in PHRASES:
        raise KeyError(code)
    return {"say": code, **values}


def said(kept: Line) -> str:
    """A line in the language of now; of a phrase the house no longer knows, what it was about."""
    if isinstance(kept, Mapping):
        values = {name: said(value) for name, value in kept.items() if name != "say"}
        phrase = PHRASES.get(str(kept.get("say")))
        if phrase is None:
            return " · ".join(filter(None, values.values()))
        return str(phrase(**values)) if callable(phrase) else str(phrase).format_map(values)
    if isinstance(kept, Sequence) and not isinstance(kept, str):
        return _("、").join(said(each) for each in kept)
    return str(kept)


def changed(what: Line, old: Line, new: Line) -> dict[str, Any]:
    """``角色：客服 → 财务``; what stays is said once."""
    return line("changed", what=what, old=old, new=new)


def first_of(lines: Sequence[Line]) -> list[Line]:
    """What is shown of many lines: whoever agrees knows that there are more."""
    left = len(lines) - SHOWN
    return list(lines) if left <= 0 else [*lines[:SHOWN], line("more", n=left)]


def _changed(what: str, old: str, new: str) -> str:
    return what + _("：") + ((old or "–") if old == new else f"{old or '–'} → {new or '–'}")


def _more(n: str) -> str:
    return ngettext("还有 %(n)d 行", "还有 %(n)d 行", int(n)) % {"n": int(n)}


PHRASES: dict[str, Phrase] = {"changed": _changed, "more": _more, "all": gettext_lazy("全部")}
