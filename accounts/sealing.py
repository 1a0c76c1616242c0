"""Keep short secrets unreadable in the database: second factors, and letters that wait."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

PURPOSE = b"quorate.sealing.v1\n"


def seal(text: str) -> str:
    """Return the text encrypted with a key that only this installation's settings hold."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text; raises cryptography's InvalidToken when it was sealed with another key."""
    return _keys().decrypt(sealed.encode()).decode()


def _keys() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(PURPOSE + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
