"""Who may do what with an appointment."""

import pytest

from accounts.models import Role
from appointments import policies
from tests.appointments.office import make_user

POLICIES = (policies.can_run, policies.can_see_candidates, policies.is_office)


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        (Role.MEDICAL_STAFFING, (True, True, True)),
        (Role.CHIEF_EXECUTIVE, (False, True, True)),
        (Role.MEDICAL_DIRECTOR, (False, True, True)),
        (Role.AUDITOR, (False, False, True)),
        (Role.FRAMEWORK_EDITOR, (False, False, False)),
        (Role.TRUST_ADMINISTRATOR, (False, False, False)),
    ],
)
def test_policies_by_role_here_and_elsewhere(appointment, trust, other_trust, role, answers):
    here = make_user("Here", "here@x.example", trust, role)
    elsewhere = make_user("Elsewhere", "elsewhere@x.example", other_trust, role)
    assert tuple(policy(here, appointment) for policy in POLICIES) == answers
    assert not any(policy(elsewhere, appointment) for policy in POLICIES)
    assert policies.has_list(here) == answers[2]
    assert policies.can_create(here) == answers[0]
