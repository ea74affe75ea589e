"""Words to find orders by, kept out of addresses: they may be somebody's name or phone, and an address is written down by many hands."""

import base64
import binascii
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from zhanggui.kernel.vault import Unopened
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.request import Request

KEY, PURPOSE, PARAMETER = "orders.finds", b"orders.finds", "find"
MOST, LONGEST = 30, 20_000


@require_POST
def find(request: Request) -> HttpResponse:
    """Keep the words for this visit, and go to the list that looks for them; without words to the list as it begins."""
    request.actor.require("order.view", takes=("released",))
    words = request.POST.get("q", "")[:LONGEST].strip()
    if not words:
        return HttpResponseRedirect(address("orders:list"))
    return HttpResponseRedirect(address("orders:list", **{PARAMETER: kept(request, words)}))


def kept(request: HttpRequest, words: str) -> str:
    """The key under which these words are found again in this session, which holds no plain word of them."""
    finds: dict[str, str] = dict(request.session.get(KEY, {}))
    key = secrets.token_urlsafe(6)
    sealed = settings.KEY_RING.seal(words.encode(), PURPOSE)
    newest = dict(list(finds.items())[-(MOST - 1) :])
    request.session[KEY] = {**newest, key: base64.b64encode(sealed).decode()}
    return key


def words_of(request: HttpRequest, key: str) -> str | None:
    """What was to be found; None where this session does not know it: another's address, or one long ago."""
    sealed = request.session.get(KEY, {}).get(key)
    if sealed is None:
        return None
    try:
        return settings.KEY_RING.open(base64.b64decode(sealed), PURPOSE).decode()
    except (Unopened, binascii.Error, ValueError):
        return None
