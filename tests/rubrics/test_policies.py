"""Who sees and who edits frameworks."""

import pytest

from accounts.models import Role
from rubrics.policies import can_edit_frameworks, can_see_frameworks, edited_trust_ids


@pytest.mark.parametrize("role", Role)
def test_every_role_sees_and_only_the_editor_edits(role, trust, other_trust, make_user):
    person = make_user("Amara", trust, role)
    assert can_see_frameworks(person, trust)
    assert can_edit_frameworks(person, trust) == (role == Role.FRAMEWORK_EDITOR)
    assert edited_trust_ids(person) == ([trust.pk] if role == Role.FRAMEWORK_EDITOR else [])
    assert not can_see_frameworks(person, other_trust)
    assert not can_edit_frameworks(person, other_trust)


def test_person_without_a_role_neither_sees_nor_edits(trust, make_user):
    person = make_user("Amara")
    assert not can_see_frameworks(person, trust)
    assert not can_edit_frameworks(person, trust)
