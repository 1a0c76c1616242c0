"""The first trust and its first administrator come in by command."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Role, Trust, User
from audit.models import Entry
from tests.accounts.conftest import is_signed_in

pytestmark = pytest.mark.django_db


def _run(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_first_administrator_of_a_new_installation_gets_in(client):
    said = _run("add_trust", "ashdown", "--name", "Ashdown NHS Trust", "--nation", "WALES")
    assert said == "Ashdown NHS Trust was added as ashdown.\n"
    trust = Trust.objects.get()
    assert (trust.slug, trust.nation, trust.kind) == ("ashdown", "WALES", "NHS_TRUST")
    said = _run(
        "add_person", "Kacper@nhs.example", "--name", "Kacper Nowak", "--trust", "ashdown",
        "--role", "TRUST_ADMINISTRATOR", "--role", "AUDITOR", "--show-link",
    )  # fmt: skip
    user = User.objects.get()
    assert (user.email, user.name) == ("kacper@nhs.example", "Kacper Nowak")
    first, second, third = said.splitlines()
    assert first == (
        "Kacper Nowak (kacper@nhs.example) has these roles in Ashdown NHS Trust:"
        " Trust administrator, Auditor."
    )
    assert second == "An e-mail with a link to choose a password is on its way."
    link = third.removeprefix("The link: ")
    assert link in mail.outbox[0].body
    page = client.get(link[link.index("/accounts/") :], follow=True)
    new = "violet lantern harbour"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    client.post(reverse("account_login"), {"login": user.email, "password": new})
    assert client.get(reverse("home")).url == reverse("mfa_index")
    actions = Entry.objects.order_by("pk").values_list("chain_id", "actor", "action", "object")
    assert list(actions) == [
        (f"trust:{trust.pk}", "system", "trust.created", f"trust:{trust.pk}"),
        ("accounts", "system", "person.added", f"user:{user.pk}"),
        (f"trust:{trust.pk}", "system", "role.granted", f"user:{user.pk}"),
        (f"trust:{trust.pk}", "system", "role.granted", f"user:{user.pk}"),
    ]


def test_person_who_is_there_is_granted_the_role(officer):
    said = _run(
        "add_person", officer.email, "--name", "X", "--trust", "ashdown", "--role", "AUDITOR"
    )
    assert said.splitlines() == [
        f"Priya Ramanathan ({officer.email}) has these roles in Ashdown NHS Trust: Auditor."
    ]
    assert sorted(officer.trust_roles.values_list("role", flat=True)) == [
        Role.AUDITOR,
        Role.MEDICAL_STAFFING,
    ]
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add_trust", "ashdown", "--name", "Twin"), "called ashdown already"),
        (("add_trust", "ash down", "--name", "X"), "letters, figures and hyphens"),
        (("add_trust", "x", "--name", "X", "--nation", "FRANCE"), "invalid choice"),
        (
            ("add_person", "x@nhs.example", "--name", "X", "--trust", "none", "--role", "AUDITOR"),
            "no trust called none",
        ),
        (
            ("add_person", "nobody", "--name", "X", "--trust", "ashdown", "--role", "AUDITOR"),
            "not an e-mail address",
        ),
        (
            ("add_person", "x@nhs.example", "--name", "X", "--trust", "ashdown", "--role", "KING"),
            "invalid choice",
        ),
        (("end_access", "nobody@nhs.example"), "Nobody signs in with nobody@nhs.example"),
    ],
)
def test_command_refuses_what_is_wrong(trust, arguments, words):
    before = Trust.objects.count(), User.objects.count(), Entry.objects.count()
    with pytest.raises(CommandError, match=words):
        _run(*arguments)
    assert (Trust.objects.count(), User.objects.count(), Entry.objects.count()) == before


def test_access_is_ended_and_restored(client, member):
    client.force_login(member)
    assert _run("end_access", member.email.upper()) == "Ngugi Kamau has no access any more.\n"
    assert not is_signed_in(client)
    assert _run("end_access", member.email) == "Nothing had to be changed.\n"
    assert _run("end_access", member.email, "--restore") == "Ngugi Kamau can sign in again.\n"
    client.force_login(User.objects.get(pk=member.pk))
    assert is_signed_in(client)
    actions = Entry.objects.filter(chain="accounts").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == [
        "person.added",
        "person.shut_out",
        "person.let_in",
    ]
