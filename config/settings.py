"""Settings for every machine; what differs between machines comes from config/environment.py."""

import os
from pathlib import Path

from config import environment
from config.keys import keys
from zhanggui.kernel import logs, sqlite

SQLITE_VERSION = sqlite.use_a_sound_one()
DATA = environment.data_folder()
DATA.mkdir(parents=True, exist_ok=True)
DEBUG = environment.read("ZHANGGUI_DEVELOPMENT") == "1"
FOR_DEVELOPMENT = environment.made_for_development(DATA, DEBUG)
MERCHANT = environment.read("ZHANGGUI_MERCHANT")
DATABASES = {"default": environment.database(environment.read("ZHANGGUI_DATABASE_URL"), DATA, MERCHANT)}
KEY_RING, KEYS_WHERE, KEYS_ARE_LOST = keys(environment.read("ZHANGGUI_KEYS"), DATA / "keys.json", DATABASES["default"])
KEYS_ARE_GIVEN = bool(environment.read("ZHANGGUI_KEYS"))
BACKUP_KEY = environment.read("ZHANGGUI_BACKUP_KEY")
BACKUPS = Path(environment.read("ZHANGGUI_BACKUPS") or DATA / "backups").expanduser()
BACKUP_MINUTES = environment.whole_number("ZHANGGUI_BACKUP_MINUTES")
METRICS_TOKEN = environment.read("ZHANGGUI_METRICS_TOKEN")
POSTGRES_BIN = environment.read("ZHANGGUI_POSTGRES_BIN")

SECRET_KEY = KEY_RING.derive("django")
ADDRESS, ADDRESS_HOST = environment.public_address("ZHANGGUI_ADDRESS")
ALLOWED_HOSTS = [*environment.read("ZHANGGUI_HOSTS").split(","), *([ADDRESS_HOST] if ADDRESS_HOST else [])]
PROXIES = environment.whole_number("ZHANGGUI_PROXIES")
HTTPS = ADDRESS.startswith("https://") or environment.read("ZHANGGUI_HTTPS") == "1"
OUTWARD = environment.outward()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "zhanggui.kernel",
    "zhanggui.journal",
    "zhanggui.papers",
    "zhanggui.accounts",
    "zhanggui.catalog",
    "zhanggui.customers",
    "zhanggui.stock",
    "zhanggui.carriers",
    "zhanggui.payments",
    "zhanggui.orders",
    "zhanggui.lessons",
    "zhanggui.fulfilment",
    "zhanggui.tracking",
    "zhanggui.channels",
    "zhanggui.hooks",
    "zhanggui.ops",
    "zhanggui.web",
]

MIDDLEWARE = [
    "zhanggui.web.frame.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "zhanggui.api.door.Door",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhanggui.web.frame.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhanggui.web.frame.lately.LatelyMiddleware",
    "zhanggui.web.frame.middleware.FrameMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "zhanggui.web.frame.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "zhanggui.web.frame.templatetags.parts"],
        },
    }
]

if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode={sqlite.journal_mode(SQLITE_VERSION)};"
            f"PRAGMA synchronous={environment.read('ZHANGGUI_DURABILITY')};"
            "PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
            # The log is folded back every 256 MiB: at the usual 4 a large import waits for the disk a third of its time, and still a
            # sixth at 64. Whoever comes first after a crash reads it once.
            "PRAGMA wal_autocheckpoint=64000;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Who tries how often and which codes were spent is kept here: nobody may push it out by filling the rest.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(environment.read("ZHANGGUI_SESSION_HOURS")) * 3600
SESSION_IDLE_S = int(environment.read("ZHANGGUI_IDLE_MINUTES")) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "zhanggui.web.frame.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
globals().update(environment.over_https(HTTPS, PROXIES, ADDRESS))

API_CALLS_A_MINUTE = environment.whole_number("ZHANGGUI_API_CALLS")
SERVERS = environment.whole_number("ZHANGGUI_SERVERS")
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["zhanggui.accounts.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name", "username"]},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
# After so many wrong passwords of one account it is left alone for a while; one address may try ten a minute.
SIGN_IN_TRIES, SIGN_IN_WAIT_MIN = 5, 15
ACCOUNT_RATE_LIMITS = {"login_failed": f"10/m/ip,{SIGN_IN_TRIES}/{SIGN_IN_WAIT_MIN * 60}s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_ADAPTER = "zhanggui.accounts.signing_in.Adapter"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "zhanggui.accounts.links.ResetTokens"
PASSWORD_RESET_TIMEOUT = 3600
# Whoever showed within so many seconds who they are is not asked again.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "zhanggui.accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "掌柜"
MFA_TOTP_PERIOD = 30
# A phone's clock may be half a minute off; a code counts once all the same.
MFA_TOTP_TOLERANCE = 1

MAIL_IS_SENT = bool(environment.read("ZHANGGUI_MAIL_URL"))
globals().update(environment.mail(environment.read("ZHANGGUI_MAIL_URL"), environment.read("ZHANGGUI_MAIL_FROM")))

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale")]
TIME_ZONE = environment.zone("ZHANGGUI_TIME_ZONE")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Each merchant's apart: what one of them does not know may be another's.
UPLOADS = DATA / "uploads" / ("" if MERCHANT == "main" else MERCHANT)
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
PAYMENT_GATEWAYS = ["zhanggui.gateways.alipay.gateway.GATEWAY", "zhanggui.gateways.wechatpay.gateway.GATEWAY"]
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "zhanggui.web.imports.arriving.RoomyUploads"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = logs.configured(environment.read("ZHANGGUI_LOG_LEVEL").upper())
SILENCED_SYSTEM_CHECKS: list[str] = [
    # HSTS for every name below ours, and on the browsers' list: other services of the shop may stand there without https,
    # and only their owner can promise for them. Our own name is held to https either way.
    "security.W005",
    "security.W021",
]
GUARDS_MAY_BE_OFF = False
CRASH_AT = ""
