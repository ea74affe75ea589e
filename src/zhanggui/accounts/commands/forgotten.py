"""A forgotten password, asked for at the door by somebody nobody knows yet."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhanggui.accounts.links import reset_path
from zhanggui.accounts.models import User
from zhanggui.journal.book import ask
from zhanggui.journal.events import task
from zhanggui.kernel import db


def ask_for_link(email: str, origin: str, *, at: datetime) -> None:
    """Somebody says they forgot the password of ``email``. Does the same, in the same time, whether such a person is here or not."""
    person_id = User.objects.filter(email=email.strip().lower(), is_active=True).values_list("pk", flat=True).first()
    with db.write():
        ask(send_link, [[person_id or 0, origin]], at=at)


@task(tries=5)
def send_link(items: Sequence[tuple[int, str]], *, at: datetime) -> None:
    """Write to those who are really here; ``items``: (person, the address of this house)."""
    for person_id, origin in items:
        person = User.objects.filter(pk=person_id, is_active=True).first()
        if person is None:
            continue
        with override(person.language):
            said = (
                _("%s，您好：") % person.name,
                _("有人（应该是您）说忘了掌柜的密码。打开下面的链接，设一个新密码："),
                f"{origin}{reset_path(person)}",
                _("链接只能用一次，一小时内有效。不是您要的，不用管它，密码没有变。"),
            )
            EmailMessage(_("掌柜：设一个新密码"), "\n\n".join(said), settings.DEFAULT_FROM_EMAIL, [person.email]).send()
