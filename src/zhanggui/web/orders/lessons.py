"""The forms of what was noted: each one verb, and the order, or the page one came from, again as it is then."""

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhanggui.journal.book import Batch
from zhanggui.kernel.errors import NotFound
from zhanggui.lessons.commands import helping, writing
from zhanggui.lessons.commands.writing import Words
from zhanggui.lessons.refusals import NotYours
from zhanggui.lessons.rules.tags import tags_in
from zhanggui.web.frame import say
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import one


def words_in(request: Request) -> Words:
    post = request.POST
    problem, cause, solution = (post.get(name, "").replace("\0", "") for name in ("problem", "cause", "solution"))
    return Words(problem, cause, solution, post.get("kind", ""), tags_in(post.get("tags", "")), post.get("step", ""))


def _lesson(request: Request) -> int:
    ids = ids_in([request.POST.get("lesson", "")])
    if not ids:
        raise NotFound(what=_("这一条"))
    return ids[0]


def _told(batch: Batch, lesson_id: int, done: str) -> str:
    """What happened; nothing where it was so already. Raises NotYours."""
    if lesson_id in batch.refused:
        raise NotYours(who=batch.refused[lesson_id]["who"])
    return done if batch.done else ""


def add(request: Request, order_id: int) -> str:
    writing.add([order_id], words_in(request), code=request.POST.get("code", "")[:24], by=request.actor, at=request.at)
    return _("记下了，下次有人遇到就看得到")


def change(request: Request, order_id: int) -> str:
    seen = request.POST.get("seen", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    writing.change(_lesson(request), words_in(request), seen=version, by=request.actor, at=request.at)
    return _("改好了")


def withdraw(request: Request, order_id: int) -> str:
    lesson_id = _lesson(request)
    return _told(writing.withdraw([lesson_id], by=request.actor, at=request.at), lesson_id, _("撤回了，不再推荐给别人"))


def back(request: Request, order_id: int) -> str:
    lesson_id = _lesson(request)
    return _told(writing.bring_back([lesson_id], by=request.actor, at=request.at), lesson_id, _("恢复了"))


def use(request: Request, order_id: int) -> str:
    helping.use([order_id], _lesson(request), by=request.actor, at=request.at)
    return _("记下了：这个办法又帮到一单")


def not_used(request: Request, order_id: int) -> str:
    helping.not_used([order_id], _lesson(request), by=request.actor, at=request.at)
    return _("不算了")


DOES: dict[str, Callable[[Request, int], str]] = {
    "add": add, "change": change, "withdraw": withdraw, "back": back, "use": use, "not_used": not_used,
}  # fmt: skip


@require_POST
def act(request: Request, order_id: int) -> HttpResponse:
    """Write one thing about what was learnt of this order."""
    one.found(request, order_id)
    does = DOES.get(request.POST.get("do", ""))
    if does is None:
        return HttpResponse(status=400)
    if done := does(request, order_id):
        say.say(request, done)
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(wanted)
    return one.again(request, order_id)
