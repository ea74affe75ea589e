"""The same house on a bench: quick hashing, guards that a test may switch off, points at which it may end a process."""

import os

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", *ALLOWED_HOSTS]
GUARDS_MAY_BE_OFF = True
# Two workers have two databases, and what one does not know is the other's.
UPLOADS = UPLOADS / os.environ.get("PYTEST_XDIST_WORKER", "")
CRASH_AT = os.environ.get("ZHANGGUI_CRASH_AT", "")
# Behind a browser the server and the story ask at once: a database in memory locks whole tables against readers, a file does not.
if os.environ.get("ZHANGGUI_BROWSER") and DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "walk.sqlite3")}
