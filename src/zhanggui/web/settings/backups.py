"""Backups: which there are, whether they come back, and where their key is."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.kernel.errors import NotFound
from zhanggui.ops import queries
from zhanggui.ops.commands import backups
from zhanggui.ops.models import Backup
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page


@require_GET
def index(request: Request) -> HttpResponse:
    """Newest first; how the house stands above them."""
    request.actor.require("backup")
    now = queries.standing()
    facts: dict[str, Any] = {"rows": Backup.objects.order_by("-made_at")[:100], "now": now, "late": now.late(request.at)}
    return page(request, "backups", "settings/backups.html", facts)


@require_POST
def make(request: Request) -> HttpResponse:
    """Ask for one; it is made in the background."""
    backups.ask_for_one(by=request.actor, at=request.at)
    say(request, _("开始备份"), note=_("做好后会自己试一遍还原，再标成可用"))
    return redirect("settings:backups")


@require_POST
def act(request: Request, backup_id: int, verb: str) -> HttpResponse:
    """Try it again, or let it go."""
    if verb == "try":
        backups.ask_to_try([backup_id], by=request.actor, at=request.at)
        say(request, _("正在试还原"), note=_("只在旁边试，不动现在的数据"))
    elif verb == "drop":
        backups.drop([backup_id], by=request.actor, at=request.at)
        say(request, _("删掉了这份备份"))
    else:
        raise NotFound(what=verb)
    return redirect("settings:backups")


@require_POST
def take(request: Request, backup_id: int) -> FileResponse:
    """The sealed file; by POST, because taking it is written down."""
    file = backups.hand_out(backup_id, by=request.actor, at=request.at)
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream")


@require_POST
def take_key(request: Request) -> HttpResponse:
    """The key, as a small file to keep elsewhere."""
    text = backups.hand_out_key(by=request.actor, at=request.at)
    headers = {"Content-Disposition": 'attachment; filename="zhanggui-backup-key.txt"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
