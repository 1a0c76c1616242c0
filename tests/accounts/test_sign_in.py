"""Staff sign in with a password and a second factor, members with a code, and nobody else."""

import re
import time

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, resolve, reverse
from django_tasks_db.models import DBTaskResult

from accounts import services
from accounts.models import Role
from tests.accounts.conftest import (
    AT,
    PASSWORD,
    SECRET,
    give_password,
    is_signed_in,
    masked,
    sign_in,
    totp_code,
)

pytestmark = pytest.mark.django_db
UNKNOWN = "nobody.here@nhs.example"


def ask_for_code(client, email):
    return client.post(reverse("account_request_login_code"), {"email": email}, follow=True)


def code_in(letter):
    return re.search(r"[A-Z]{4}-[A-Z]{4}", letter.body)[0]


def give_code(client, code):
    return client.post(reverse("account_confirm_login_code"), {"code": code})


# Staff


def test_staff_sign_in_with_password_and_code(client, officer):
    response = give_password(client, officer)
    assert response.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    response = client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert response.url == reverse("home")
    assert is_signed_in(client)


def test_session_key_is_new_after_signing_in(client, officer):
    give_password(client, officer)
    before = client.session.session_key
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert before != client.session.session_key
    old = Client()
    old.cookies["session"] = before
    assert not is_signed_in(old)


def test_code_of_the_authenticator_works_once(client, officer):
    with time_machine.travel(AT, tick=False):
        sign_in(client, officer)
        other = Client()
        give_password(other, officer)
        other.post(reverse("mfa_authenticate"), {"code": totp_code()})
        assert not is_signed_in(other)


def test_codes_of_the_authenticator_are_throttled_by_account(client, officer):
    with time_machine.travel(AT, tick=False):
        for number in range(5):
            guesser = Client(REMOTE_ADDR=f"10.1.1.{number}")
            give_password(guesser, officer)
            guesser.post(reverse("mfa_authenticate"), {"code": "000000"})
        give_password(client, officer)
        client.post(reverse("mfa_authenticate"), {"code": totp_code()})
        assert not is_signed_in(client)


def test_secret_of_the_authenticator_is_not_readable_in_the_database(officer):
    authenticator = Authenticator.objects.get(user=officer)
    assert SECRET not in str(authenticator.data)


def test_password_in_any_case_of_the_address(client, officer):
    assert give_password(client, officer.email.upper()).url == reverse("mfa_authenticate")


def test_next_page_stays_on_this_site(client, officer):
    client.post(
        reverse("account_login") + "?next=https://elsewhere.example/",
        {"login": officer.email, "password": PASSWORD},
    )
    response = client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert response.url == reverse("home")


# Members


def test_member_signs_in_with_the_code_that_was_mailed(client, member):
    response = ask_for_code(client, member.email)
    assert response.redirect_chain[-1][0] == reverse("account_confirm_login_code")
    [letter] = mail.outbox
    assert letter.to == [member.email]
    response = give_code(client, code_in(letter))
    assert response.url == reverse("home")
    assert is_signed_in(client)


def test_code_works_in_the_browser_that_asked_for_it_alone(client, member):
    ask_for_code(client, member.email)
    other = Client()
    ask_for_code(other, UNKNOWN)
    give_code(other, code_in(mail.outbox[0]))
    assert not is_signed_in(other)


def test_code_may_be_tried_three_times(client, member):
    ask_for_code(client, member.email)
    for _ in range(3):
        give_code(client, "BBBB-BBBB")
    give_code(client, code_in(mail.outbox[0]))
    assert not is_signed_in(client)


def test_code_ends_after_ten_minutes(client, member):
    with time_machine.travel(AT, tick=False) as now:
        ask_for_code(client, member.email)
        now.shift(10 * 60 + 1)
        give_code(client, code_in(mail.outbox[0]))
        assert not is_signed_in(client)


def test_codes_are_throttled_by_address_of_mail(client, member, make_person):
    for number in range(6):
        ask_for_code(Client(REMOTE_ADDR=f"10.1.1.{number}"), member.email)
    assert len(mail.outbox) == 5
    other = make_person("Aoife Bhriain")
    ask_for_code(client, other.email)
    assert mail.outbox[-1].to == [other.email]


def test_nobody_who_was_given_no_code_gets_in_with_an_empty_one(client, officer):
    for email in (UNKNOWN, officer.email):
        ask_for_code(client, email)
        for code in ("", "-", " ", "BBBB-BBBB"):
            give_code(client, code)
            assert not is_signed_in(client)


