"""What is swept up behind people who left."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection

from zhanggui.accounts.commands.forgotten import send_link
from zhanggui.journal.events import every
from zhanggui.kernel import db

__all__ = ["forget_sessions", "send_link"]


@every(hours=1, lane="slow")
def forget_sessions(*, at: datetime) -> None:
    """Sessions that ran out, the lines that told of them, and tries that no longer count."""
    with db.write():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name('cache')} WHERE expires < %s", [db.adapt(at)])
        Session.objects.filter(expire_date__lt=at).delete()
        UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
