"""The same house on a bench: quick hashing, guards that a test may switch off to see the race it prevents."""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
GUARDS_MAY_BE_OFF = True
