"""How columns were matched by hand: what is remembered, called something, and forgotten."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.channels import queries
from zhanggui.channels.commands import mappings
from zhanggui.channels.reading import asking
from zhanggui.channels.reading.fields import first_words
from zhanggui.web.frame import say
from zhanggui.web.frame.request import Request
from zhanggui.web.imports import allowed

FEW = 5


@require_GET
def index(request: Request) -> HttpResponse:
    """Every mapping that is remembered, by our own words alone: where a file had no header, its first row was somebody's."""
    kinds = allowed.require(request.actor)
    ours = first_words()
    rows = []
    for row in queries.mappings(request.actor.reach, kinds):
        fields = [_(word) for field, word in ours.items() if row.mapping.get(field)]
        words = {key: dict(ways) for key, ways in asking.WAYS.items()}
        said = [(asking.ANSWERED[key], words[key].get(value, value)) for key, value in (row.answers or {}).items() if value and key in words]
        rows.append((row, _("、").join(fields[:FEW]), len(fields), said))
    return render(request, "imports/mappings.html", {"rows": rows})


@require_POST
def rename(request: Request, mapping_id: int) -> HttpResponse:
    """Call one something else."""
    allowed.require(request.actor)
    mappings.rename(mapping_id, request.POST.get("name", ""), by=request.actor, at=request.at)
    say.say(request, _("名字改好了"))
    return HttpResponseRedirect(reverse("imports:mappings"))


@require_POST
def forget(request: Request, mapping_id: int) -> HttpResponse:
    """Forget one: the next such file is matched anew."""
    allowed.require(request.actor)
    mappings.forget(mapping_id, by=request.actor, at=request.at)
    say.say(request, _("忘掉了，下次同样的列重新对应"))
    return HttpResponseRedirect(reverse("imports:mappings"))
