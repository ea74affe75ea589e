"""What a view is given: Django's request, and what the frame has put on it."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from zhanggui.kernel.actor import Actor


class Request(HttpRequest):
    """For annotations: ``actor`` asks, ``at`` is the moment of asking, ``htmx`` is true for a part of a page."""

    actor: Actor
    at: datetime
    htmx: HtmxDetails
    LANGUAGE_CODE: str
