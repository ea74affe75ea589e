"""A sealed folder comes back byte for byte, or not at all."""

import os
from pathlib import Path

import pytest
from pyrage import x25519

from zhanggui.kernel.errors import Refused
from zhanggui.ops.backups import archive, keys


@pytest.fixture
def full(tmp_path: Path) -> Path:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "a").write_bytes(os.urandom(300_000))
    (folder / "b").write_text("林晓 13800137621" * 5_000)
    return folder


def test_what_was_packed_is_unpacked_and_the_file_shows_none_of_it(full: Path, tmp_path: Path) -> None:
    key = x25519.Identity.generate()
    size, _digest = archive.pack(full, tmp_path / "x.zgb", key)
    sealed = (tmp_path / "x.zgb").read_bytes()
    assert (len(sealed), "林晓".encode() in sealed) == (size, False)
    assert (tmp_path / "x.zgb").stat().st_mode & 0o077 == 0
    out = tmp_path / "out"
    out.mkdir()
    archive.unpack(tmp_path / "x.zgb", out, key)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {path.name: path.read_bytes() for path in full.iterdir()}
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.iterdir())


def test_a_member_that_is_no_file_of_ours_is_damage(full: Path, tmp_path: Path) -> None:
    key = x25519.Identity.generate()
    (full / "link").symlink_to("/etc/passwd")
    archive.pack(full, tmp_path / "x.zgb", key)
    (tmp_path / "out").mkdir()
    with pytest.raises(Refused) as refused:
        archive.unpack(tmp_path / "x.zgb", tmp_path / "out", key)
    assert refused.value.code == "backup-damaged"
    assert not (tmp_path / "out" / "link").exists()


def test_another_key_opens_nothing(full: Path, tmp_path: Path) -> None:
    archive.pack(full, tmp_path / "x.zgb", x25519.Identity.generate())
    with pytest.raises(Refused) as refused:
        archive.unpack(tmp_path / "x.zgb", tmp_path / "out", x25519.Identity.generate())
    assert refused.value.code == "wrong-backup-key"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("harm", ["cut", "one byte", "head", "empty", "no backup"])
def test_a_damaged_file_is_called_damaged(full: Path, tmp_path: Path, harm: str) -> None:
    key = x25519.Identity.generate()
    archive.pack(full, tmp_path / "x.zgb", key)
    whole = (tmp_path / "x.zgb").read_bytes()
    changed = whole[:200_000] + bytes([whole[200_000] ^ 1]) + whole[200_001:]
    harmed = {"cut": whole[:-10], "one byte": changed, "head": whole[:60], "empty": b"", "no backup": b"PK" * 400}[harm]
    (tmp_path / "x.zgb").write_bytes(harmed)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(Refused) as refused:
        archive.unpack(tmp_path / "x.zgb", out, key)
    assert refused.value.code == "backup-damaged"


def test_a_key_is_read_from_its_file_with_the_words_to_people_above_it() -> None:
    key = x25519.Identity.generate()
    assert str(keys.key_from(f"# keep me\n\n{key}\n")) == str(key)
    for text in ("", "# only words\n", "AGE-SECRET-KEY-1NOTONE", "something else"):
        with pytest.raises(ValueError, match="key"):
            keys.key_from(text)
