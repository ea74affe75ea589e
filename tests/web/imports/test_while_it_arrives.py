"""A file that is too large for memory, and a disk that has no room for it."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client

from tests.web.orders.bench import Bench
from zhanggui.channels.models import Import

pytestmark = pytest.mark.django_db


@pytest.mark.capability("I-08")
def test_a_full_disk_is_said_while_a_large_file_arrives(
    at_counter: Callable[..., Client], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at_counter()
    client.handler.enforce_csrf_checks = True
    token = client.get("/imports/new/").context["csrf_token"]
    written: list[int] = []

    def write(self: Any, content: bytes) -> int:
        """A megabyte has room, the rest has none."""
        written.append(len(content))
        if sum(written) > 1024 * 1024:
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self.file.write(content))

    monkeypatch.setattr(TemporaryUploadedFile, "write", write)
    large = SimpleUploadedFile("orders.csv", b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 4 * 1024 * 1024))
    answer = client.post("/imports/new/", {"csrfmiddlewaretoken": token, "kind": "orders", "shop": bench.shop_id, "file": large})
    assert answer.status_code == 507
    assert "磁盘满了" in answer.content.decode()
    # It stopped writing at the first refusal of the disk, and heard the rest of the file out.
    assert sum(written) - written[-1] <= 1024 * 1024
    assert not Import.objects.exists()
