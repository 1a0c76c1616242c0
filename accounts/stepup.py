"""Ask once more who is at the keyboard, before a step that cannot be taken back.

Whoever has a password or a second factor gives it to allauth. Whoever signs in by e-mailed code, or
by the trust's own sign-in, is e-mailed a fresh code, unless they signed in or gave one within
ACCOUNT_REAUTHENTICATION_TIMEOUT. A form sent too late is kept in the session and goes on after it.
"""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode

from accounts import mail
from accounts.middleware import DEMO, is_fetched, send_to

View = Callable[..., HttpResponse]
CODE_SECONDS = 10 * 60
TRIES = 3
REASON = "This step is protected. Nothing was changed. Confirm that it is you, then do it again."
SALT = "quorate.accounts.stepup"


class CodeRefused(Exception):
    """The code does not confirm anything; the words say why and what to do."""


class WrongCode(CodeRefused):
    """It is not the code that was sent."""


class CodeIsOver(CodeRefused):
    """No code is waiting any more: it was too old, or wrong too often."""


class TooManyCodes(CodeRefused):
    """Too many were sent to this person, or tried by them, within a short time."""


def confirmed_recently(view: View | None = None, *, allow_get: bool = False) -> View:
    """Let a view go on only for a person who has just shown who they are.

    By default the page with the form asks too, so that nobody fills it in first; with `allow_get`
    the page opens freely. A script is refused with 403 and told in JSON where to confirm.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def ask_first(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            is_free = allow_get and request.method in ("GET", "HEAD")
            if is_free or is_confirmed(request, at=time.time()):
                return view(request, *args, **kwargs)
            return _ask(request)

        return ask_first

    return decorate(view) if view else decorate


def is_confirmed(request: HttpRequest, *, at: float) -> bool:
    """Say whether this person showed a short while ago, in this session, who they are."""
    if settings.DEBUG and request.session.get(DEMO):
        return True
    if other_way(request):
        return reauthentication.did_recently_reauthenticate(request)
    records = get_authentication_records(request, request.user)
    return bool(records) and at - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def other_way(request: HttpRequest) -> str:
    """Return where a person gives their password or second factor; nothing if they have none."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    return ways[0]["url"] if ways else ""


def with_next(request: HttpRequest, url: str) -> str:
    """Return an address that leads on to where this request was to lead, if that is ours."""
    following = get_next_redirect_url(request)
    return f"{url}?{urlencode({'next': following})}" if following else url


def go_on(request: HttpRequest) -> HttpResponse:
    """Go to where the person was going; a form that was sent is taken up as it was."""
    return reauthentication.resume_request(request) or redirect("home")


def is_code_waiting(request: HttpRequest, *, at: float) -> bool:
    """Say whether a code was sent that may still be given."""
    return _kept(request, at) is not None


def send_code(request: HttpRequest, *, at: float) -> None:
    """E-mail a fresh code, which takes the place of an older one.

    Raises TooManyCodes.
    """
    if not _may(request, "reauthenticate_by_code"):
        raise TooManyCodes(
            "Five codes were sent to you within ten minutes. Wait a few minutes, then ask again."
        )
    code = get_adapter().generate_login_code()
    kept = {"digest": _digest(request, code), "at": at, "tries": TRIES}
    cache.set(_place(request), kept, CODE_SECONDS)
    context = {"user": request.user, "code": code, "link": mail.link(reverse("usersessions_list"))}
    mail.send("confirm_code", request.user.email, "Your code to confirm that it is you", context)


def take_code(request: HttpRequest, typed: str, *, at: float) -> None:
    """Take the right code, once, for a confirmation that holds for this session.

    Raises WrongCode, CodeIsOver and TooManyCodes.
    """
    if not _may(request, "reauthenticate"):
        raise TooManyCodes("That were too many tries. Wait five minutes, then try again.")
    kept = _kept(request, at)
    if kept is None:
        raise CodeIsOver("This code no longer works: codes last 10 minutes. Send another code.")
    if not constant_time_compare(kept["digest"], _digest(request, typed)):
        _count_wrong(request, kept, at)
    cache.delete(_place(request))
    record_authentication(request, request.user, "code", reauthenticated=True)


def _count_wrong(request: HttpRequest, kept: dict, at: float) -> None:
    left = kept["tries"] - 1
    if not left:
        cache.delete(_place(request))
        raise CodeIsOver("The code was wrong three times and no longer works. Send another code.")
    cache.set(_place(request), kept | {"tries": left}, kept["at"] + CODE_SECONDS - at)
    tries = "2 more tries" if left == 2 else "1 more try"
    raise WrongCode(f"This is not the code we sent. Check it against the email; you have {tries}.")


def _ask(request: HttpRequest) -> HttpResponse:
    url = other_way(request) or reverse("account_reauthenticate_by_code")
    if not is_fetched(request):
        return reauthentication.suspend_request(request, url)
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if page and get_adapter().is_safe_url(page):
        url = f"{url}?{urlencode({'next': page})}"
    return send_to(request, url, status=403, reason=REASON)


def _may(request: HttpRequest, action: str) -> bool:
    usage = ratelimit.consume(request, app="allauth.account", action=action, limit_get=True)
    return usage is not None


def _kept(request: HttpRequest, at: float) -> dict | None:
    kept = cache.get(_place(request))
    return kept if kept and at - kept["at"] < CODE_SECONDS else None


def _place(request: HttpRequest) -> str:
    """Return under which key a code waits: it is one session's, and names neither."""
    return f"stepup:{_mac(request, 'place')}"


def _digest(request: HttpRequest, code: str) -> str:
    return _mac(request, "code " + "".join(filter(str.isalnum, code)).upper())


def _mac(request: HttpRequest, what: str) -> str:
    whose = f"{request.user.pk} {request.session.session_key} {what}"
    return salted_hmac(SALT, whose, algorithm="sha256").hexdigest()
