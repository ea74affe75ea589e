"""The company and its first steps, as its owner says them."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.house import THE_ONE, standing
from zhanggui.accounts.models import House
from zhanggui.journal.book import command
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

LONGEST = 60


class HouseUnnamed(Refused):
    code = "house-unnamed"
    says = _("公司名要有一个字，最多 60 个。")
    status = 422


@command(needs="settings")
def call_it(name: str, *, by: Actor, at: datetime) -> None:
    """The company is called so from now on, on what it shows to others."""
    said = " ".join(name.split())
    if not 0 < len(said) <= LONGEST:
        raise HouseUnnamed
    House.objects.update_or_create(pk=THE_ONE, defaults={"name": said})


# Putting a list away changes nothing of how the shop works: nobody is asked who they are for it.
@command(needs="settings", marks="")
def skip_step(step: str, *, by: Actor, at: datetime) -> None:
    """This first step is not taken now; taken later by any way, it counts as done all the same."""
    skipped = [*dict.fromkeys([*standing().skipped, step[:24]])][:50]
    House.objects.update_or_create(pk=THE_ONE, defaults={"skipped": skipped})


@command(needs="settings", marks="")
def put_steps_away(away: bool, *, by: Actor, at: datetime) -> None:
    """The list of first steps leaves today's page, or comes back."""
    House.objects.update_or_create(pk=THE_ONE, defaults={"steps_away": away})
