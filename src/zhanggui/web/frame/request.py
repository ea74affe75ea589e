"""What a view is given: Django's request, and what the frame has put on it."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from zhanggui.kernel.actor import Actor


class Request(HttpRequest):
    """For annotations: ``actor`` asks, ``at`` is the moment of asking, ``htmx`` is true for a part of a page,
    ``searched`` stands in the field of the search."""

    actor: Actor
    at: datetime
    htmx: HtmxDetails
    searched: str
    LANGUAGE_CODE: str
