"""What every page shows around its content: the trust, the navigation, the demo's banner."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Role
from accounts.policies import roles_of
from accounts.queries import trust_of
from accounts.sessions import seconds_left


@dataclass(frozen=True)
class Link:
    """One entry of the primary navigation."""

    label: str
    url: str
    is_current: bool


OFFICE_PAGES = {Role.MEDICAL_STAFFING, Role.CHIEF_EXECUTIVE, Role.MEDICAL_DIRECTOR, Role.AUDITOR}
PAGES = (
    ("Home", "home", None),
    ("Appointments", "appointments:list", OFFICE_PAGES),
    ("Panel members", "panels:people", {Role.MEDICAL_STAFFING}),
    ("Frameworks", "rubrics:frameworks", {Role.FRAMEWORK_EDITOR, Role.MEDICAL_STAFFING}),
    ("Ledger", "ledger", {Role.AUDITOR}),
    ("People and roles", "accounts:people_and_roles", {Role.TRUST_ADMINISTRATOR}),
)


def navigation(request: HttpRequest) -> list[Link]:
    """Return the pages this person's roles use, with the one they are on marked."""
    held = {role for _, role in roles_of(request.user)}
    links = []
    for label, name, roles in PAGES:
        if roles is None or held & roles:
            url = reverse(name)
            here = request.path == url if name == "home" else request.path.startswith(url)
            links.append(Link(label, url, here))
    return links


def shell(request: HttpRequest) -> dict:
    """Return the frame of a page; an anonymous visitor sees no navigation."""
    user = getattr(request, "user", None)
    is_known = user is not None and user.is_authenticated
    return {
        "trust": trust_of(user) if is_known else None,
        "navigation": navigation(request) if is_known else [],
        "session_seconds": seconds_left(request) if is_known else 0,
        "is_demo": settings.DEBUG,
        "app_version": settings.APP_VERSION,
    }
