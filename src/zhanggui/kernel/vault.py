"""Keys kept outside the database; sealing and opening what belongs to a person; tokens to find it by.

A sealed blob is ``0x01 | len(key id) | key id | nonce (12) | AES-256-GCM ciphertext``; its purpose is the
associated data, so a blob moved to another column does not open. Tokens are 64 bits of a keyed BLAKE2b of a normal
form, stored as a signed integer: equal inputs meet, and without the key nothing is learned.
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
    """``current`` seals; every key of ``sealing`` opens. ``index`` makes tokens and never changes with rotation."""

    current: str
    sealing: Mapping[str, bytes]
    index: bytes
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
        return hashlib.blake2b(purpose.encode(), key=self.index, digest_size=32).hexdigest()

    def seal(self, plain: bytes, purpose: bytes) -> bytes:
        key_id = self.current.encode()
        nonce = os.urandom(12)
        return bytes((VERSION, len(key_id))) + key_id + nonce + self.cipher(self.current).encrypt(nonce, plain, purpose)

    def open(self, blob: bytes, purpose: bytes) -> bytes:
        """The plain bytes; raises Unopened where the key is missing or a byte was changed."""
        if len(blob) < 30 or blob[0] != VERSION:
            raise Unopened("not a sealed blob")
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
        digest = hashlib.blake2b(text.encode(), key=self.index, person=kind, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def new_ring() -> KeyRing:
    return KeyRing("k1", {"k1": secrets.token_bytes(32)}, secrets.token_bytes(32))


def ring_from(text: str) -> KeyRing:
    """Read a ring written by ``written``. Raises ValueError when it is not one."""
    try:
        facts = json.loads(text)
        sealing = {key_id: base64.b64decode(key) for key_id, key in facts["sealing"].items()}
        ring = KeyRing(facts["current"], sealing, base64.b64decode(facts["index"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError("the key ring is not readable") from error
    if ring.current not in sealing or any(len(key) != 32 for key in sealing.values()) or len(ring.index) < 32:
        raise ValueError("the key ring lacks its current key, or a key is not 32 bytes")
    return ring


def written(ring: KeyRing) -> str:
    sealing = {key_id: base64.b64encode(key).decode() for key_id, key in ring.sealing.items()}
    return json.dumps({"current": ring.current, "sealing": sealing, "index": base64.b64encode(ring.index).decode()}, indent=1)


def load_ring(text: str, path: Path) -> KeyRing:
    """The ring from the environment's ``text``, else from ``path``; made there, mode 0600, on the first start."""
    return ring_from(text or read_or_make(path, lambda: written(new_ring())))
