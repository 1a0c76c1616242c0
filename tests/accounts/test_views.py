"""A trust administrator gives roles, to others only; a demonstration has its own way in."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import demo, services
from accounts.models import Role, TrustRole, User
from audit.models import Entry
from audit.verify import verify
from tests.accounts.conftest import (
    AT,
    PASSWORD,
    give_password,
    is_signed_in,
    prove_again,
    sign_in,
    sign_in_by_code,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, administrator):
    """The administrator, signed in, who has just proved it again."""
    sign_in(client, administrator)
    prove_again(client)
    return client


@pytest.fixture
def other_trust(make_trust):
    return make_trust("beacon", "Beacon Health Board")


def _roles(user):
    return sorted(TrustRole.objects.filter(user=user).values_list("trust__slug", "role"))


def _ledger_of(trust):
    entries = Entry.objects.filter(chain_id=f"trust:{trust.pk}").order_by("sequence")
    return [(entry.actor, entry.action, entry.object, entry.old, entry.new) for entry in entries]


# People and roles


def test_list_names_everybody_with_a_role_in_the_trust(
    desk, officer, member, other_trust, make_person
):
    elsewhere = make_person("Elsewhere Only", Role.AUDITOR, at=other_trust)
    services.grant_role(user=officer, trust=other_trust, role=Role.CHIEF_EXECUTIVE, by=None, at=AT)
    page = desk.get(reverse("accounts:people_and_roles")).content.decode()
    assert officer.name in page
    assert "Medical staffing" in page
    assert "Chief executive" not in page
    assert member.name not in page
    assert elsewhere.name not in page


def test_list_takes_the_same_queries_for_one_and_for_thirty(
    desk, make_person, django_assert_num_queries
):
    address = reverse("accounts:people_and_roles")
    desk.get(address)
    with django_assert_num_queries(8) as few:
        desk.get(address)
    for number in range(30):
        make_person(f"Person {chr(97 + number // 26)}{chr(97 + number % 26)}", *list(Role)[:5])
    with django_assert_num_queries(len(few)):
        page = desk.get(address).content.decode()
    assert page.count("the roles of Person") == 30


def test_administrator_of_two_trusts_changes_between_them(desk, administrator, other_trust):
    services.grant_role(
        user=administrator, trust=other_trust, role=Role.TRUST_ADMINISTRATOR, by=None, at=AT
    )
    page = desk.get(reverse("accounts:roles_of_trust", args=["beacon"])).content.decode()
    assert "People with a role in Beacon Health Board" in page
    assert reverse("accounts:roles_of_trust", args=["ashdown"]) in page


def test_person_is_added_with_roles_and_a_letter(desk, administrator, trust):
    before = len(_ledger_of(trust))
    response = desk.post(
        reverse("accounts:add_person", args=["ashdown"]),
        {
            "name": "Siân ap Rhys ",
            "email": "Sian@NHS.example",
            "roles": [Role.AUDITOR, Role.FRAMEWORK_EDITOR],
        },
        follow=True,
    )
    user = User.objects.get(email="sian@nhs.example")
    assert user.name == "Siân ap Rhys"
    assert not user.has_usable_password()
    assert _roles(user) == [("ashdown", "AUDITOR"), ("ashdown", "FRAMEWORK_EDITOR")]
    assert "Siân ap Rhys can now sign in with sian@nhs.example." in response.content.decode()
    by, who = f"user:{administrator.pk}", f"user:{user.pk}"
    assert sorted(_ledger_of(trust)[before:]) == [
        (by, "role.granted", who, "", '{"role":"AUDITOR"}'),
        (by, "role.granted", who, "", '{"role":"FRAMEWORK_EDITOR"}'),
    ]
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (
        ["sian@nhs.example"],
        "Choose your password for Quorate",
    )


def test_link_in_the_letter_sets_a_password_once(desk, client):
    desk.post(
        reverse("accounts:add_person", args=["ashdown"]),
        {"name": "Siân ap Rhys", "email": "sian@nhs.example", "roles": [Role.AUDITOR]},
    )
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    newcomer = Client()
    form = newcomer.get(link, follow=True).redirect_chain[-1][0]
    new = "violet lantern harbour"
    newcomer.post(form, {"password1": new, "password2": new})
    give_password(newcomer, "sian@nhs.example", new)
    assert newcomer.get(reverse("home")).url == reverse("mfa_index")
    late = Client()
    assert late.get(link).status_code == 200  # the page that says the link is used up
    late.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    give_password(late, "sian@nhs.example", PASSWORD)
    assert not late.session.get("_auth_user_id")


def test_person_who_has_a_password_gets_no_letter(desk, officer):
    desk.post(
        reverse("accounts:add_person", args=["ashdown"]),
        {"name": "Another Name", "email": officer.email, "roles": [Role.AUDITOR]},
    )
    officer.refresh_from_db()
    assert officer.name == "Priya Ramanathan"
    assert _roles(officer) == [("ashdown", "AUDITOR"), ("ashdown", "MEDICAL_STAFFING")]
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "no address"}, "valid email address"),
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["SUPERUSER"]}, "not one of the available choices"),
        ({"name": " "}, "Enter the person’s full name"),
        ({"email": ""}, "Enter the person’s email address"),
        ({"name": "A\x00B"}, "Null characters are not allowed"),
        ({"email": "kacper.nowak@nhs.example"}, "Nobody changes their own roles"),
    ],
)
def test_person_is_not_added_with_what_is_wrong(desk, change, words):
    before = User.objects.count(), TrustRole.objects.count(), Entry.objects.count()
    data = {"name": "Siân", "email": "sian@nhs.example", "roles": [Role.AUDITOR]} | change
    response = desk.post(reverse("accounts:add_person", args=["ashdown"]), data)
    assert words in response.content.decode()
    assert (User.objects.count(), TrustRole.objects.count(), Entry.objects.count()) == before


def test_roles_are_granted_and_revoked(desk, administrator, officer, trust):
    before = len(_ledger_of(trust))
    response = desk.post(
        reverse("accounts:person_roles", args=["ashdown", officer.pk]),
        {"roles": [Role.AUDITOR]},
        follow=True,
    )
    assert _roles(officer) == [("ashdown", "AUDITOR")]
    words = "roles were saved. Granted: Auditor. Revoked: Medical staffing."
    assert words in response.content.decode()
    by, who = f"user:{administrator.pk}", f"user:{officer.pk}"
    assert _ledger_of(trust)[before:] == [
        (by, "role.revoked", who, '{"role":"MEDICAL_STAFFING"}', ""),
        (by, "role.granted", who, "", '{"role":"AUDITOR"}'),
    ]
    assert verify().faults == ()


def test_roles_elsewhere_stay_as_they_are(desk, officer, other_trust):
    services.grant_role(user=officer, trust=other_trust, role=Role.CHIEF_EXECUTIVE, by=None, at=AT)
    desk.post(reverse("accounts:person_roles", args=["ashdown", officer.pk]), {"roles": []})
    assert _roles(officer) == [("beacon", "CHIEF_EXECUTIVE")]


def test_saving_what_is_held_writes_nothing(desk, officer, trust):
    before = _ledger_of(trust)
    desk.post(
        reverse("accounts:person_roles", args=["ashdown", officer.pk]),
        {"roles": [Role.MEDICAL_STAFFING]},
    )
    assert _ledger_of(trust) == before


def test_form_shows_what_is_held(desk, officer):
    page = desk.get(reverse("accounts:person_roles", args=["ashdown", officer.pk]))
    checked = re.findall(r'value="(\w+)"[^>]* checked', page.content.decode())
    assert checked == ["MEDICAL_STAFFING"]


def test_nobody_changes_their_own_roles(desk, administrator):
    response = desk.post(
        reverse("accounts:person_roles", args=["ashdown", administrator.pk]),
        {"roles": [Role.TRUST_ADMINISTRATOR, Role.MEDICAL_STAFFING]},
    )
    assert response.status_code == 403
    assert "Ask another trust administrator" in response.content.decode()
    assert _roles(administrator) == [("ashdown", "TRUST_ADMINISTRATOR")]


def test_revoked_role_is_gone_at_the_next_request(desk, make_person):
    other = make_person("Marguerite Osei", Role.TRUST_ADMINISTRATOR)
    theirs = Client()
    sign_in(theirs, other)
    assert theirs.get(reverse("accounts:people_and_roles")).status_code == 200
    desk.post(reverse("accounts:person_roles", args=["ashdown", other.pk]), {"roles": []})
    assert theirs.get(reverse("accounts:people_and_roles")).status_code == 404


def _addresses(officer):
    return [
        reverse("accounts:people_and_roles"),
        reverse("accounts:roles_of_trust", args=["ashdown"]),
        reverse("accounts:add_person", args=["ashdown"]),
        reverse("accounts:person_roles", args=["ashdown", officer.pk]),
    ]


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != "TRUST_ADMINISTRATOR")])
def test_pages_are_not_there_for_other_roles(client, make_person, officer, role):
    sign_in_as = make_person("Somebody Else", *([role] if role else []))
    if role:
        client.force_login(sign_in_as)
        prove_again(client)
    else:
        sign_in_by_code(client, sign_in_as)
    data = {"name": "X", "email": "x@nhs.example", "roles": [Role.AUDITOR]}
    for address in _addresses(officer):
        assert client.get(address).status_code == 404
        assert client.post(address, data).status_code in {404, 405}
    assert _roles(officer) == [("ashdown", "MEDICAL_STAFFING")]
    assert not User.objects.filter(email="x@nhs.example").exists()


def test_pages_are_not_there_for_an_administrator_of_another_trust(
    client, make_person, officer, other_trust
):
    other = make_person("Beacon Administrator", Role.TRUST_ADMINISTRATOR, at=other_trust)
    sign_in(client, other)
    prove_again(client)
    for address in _addresses(officer)[1:]:
        assert client.get(address).status_code == 404
        assert client.post(address, {"roles": []}).status_code in {404, 405}
    for pk in (officer.pk, 10**30):
        response = client.get(f"/roles/beacon/{pk}/")
        assert response.status_code == 404
    assert officer.name not in client.get(reverse("accounts:people_and_roles")).content.decode()
    assert _roles(officer) == [("ashdown", "MEDICAL_STAFFING")]


def test_pages_are_not_there_for_a_visitor(client, officer):
    for address in _addresses(officer):
        assert client.get(address).url == f"/accounts/login/?next={address}"


# The step-up


def test_roles_are_changed_only_after_proving_it_again(client, administrator, officer):
    sign_in(client, administrator)
    address = reverse("accounts:person_roles", args=["ashdown", officer.pk])
    assert client.get(address).url.startswith(reverse("account_reauthenticate"))
    response = client.post(address, {"roles": [Role.AUDITOR]})
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert _roles(officer) == [("ashdown", "MEDICAL_STAFFING")]
    wrong = client.post(response.url, {"password": "not my password"})
    assert wrong.status_code == 200
    assert _roles(officer) == [("ashdown", "MEDICAL_STAFFING")]
    client.post(response.url, {"password": PASSWORD})
    assert _roles(officer) == [("ashdown", "AUDITOR")]


def test_proof_lasts_a_quarter_of_an_hour(client, administrator, officer):
    with time_machine.travel(AT, tick=False) as clock:
        sign_in(client, administrator)
        prove_again(client)
        address = reverse("accounts:person_roles", args=["ashdown", officer.pk])
        clock.shift(15 * 60 - 1)
        client.post(address, {"roles": [Role.AUDITOR]})
        assert _roles(officer) == [("ashdown", "AUDITOR")]
        clock.shift(2)
        client.post(address, {"roles": []})
        assert _roles(officer) == [("ashdown", "AUDITOR")]


def test_wrong_passwords_at_the_step_up_are_throttled_with_those_of_signing_in(
    client, administrator
):
    sign_in(client, administrator)
    for _ in range(5):
        client.post(reverse("account_reauthenticate"), {"password": "a guess"})
    assert give_password(Client(), administrator).status_code == 200


# The demonstration


@pytest.mark.parametrize("method", ["get", "post"])
def test_demonstration_is_not_there_otherwise(client, method):
    services.add_person(email=demo.PERSONAS[0].email, name="Officer", by=None, at=AT)
    response = getattr(client, method)(demo.PERSONAS[0].url)
    assert response.status_code in {404, 405}
    assert not is_signed_in(client)
    page = client.get(reverse("account_login"))
    assert page.context["demo_personas"] == ()
    assert demo.PERSONAS[0].label not in page.content.decode()


@pytest.fixture
def demonstration(settings, trust):
    settings.DEBUG = True
    for persona in demo.PERSONAS:
        services.add_person(email=persona.email, name=persona.label, by=None, at=AT)


@pytest.mark.parametrize("persona", demo.PERSONAS, ids=lambda persona: persona.slug)
def test_persona_signs_in_by_one_button(client, demonstration, persona):
    page = client.get(reverse("account_login")).content.decode()
    assert persona.label in page
    assert persona.description in page
    assert f'action="{persona.url}"' in page
    response = client.post(persona.url)
    assert response.url == reverse("home")
    assert User.objects.get(pk=client.session["_auth_user_id"]).email == persona.email


def test_persona_with_a_role_passes_without_a_second_factor(client, demonstration, trust):
    user = User.objects.get(email="officer@demo.quorate.example")
    services.grant_role(user=user, trust=trust, role=Role.MEDICAL_STAFFING, by=None, at=AT)
    client.post(demo.PERSONAS[0].url)
    assert client.get(reverse("usersessions_list")).status_code == 200


def test_persona_after_another_starts_a_new_session(client, demonstration):
    client.post(demo.PERSONAS[0].url)
    first = client.session.session_key
    client.post(demo.PERSONAS[1].url)
    assert client.session.session_key != first
    email = User.objects.get(pk=client.session["_auth_user_id"]).email
    assert email == "chair@demo.quorate.example"


def test_persona_that_is_none_or_was_not_made_is_not_there(client, settings):
    settings.DEBUG = True
    assert client.post(reverse("accounts:demo_sign_in", args=["somebody"])).status_code == 404
    assert client.post(demo.PERSONAS[0].url).status_code == 404


def test_persona_needs_a_post_and_the_token_of_the_page(demonstration):
    desk = Client(enforce_csrf_checks=True)
    assert desk.get(demo.PERSONAS[0].url).status_code == 405
    assert desk.post(demo.PERSONAS[0].url).status_code == 403
    assert not is_signed_in(desk)
