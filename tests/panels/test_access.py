"""Grants follow from memberships and declarations, after every service and at the next request."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from guardian.shortcuts import assign_perm

from appointments.models import (
    Application,
    ApplicationUserObjectPermission,
    Appointment,
    AppointmentUserObjectPermission,
)
from audit.models import Entry
from panels import services
from panels.access import Grant, find_drift, grants_held, sync_grants
from tests.appointments.office import AT, browser
from tests.panels.seated import accept, decide, declare, invite, make_person

SILENT = ([], [])


def held_by(member):
    """Return what one member holds, as (codename, object id)."""
    user_id = member.person.user_id
    grants = grants_held(Appointment.objects.all())
    return {(grant.codename, grant.object_id) for grant in grants if grant.user_id == user_id}


def test_invited_sees_enough_to_answer(appointment, invited):
    assert held_by(invited["CE"]) == {("view_appointment", appointment.pk)}
    assert held_by(invited["LAY"]) == {("view_appointment", appointment.pk)}


def test_accepted_chair_chairs(appointment, members):
    assert held_by(members["CE"]) == {("view_appointment", appointment.pk)}
    assert held_by(members["LAY"]) == {
        ("view_appointment", appointment.pk),
        ("chair_appointment", appointment.pk),
    }


def test_declared_opens_this_candidates_file_and_no_other(appointment, members, candidates):
    declare(members["CE"], candidates[0])
    assert held_by(members["CE"]) == {
        ("view_appointment", appointment.pk),
        ("view_application", candidates[0].pk),
        ("score_application", candidates[0].pk),
    }
    user = members["CE"].person.user
    assert list(Application.objects.visible_to(user, at=AT)) == [candidates[0]]
    assert list(Application.objects.scored_by(user, at=AT)) == [candidates[0]]


def test_observer_sees_and_does_not_score(panel, candidates):
    person = make_person(panel.appointment, "Rajesh", "rajesh@mail.example")
    member = accept(invite(panel, person, scores=False))
    declare(member, candidates[0])
    assert held_by(member) == {
        ("view_appointment", panel.appointment_id),
        ("view_application", candidates[0].pk),
    }


@pytest.mark.parametrize(
    ("outcome", "sees"), [("STAYS", True), ("DOES_NOT_SCORE", False), ("STANDS_DOWN", False)]
)
def test_interest_decided(appointment, members, candidates, outcome, sees):
    declaration = declare(members["CE"], candidates[0], "Friend")
    waiting = held_by(members["CE"])
    decide(declaration, outcome, members["LAY"].person.user)
    file = {("view_application", candidates[0].pk), ("score_application", candidates[0].pk)}
    assert waiting == {("view_appointment", appointment.pk)}
    assert (held_by(members["CE"]) & file == file) is sees
    if outcome == "STANDS_DOWN":
        assert held_by(members["CE"]) == set()


def test_interest_found_out_later_closes_the_file(members, candidates):
    declare(members["CE"], candidates[0])
    declare(members["CE"], candidates[0], "She is my cousin, I now see")
    assert not Application.objects.visible_to(members["CE"].person.user, at=AT).exists()


def test_declined_and_stood_down_hold_nothing(members, invited, officer, candidates, panel):
    declare(members["CE"], candidates[0])
    services.stand_down(member=members["CE"], reason="Ill", by=officer, at=AT)
    late = invite(panel, make_person(panel.appointment, "Rajesh", "r@mail.example"))
    services.respond(member=late, is_accepted=False, by=late.person.user, at=AT)
    assert (held_by(members["CE"]), held_by(late)) == (set(), set())


def test_chair_handed_over_moves_the_grant(appointment, members, officer):
    services.name_chair(member=members["CE"], by=officer, at=AT)
    chairing = ("chair_appointment", appointment.pk)
    assert chairing in held_by(members["CE"])
    assert chairing not in held_by(members["LAY"])


def test_sync_grants_is_silent_after_every_service(panel, officer, appointment):
    """Walk one panel through every service that changes who sits or what they declared."""
    from tests.panels.seated import fill, make_shortlist

    candidates = make_shortlist(appointment)
    steps = []

    def check(name):
        steps.append((name, sync_grants(panel), find_drift()))

    members = fill(panel)
    check("invite_member")
    for member in members.values():
        accept(member)
    check("respond")
    for member in members.values():
        declare(member, candidates[0])
    check("declare")
    interest = declare(members["MD"], candidates[1], "Friend")
    check("declare an interest")
    decide(interest, "DOES_NOT_SCORE", members["LAY"].person.user)
    check("decide_declaration")
    services.name_chair(member=members["CE"], by=officer, at=AT)
    check("name_chair")
    services.change_member(
        member=members["CE"], is_deputy=True, scores=False, put_forward_by="",
        has_specialty_accepted=False, by=officer, at=AT,
    )  # fmt: skip
    check("change_member")
    services.stand_down(member=members["COLLEGE"], reason="Ill", by=officer, at=AT)
    check("stand_down")
    services.open_panel(panel=panel, by=officer, at=AT, override_reason="The college agreed")
    check("open_panel")
    assert [(name, silent, drift) for name, silent, drift in steps] == [
        (name, SILENT, SILENT) for name, *_ in steps
    ]
    assert len(steps) == 9


def test_sync_grants_gives_and_takes_only_the_difference(appointment, panel, members):
    stranger = members["CE"].person.user
    assign_perm("chair_appointment", stranger, appointment)
    AppointmentUserObjectPermission.objects.filter(user=members["LAY"].person.user).delete()
    given, taken = sync_grants(panel)
    chair = members["LAY"].person.user_id
    assert given == [
        Grant(chair, "appointment", "chair_appointment", appointment.pk),
        Grant(chair, "appointment", "view_appointment", appointment.pk),
    ]
    assert taken == [Grant(stranger.pk, "appointment", "chair_appointment", appointment.pk)]
    assert sync_grants(panel) == SILENT


def test_sync_grants_leaves_other_panels_alone(panel, members, trust, officer):
    from tests.appointments.office import make_appointment
    from tests.panels.seated import make_panel

    other = make_panel(make_appointment(trust, officer, reference="N-2"))
    theirs = accept(invite(other, members["CE"].person))
    services.stand_down(member=members["CE"], reason="Ill", by=officer, at=AT)
    assert held_by(theirs) == {("view_appointment", other.appointment_id)}


def test_sync_grants_queries_do_not_grow_with_the_candidates(
    panel, members, candidates, django_assert_num_queries
):
    for member in members.values():
        for application in candidates:
            declare(member, application)
    with django_assert_num_queries(4):
        sync_grants(panel)


def test_revoked_member_loses_access_at_the_next_request(appointment, members, candidates, officer):
    client = browser(members["CE"].person.user)
    url = reverse("panels:declarations", args=[appointment.pk])
    assert client.get(url).status_code == 200
    services.stand_down(member=members["CE"], reason="Ill", by=officer, at=AT)
    assert client.get(url).status_code == 404


def test_deputy_acts_under_their_own_name(panel, invited, candidates, officer):
    services.stand_down(member=invited["CE"], reason="Abroad", by=officer, at=AT)
    deputy = invite(
        panel,
        make_person(panel.appointment, "Rajesh Venkat", "rajesh@mail.example", is_board_level=True),
        "CE",
        is_deputy=True,
    )
    declare(accept(deputy), candidates[0])
    assert held_by(invited["CE"]) == set()
    user = deputy.person.user
    assert list(Application.objects.scored_by(user, at=AT)) == [candidates[0]]
    actors = Entry.objects.filter(action__in=["member.responded", "declaration.made"])
    assert set(actors.values_list("actor", "on_behalf_of")) == {(f"user:{user.pk}", "")}


def run(*arguments):
    out = StringIO()
    call_command("check_access", *arguments, stdout=out)
    return out.getvalue()


def test_check_access_nothing_to_say(members):
    assert run() == "Every grant is as it should be.\n"


def test_check_access_names_each_drift_and_fails(appointment, members, candidates):
    user_id = members["CE"].person.user_id
    AppointmentUserObjectPermission.objects.filter(user_id=user_id).delete()
    assign_perm("view_application", members["CE"].person.user, candidates[0])
    out = StringIO()
    with pytest.raises(CommandError, match="2 grants differ"):
        call_command("check_access", stdout=out)
    assert out.getvalue() == (
        f"missing: user:{user_id} view_appointment appointment:{appointment.pk}\n"
        f"not due: user:{user_id} view_application application:{candidates[0].pk}\n"
    )


def test_check_access_mends_and_writes_it_down(appointment, members, candidates):
    user_id = members["CE"].person.user_id
    assign_perm("delete_application", members["CE"].person.user, candidates[0])
    assert run("--mend") == (
        f"taken: user:{user_id} delete_application application:{candidates[0].pk}\n1 mended.\n"
    )
    assert not ApplicationUserObjectPermission.objects.exists()
    assert Entry.objects.get(action="access.mended").actor == "system"
    assert run() == "Every grant is as it should be.\n"


def test_check_access_mending_nothing_writes_nothing(members):
    assert run("--mend") == "Every grant is as it should be.\n"
    assert not Entry.objects.filter(action="access.mended").exists()
