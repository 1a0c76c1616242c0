"""An auditor reads who did what in their trust, verifies it, and never sees a value."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from accounts.services import grant_role
from appointments.stages import Stage
from audit.heads import sign_head
from audit.triggers import drop_statements
from panels.models import Member, MemberStatus, Panel, Person
from tests.appointments import office
from tests.audit.tampering import sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust():
    return office.make_trust()


@pytest.fixture
def officer(trust):
    return office.make_officer(trust)


@pytest.fixture
def auditor(trust):
    return office.make_user("Wanjiku Ngũgĩ", "auditor@north.example", trust, Role.AUDITOR)


@pytest.fixture
def appointment(trust, officer):
    return office.make_appointment(trust, officer)


@pytest.fixture
def desk(auditor, appointment):
    return office.browser(auditor)


def _chain(key):
    return reverse("ledger_chain", args=[key])


def _sit(auditor, appointment, status=MemberStatus.ACCEPTED):
    panel, _ = Panel.objects.get_or_create(appointment=appointment)
    person = Person.objects.create(
        trust=appointment.trust, user=auditor, name=auditor.name, email=auditor.email
    )
    Member.objects.create(
        panel=panel, person=person, position=1, status=status, invited_at=office.AT
    )


def test_list_names_the_trust_and_its_appointments(desk, trust, appointment):
    page = desk.get(reverse("ledger"))
    assert [row.title for row in page.context["trusts"]] == [trust.name]
    [row] = page.context["rows"]
    assert (row.key, row.title, row.reference, row.entries, row.last_at) == (
        f"appointment:{appointment.pk}",
        "Consultant in acute medicine",
        "N-100",
        1,
        office.AT,
    )
    assert "Monday 2 November 2026, 9:30am" in page.content.decode()


def test_navigation_leads_there(desk):
    link = '<a class="nhsuk-header__navigation-link" href="/ledger/"'
    assert link in desk.get(reverse("ledger")).content.decode()


def test_entries_say_who_what_and_when_in_words_newest_first(desk, officer, appointment):
    office.bring_to(appointment, Stage.ADVERTISED)
    page = desk.get(_chain(appointment.chain))
    moved, created = page.context["entries"]
    assert (created.sequence, created.at, created.who, created.for_whom) == (
        1,
        office.AT,
        "Priya Nair",
        "",
    )
    assert created.action == "Appointment created"
    assert created.thing == f"Appointment {appointment.pk}"
    assert (moved.sequence, moved.who) == (2, "Priya Nair")


def test_grants_name_the_person_and_the_system(desk, trust):
    page = desk.get(_chain(f"trust:{trust.pk}"))
    told = [(row.who, row.action, row.thing) for row in page.context["entries"]]
    assert told[-1] == ("Quorate", "Trust created", f"Trust {trust.pk}")
    assert sorted(told[:-1]) == [
        ("Quorate", "Role granted", "Priya Nair"),
        ("Quorate", "Role granted", "Wanjiku Ngũgĩ"),
    ]


def test_no_value_and_no_reason_is_ever_shown(desk, officer, appointment, write):
    write(
        appointment.chain,
        old={"value": "canary-old"},
        new={"value": "canary-new"},
        reason="canary-reason",
        by=officer,
    )
    for query in ("", "?verify=yes", "?page=1"):
        page = desk.get(_chain(appointment.chain) + query).content.decode()
        assert "Score saved" in page
        assert "canary" not in page


def test_person_who_is_held_no_longer_is_a_number(desk, appointment, write):
    write(appointment.chain, obj="user:987654")
    assert "Person 987654, who is no longer held" in (
        desk.get(_chain(appointment.chain)).content.decode()
    )


@pytest.mark.parametrize("count", [3, 49])
def test_pages_take_a_fixed_number_of_queries(
    desk, appointment, write, officer, auditor, count, django_assert_num_queries
):
    for number in range(count):
        write(appointment.chain, by=auditor if number % 2 else officer)
        office.make_appointment(appointment.trust, officer, reference=f"N-{number}")
    desk.get(reverse("ledger"))
    with django_assert_num_queries(10):
        desk.get(reverse("ledger"))
    with django_assert_num_queries(11):
        desk.get(_chain(appointment.chain))
    with django_assert_num_queries(15):
        desk.get(_chain(appointment.chain) + "?verify=yes")


def test_long_chain_has_pages(desk, appointment, write):
    write(appointment.chain, 60)
    first = desk.get(_chain(appointment.chain)).context
    second = desk.get(_chain(appointment.chain) + "?page=2").context
    assert [row.sequence for row in first["entries"]] == list(range(61, 11, -1))
    assert [row.sequence for row in second["entries"]] == list(range(11, 0, -1))
    assert desk.get(_chain(appointment.chain) + "?page=nine").status_code == 200


# Verifying


def test_chain_that_holds_is_said_to_hold(desk, appointment, write):
    write(appointment.chain, 4)
    sign_head(chain=appointment.chain, at=office.AT)
    assert desk.get(_chain(appointment.chain)).context["verdict"] == ""
    page = desk.get(_chain(appointment.chain) + "?verify=yes")
    assert page.context["verdict"] == (
        "This chain holds: each of its 5 entries is as it was written, none is missing and none"
        " was added between. Its one signed head agrees."
    )
    assert page.context["verdict"] in page.content.decode()


def test_chain_that_does_not_hold_names_the_entry(desk, appointment, write):
    write(appointment.chain, 4)
    for statement in drop_statements(connection):
        sql(statement)
    sql("UPDATE audit_entry SET actor = 'user:1' WHERE sequence = 3 AND chain_id = %s",
        appointment.chain)  # fmt: skip
    page = desk.get(_chain(appointment.chain) + "?verify=yes")
    words = "This chain does not hold: entry 3 was changed after it was written."
    assert words in page.content.decode()


# Who sees it


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.AUDITOR)])
def test_ledger_is_not_there_for_other_roles(trust, appointment, role):
    roles = [role] if role else []
    desk = office.browser(office.make_user("Somebody", "some@north.example", trust, *roles))
    for address in (reverse("ledger"), _chain(appointment.chain), _chain(f"trust:{trust.pk}")):
        assert desk.get(address).status_code == 404


def test_visitor_is_asked_to_sign_in(client, appointment):
    for address in (reverse("ledger"), _chain(appointment.chain)):
        assert client.get(address).url.startswith(reverse("account_login"))


def test_ledger_of_another_trust_is_not_there(desk, trust):
    south = office.make_trust("south", "South NHS Trust")
    theirs = office.make_appointment(
        south, office.make_officer(south), post_title="Consultant in canaries"
    )
    for key in (f"trust:{south.pk}", theirs.chain):
        assert desk.get(_chain(key)).status_code == 404
        assert desk.get(_chain(key) + "?verify=yes").status_code == 404
    page = desk.get(reverse("ledger")).content.decode()
    assert "canaries" not in page
    assert "South" not in page


@pytest.mark.parametrize(
    "key",
    [
        "accounts",
        "trust:",
        "trust:x",
        "trust:-1",
        "trust: 1",
        "trust:٣",
        "appointment:10000000",
        "appointment",
        "person:1",
        "trust:%2e%2e",
    ],
)
def test_key_that_is_none_is_not_there(desk, key):
    assert desk.get(f"/ledger/{key}/").status_code == 404


def test_number_in_another_spelling_is_not_the_chain(desk, trust):
    assert desk.get(f"/ledger/trust:0{trust.pk}/").status_code == 404


def test_number_beyond_any_table_is_not_there(desk):
    assert desk.get(f"/ledger/appointment:{10**30}/").status_code == 404


@pytest.mark.parametrize("status", [MemberStatus.INVITED, MemberStatus.ACCEPTED])
def test_auditor_who_sits_on_the_panel_does_not_see_others_at_work(
    desk, auditor, appointment, status
):
    _sit(auditor, appointment, status)
    response = desk.get(_chain(appointment.chain))
    assert response.status_code == 403
    assert "You sit on this panel" in response.content.decode()
    assert desk.get(_chain(appointment.chain) + "?verify=yes").status_code == 403
    assert desk.get(reverse("ledger")).context["rows"] == []


def test_auditor_who_declined_reads_it(desk, auditor, appointment):
    _sit(auditor, appointment, MemberStatus.DECLINED)
    assert desk.get(_chain(appointment.chain)).status_code == 200


def test_auditor_of_one_trust_with_another_role_in_a_second_sees_one(desk, auditor):
    south = office.make_trust("south", "South NHS Trust")
    grant_role(user=auditor, trust=south, role=Role.CHIEF_EXECUTIVE, by=None, at=office.AT)
    assert desk.get(_chain(f"trust:{south.pk}")).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_ledger_is_only_read(desk, appointment, method):
    for address in (reverse("ledger"), _chain(appointment.chain)):
        assert getattr(desk, method)(address).status_code == 405
