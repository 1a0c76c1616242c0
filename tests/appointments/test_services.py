"""Vacancies and candidates: what each service changes, records and refuses."""

import json

import pytest

from appointments import services
from appointments.models import Application, Appointment, Candidate
from appointments.stages import MoveNotAllowed, Stage
from audit.models import Entry
from tests.appointments.office import (
    AT,
    LATER,
    bring_to,
    make_appointment,
    make_blueprint,
    make_candidate,
    shortlist,
    vacancy,
)


def last_entry(appointment):
    entry = Entry.objects.filter(chain_id=appointment.chain).order_by("-sequence").first()
    return entry.action, json.loads(entry.old or "null"), json.loads(entry.new or "null")


def entries(appointment):
    return Entry.objects.filter(chain_id=appointment.chain).count()


def test_create_appointment_records_what_was_chosen(appointment, officer):
    action, old, new = last_entry(appointment)
    assert (action, old) == ("appointment.created", None)
    assert new == {
        "reference": "N-100",
        "posts": 1,
        "has_substantial_teaching": False,
        "is_dental": False,
        "rule_set": "england_nhs_trust",
        "blueprint": f"blueprint:{appointment.blueprint_id}",
        "officer": f"user:{officer.pk}",
        "aac_at": "2026-12-08T09:30:00+00:00",
    }
    assert appointment.stage == Stage.DRAFTED


def test_create_appointment_reference_taken_makes_nothing(appointment, trust, officer):
    with pytest.raises(services.ReferenceTaken, match="reference N-100"):
        make_appointment(trust, officer, reference=" N-100 ")
    assert Appointment.objects.count() == 1


def test_create_appointment_same_reference_in_another_trust(
    appointment, other_trust, other_officer
):
    assert make_appointment(other_trust, other_officer).reference == "N-100"


def test_create_appointment_blueprint_of_another_trust(trust, officer, other_trust):
    foreign = make_blueprint(other_trust)
    with pytest.raises(services.NotThisTrusts):
        services.create_appointment(**vacancy(trust, officer, foreign))


def test_create_appointment_blueprint_not_ready(trust, officer):
    plan = make_blueprint(trust)
    plan.is_ready = False
    with pytest.raises(services.BlueprintNotReady, match="Plan, version 1 is not ready"):
        services.create_appointment(**vacancy(trust, officer, plan))


def test_move_stage_records_both_stages(appointment, officer):
    services.move_stage(appointment=appointment, to=Stage.ADVERTISED, by=officer, at=AT)
    assert last_entry(appointment) == (
        "appointment.moved",
        {"stage": "DRAFTED"},
        {"stage": "ADVERTISED"},
    )


def test_move_stage_to_where_it_is_changes_nothing(appointment, officer):
    bring_to(appointment, Stage.ADVERTISED)
    before = entries(appointment)
    services.move_stage(appointment=appointment, to=Stage.ADVERTISED, by=officer, at=LATER)
    assert entries(appointment) == before


def test_move_stage_stale_row_is_judged_by_the_database(appointment, officer):
    stale = Appointment.objects.get(pk=appointment.pk)
    bring_to(appointment, Stage.SHORTLISTING)
    with pytest.raises(MoveNotAllowed):
        services.move_stage(appointment=stale, to=Stage.ADVERTISED, by=officer, at=LATER)


def test_move_stage_not_in_the_table(appointment, officer):
    with pytest.raises(MoveNotAllowed, match="Being planned"):
        services.move_stage(appointment=appointment, to=Stage.SCORED, by=officer, at=AT)


def test_move_stage_cancelled_needs_a_reason(appointment, officer):
    with pytest.raises(services.ReasonMissing):
        services.move_stage(
            appointment=appointment, to=Stage.CANCELLED, by=officer, at=AT, reason=" "
        )
    services.move_stage(
        appointment=appointment, to=Stage.CANCELLED, by=officer, at=AT, reason="No applicants"
    )
    assert Entry.objects.get(new__contains="CANCELLED").reason == "No applicants"


def test_move_stage_shortlisted_waits_for_every_decision(appointment):
    make_candidate(appointment)
    second = make_candidate(appointment, "Dr Ngũgĩ Kamau", "0012346")
    shortlist(second)
    with pytest.raises(services.ShortlistNotFinished, match="1 candidate is neither"):
        bring_to(appointment, Stage.SHORTLISTED)


def test_move_stage_shortlisted_needs_somebody(appointment):
    shortlist(make_candidate(appointment), False, "No CCT")
    with pytest.raises(services.ShortlistNotFinished, match="Nobody is shortlisted"):
        bring_to(appointment, Stage.SHORTLISTED)


def test_end_members_access_records_the_moment(appointment, officer):
    services.end_members_access(appointment=appointment, ends_at=LATER, by=officer, at=AT)
    assert Appointment.objects.get().members_leave_at == LATER
    assert last_entry(appointment) == (
        "appointment.members_leave",
        {"members_leave_at": None},
        {"members_leave_at": "2026-11-09T14:00:00+00:00"},
    )


