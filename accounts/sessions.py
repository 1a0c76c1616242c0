"""How long a person may be idle before their session ends."""

import time
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

WORK = "_idle_minutes"
STARTED_AT = "session_started_at"
LATEST = "idle_minutes"
WRITTEN_EVERY = 60
"""Seconds by which a session's end must move before it is written again."""


def extend_idle(request: HttpRequest, minutes: int = 60) -> None:
    """Let the session rest this long after the present request: for reading and scoring a sheet."""
    setattr(request, WORK, minutes)


def extend_as_before(request: HttpRequest) -> None:
    """Let the session rest as long as it did after the person's latest work."""
    setattr(request, WORK, max(_usual(), request.session.get(LATEST, 0)))


def ignore_for_idle(request: HttpRequest) -> None:
    """Let the present request not count as work: for pages that ask again by themselves."""
    setattr(request, WORK, 0)


def note_work(request: HttpRequest) -> None:
    """Set when the session ends for idleness, counted from now.

    The end is written once a minute and not at each request: a score sheet saves every few seconds,
    and each write would be one more commit to wait for.
    """
    minutes = _minutes(request)
    if not minutes:
        return
    is_other_pace = request.session.get(LATEST) != minutes
    if is_other_pace or minutes * 60 - request.session.get_expiry_age() >= WRITTEN_EVERY:
        request.session[LATEST] = minutes
        request.session.set_expiry(timezone.now() + timedelta(minutes=minutes))


def seconds_left(request: HttpRequest) -> int:
    """Return how long after the present request the session ends, if nothing more is done."""
    minutes = _minutes(request)
    idle = minutes * 60 if minutes else request.session.get_expiry_age()
    return max(0, int(min(idle, _seconds_at_most(request))))


def can_last_longer(request: HttpRequest) -> bool:
    """Say whether work puts the end off: not when the session is almost at its greatest age."""
    return _seconds_at_most(request) > seconds_left(request) + 60


def _seconds_at_most(request: HttpRequest) -> float:
    now = time.time()
    return request.session.get(STARTED_AT, now) + settings.SESSION_MAXIMUM_AGE - now


def _minutes(request: HttpRequest) -> int:
    return getattr(request, WORK, _usual())


def _usual() -> int:
    return settings.SESSION_COOKIE_AGE // 60