# Nothing tells who has an account


@pytest.fixture
def askers(member, officer, make_person):
    """One address of each kind."""
    left = make_person("Left Long Ago")
    services.change_access(user=left, is_active=False, by=None, at=AT)
    return {
        "member": member.email,
        "staff": officer.email,
        "left": left.email,
        "unknown": UNKNOWN,
    }


def _shape(queries):
    """Return what each of a list of queries does to which table, without values."""
    shape = []
    for query in queries:
        verb = query["sql"].split()[0]
        tables = re.findall(r'(?:FROM|INTO|UPDATE) "(\w+)"', query["sql"])
        shape.append((verb, *tables))
    return shape


def _ask(name, data):
    """Ask in a fresh browser; return the reply and the queries it took."""
    with CaptureQueriesContext(connection) as queries:
        reply = Client().post(reverse(name), data, follow=True)
    return reply, queries.captured_queries


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_asking_looks_and_costs_the_same_for_every_address(askers, name, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    _ask(name, {"email": "warm.up@nhs.example"})
    pages, shapes, sizes = {}, {}, {}
    for kind, email in askers.items():
        DBTaskResult.objects.all().delete()
        reply, queries = _ask(name, {"email": email})
        pages[kind] = (reply.redirect_chain, masked(reply, email))
        shapes[kind] = _shape(queries)
        [job] = DBTaskResult.objects.all()
        sizes[kind] = len(str(job.args_kwargs)) - len(email)
    assert len({str(one) for one in pages.values()}) == 1
    assert len({str(one) for one in shapes.values()}) == 1
    assert max(sizes.values()) - min(sizes.values()) < 150
    assert mail.outbox == []


def test_page_that_writes_to_members_only_would_tell(askers, settings, monkeypatch):
    """The negative control of the test above."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr("accounts.letters.post_decoy", lambda request: None)
    name = "account_request_login_code"
    _ask(name, {"email": "warm.up@nhs.example"})
    shapes = {kind: _shape(_ask(name, {"email": email})[1]) for kind, email in askers.items()}
    assert shapes["staff"] == shapes["unknown"] != shapes["member"]


def test_letters_reach_the_member_alone(askers):
    for email in askers.values():
        ask_for_code(Client(), email)
    assert [letter.to for letter in mail.outbox] == [[askers["member"]]]


def test_wrong_password_looks_and_costs_the_same_for_every_address(askers, monkeypatch):
    hashed = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(1) or plain(self, password, salt),
    )
    pages, costs = {}, {}
    for kind, email in askers.items():
        hashed.clear()
        reply = give_password(Client(), email, "not my password")
        pages[kind] = masked(reply, email)
        costs[kind] = len(hashed)
    assert len(set(pages.values())) == 1
    assert set(costs.values()) == {1}
    assert next(iter(pages.values()))[0] == 200


def test_person_who_left_cannot_sign_in(client, officer):
    services.change_access(user=officer, is_active=False, by=None, at=AT)
    assert give_password(client, officer).url == reverse("account_inactive")
    assert not is_signed_in(client)


# Throttling


def test_five_wrong_passwords_close_the_account_from_everywhere(client, officer, administrator):
    with time_machine.travel(AT, tick=False) as now:
        for number in range(5):
            guesser = Client(REMOTE_ADDR=f"10.1.1.{number}")
            give_password(guesser, officer, "a guess")
        elsewhere = Client(REMOTE_ADDR="10.9.9.9")
        assert give_password(elsewhere, officer).status_code == 200
        assert "mfa" not in str(elsewhere.session.items())
        assert give_password(elsewhere, officer.email.upper()).status_code == 200
        assert give_password(elsewhere, officer, HTTP_HOST="localhost").status_code == 200
        now.shift(5 * 60 + 1)
        assert give_password(elsewhere, officer).url == reverse("mfa_authenticate")


def test_one_account_under_attack_leaves_others_at_the_same_address_alone(officer, administrator):
    hospital = {"REMOTE_ADDR": "10.1.1.1"}
    for _ in range(20):
        give_password(Client(**hospital), officer, "a guess")
    assert give_password(Client(**hospital), administrator).url == reverse("mfa_authenticate")


def test_refusal_for_too_many_tries_does_not_tell_whether_there_is_an_account(officer):
    pages = []
    for email in (officer.email, UNKNOWN):
        for _ in range(6):
            reply = give_password(Client(), email, "a guess")
        pages.append(masked(reply, email))
    assert pages[0] == pages[1]
    assert "Too many" in pages[0][1]


def test_good_password_between_wrong_ones_does_not_reset_the_count(officer):
    for _ in range(4):
        give_password(Client(), officer, "a guess")
    give_password(Client(), officer)
    give_password(Client(), officer, "a guess")
    assert give_password(Client(), officer).status_code == 200


def test_limits_by_address_count_the_visitor_and_not_the_proxy():
    """A visitor may add to the header in front; the proxy's own word is the last."""
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "6.6.6.6, 10.1.1.1"})
    assert get_adapter(request).get_client_ip(request) == "10.1.1.1"
    request = RequestFactory().get("/", REMOTE_ADDR="10.2.2.2")
    assert get_adapter(request).get_client_ip(request) == "10.2.2.2"


