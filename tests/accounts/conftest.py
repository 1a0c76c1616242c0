"""People of two trusts, and ways to sign them in as they do it themselves."""

import re
import time
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Nation, Role, TrustKind

AT = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)
PASSWORD = "three words of mine"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _limits_start_afresh(db):
    """Forget the attempts that an earlier test counted."""
    cache.clear()


@pytest.fixture
def make_trust(db):
    def make(slug: str = "ashdown", name: str = "Ashdown NHS Trust"):
        return services.create_trust(
            name=name,
            slug=slug,
            nation=Nation.ENGLAND,
            kind=TrustKind.NHS_TRUST,
            by=None,
            at=AT,
        )

    return make


@pytest.fixture
def trust(make_trust):
    return make_trust()


@pytest.fixture
def make_person(trust):
    """Make somebody: a member, or staff with a password and a second factor."""

    def make(name, *roles, at=None, has_password=True, has_factor=True):
        email = f"{re.sub(r'[^a-z]+', '.', name.lower()).strip('.')}@nhs.example"
        user = services.add_person(email=email, name=name, by=None, at=AT)
        for role in roles:
            services.grant_role(user=user, trust=at or trust, role=role, by=None, at=AT)
        if roles and has_password:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        if roles and has_factor:
            totp.TOTP.activate(user, SECRET)
        return user

    return make


@pytest.fixture
def member(make_person):
    return make_person("Ngugi Kamau")


@pytest.fixture
def officer(make_person):
    return make_person("Priya Ramanathan", Role.MEDICAL_STAFFING)


@pytest.fixture
def administrator(make_person):
    return make_person("Kacper Nowak", Role.TRUST_ADMINISTRATOR)


def totp_code(ahead: int = 0) -> str:
    """Return the code that the authenticator shows now, or some periods later."""
    counter = int(time.time()) // 30 + ahead
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def give_password(client: Client, user, password: str = PASSWORD, **extra):
    """Send the sign-in form."""
    data = {"login": user if isinstance(user, str) else user.email, "password": password}
    return client.post(reverse("account_login"), data, **extra)


def sign_in(client: Client, user) -> None:
    """Sign in as staff do, with password and code; fails where that does not work."""
    give_password(client, user)
    if Authenticator.objects.filter(user=user).exists():
        client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert client.session.get("_auth_user_id") == str(user.pk)


def code_in(letter) -> str:
    """Return the code in a letter: to sign in, or to confirm."""
    return re.search(r"code .*is:\s+(\S+)", letter.body).group(1)


def sign_in_by_code(client: Client, user) -> None:
    """Sign in as members do, with a code from an e-mail; fails where that does not work."""
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mail.outbox[-1])})
    assert client.session.get("_auth_user_id") == str(user.pk)


def prove_again(client: Client) -> None:
    """Give the password once more, as before a step that matters."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    """Say whether the next page is answered as to somebody known."""
    return client.get(reverse("usersessions_list")).status_code == 200


def masked(response, *names: str) -> tuple[int, str]:
    """Return status and body without what differs by chance: the token, and the names given."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    for name in names:
        body = body.replace(name, "NAME")
    return response.status_code, body
