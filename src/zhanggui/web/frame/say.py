"""Saying something to the person in front of the screen: a toast, with undo where a thing can be undone."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Toast:
    """``undo`` is an address that takes a POST; ``link`` one to look at."""

    text: str
    tone: str = "good"
    note: str = ""
    undo: str = ""
    link: str = ""
    link_text: str = ""


def say(
    request: HttpRequest, text: str, *, tone: str = "good", note: str = "", undo: str = "", link: str = "", link_text: str = ""
) -> None:
    """Show a toast with this answer, or with the next page when the answer sends the browser on."""
    waiting: list[Toast] = request.__dict__.setdefault("toasts", [])
    waiting.append(Toast(text, tone, note, undo, link, link_text))


def deliver(request: HttpRequest, response: HttpResponse) -> None:
    """Hand over what was said: in a header to a part of a page, by way of the session's messages to a whole one."""
    waiting: list[Toast] = request.__dict__.pop("toasts", [])
    if not waiting:
        return
    sent_on = "HX-Redirect" in response or "HX-Refresh" in response
    if getattr(request, "htmx", False) and not sent_on:
        trigger(response, "toast", {"toasts": [asdict(toast) for toast in waiting]})
        return
    for toast in waiting:
        messages.info(request, json.dumps(asdict(toast), ensure_ascii=False), extra_tags="toast")


def trigger(response: HttpResponse, event: str, detail: dict[str, Any]) -> None:
    """Add an event to those the page hears with this answer; plain ASCII, as headers must be."""
    known = response.headers.get("HX-Trigger", "")
    events = json.loads(known) if known.startswith("{") else dict.fromkeys(filter(None, known.split(",")))
    events[event] = detail
    response["HX-Trigger"] = json.dumps(events)


def waiting_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Toasts for this page: what was said on the way here, and now. Messages of other parts stay unsaid."""
    told = [message for message in messages.get_messages(request) if "toast" in message.tags.split()]
    found: list[dict[str, Any]] = [json.loads(str(message.message)) for message in told]
    return [*found, *(asdict(toast) for toast in request.__dict__.pop("toasts", []))]
