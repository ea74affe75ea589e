"""How a request proves whose it is: HMAC-SHA256 over time, path and body with the customer's key. Pure."""

import hashlib
import hmac

CUSTOMER = "X-Customer"
TIMESTAMP = "X-Timestamp"
SIGNATURE = "X-Signature"
REQUEST_ID = "X-Request-Id"
CLOCK_S = 600  # how far two clocks may stand apart

# The practice account. Its key is public: the carrier lives on loopback and carries nothing.
PRACTICE_CUSTOMER = "practice"
PRACTICE_KEY = "practice-key"


def sign(key: str, timestamp: str, path: str, body: bytes) -> str:
    """The signature in lower hexadecimal; ``timestamp`` is whole Unix seconds in decimal."""
    return hmac.new(key.encode(), f"{timestamp}\n{path}\n".encode() + body, hashlib.sha256).hexdigest()


def fault_of(key: str | None, timestamp: str, path: str, body: bytes, signature: str, *, now_s: float) -> str:
    """Why a request is not believed: ``unknown-customer``, ``clock-skew`` or ``bad-signature``; empty when it is."""
    if key is None:
        return "unknown-customer"
    if not hmac.compare_digest(sign(key, timestamp, path, body).encode(), signature.encode()):
        return "bad-signature"
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now_s - int(timestamp)) > CLOCK_S:
        return "clock-skew"
    return ""