def test_add_candidate_names_nobody_in_the_ledger(appointment):
    application = make_candidate(appointment, "Dr Łukasz Zieliński", present_post="Registrar, Cwm")
    action, _, new = last_entry(appointment)
    assert action == "application.received"
    assert new.keys() == {"candidate", "position", "present_post_digest", "registration_digest"}
    assert (new["candidate"], new["position"]) == (f"candidate:{application.candidate_id}", 1)
    text = "".join(f"{e.old}{e.new}{e.reason}" for e in Entry.objects.all())
    assert "Zieliński" not in text
    assert "Cwm" not in text


def test_add_candidate_positions_follow_one_another(appointment):
    made = [make_candidate(appointment, f"Dr {n}", f"001000{n}") for n in range(3)]
    assert [application.position for application in made] == [1, 2, 3]


def test_add_candidate_twice_is_one_application(appointment):
    make_candidate(appointment)
    with pytest.raises(services.AppliedAlready, match="0012345"):
        make_candidate(appointment)
    assert (Application.objects.count(), Candidate.objects.count()) == (1, 1)


def test_add_candidate_known_to_the_trust_is_found_again(appointment, trust, officer):
    first = make_candidate(appointment, "Dr Siân ap Rhys")
    other = make_appointment(trust, officer, reference="N-101")
    # The same name with its accent as a separate sign, and in capitals.
    again = make_candidate(other, "DR SIÂN AP RHYS", email="new@mail.example")
    assert again.candidate_id == first.candidate_id
    assert Candidate.objects.get().email == "new@mail.example"


def test_add_candidate_gmc_number_of_somebody_else(appointment, trust, officer):
    make_candidate(appointment, "Dr Siân ap Rhys")
    other = make_appointment(trust, officer, reference="N-101")
    with pytest.raises(services.GmcNumberTaken, match="belongs to Dr Siân ap Rhys"):
        make_candidate(other, "Dr Amara Okafor")


def test_add_candidate_same_number_in_two_trusts(appointment, other_trust, other_officer):
    make_candidate(appointment, "Dr Siân ap Rhys")
    elsewhere = make_candidate(make_appointment(other_trust, other_officer), "Dr Amara Okafor")
    assert elsewhere.candidate.name == "Dr Amara Okafor"


def test_add_candidate_once_the_panel_is_in_session(appointment):
    shortlist(make_candidate(appointment))
    bring_to(appointment, Stage.IN_SESSION)
    with pytest.raises(services.NotAtThisStage, match="Panel in session"):
        make_candidate(appointment, "Dr Amara Okafor", "0012346")


def test_decide_shortlist_rejection_needs_its_reason(appointment):
    application = make_candidate(appointment)
    with pytest.raises(services.ReasonMissing):
        shortlist(application, False, "  ")
    shortlist(application, False, "Not on the Specialist Register")
    application.refresh_from_db()
    assert (application.status, application.status_reason) == (
        "REJECTED",
        "Not on the Specialist Register",
    )
    action, old, new = last_entry(appointment)
    assert (action, old) == ("application.shortlist_decided", {"status": "RECEIVED"})
    assert new.keys() == {"status", "reason_digest"}


def test_decide_shortlist_twice_is_recorded_once(appointment):
    application = make_candidate(appointment)
    shortlist(application)
    before = entries(appointment)
    shortlist(Application.objects.get())
    assert entries(appointment) == before


def test_decide_shortlist_after_withdrawal(appointment, officer):
    application = make_candidate(appointment)
    services.withdraw_application(application=application, reason="Moved", by=officer, at=AT)
    with pytest.raises(services.StatusNotAllowed):
        shortlist(application)


def test_withdraw_application_in_session(appointment, officer):
    application = make_candidate(appointment)
    shortlist(application)
    bring_to(appointment, Stage.IN_SESSION)
    services.withdraw_application(
        application=application, reason="None given", by=officer, at=LATER
    )
    application.refresh_from_db()
    assert (application.status, application.status_reason) == ("WITHDRAWN", "None given")
    assert last_entry(appointment)[0] == "application.withdrawn"


def test_withdraw_application_needs_its_reason(appointment, officer):
    application = make_candidate(appointment)
    with pytest.raises(services.ReasonMissing):
        services.withdraw_application(application=application, reason="", by=officer, at=AT)


def test_withdraw_application_not_shortlisted(appointment, officer):
    application = make_candidate(appointment)
    shortlist(application, False, "No CCT")
    with pytest.raises(services.StatusNotAllowed):
        services.withdraw_application(application=application, reason="x", by=officer, at=AT)


def test_withdraw_application_after_the_recommendation(appointment, officer):
    application = make_candidate(appointment)
    shortlist(application)
    bring_to(appointment, Stage.SCORED)
    services.move_stage(appointment=appointment, to=Stage.RECOMMENDED, by=officer, at=AT)
    with pytest.raises(services.NotAtThisStage):
        services.withdraw_application(application=application, reason="x", by=officer, at=AT)
