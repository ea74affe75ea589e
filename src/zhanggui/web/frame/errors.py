"""Pages for what went wrong: what happened, what to do, and the number to name when asking for help."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from zhanggui.accounts import aloud
from zhanggui.kernel.errors import Refused
from zhanggui.web.frame import say


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal, with its own status: a page, or for a part of one a toast that leaves the page as it is."""
    refusal = aloud.refused(refusal)
    htmx: Any = getattr(request, "htmx", False)
    facts = {"says": refusal.sentence, "fix": refusal.advice, "code": refusal.code, "number": _number(request)}
    if htmx:
        answer = HttpResponse(render_to_string("frame/refused.html", facts), status=refusal.status)
        answer["HX-Reswap"] = "none"
        note = " ".join(part for part in (refusal.advice, _("请求 %s") % facts["number"]) if part)
        say.trigger(answer, "toast", {"toasts": [{"text": refusal.sentence, "tone": "bad", "note": note}]})
        return answer
    title = _("没有找到") if refusal.status == 404 else _("这一步没有做成")
    return _page(request, "frame/error.html", refusal.status, {**facts, "title": title, "tone": "warn"})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        "frame/error.html",
        404,
        {
            "title": _("没有这一页"),
            "says": _("网址可能打错了一个字，或者这样东西已经不在了。"),
            "fix": _("用上面的搜索找单号，或回到「今天」。"),
            "tone": "warn",
        },
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        "frame/error.html",
        403,
        {
            "title": _("这一页您没有权限看"),
            "says": _("您的角色不包括这里的事。"),
            "fix": _("需要的话，请店主在「设置 · 人」里开通。"),
            "tone": "warn",
        },
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        "frame/bare_error.html",
        400,
        {
            "title": _("这个请求看不懂"),
            "says": _("浏览器发来的内容不完整，什么都没有改。"),
            "fix": _("退回上一页，刷新后再试。"),
            "tone": "warn",
        },
    )


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Somebody, or something, tries too fast."""
    return _page(
        request,
        "frame/bare_error.html",
        429,
        {
            "title": _("太快了"),
            "says": _("短时间里试了太多次，刚才这一次没有做。"),
            "fix": _("歇几分钟再试。"),
            "tone": "warn",
        },
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long or the cookie is gone. Nothing was changed."""
    return _page(
        request,
        "frame/bare_error.html",
        403,
        {
            "title": _("这一页放得太久了"),
            "says": _("为了安全，页面上的通行码已经过期，刚才的操作没有做，什么都没有改。"),
            "fix": _("退回上一页，刷新后再提交；填过的内容还在。"),
            "tone": "warn",
        },
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A bug, or the database is away. Needs neither a session nor a query."""
    return _page(
        request,
        "frame/bare_error.html",
        500,
        {
            "title": _("掌柜自己出错了"),
            "says": _("不是您操作的问题。没有做完的那一步已经退回，账是对的。"),
            "fix": _("稍等再试；还不行，把下面的请求号告诉管理员，日志里按它找。"),
            "tone": "bad",
        },
    )


def _page(request: HttpRequest, template: str, status: int, facts: dict[str, Any]) -> HttpResponse:
    # Without a signed-in person (or a database to ask) the frame has nothing to show: the page stands alone.
    framed = template == "frame/error.html" and bool(getattr(getattr(request, "actor", None), "id", None))
    facts = {"number": _number(request), "status": status, **facts}
    if framed:
        return HttpResponse(render_to_string(template, facts, request), status=status)
    facts["theme"] = request.COOKIES.get("theme", "")
    if status == 404:
        facts["fix"] = _("回到「今天」，从那里找。")
    return HttpResponse(render_to_string("frame/bare_error.html", facts), status=status)


def _number(request: HttpRequest) -> str:
    return str(request.__dict__.get("number", ""))
