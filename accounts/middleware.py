"""Sessions that end, second factors that are there, and pages that no cache keeps."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.policies import is_staff

STARTED_AT = "session_started_at"
DEMO = "demo_sign_in"

Reply = Callable[[HttpRequest], HttpResponse]


class SessionLimitMiddleware:
    """End a session at its greatest age, however busy it is."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            started_at = request.session.setdefault(STARTED_AT, time.time())
            if time.time() - started_at > settings.SESSION_MAXIMUM_AGE:
                logout(request)
                messages.info(request, "You were signed in for 12 hours. Please sign in again.")
                return redirect("account_login")
        return self.get_response(request)


class SecondFactorMiddleware:
    """Send staff without a second factor to the page that sets one up, and nowhere else."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_up(request):
            messages.info(
                request, "Your role sees personal data. Add a second way to prove who you are."
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if not request.user.is_authenticated or self._is_allowed(request):
            return False
        return is_staff(request.user) and not is_mfa_enabled(request.user)

    @staticmethod
    def _is_allowed(request: HttpRequest) -> bool:
        if settings.DEBUG and request.session.get(DEMO):
            return True
        signed_in_elsewhere = any(
            record.get("method") == "socialaccount"
            for record in request.session.get("account_authentication_methods", [])
        )
        return signed_in_elsewhere or request.path.startswith(
            (reverse("mfa_index"), reverse("account_logout"), reverse("account_reauthenticate"))
        )


class PrivatePagesMiddleware:
    """Tell browsers and proxies to keep nothing of a signed-in person's pages."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response
