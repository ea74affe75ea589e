"""Pages for what went wrong: what happened, what to do, and the number to name when asking for help."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhanggui.accounts import aloud
from zhanggui.kernel.errors import Refused
from zhanggui.web.frame import say

# How Django begins to say that a form came from another address.
ELSEWHERE = ("Origin checking failed", "Referer checking failed")


# What a page sends that can ask beside itself, and where an answer says what is asked, or where it leads to.
BESIDE, LEADS = "X-Ask", "X-Location"


def beside(request: HttpRequest) -> bool:
    """The page stays where it is: what is asked or refused is said on it, and it goes on by itself."""
    return BESIDE in request.headers


def led(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Such a page is told where an answer leads to, and goes there itself."""
    if beside(request) and not getattr(request, "htmx", False) and 300 <= response.status_code < 400 and "Location" in response:
        response[LEADS] = response["Location"]
        del response["Location"]
        response.status_code = 200
    return response


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal, with its own status: a page, or for a part of one a toast that leaves the page as it is."""
    refusal = aloud.refused(refusal)
    htmx: Any = getattr(request, "htmx", False)
    facts = {"says": refusal.sentence, "fix": refusal.advice, "code": refusal.code, "number": _number(request)}
    if htmx or beside(request):
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
    """The form did not carry the pass of this browser: why, as far as it can be told, and the way back. Nothing was changed."""
    if reason == REASON_NO_CSRF_COOKIE:
        says = _("浏览器没有带上掌柜的 cookie，认不出这一步是不是您按的，所以没有做，什么都没有改。")
        fix = _("在浏览器里允许本站的 cookie（无痕窗口、拦截插件会挡住它），再回去刷新、重按一次。")
    elif reason.startswith(ELSEWHERE):
        says = _("这一步不是从掌柜自己的页面发来的，所以没有做，什么都没有改。")
        fix = _("回到掌柜里再按一次。总是这样，请管理员看看 ZHANGGUI_ADDRESS 和代理传来的网址对不对。")
    elif reason == REASON_CSRF_TOKEN_MISSING:
        says = _("这一步没有带上页面的通行码（页面没有开全，或被插件改过），所以没有做，什么都没有改。")
        fix = _("回去刷新，等页面开全了再按一次；密码要重填。")
    else:
        says = _("这一页打开以后，这个浏览器里重新登录过、换过人，或清过 cookie，所以没有做，什么都没有改。")
        fix = _("回去刷新，再按一次；写过的字多半还在，密码要重填。")
    back = _came_from(request)
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=403)
        answer["HX-Reswap"] = "none"
        say.trigger(answer, "toast", {"toasts": [{"text": says, "tone": "bad", "note": fix}]})
        return answer
    return _page(
        request,
        "frame/bare_error.html",
        403,
        {"title": _("这一步没有做"), "says": says, "fix": fix, "tone": "warn", "back": back},
    )


def _came_from(request: HttpRequest) -> str:
    """The page of ours the form was sent from; empty where there is none."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(came)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


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