# Which addresses there are


NAMES = [
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "usersessions_list",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]


@pytest.mark.parametrize("name", NAMES)
def test_address_of_signing_in_is_there(client, name):
    assert resolve(reverse(name)).url_name == name
    assert client.get(reverse(name)).status_code in {200, 302}


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_signup_by_passkey",
        "account_email",
        "account_email_verification_sent",
        "account_change_phone",
        "mfa_signup_webauthn",
        "socialaccount_signup",
        "socialaccount_connections",
    ],
)
def test_address_that_makes_no_sense_here_is_not_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["signup/", "email/", "3rdparty/signup/", "social/signup/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client, path, method):
    assert getattr(client, method)(f"/accounts/{path}").status_code == 404


# The second factor


@pytest.fixture
def half_way(client, make_person):
    """Staff who gave their password and have no second factor yet."""
    user = make_person("Helen Adebayo", Role.CHIEF_EXECUTIVE, has_factor=False)
    give_password(client, user)
    return client


@pytest.mark.parametrize(
    "name", ["home", "usersessions_list", "account_change_password", "account_login"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head"])
def test_staff_without_a_second_factor_pass_nowhere(half_way, name, method):
    response = getattr(half_way, method)(reverse(name))
    assert (response.status_code, response.url) == (302, reverse("mfa_index"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/json"},
        {"Content-Type": "application/json"},
        {"X-Requested-With": "XMLHttpRequest"},
        {"HX-Request": "true"},
        {"Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Mode": "same-origin"},
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_scripts_without_a_second_factor_are_told_why(half_way, headers, method):
    headers = dict(headers)
    extra = {}
    if "Content-Type" in headers:
        extra["content_type"] = headers.pop("Content-Type")
        method = "post"
    response = getattr(half_way, method)(reverse("home"), headers=headers, **extra)
    assert response.status_code == 403
    assert response.json() == {
        "reason": "Your role sees personal data. Add a second way to prove who you are.",
        "url": reverse("mfa_index"),
    }
    assert response["Cache-Control"] == "no-store, private"
    assert response.get("HX-Redirect") == (
        reverse("mfa_index") if "HX-Request" in headers else None
    )


def test_staff_without_a_second_factor_can_set_one_up_and_go_on(half_way):
    # Before it is set up, the password is asked for once more.
    assert half_way.get(reverse("mfa_index")).status_code == 200
    page = half_way.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    half_way.post(page.url, {"password": PASSWORD})
    page = half_way.get(reverse("mfa_activate_totp"))
    secret = half_way.session["mfa.totp.secret"]
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    half_way.post(reverse("mfa_activate_totp"), {"code": code})
    assert half_way.get(reverse("home")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client, make_person):
    user = make_person("Helen Adebayo", Role.CHIEF_EXECUTIVE, has_factor=False)
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "", "used_mask": 0}
    )
    give_password(client, user)
    assert client.get(reverse("home")).url == reverse("mfa_index")


def test_members_need_no_second_factor(client, member):
    client.force_login(member)
    assert client.get(reverse("usersessions_list")).status_code == 200


def test_member_who_becomes_staff_needs_one_at_the_next_page(client, member, trust):
    client.force_login(member)
    assert client.get(reverse("usersessions_list")).status_code == 200
    services.grant_role(user=member, trust=trust, role=Role.AUDITOR, by=None, at=AT)
    assert client.get(reverse("usersessions_list")).url == reverse("mfa_index")


def test_demo_session_counts_only_in_a_demonstration(client, make_person):
    """Outside DEBUG the mark in a session opens nothing."""
    user = make_person("Helen Adebayo", Role.CHIEF_EXECUTIVE, has_factor=False)
    client.force_login(user)
    session = client.session
    session["demo_sign_in"] = True
    session.save()
    assert client.get(reverse("home")).url == reverse("mfa_index")
