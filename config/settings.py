"""Every setting of Quorate, safe by default: what is not said in the environment is off.

The environment: QUORATE_DEBUG, QUORATE_SECRET_KEY, QUORATE_FORMER_SECRET_KEYS, QUORATE_HOSTS,
QUORATE_PROXIES, QUORATE_URL, QUORATE_DATA, DATABASE_URL, QUORATE_LEDGER_KEY,
QUORATE_LEDGER_FORMER_KEYS, EMAIL_URL, QUORATE_FROM_EMAIL, QUORATE_OIDC_ISSUER, QUORATE_OIDC_NAME,
QUORATE_OIDC_CLIENT_ID, QUORATE_OIDC_SECRET. `docs/operators.md` explains each.
"""

import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
APP_VERSION = "0.1.0"

DEBUG = env.bool("QUORATE_DEBUG", default=False)
DATA_DIR = Path(env.str("QUORATE_DATA", default=str(BASE_DIR / "var")))
PRIVATE_DIR = DATA_DIR / "private"


def demo_key(name: str) -> str:
    """Return the demo's own key, made in DATA_DIR at first need; production must name its own."""
    path = DATA_DIR / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x") as file:
                path.chmod(0o600)
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
    return path.read_text()


SECRET_KEY = env.str("QUORATE_SECRET_KEY", default="") or (demo_key("secret.key") if DEBUG else "")
SECRET_KEY_FALLBACKS = env.list("QUORATE_FORMER_SECRET_KEYS", default=[])
LEDGER_KEY = env.str("QUORATE_LEDGER_KEY", default="") or (demo_key("ledger.key") if DEBUG else "")
LEDGER_FORMER_KEYS = env.list("QUORATE_LEDGER_FORMER_KEYS", default=[])
LEDGER_ANCHORS = DATA_DIR / "ledger-heads.jsonl"

ALLOWED_HOSTS = env.list(
    "QUORATE_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
# Where the links in e-mails lead.
SITE_URL = env.str(
    "QUORATE_URL",
    default=f"http://localhost:{env.str('PORT', default='8000')}"
    if DEBUG
    else f"https://{ALLOWED_HOSTS[0] if ALLOWED_HOSTS else 'localhost'}",
)
CSRF_TRUSTED_ORIGINS = [] if DEBUG else [f"https://{host}" for host in ALLOWED_HOSTS]

INSTALLED_APPS = [
    # Our own first: their templates win over allauth's.
    "config.apps.ConfigConfig",
    "assessments",
    "panels",
    "appointments",
    "rubrics",
    "accounts",
    "audit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "guardian",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "audit.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignInMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "nhsuk"
CRISPY_FAIL_SILENTLY = False

# Database: SQLite that keeps what it acknowledged (WAL with a full sync at each commit, writers
# queue from their first statement), or PostgreSQL by DATABASE_URL. Recursive triggers let the
# triggers that hold frozen rows see the deletion inside an INSERT OR REPLACE.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
            " PRAGMA temp_store=MEMORY; PRAGMA recursive_triggers=ON;"
        ),
    }
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    # Closing the last connection folds the whole log back into the file: not after each request.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # Limits and codes wait here; the 300 that Django keeps are fewer than a busy day's people.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Who signs in, and how. Staff have a password and a second factor, or a passkey; invited members
# have a one-time code by e-mail; a trust may bring its own OpenID Connect provider.
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # a named constraint keeps e-mail unique, in any case
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # without password1 sign-in asks for none
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# How many proxies of our own stand before the server, each adding to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("QUORATE_PROXIES", default=0 if DEBUG else 1)
# A hospital shares one address, so limits per account bite long before limits per address.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "5/5m/key,300/m/ip",
    "request_login_code": "5/10m/key,300/m/ip",
    "reset_password": "5/10m/key,300/m/ip",
    "reauthenticate": "10/5m/user",
    "reauthenticate_by_code": "5/10m/user",
}
ACCOUNT_FORMS = {
    "request_login_code": "accounts.forms.RequestCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
# Whoever signs in was let in at an address that the trust gave: it needs no confirmation.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Quorate"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {}
OIDC_ORIGIN = ""
if env.str("QUORATE_OIDC_ISSUER", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "trust",
                "name": env.str("QUORATE_OIDC_NAME", default="your trust's sign-in"),
                "client_id": env.str("QUORATE_OIDC_CLIENT_ID"),
                "secret": env.str("QUORATE_OIDC_SECRET"),
                "settings": {"server_url": env.str("QUORATE_OIDC_ISSUER")},
            }
        ],
    }
    # The form that starts the journey is redirected there, which form-action has to allow.
    OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(env.str("QUORATE_OIDC_ISSUER")))
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

# Sessions end after 30 minutes idle (60 on a score sheet) and after 12 hours at the latest.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False  # accounts.sessions.note_work says when
SESSION_MAXIMUM_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEBUG:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF, OIDC_ORIGIN] if OIDC_ORIGIN else [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "worker-src": [SELF],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
NHSUK_ASSETS = Path(sys.prefix) / "assets/wagtailnhsukfrontend/static/wagtailnhsukfrontend"
STATICFILES_DIRS = [BASE_DIR / "static", ("nhsuk", NHSUK_ASSETS)]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_DIR, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static_storage.HashedStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail:" if DEBUG else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 30  # a mail server that never answers must not hold the worker
EMAIL_FILE_PATH = DATA_DIR / "outbox"  # where the demo's e-mails can be read
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str(
    "QUORATE_FROM_EMAIL", default="Quorate <no-reply@quorate.example>"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "audit.middleware.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
