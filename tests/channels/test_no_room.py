"""The disk is full: whoever brings a file is told so, nothing half written stays, and what came in is neither lost nor doubled."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.data.bad_input.writing import book, row, rows, text
from zhanggui.channels import jobs, keeping, taking, uploads
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.reading import sheet_table
from zhanggui.channels.reading.errors import DiskFull
from zhanggui.channels.reading.limits import WEB
from zhanggui.channels.reading.source import Source
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Order

KIB = 1024


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """The kernel lets no file of this process grow further, as it would on a disk with so much left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def uploads_at(settings: Any, tmp_path: Path) -> Path:
    settings.UPLOADS = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
def test_a_file_that_finds_no_room_is_refused_and_no_part_of_it_stays(uploads_at: Path) -> None:
    content = text(rows(3_000)).encode()
    assert len(content) > 200 * KIB
    with no_file_beyond(64 * KIB), pytest.raises(DiskFull) as told:
        keeping.keep(content)
    assert (told.value.code, told.value.status) == ("DISK_FULL", 507)
    assert list(uploads_at.iterdir()) == []
    assert keeping.kept(keeping.keep(content)) == content


@pytest.mark.django_db
@pytest.mark.capability("I-08")
def test_an_import_asked_for_on_a_full_disk_is_not_begun_and_goes_through_once_there_is_room(
    uploads_at: Path, shop_id: int, owner: Actor, at: datetime
) -> None:
    content = text(rows(3_000)).encode()
    with no_file_beyond(64 * KIB), pytest.raises(DiskFull):
        uploads.submit(content, "orders.csv", shop_id=shop_id, by=owner, at=at)
    assert (Import.objects.count(), list(uploads_at.iterdir())) == (0, [])
    jobs.run_import([uploads.submit(content, "orders.csv", shop_id=shop_id, by=owner, at=at)], at=at)
    assert (Import.objects.get().state, Order.objects.count()) == ("done", 3_000)


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
def test_a_workbook_that_finds_no_room_to_be_taken_apart_says_so() -> None:
    """What the kernel answers a write to ``/dev/full`` is what it answers on a full disk."""
    spool = sheet_table.Spool.__new__(sheet_table.Spool)
    with open("/dev/full", "wb") as spool.rows:  # type: ignore[assignment]
        ended = spool._read(Source(book(rows(500))), WEB, {"kind": "zip", "wanted": None, "formulas": ""}, 0)
    assert ended["refused"] == "DISK_FULL"
    with no_file_beyond(1 * KIB), pytest.raises(DiskFull):
        Source(book(rows(500))).as_file(WEB)


@contextmanager
def so_many_pages_more(many: int) -> Iterator[None]:
    """The database file may grow by so much and no further: SQLite then says that the disk is full, and means it."""
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + many}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.one_leg
@pytest.mark.django_db(transaction=True)
@pytest.mark.capability("I-08")
def test_an_import_whose_disk_fills_up_on_the_way_keeps_what_came_in_and_goes_on_from_there(
    uploads_at: Path, shop_id: int, owner: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 50)
    content = text([*rows(600), row(601, 数量="0")]).encode()
    import_id = uploads.submit(content, "orders.csv", shop_id=shop_id, options={"create_goods": True}, by=owner, at=at)
    with so_many_pages_more(60), pytest.raises(DatabaseError, match="full"):
        jobs.run_import([import_id], at=at)
    cut = Import.objects.get()
    assert cut.state == "running"
    assert 0 < cut.rows_ok == Order.objects.count() == ImportRow.objects.count() < 600
    # There is room again, and somebody brings the same file: it is the same import, and goes on.
    later = at + timedelta(minutes=2)
    again = uploads.submit(content, "orders.csv", shop_id=shop_id, options={"create_goods": True}, by=owner, at=later)
    jobs.run_import([again], at=later)
    row_ = Import.objects.get()
    assert (again, row_.state, row_.rows_ok, row_.rows_duplicate, row_.rows_rejected) == (import_id, "done", 600, 0, 1)
    assert Order.objects.count() == 600
    assert ImportRow.objects.count() == row_.rows_in == 601
