"""One trust with its office and one vacancy, and a second trust beside it."""

import pytest

from accounts.models import Role
from tests.appointments import office


@pytest.fixture
def trust(db):
    return office.make_trust()


@pytest.fixture
def other_trust(db):
    return office.make_trust("south", "South NHS Trust")


@pytest.fixture
def officer(trust):
    return office.make_officer(trust)


@pytest.fixture
def other_officer(other_trust):
    return office.make_officer(other_trust)


@pytest.fixture
def chief_executive(trust):
    return office.make_user("Helen Adebayo", "ce@north.example", trust, Role.CHIEF_EXECUTIVE)


@pytest.fixture
def auditor(trust):
    return office.make_user("Wanjiku Ngũgĩ", "auditor@north.example", trust, Role.AUDITOR)


@pytest.fixture
def appointment(trust, officer):
    return office.make_appointment(trust, officer)
