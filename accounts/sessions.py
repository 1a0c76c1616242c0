"""How long a person may be idle before their session ends."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

WORK = "_idle_minutes"


def extend_idle(request: HttpRequest, minutes: int = 60) -> None:
    """Let the session rest this long after the present request: for reading and scoring a sheet."""
    setattr(request, WORK, minutes)


def ignore_for_idle(request: HttpRequest) -> None:
    """Let the present request not count as work: for pages that ask again by themselves."""
    setattr(request, WORK, 0)


def note_work(request: HttpRequest) -> None:
    """Set when the session ends for idleness, counted from now."""
    minutes = getattr(request, WORK, settings.SESSION_COOKIE_AGE // 60)
    if minutes:
        request.session.set_expiry(timezone.now() + timedelta(minutes=minutes))
