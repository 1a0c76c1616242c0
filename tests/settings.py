"""Settings of the test suite: production's, less what needs https and hashed static files."""

import os

os.environ["QUORATE_DEBUG"] = "0"
os.environ.setdefault("QUORATE_SECRET_KEY", "a key that only the tests know " * 2)
os.environ.setdefault("QUORATE_LEDGER_KEY", "a ledger key that only the tests know")

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR, DATABASES, STORAGES

DATA_DIR.mkdir(parents=True, exist_ok=True)

DATABASES["default"]["CONN_MAX_AGE"] = 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = []
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = None
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Letters and reports are made at once; tests of the queue itself name the database's backend.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
