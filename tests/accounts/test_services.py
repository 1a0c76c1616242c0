"""Trusts, people and roles: each change is made once and leaves one ledger row."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import services
from accounts.models import Role, TrustRole, User
from accounts.policies import has_role, is_staff, roles_of, trust_ids
from audit.models import Entry
from tests.accounts.conftest import AT

pytestmark = pytest.mark.django_db


def _actions():
    return list(Entry.objects.order_by("pk").values_list("chain_id", "action", "object"))


def test_person_is_found_in_any_case_and_made_once(trust):
    first = services.add_person(email=" Sian@NHS.example ", name="Siân ", by=None, at=AT)
    again = services.add_person(email="sian@nhs.EXAMPLE", name="Other", by=None, at=AT)
    assert first == again
    assert (again.email, again.name) == ("sian@nhs.example", "Siân")
    assert _actions()[1:] == [("accounts", "person.added", f"user:{first.pk}")]


def test_address_is_one_persons_in_any_case(trust):
    User.objects.create_user("sian@nhs.example", name="Siân")
    with pytest.raises(IntegrityError, match="user_email_once_in_any_case"), transaction.atomic():
        User.objects.create(email="SIAN@nhs.example", name="Other")


@pytest.mark.django_db(transaction=True)
def test_person_whom_eight_add_at_once_is_one():
    raised, start = [], threading.Barrier(8)

    def add():
        start.wait()
        try:
            services.add_person(email="sian@nhs.example", name="Siân", by=None, at=AT)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
    user = User.objects.get()
    assert _actions() == [("accounts", "person.added", f"user:{user.pk}")]


def test_granting_twice_is_granting_once(trust, member):
    before = len(_actions())
    for _ in range(2):
        services.grant_role(user=member, trust=trust, role=Role.AUDITOR, by=None, at=AT)
    assert TrustRole.objects.count() == 1
    assert _actions()[before:] == [(f"trust:{trust.pk}", "role.granted", f"user:{member.pk}")]


def test_revoking_what_is_not_held_does_nothing(trust, member):
    before = _actions()
    assert not services.revoke_role(user=member, trust=trust, role=Role.AUDITOR, by=None, at=AT)
    assert _actions() == before


def test_roles_are_read_again_after_they_changed(trust, member):
    assert not is_staff(member)
    services.grant_role(user=member, trust=trust, role=Role.AUDITOR, by=None, at=AT)
    assert roles_of(member) == {(trust.pk, "AUDITOR")}
    services.revoke_role(user=member, trust=trust, role=Role.AUDITOR, by=None, at=AT)
    assert roles_of(member) == frozenset()


def test_roles_count_in_their_own_trust(trust, make_trust, make_person):
    beacon = make_trust("beacon", "Beacon Health Board")
    person = make_person("Helen Adebayo", Role.AUDITOR)
    services.grant_role(user=person, trust=beacon, role=Role.CHIEF_EXECUTIVE, by=None, at=AT)
    assert has_role(person, trust, Role.AUDITOR)
    assert has_role(person, trust.pk, Role.CHIEF_EXECUTIVE, Role.AUDITOR)
    assert not has_role(person, trust, Role.CHIEF_EXECUTIVE)
    assert trust_ids(person) == sorted([trust.pk, beacon.pk])
    assert trust_ids(person, Role.CHIEF_EXECUTIVE) == [beacon.pk]
    assert trust_ids(person, Role.MEDICAL_DIRECTOR) == []


def test_roles_are_read_once(make_person, django_assert_num_queries):
    person = make_person("Helen Adebayo", Role.AUDITOR)
    with django_assert_num_queries(1):
        for _ in range(3):
            is_staff(person)
            trust_ids(person)


@pytest.mark.parametrize("change", ["invite_staff", "change_roles", "change_access"])
def test_nobody_does_it_to_themselves(trust, administrator, change):
    more = {
        "invite_staff": {"email": administrator.email, "name": "X", "trust": trust},
        "change_roles": {"user": administrator, "trust": trust},
        "change_access": {"user": administrator, "is_active": False},
    }[change]
    if change != "change_access":
        more["roles"] = [Role.MEDICAL_STAFFING]
    before = _actions()
    with pytest.raises(services.OwnRoles):
        getattr(services, change)(**more, by=administrator, at=AT)
    assert _actions() == before
