"""What every story at the door does: sign in, set up codes, read the digits off a phone."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from zhanggui.accounts import standing

PASSWORD = "kettle-lamp-42"
ADDRESS = "owner@example.com"
MINUTE_S = 60


def phone(key: str, *, steps: int = 0) -> str:
    """What the authenticator shows now, or so many steps of half a minute from now."""
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + steps))


def sign_in(browser: Client, email: str = ADDRESS, password: str = PASSWORD, **more: str) -> str:
    """Where signing in leads."""
    return browser.post("/accounts/login/", {"login": email, "password": password, **more}).headers.get("Location", "")


def set_up_codes(browser: Client) -> tuple[str, list[str]]:
    """Turn codes on, with the digits of the step before; the key, and the recovery codes as they are shown."""
    # Early in a step of half a minute, so that "now" stays now for the length of a story.
    left_s = 30 - time.time() % 30
    time.sleep(left_s if left_s < 6 else 0)
    page = browser.get("/accounts/security/codes/").content.decode()
    key = re.findall(r'data-copy="([A-Z2-7]{32})"', page)[0]
    answer = browser.post("/accounts/security/codes/", {"code": phone(key, steps=-1)})
    assert answer.headers["Location"] == "/accounts/security/recovery/"
    shown = browser.get("/accounts/security/recovery/").content.decode()
    return key, re.findall(r"<li>(\d{4} \d{4})</li>", shown)


def let_pass(browser: Client, seconds: int, *, at_it: bool = False) -> None:
    """So much time goes by for this browser's session; ``at_it``: its person was there all the while."""
    session = browser.session
    for moment in (standing.BEGUN, standing.CONFIRMED, *(() if at_it else (standing.SEEN,))):
        if moment in session:
            session[moment] -= seconds
    session.save()
