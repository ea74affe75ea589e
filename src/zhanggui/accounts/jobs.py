"""What is swept up behind people who left."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Q

from zhanggui.accounts.commands.forgotten import send_link
from zhanggui.accounts.commands.inviting import send_invitation
from zhanggui.accounts.invitations import KEPT
from zhanggui.accounts.models import Invitation
from zhanggui.journal.events import every
from zhanggui.kernel import db

__all__ = ["forget_invitations", "forget_sessions", "send_invitation", "send_link"]


@every(hours=1, lane="slow")
def forget_sessions(*, at: datetime) -> None:
    """Sessions that ran out, the lines that told of them, and tries that no longer count."""
    with db.write():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name('cache')} WHERE expires < %s", [db.adapt(at)])
        Session.objects.filter(expire_date__lt=at).delete()
        UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


@every(hours=24, lane="slow")
def forget_invitations(*, at: datetime) -> None:
    """Invitations that were used, withdrawn or ran out a month ago: the journal keeps the story, nobody needs the address."""
    before = at - KEPT
    closed = Q(used_at__lt=before) | Q(withdrawn_at__lt=before) | Q(expires_at__lt=before)
    with db.write():
        Invitation.objects.filter(closed).delete()
