"""A vacancy, its panel, a full set of members and a shortlist of two."""

import pytest

from accounts.models import Role
from tests.appointments import office
from tests.panels import seated


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
def auditor(trust):
    return office.make_user("Wanjiku Ngũgĩ", "auditor@north.example", trust, Role.AUDITOR)


@pytest.fixture
def appointment(trust, officer):
    return office.make_appointment(trust, officer)


@pytest.fixture
def panel(appointment):
    return seated.make_panel(appointment)


@pytest.fixture
def invited(panel):
    """Members by seat, all invited and none answered."""
    return seated.fill(panel)


@pytest.fixture
def members(invited):
    """Members by seat, all of whom accepted."""
    return {seat: seated.accept(member) for seat, member in invited.items()}


@pytest.fixture
def candidates(appointment):
    return seated.make_shortlist(appointment)


@pytest.fixture
def declared(members, candidates):
    """Members by seat who have all declared that they have no interest."""
    for member in members.values():
        for application in candidates:
            seated.declare(member, application)
    return members
