"""The living page: what a screen may be made of, in every state, looked at by people and by tests."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhanggui.kernel.errors import Changed
from zhanggui.kernel.paging import Page
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.ui import samples


def parts(request: Request) -> HttpResponse:
    """Every part of the desk."""
    facts = {
        "tones": samples.TONES,
        "colours": samples.COLOURS,
        "types": samples.TYPES,
        "icons": samples.ICONS,
        "form": samples.SampleForm({"house": "1", "phone": "1380013800"}),
        "rows": samples.rows(request.at),
        "listing": samples.listing(),
        "middle": Page[int](list(range(50)), next="on", prev="back"),
        "last": Page[int](list(range(12)), prev="back"),
        "stages": [("order", code) for code in ("pending_review", "approved", "fulfilling", "shipped", "cancelled")]
        + [("wave", "picking"), ("parcel", "packed")],
    }
    return render(request, "ui/parts.html", facts)


def drawer(request: Request, number: str) -> HttpResponse:
    """Details beside the list; a whole page for who comes straight here."""
    beside = request.htmx.target == "drawer"
    return render(request, "ui/drawer.html#drawer" if beside else "ui/drawer.html", {"number": number})


def station(request: Request) -> HttpResponse:
    """The packing bench as it stands between two scans: type 1, 2 or anything else and Enter."""
    expects = {"codes": {"1": 1, "2": 2}, "lines": {"1": {"left": 2}, "2": {"left": 1}}}
    return render(request, "ui/station.html", {"expects": expects})


def phone(request: Request) -> HttpResponse:
    """One stop of a picker's walk, in one hand."""
    return render(request, "ui/phone.html")


@require_POST
def scan(request: Request) -> HttpResponse:
    """Hears a sample scan and says nothing against what the bench already answered."""
    return HttpResponse(status=204)


@require_POST
def speak(request: Request) -> HttpResponse:
    """A toast, a toast that can be taken back, or a refusal."""
    asked = request.POST.get("what")
    if asked == "refused":
        raise Changed(what="1122-04173")
    if asked == "undo":
        say(request, _("2 单审核通过"), note=_("1 单留下：地址变更"), undo=request.path)
    else:
        say(request, _("已撤回，一单没动"), tone="info")
    return HttpResponse(status=204) if request.htmx else redirect("ui:parts")
