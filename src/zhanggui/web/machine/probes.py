"""What machines ask: is it alive, is it ready, how much of what."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from zhanggui.kernel import clock
from zhanggui.kernel.errors import NotFound
from zhanggui.ops.measures import registry
from zhanggui.ops.readiness import ready


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nobody else: a database that is away is no reason to start the server anew."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when work may be sent here, else 503; which part holds and which does not, nothing more."""
    found = ready(at=clock.now())
    return JsonResponse(found.facts(), status=200 if found.well else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever bears the token of the server's setting; without one the page is not there."""
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NotFound(what="/metrics")
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)
