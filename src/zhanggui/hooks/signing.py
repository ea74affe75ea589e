"""Signatures as Standard Webhooks writes them: HMAC-SHA256 over ``id.timestamp.body``, several while a secret is renewed."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A secret as it is shown once: ``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the signature in base64."""
    digest = hmac.digest(base64.b64decode(secret.removeprefix(PREFIX)), f"{key}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(live: Iterable[str], key: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, signed with every secret that is live."""
    signed = " ".join(signature(secret, key, timestamp, body) for secret in live)
    return {"webhook-id": key, "webhook-timestamp": str(timestamp), "webhook-signature": signed}
