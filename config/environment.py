"""What the machine says: every environment variable the product reads, each with its meaning and default."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

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
    "ZHANGGUI_DEVELOPMENT": ("", "1 shows error pages with source; never on a machine others can reach."),
    "ZHANGGUI_PRACTICE_URL": ("", "Where the practice courier listens; `zhanggui run` starts it and sets this."),
    "ZHANGGUI_DURABILITY": ("FULL", "SQLite synchronous: FULL survives power loss, NORMAL only a crash."),
}


# What every connection to PostgreSQL asks for: nothing acknowledged is lost; a page read out of turn costs about what
# one in turn does, as it has since disks lost their arms; statements of milliseconds are not compiled first.
SESSION = ("synchronous_commit=on", "random_page_cost=1.1", "jit=off")


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


def data_folder() -> Path:
    return Path(read("ZHANGGUI_DATA")).expanduser().resolve()


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
