"""What the machine says: every environment variable the product reads, each with its meaning and default."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

from zhanggui.kernel.outward import places

VARIABLES = {
    "ZHANGGUI_DATA": ("./data", "The folder that holds the SQLite database, keys, uploads and logs."),
    "ZHANGGUI_DATABASE_URL": ("", "postgresql://user@host/name, or sqlite:///path; empty: SQLite in the data folder."),
    "ZHANGGUI_MERCHANT": ("main", "The merchant's slug: on PostgreSQL its tables live in the schema m_<slug>."),
    "ZHANGGUI_KEYS": ("", "The key ring as JSON; empty: keys.json (mode 0600) in the data folder."),
    "ZHANGGUI_BACKUP_KEY": ("", "The age identity backups are sealed with; empty: backup-key.txt (mode 0600) in the data folder."),
    "ZHANGGUI_BACKUPS": ("", "The folder backups are kept in, better another disk's; empty: backups in the data folder."),
    "ZHANGGUI_BACKUP_MINUTES": ("1440", "How often a backup is made by itself, in minutes; 5 loses at most five minutes; 0: only by hand."),
    "ZHANGGUI_POSTGRES_BIN": ("", "Where pg_dump and pg_restore are, when neither PATH nor Debian's places have them."),
    "ZHANGGUI_METRICS_TOKEN": ("", "Who bears this token may read /metrics (Prometheus); empty: nobody."),
    "ZHANGGUI_TIME_ZONE": ("Asia/Shanghai", "The company's zone; it draws every day boundary."),
    "ZHANGGUI_HOSTS": ("127.0.0.1,localhost,[::1]", "Host names the server answers to, comma-separated."),
    "ZHANGGUI_ADDRESS": ("", "Where people open it: https://erp.example.com. https makes cookies secure, and its host is answered to."),
    "ZHANGGUI_HTTPS": ("", "1: served over https, also where no address is given; plain requests are sent on to it."),
    "ZHANGGUI_PROXIES": ("0", "How many proxies of yours stand before it: only then are X-Forwarded-For and X-Forwarded-Proto believed."),
    "ZHANGGUI_PRIVATE_NETS": ("", "Private nets that typed addresses (webhooks) may lead to, as 10.1.0.0/16,fd00::/8; empty: none."),
    "ZHANGGUI_OUTWARD_PORTS": ("", "Ports that typed addresses may name beside 443 and 8443, comma-separated."),
    "ZHANGGUI_OUTWARD_HTTP": ("", "1: typed addresses may be http, on port 80 too; what is said there can be read on the way."),
    "ZHANGGUI_SERVERS": ("0", "How many processes answer people; 0: two, or one where the machine has one core."),
    "ZHANGGUI_IDLE_MINUTES": ("120", "After so many minutes without a click one signs in again."),
    "ZHANGGUI_SESSION_HOURS": ("12", "After so many hours one signs in again, clicks or not."),
    "ZHANGGUI_API_CALLS": ("600", "How many calls a minute each API token may make, over all processes together."),
    "ZHANGGUI_MAIL_URL": ("", "smtp://user:password@host:587 (STARTTLS) or smtps://…:465; empty: this house sends no mail."),
    "ZHANGGUI_MAIL_FROM": ("", "The sender of mail; empty: the user of the address above."),
    "ZHANGGUI_DEVELOPMENT": ("", "1 shows error pages with source; only in a data folder begun so, on this machine alone."),
    "ZHANGGUI_PRACTICE_URL": ("", "Where the practice courier listens; `zhanggui run` starts it and sets this."),
    "ZHANGGUI_LOG_LEVEL": ("INFO", "DEBUG, INFO, WARNING or ERROR: what the house writes to standard error, never with somebody's data."),
    "ZHANGGUI_DURABILITY": ("FULL", "SQLite synchronous: FULL survives power loss, NORMAL only a crash."),
}


# What every connection to PostgreSQL asks for: nothing acknowledged is lost; a page read out of turn costs about what
# one in turn does, as it has since disks lost their arms; statements of milliseconds are neither compiled first nor shared out
# among processes that take longer to start than the work does.
SESSION = ("synchronous_commit=on", "random_page_cost=1.1", "jit=off", "max_parallel_workers_per_gather=0")


def read(name: str) -> str:
    return os.environ.get(name, VARIABLES[name][0])


def whole_number(name: str) -> int:
    """What it says, 0 or more. Raises ImproperlyConfigured."""
    if not (said := read(name)).isdecimal():
        raise ImproperlyConfigured(f"{name}: {said!r} is no whole number of 0 or more")
    return int(said)


def zone(name: str) -> str:
    """A time zone this machine knows. Raises ImproperlyConfigured."""
    try:
        return ZoneInfo(read(name)).key
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ImproperlyConfigured(f"{name}: {read(name)!r} is no time zone; one is written like Asia/Shanghai") from error


def public_address(name: str) -> tuple[str, str]:
    """(``https://host`` without a path, its host); both empty where none is given. Raises ImproperlyConfigured."""
    said = read(name).rstrip("/")
    parts = urlsplit(said)
    if said and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or "@" in parts.netloc):
        raise ImproperlyConfigured(f"{name}: {said!r} is no address; one is written like https://erp.example.com")
    return said, parts.hostname or ""


