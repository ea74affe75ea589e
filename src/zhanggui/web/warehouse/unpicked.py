"""A parcel that is not picked yet: what it waits for, and where that is done."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.fulfilment import states
from zhanggui.fulfilment.models import Parcel, Pick

UNPICKED = (states.OPEN, states.PICKING)
# So many bins are named.
NAMED = 3


@dataclass(frozen=True)
class Lack:
    """``says`` what is missing; ``href`` leads there and ``verb`` is what one does there."""

    says: str
    href: str
    verb: str


def is_unpicked(parcel: Parcel) -> bool:
    """Its pieces are not all at the bench: its wave still walks. No statement where the wave came with it."""
    return parcel.stage in (states.WAITING, states.PACKING) and parcel.wave.stage in UNPICKED


def lack(parcel_id: int) -> Lack | None:
    """Why this parcel cannot be packed yet, or None where it can. Three statements."""
    parcel = Parcel.objects.select_related("wave").filter(pk=parcel_id).first()
    if parcel is None or not is_unpicked(parcel):
        return None
    if parcel.wave.stage == states.OPEN:
        return Lack(_("它的波次还没下发。"), reverse("warehouse:wave", args=[parcel.wave_id]), _("去下发"))
    rows = Pick.objects.filter(wave_id=parcel.wave_id, done_at=None, pieces__gt=0).order_by("seq", "id")
    stops = list(rows.values_list("bin__code", "sku_id"))
    wanted = set(parcel.lines.values_list("sku_id", flat=True))
    mine = [code for code, sku_id in stops if sku_id in wanted]
    href = reverse("warehouse:walk", args=[parcel.wave_id])
    verb = ngettext("去拣剩下 %(n)d 站", "去拣剩下 %(n)d 站", len(stops)) % {"n": len(stops)}
    if mine:
        bins = _("、").join(mine[:NAMED]) + ("…" if len(mine) > NAMED else "")
        return Lack(_("它的货还在 %s，没拣下来。") % bins, href, verb)
    return Lack(_("它的货拣好了，同一波里别的还没拣完。"), href, verb)
