"""A file that was checked and waits for its confirmation: kept here, so nobody can change it."""

from dataclasses import dataclass
from secrets import token_hex

from django.core.cache import cache

from accounts.models import Trust, User
from rubrics.exchange import from_json, to_json
from rubrics.texts import FrameworkText

SECONDS = 60 * 60


@dataclass(frozen=True)
class HeldFile:
    """A framework read from a file, the file's name and the notes on the reading."""

    name: str
    text: FrameworkText
    notes: tuple[str, ...]


def hold(held: HeldFile, *, user: User, trust: Trust) -> str:
    """Keep a file for an hour for one person and trust, and return what it is asked for by."""
    token = token_hex(16)
    value = {"name": held.name, "text": to_json(held.text).decode(), "notes": list(held.notes)}
    cache.set(_key(token, user, trust), value, SECONDS)
    return token


def find(token: str, *, user: User, trust: Trust) -> HeldFile | None:
    """Return the file that this person holds for this trust, if it is still there."""
    value = cache.get(_key(token, user, trust))
    if value is None:
        return None
    return HeldFile(value["name"], from_json(value["text"].encode()), tuple(value["notes"]))


def release(token: str, *, user: User, trust: Trust) -> None:
    """Forget a file."""
    cache.delete(_key(token, user, trust))


def _key(token: str, user: User, trust: Trust) -> str:
    return f"framework-file:{trust.pk}:{user.pk}:{token[:40]}"
