"""Facts become paper: one call, many pages."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import typst
from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused, Text
from zhanggui.papers import codes, fonts, label, packing_slip, pick_sheet
from zhanggui.papers.facts import Fact, Label, PackingSlip, PickSheet

TEMPLATES = Path(__file__).parent / "templates"
# Typst remembers what it set for ten more compilations, in case the next is almost the same: 145 MB a thousand labels,
# and every later one slower. Ours never is the same, so after a long print it is made to forget.
LONG_PAGES = 50
REMEMBERED = 11


class NothingToPrint(Refused):
    """No sheet was asked for."""

    code = "nothing-to-print"
    says: ClassVar[Text] = _("没有选中要打印的内容。")
    fix: ClassVar[Text] = _("请先勾选再打印。")
    status = 422


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper: what it is made from, and how a fact becomes its pages."""

    fact: type[Fact]
    pages: Callable[[Any], list[dict[str, Any]]]
    # Reading order for screen readers; a thermal label is never read on a screen, and its file is a quarter smaller.
    tagged: bool = True


KINDS: Mapping[str, Kind] = {
    "label": Kind(Label, lambda fact: [label.page(fact)], tagged=False),
    "pick_sheet": Kind(PickSheet, pick_sheet.pages),
    "packing_slip": Kind(PackingSlip, packing_slip.pages),
}


def render(kind: str, facts: Sequence[Fact]) -> bytes:
    """One PDF of all ``facts``, in their order. ``kind``: ``label`` (100 × 150 mm), ``pick_sheet`` (A4), ``packing_slip`` (A5).

    The same facts give the same bytes. All or nothing: the first fact that cannot be printed is raised as its
    refusal; ``NothingToPrint`` for none; ``TypeError`` for facts of another kind.
    """
    if not facts:
        raise NothingToPrint
    pages = [page for fact in facts for page in _pages(kind, fact)]
    pdf = _set(kind, pages, "pdf", codes.DOTS_PER_INCH)
    if len(pages) > LONG_PAGES:
        _forget()
    return pdf


def preview(kind: str, fact: Fact, *, dpi: float = codes.DOTS_PER_INCH) -> bytes:
    """The first page as PNG, pixel for dot as a 203 dpi head would print it unless another ``dpi`` is asked for."""
    return _set(kind, _pages(kind, fact)[:1], "png", dpi)


def _pages(kind: str, fact: Fact) -> list[dict[str, Any]]:
    paper = KINDS[kind]
    if not isinstance(fact, paper.fact):
        raise TypeError(f"{kind} is made from {paper.fact.__name__}, not {type(fact).__name__}")
    return paper.pages(fact)


def _set(kind: str, pages: Sequence[dict[str, Any]], form: Literal["pdf", "png"], dpi: float) -> bytes:
    done = typst.compile(
        TEMPLATES / f"{kind}.typ",
        root=TEMPLATES,
        font_paths=fonts.loaded(),
        sys_inputs={"sheets": json.dumps(pages, ensure_ascii=False, separators=(",", ":"))},
        format=form,
        ppi=dpi,
        pdf_tags=KINDS[kind].tagged,
    )
    if not isinstance(done, bytes):
        raise TypeError(f"{kind}: {len(done or ())} pictures where one was asked for")
    return done


def _forget() -> None:
    for _empty in range(REMEMBERED):
        typst.compile(b"", font_paths=fonts.loaded(), format="pdf")


def blank(kind: str, many: int) -> bytes:
    """A PDF of ``many`` empty pages: what the setting itself costs, before anything is on the paper."""
    size = {"label": "width: 100mm, height: 150mm", "pick_sheet": '"a4"', "packing_slip": '"a5"'}[kind]
    source = f"#set page({size})\n" + "#pagebreak(weak: false)\n" * (many - 1)
    done = typst.compile(source.encode(), font_paths=fonts.loaded(), format="pdf", pdf_tags=KINDS[kind].tagged)
    if not isinstance(done, bytes):
        raise TypeError(f"{kind}: {len(done or ())} pictures where one was asked for")
    return done
