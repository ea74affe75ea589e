"""Uploads that wait: each merchant's own, and nobody else throws them away."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from zhanggui.channels import keeping


def test_what_one_merchant_does_not_know_is_left_to_another(settings: Any, tmp_path: Path, at: datetime) -> None:
    settings.UPLOADS = tmp_path / "uploads" / "other"
    theirs = keeping.keep(b"a file of another merchant")
    settings.UPLOADS = tmp_path / "uploads"
    ours = keeping.keep(b"looked at and never taken in")
    for file in (settings.UPLOADS / "other" / theirs, settings.UPLOADS / ours):
        os.utime(file, (at.timestamp() - 2 * 86_400,) * 2)
    assert keeping.forget_unclaimed(set(), before=at - timedelta(days=1)) == 1
    settings.UPLOADS = tmp_path / "uploads" / "other"
    assert keeping.kept(theirs) == b"a file of another merchant"
