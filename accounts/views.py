"""Signing in and out, and the page on which a trust administrator gives roles."""

import time

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import (
    ConfirmLoginCodeView,
    LoginView,
    LogoutView,
    RequestLoginCodeView,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import demo, letters, services, sessions, stepup
from accounts.forms import AddPersonForm, ConfirmCodeForm, RequestCodeForm, RolesForm
from accounts.middleware import DEMO
from accounts.queries import active_user, administered_trusts, staff_of
from accounts.stepup import confirmed_recently

DJANGO_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SignInView(LoginView):
    """Sign in with a password; a demonstration offers its personas beside."""

    def get_context_data(self, **kwargs) -> dict:
        """Add the personas, in a demonstration only."""
        personas = demo.PERSONAS if settings.DEBUG else ()
        return super().get_context_data(**kwargs) | {"demo_personas": personas}


class RequestCodeView(RequestLoginCodeView):
    """Ask for a one-time code; who gets none is not told, and waits equally long."""

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        """Queue a letter in every case."""
        if form._user is None:
            letters.post_decoy(self.request)
        return super().form_valid(form)


class ConfirmCodeView(ConfirmLoginCodeView):
    """Take the code; for an address without an account it looks in vain, and for as long."""

    def get_context_data(self, **kwargs) -> dict:
        """Look somebody up in every case."""
        if self.stage.login.user is None:
            active_user("")
        return super().get_context_data(**kwargs)


class SignOutView(LogoutView):
    """Sign out, and have the browser forget what it kept; a GET only asks."""

    def post(self, *args, **kwargs) -> HttpResponse:
        """Sign out."""
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


@require_http_methods(["GET", "POST"])
def reauthenticate_by_code(request: HttpRequest) -> HttpResponse:
    """Confirm with an e-mailed code that it is still the same person; then go on."""
    at = time.time()
    if url := stepup.other_way(request):
        return redirect(stepup.with_next(request, url))
    if stepup.is_confirmed(request, at=at):
        return _leave(request)
    if request.method == "GET":
        return _code_page(request, ConfirmCodeForm(), at)
    if "resend" in request.POST:
        return _send_again(request, at)
    form = ConfirmCodeForm(request.POST)
    if form.is_valid():
        try:
            stepup.take_code(request, form.cleaned_data["code"], at=at)
        except stepup.CodeRefused as error:
            form.add_error("code", str(error))
        else:
            return stepup.go_on(request)
    return _code_page(request, form, at)


def _leave(request: HttpRequest) -> HttpResponse:
    """Go on; what a form asked for is done after a POST only, never by opening a page again."""
    if request.method == "POST":
        return stepup.go_on(request)
    return redirect(get_next_redirect_url(request) or "home")


def _send_again(request: HttpRequest, at: float) -> HttpResponse:
    try:
        stepup.send_code(request, at=at)
    except stepup.TooManyCodes as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"Another code is on its way to {request.user.email}.")
    return redirect(stepup.with_next(request, reverse("account_reauthenticate_by_code")))


def _code_page(request: HttpRequest, form: ConfirmCodeForm, at: float) -> HttpResponse:
    """Show where to give the code; opening the page sends one, unless one is on its way."""
    problem = ""
    if request.method == "GET" and not stepup.is_code_waiting(request, at=at):
        try:
            stepup.send_code(request, at=at)
        except stepup.TooManyCodes as error:
            problem = str(error)
    context = {
        "form": form,
        "problem": problem,
        "is_waiting": stepup.is_code_waiting(request, at=at),
        "next_url": get_next_redirect_url(request) or "",
    }
    return render(request, "account/reauthenticate_by_code.html", context)


@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """Say how long the session lasts yet; a POST is work, so that it lasts longer."""
    if request.method == "POST":
        sessions.extend_as_before(request)
    else:
        sessions.ignore_for_idle(request)
    return JsonResponse(
        {
            "person": request.user.pk,
            "seconds": sessions.seconds_left(request),
            "can_stay": sessions.can_last_longer(request),
            "token": get_token(request),
        }
    )


@require_POST
@login_not_required
def demo_sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign in as a persona of the demonstration, which is the only place that has them."""
    persona = demo.persona(slug) if settings.DEBUG else None
    user = active_user(persona.email) if persona else None
    if user is None:
        raise Http404
    logout(request)
    login(request, user, backend=DJANGO_BACKEND)
    request.session[DEMO] = True
    return redirect("home")


@require_GET
def people_and_roles(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """List everyone who holds a role in a trust that this person administers."""
    trusts = list(administered_trusts(request.user))
    trust = next((one for one in trusts if slug in (None, one.slug)), None)
    if trust is None:
        raise Http404
    context = {"at": trust, "trusts": trusts, "people": staff_of(trust)}
    return render(request, "accounts/people_and_roles.html", context)


@require_http_methods(["GET", "POST"])
@confirmed_recently
def add_person(request: HttpRequest, slug: str) -> HttpResponse:
    """Give somebody their first roles in a trust, and send them a link to choose a password."""
    trust = get_object_or_404(administered_trusts(request.user), slug=slug)
    form = AddPersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.invite_staff(
                trust=trust, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.OwnRoles as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"{user.name} can now sign in with {user.email}.")
            return redirect("accounts:roles_of_trust", trust.slug)
    return render(request, "accounts/add_person.html", {"at": trust, "form": form})


@require_http_methods(["GET", "POST"])
@confirmed_recently
def person_roles(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Grant and revoke the roles that somebody holds in a trust."""
    trust = get_object_or_404(administered_trusts(request.user), slug=slug)
    person = get_object_or_404(staff_of(trust), pk=pk)
    if person == request.user:
        raise PermissionDenied("Nobody changes their own roles. Ask another trust administrator.")
    form = RolesForm(
        request.POST if request.method == "POST" else None,
        initial={"roles": [held.role for held in person.held]},
    )
    if request.method == "POST" and form.is_valid():
        granted, revoked = services.change_roles(
            user=person, trust=trust, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _what_changed(person.name, granted, revoked))
        return redirect("accounts:roles_of_trust", trust.slug)
    context = {"at": trust, "person": person, "form": form}
    return render(request, "accounts/person_roles.html", context)


def _what_changed(name: str, granted: list, revoked: list) -> str:
    parts = [f"{name}’s roles were saved."]
    if granted:
        parts.append(f"Granted: {', '.join(role.label for role in granted)}.")
    if revoked:
        parts.append(f"Revoked: {', '.join(role.label for role in revoked)}.")
    return " ".join(parts)
