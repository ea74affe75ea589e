"""Where gateways tell their news. Nobody signs in here: the signature of what is sent says whose it is, and nothing else is believed."""

import logging

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import notified
from zhanggui.payments.commands import gateways
from zhanggui.payments.models import Gateway
from zhanggui.payments.port import Answer, Forged, Unreadable
from zhanggui.payments.queries import account_of, plugins
from zhanggui.web.frame import errors
from zhanggui.web.frame.presence import for_anybody

MOST_BYTES = 64 * 1024
PACE = {"gateway_tell": "600/m/ip"}
log = logging.getLogger("zhanggui.gateway")


@csrf_exempt
@for_anybody
@never_cache
@require_POST
def notify(request: HttpRequest, key: str) -> HttpResponse:
    """One message of a gateway: taken once, or refused where it is not the gateway's. What cannot be placed is kept and shown."""
    if ratelimit.consume(request, app="allauth.account", action="gateway_tell", config=PACE) is None:
        return errors.too_many(request)
    gateway = Gateway.objects.filter(key=key, enabled=True).first()
    plugin = plugins().get(gateway.plugin) if gateway else None
    if gateway is None or plugin is None:
        raise Http404
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    at = clock.now()
    try:
        said = plugin.notice(account_of(gateway), request.headers, request.body, at)
    except (Forged, Unreadable) as wrong:
        # What was sent is nobody's word: of it only that it came is kept.
        log.warning("not the gateway's", extra={"gateway": gateway.pk, "why": type(wrong).__name__})
        gateways.count_refused(gateway.pk, at=at)
        return _answer(plugin.refused)
    outcome = notified.take(gateway.pk, said, by=SYSTEM, at=at)
    log.info("heard", extra={"gateway": gateway.pk, "outcome": outcome})
    return _answer(plugin.heard)


def _answer(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status, content_type=answer.media)
