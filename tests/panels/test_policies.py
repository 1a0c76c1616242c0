"""Who may do what with a panel."""

from panels import policies, services
from tests.appointments.office import AT
from tests.panels.seated import declare


def test_is_chair_only_once_accepted(appointment, invited):
    user = invited["LAY"].person.user
    assert not policies.is_chair(user, appointment)
    services.respond(member=invited["LAY"], is_accepted=True, by=user, at=AT)
    assert policies.is_chair(user, appointment)
    assert not policies.is_chair(invited["CE"].person.user, appointment)


def test_is_chair_of_this_appointment_only(members, trust, officer):
    from tests.appointments.office import make_appointment

    other = make_appointment(trust, officer, reference="N-2")
    assert not policies.is_chair(members["LAY"].person.user, other)


def test_panel_is_seen_by_the_office_and_the_chair(
    appointment, members, officer, auditor, other_officer
):
    people = {
        "chair": members["LAY"].person.user,
        "member": members["CE"].person.user,
        "officer": officer,
        "auditor": auditor,
        "other": other_officer,
    }
    answers = {
        who: (
            policies.can_see_panel(user, appointment),
            policies.can_convene(user, appointment),
            policies.has_decisions(user, appointment),
        )
        for who, user in people.items()
    }
    assert answers == {
        "chair": (True, False, True),
        "member": (False, False, False),
        "officer": (True, True, True),
        "auditor": (True, False, False),
        "other": (False, False, False),
    }


def test_can_decide_truth_table(members, candidates, officer, auditor, other_officer):
    of_member = declare(members["CE"], candidates[0], "Friend")
    of_chair = declare(members["LAY"], candidates[0], "Neighbour")
    people = [members["LAY"].person.user, members["CE"].person.user, members["MD"].person.user,
              officer, auditor, other_officer]  # fmt: skip
    answers = [
        [policies.can_decide(user, declaration) for user in people]
        for declaration in (of_member, of_chair)
    ]
    assert answers == [
        [True, False, False, False, False, False],
        [False, False, False, True, False, False],
    ]
