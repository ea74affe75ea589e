"""The company and its first steps, as its owner says them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.house import COMPANY, FIRST_STEPS, standing
from zhanggui.accounts.models import Preference
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
    _keep(COMPANY, {"name": said})


# Putting a list away changes nothing of how the shop works: nobody is asked who they are for it.
@command(needs="settings", marks="")
def skip_step(step: str, *, by: Actor, at: datetime) -> None:
    """This first step is not taken now; taken later by any way, it counts as done all the same."""
    now = standing()
    _keep(FIRST_STEPS, {"skipped": [*dict.fromkeys([*now.skipped, step[:24]])][:50], "away": now.steps_away})


@command(needs="settings", marks="")
def put_steps_away(away: bool, *, by: Actor, at: datetime) -> None:
    """The list of first steps leaves today's page, or comes back."""
    _keep(FIRST_STEPS, {"skipped": list(standing().skipped), "away": away})


def _keep(name: str, value: dict[str, Any]) -> None:
    Preference.objects.update_or_create(person=None, name=name, defaults={"value": value})