def over_https(https: bool, proxies: int, address: str) -> dict[str, Any]:
    """Django's settings where the house is served over https: cookies no neighbour can set and no plain line carries.

    On a plain loopback address they would keep everybody out, so they come only with https.
    """
    found: dict[str, Any] = {"CSRF_TRUSTED_ORIGINS": [address] if address else []}
    if proxies:
        # Only a proxy of ours may say what the browser spoke; anybody else's word is dropped with the header's meaning.
        found["SECURE_PROXY_SSL_HEADER"] = ("HTTP_X_FORWARDED_PROTO", "https")
    if https:
        found |= {
            "SESSION_COOKIE_NAME": "__Host-session",
            "CSRF_COOKIE_NAME": "__Host-csrf",
            "SESSION_COOKIE_SECURE": True,
            "CSRF_COOKIE_SECURE": True,
            "LANGUAGE_COOKIE_SECURE": True,
            "SECURE_SSL_REDIRECT": True,
            # Whoever watches the machine asks it directly, beside the proxy.
            "SECURE_REDIRECT_EXEMPT": [r"^healthz$", r"^readyz$", r"^metrics$"],
            "SECURE_HSTS_SECONDS": 365 * 86400,
        }
    return found


def outward() -> places.Rules:
    """Where addresses that people type may lead beyond the rule. Raises ImproperlyConfigured."""
    ports = [port for port in read("ZHANGGUI_OUTWARD_PORTS").split(",") if port]
    nets = [net.strip() for net in read("ZHANGGUI_PRIVATE_NETS").split(",") if net.strip()]
    if any(not port.strip().isdecimal() or not 1 <= int(port) <= 65535 for port in ports):
        raise ImproperlyConfigured(f"ZHANGGUI_OUTWARD_PORTS: {','.join(ports)!r} are no ports from 1 to 65535")
    try:
        return places.rules(http=read("ZHANGGUI_OUTWARD_HTTP") == "1", ports=[int(port) for port in ports], private=nets)
    except ValueError as error:
        raise ImproperlyConfigured(f"ZHANGGUI_PRIVATE_NETS: {error}") from error


def made_for_development(data: Path, wanted: bool) -> bool:
    """Whether the data folder was begun for development: only an empty one can be, and it is marked so for good."""
    mark = data / "development"
    if wanted and not any(data.iterdir()):
        mark.touch(mode=0o600)
    return mark.exists()


def data_folder() -> Path:
    return Path(read("ZHANGGUI_DATA")).expanduser().resolve()


def mail(url: str, sender: str) -> dict[str, Any]:
    """Django's settings for sending mail. Raises ValueError for a scheme we do not speak."""
    parts = urlsplit(url)
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError(f"ZHANGGUI_MAIL_URL: {parts.scheme!r} is neither smtp nor smtps")
    user, host, whole = unquote(parts.username or ""), parts.hostname or "localhost", parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": parts.port or (465 if whole else 587),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": whole,
        # A password is never sent in clear; a relay on this machine needs neither.
        "EMAIL_USE_TLS": not whole and bool(user),
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender or (user if "@" in user else f"zhanggui@{host}"),
    }


def database(url: str, data: Path, slug: str) -> dict[str, Any]:
    """Django's settings for the URL. Raises ImproperlyConfigured for a scheme we do not speak."""
    parts = urlsplit(url or f"sqlite:///{data / 'zhanggui.sqlite3'}")
    if parts.scheme == "sqlite":
        name = url.removeprefix("sqlite:///") if url else str(data / "zhanggui.sqlite3")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    if parts.scheme in ("postgres", "postgresql"):
        session = " ".join(f"-c {setting}" for setting in (f"search_path=m_{slug}", *SESSION))
        options: dict[str, Any] = {**dict(parse_qsl(parts.query)), "options": session, "application_name": f"zhanggui {slug}"}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": options,
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"ZHANGGUI_DATABASE_URL: {parts.scheme!r} is neither sqlite:///path nor postgresql://user@host/name")
