"""Who may pass: signed in, not for too long, and with the second factor their role needs.

A page is redirected to where the matter can be put right. A script's request is told so in JSON
instead: were it redirected, it would take the sign-in page for the answer to what it saved.
"""

import time
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.policies import is_staff
from accounts.sessions import STARTED_AT, note_work

DEMO = "demo_sign_in"
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

Reply = Callable[[HttpRequest], HttpResponse]


def is_fetched(request: HttpRequest) -> bool:
    """Say whether a script asks, not a person who follows a link or sends a form."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode:
        return mode != "navigate"
    kinds = (request.headers.get("Accept", ""), request.content_type or "")
    return (
        "HX-Request" in request.headers
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
        or any(kind.startswith("application/json") for kind in kinds)
    )


def send_to(request: HttpRequest, url: str, *, status: int, reason: str) -> HttpResponse:
    """Refuse a request: redirect a person to `url`, tell a script the reason and the way."""
    if not is_fetched(request):
        return redirect(url)
    response = JsonResponse({"reason": reason, "url": url}, status=status)
    if "HX-Request" in request.headers:
        response["HX-Redirect"] = url
    return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Require a sign-in for every view that does not say otherwise."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        """Redirect a person to the sign-in page; answer a script 401."""
        if not is_fetched(request):
            return super().handle_no_permission(request, view_func)
        return send_to(
            request,
            reverse("account_login"),
            status=401,
            reason="You are signed out. Nothing was changed. Sign in and try again.",
        )


class SessionLimitMiddleware:
    """End a session at its greatest age, however busy it is, and when nothing was done for long."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_too_old(request):
            return self._end(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            request.session.setdefault(STARTED_AT, time.time())
            note_work(request)
        return response

    @staticmethod
    def _is_too_old(request: HttpRequest) -> bool:
        started_at = request.session.get(STARTED_AT, time.time())
        return time.time() - started_at > settings.SESSION_MAXIMUM_AGE

    @staticmethod
    def _end(request: HttpRequest) -> HttpResponse:
        logout(request)
        reason = "You were signed in for 12 hours. Nothing saved is lost. Please sign in again."
        if not is_fetched(request):
            messages.info(request, reason)
        return send_to(request, reverse("account_login"), status=401, reason=reason)


class SecondFactorMiddleware:
    """Send staff without a second factor to the page that sets one up, and nowhere else."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._must_set_up(request):
            return self.get_response(request)
        reason = "Your role sees personal data. Add a second way to prove who you are."
        if not is_fetched(request):
            messages.info(request, reason)
        return send_to(request, reverse("mfa_index"), status=403, reason=reason)

    def _must_set_up(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or not is_staff(user) or self._is_exempt(request):
            return False
        return not is_mfa_enabled(user, SECOND_FACTORS)

    @staticmethod
    def _is_exempt(request: HttpRequest) -> bool:
        """Say whether this page sets a factor up, or another provider has asked for one."""
        if settings.DEBUG and request.session.get(DEMO):
            return True
        names = ("mfa_index", "account_logout", "account_reauthenticate", "account_session")
        if request.path.startswith(tuple(map(reverse, names))):
            return True
        records = get_authentication_records(request, request.user)
        return any(record.get("method") == "socialaccount" for record in records)


class PrivatePagesMiddleware:
    """Tell browsers and proxies to keep nothing of a signed-in person's pages."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_known = request.user.is_authenticated
        response = self.get_response(request)
        if was_known or request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response
