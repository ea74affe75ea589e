"""Keys kept outside the database; sealing and opening what belongs to a person; tokens to find it by.

A sealed blob is ``0x01 | len(key id) | key id | nonce (12) | AES-256-GCM ciphertext``; its purpose is the
associated data, so a blob moved to another column does not open. Tokens are 64 bits of a keyed BLAKE2b of a normal
form, stored as a signed integer: equal inputs meet, and without the key nothing is learned.

Keys change while the house works: a new one seals from then on, old ones open until nothing is sealed with them any
more. Whoever seals a row makes its tokens at the same time, so the key id in its blob says of both how old they are.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhanggui.kernel.secret_files import read_or_make

VERSION = 1


class Unopened(Exception):
    """The blob does not open: another key sealed it, or it was changed."""


class OtherKeys(Exception):
    """The keys in use are not those this database was sealed with."""


@dataclass(frozen=True)
class KeyRing:
    """``current`` seals; every key of ``sealing`` opens. ``index`` makes tokens; rows may still bear some of ``older``.

    ``root`` is what secrets of the house are derived from and fingerprints keyed with: it stays for good, for what it
    made cannot be made again. Empty: it is the index, as in every ring whose index was never changed.
    """

    current: str
    sealing: Mapping[str, bytes]
    index: bytes
    older: tuple[bytes, ...] = ()
    root: bytes = b""
    ciphers: dict[str, AESGCM] = field(default_factory=dict, repr=False, compare=False)

    def cipher(self, key_id: str) -> AESGCM:
        found = self.ciphers.get(key_id)
        if found is None:
            if key_id not in self.sealing:
                raise Unopened(f"key {key_id} is not on the ring")
            found = self.ciphers[key_id] = AESGCM(self.sealing[key_id])
        return found

    def derive(self, purpose: str) -> str:
        """A secret for another part of the house, as 64 hexadecimal digits."""
        return hashlib.blake2b(purpose.encode(), key=self.root or self.index, digest_size=32).hexdigest()

    def seal(self, plain: bytes, purpose: bytes) -> bytes:
        key_id = self.current.encode()
        nonce = os.urandom(12)
        return bytes((VERSION, len(key_id))) + key_id + nonce + self.cipher(self.current).encrypt(nonce, plain, purpose)

    def open(self, blob: bytes, purpose: bytes) -> bytes:
        """The plain bytes; raises Unopened where the key is missing or a byte was changed."""
        sealed_with(blob)
        end = 2 + blob[1]
        try:
            return self.cipher(blob[2:end].decode()).decrypt(blob[end : end + 12], blob[end + 12 :], purpose)
        except (InvalidTag, UnicodeDecodeError) as error:
            raise Unopened("another key sealed it, or it was changed") from error

    def seal_facts(self, facts: Mapping[str, Any], purpose: bytes) -> bytes:
        return self.seal(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), purpose)

    def open_facts(self, blob: bytes, purpose: bytes) -> dict[str, Any]:
        return dict(json.loads(self.open(blob, purpose)))

    def token(self, kind: bytes, text: str) -> int:
        """A signed 64-bit number that stands for ``text`` (already in normal form) among others of its ``kind``."""
        return _token(self.index, kind, text)

    def tokens(self, kind: bytes, text: str) -> list[int]:
        """Every number ``text`` may stand under while an index is being changed; the newest first."""
        return [_token(key, kind, text) for key in (self.index, *self.older)]

    @property
    def stays(self) -> bytes:
        """What keys a fingerprint: it never changes."""
        return self.root or self.index


def _token(key: bytes, kind: bytes, text: str) -> int:
    digest = hashlib.blake2b(text.encode(), key=key, person=kind, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def sealed_with(blob: bytes) -> str:
    """The id of the key that sealed ``blob``. Raises Unopened where it is no sealed blob."""
    try:
        if len(blob) < 30 or blob[0] != VERSION:
            raise Unopened("not a sealed blob")
        return bytes(blob[2 : 2 + blob[1]]).decode()
    except UnicodeDecodeError as error:
        raise Unopened("not a sealed blob") from error


def beginning(key_id: str) -> bytes:
    """How every blob sealed with this key begins."""
    return bytes((VERSION, len(key_id))) + key_id.encode()


def new_ring() -> KeyRing:
    return KeyRing("k1", {"k1": secrets.token_bytes(32)}, secrets.token_bytes(32))


def turned(ring: KeyRing, *, index: bool = False) -> KeyRing:
    """The ring with a new key in use and the old ones beside it; with ``index`` new tokens, too."""
    taken = [int(key_id[1:]) for key_id in ring.sealing if key_id[:1] == "k" and key_id[1:].isdecimal()]
    fresh = f"k{max(taken, default=0) + 1}"
    more = {"index": secrets.token_bytes(32), "older": (ring.index, *ring.older), "root": ring.stays} if index else {}
    return KeyRing(**{**_parts(ring), "current": fresh, "sealing": {**ring.sealing, fresh: secrets.token_bytes(32)}, **more})


def retired(ring: KeyRing) -> KeyRing:
    """The ring without the keys that are no longer in use."""
    return KeyRing(**{**_parts(ring), "sealing": {ring.current: ring.sealing[ring.current]}, "older": ()})


def joined(ours: KeyRing, theirs: KeyRing) -> KeyRing | None:
    """One ring that opens what either opens and seals as ``ours``; None where they are not of one house."""
    if ours.stays != theirs.stays or any(ours.sealing.get(key_id, key) != key for key_id, key in theirs.sealing.items()):
        return None
    older = dict.fromkeys((*ours.older, theirs.index, *theirs.older))
    older.pop(ours.index, None)
    more = {"sealing": {**theirs.sealing, **ours.sealing}, "older": tuple(older), "root": ours.stays if older or ours.root else b""}
    return KeyRing(**{**_parts(ours), **more})


def _parts(ring: KeyRing) -> dict[str, Any]:
    return {"current": ring.current, "sealing": ring.sealing, "index": ring.index, "older": ring.older, "root": ring.root}


def ring_from(text: str) -> KeyRing:
    """Read a ring written by ``written``. Raises ValueError when it is not one."""
    try:
        facts = json.loads(text)
        sealing = {key_id: base64.b64decode(key) for key_id, key in facts["sealing"].items()}
        older = tuple(base64.b64decode(key) for key in facts.get("older", ()))
        ring = KeyRing(facts["current"], sealing, base64.b64decode(facts["index"]), older, base64.b64decode(facts.get("root", "")))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError("the key ring is not readable") from error
    if ring.current not in sealing or any(len(key) != 32 for key in sealing.values()) or len(ring.index) < 32:
        raise ValueError("the key ring lacks its current key, or a key is not 32 bytes")
    return ring


def written(ring: KeyRing) -> str:
    sealing = {key_id: base64.b64encode(key).decode() for key_id, key in ring.sealing.items()}
    facts: dict[str, Any] = {"current": ring.current, "sealing": sealing, "index": base64.b64encode(ring.index).decode()}
    if ring.older:
        facts["older"] = [base64.b64encode(key).decode() for key in ring.older]
    if ring.root:
        facts["root"] = base64.b64encode(ring.root).decode()
    return json.dumps(facts, indent=1)


def load_ring(text: str, path: Path) -> KeyRing:
    """The ring from the environment's ``text``, else from ``path``; made there, mode 0600, on the first start."""
    return ring_from(text or read_or_make(path, lambda: written(new_ring())))
