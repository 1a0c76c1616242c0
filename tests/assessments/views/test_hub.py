"""The appointment's page, the board of the day, opening and closing: each role sees its own."""

import pytest
import time_machine
from django.urls import reverse

from appointments.services import move_stage, withdraw_application
from appointments.stages import Stage
from assessments.models import ScoreSheet
from assessments.queries.outcome import is_everyone_locked
from panels.models import Declaration
from panels.services import decide_declaration, declare, stand_down
from tests.assessments import worlds
from tests.assessments.worlds import AT, browser, fill, fill_member, lock, save


def url(name, world):
    return reverse(f"assessments:{name}", args=[world.appointment.pk])


def text_of(client, name, world):
    reply = client.get(url(name, world))
    assert reply.status_code == 200
    return " ".join(reply.content.decode().split())


def roles(world):
    return {
        "chair": world.user(0),
        "member": world.user(1),
        "staffing": world.officer,
        "chief executive": world.chief_executive,
        "medical director": world.medical_director,
        "auditor": world.auditor,
    }


# --- hub -------------------------------------------------------------------------------------

SEES = {  # progress, candidates, link to panel, to candidates, to my scores
    "chair": (True, True, True, False, True),
    "member": (False, True, False, False, True),
    "staffing": (True, True, True, True, False),
    "chief executive": (False, True, False, False, False),
    "medical director": (False, True, False, False, False),
    "auditor": (False, False, False, False, False),
}


@pytest.mark.parametrize("role", SEES)
def test_appointment_shows_each_role_its_own_while_scoring_is_open(world, role):
    client = browser(roles(world)[role])
    text = text_of(client, "appointment", world)
    names = ("panels:panel", "appointments:candidates", "assessments:review")
    links = [reverse(name, args=[world.appointment.pk]) for name in names]
    assert (
        "Who has locked their scores" in text,
        "Dr Amara Okafor" in text,
        *(f'href="{link}"' in text for link in links),
    ) == SEES[role]
    assert url("outcome", world) not in text
    assert "Close scoring" not in text


@pytest.mark.parametrize("role", [role for role in SEES if role != "auditor"])
def test_appointment_leads_to_the_outcome_once_everybody_has_locked(scored, role):
    assert url("outcome", scored) in text_of(browser(roles(scored)[role]), "appointment", scored)


def test_appointment_shows_the_auditor_neither_outcome_nor_candidates(scored):
    text = text_of(browser(scored.auditor), "appointment", scored)
    assert url("outcome", scored) not in text
    assert "Okafor" not in text


def test_appointment_is_not_found_for_strangers(world):
    other = worlds.make_world(slug="south")
    nobody = worlds.make_user("Nobody", "nobody@north.example")
    for user in (nobody, other.officer, other.chief_executive, other.auditor, other.user(0)):
        client = browser(user)
        for name in ("appointment", "board", "open_scoring", "outcome", "recommend", "decide"):
            assert client.get(url(name, world)).status_code == 404
        for name in ("open_scoring", "close_scoring", "recommend", "decide", "review"):
            assert client.post(url(name, world)).status_code == 404


def test_appointment_is_seen_by_somebody_invited_who_has_not_answered_but_no_candidate(world):
    member = worlds.invite(world, "Late Comer", "late@north.example", answers=False)
    client = browser(member.person.user)
    text = text_of(client, "appointment", world)
    assert "Okafor" not in text
    assert "Answer the invitation" in text
    for name in ("board", "outcome"):
        assert client.get(url(name, world)).status_code == 403
    assert client.get(url("review", world)).status_code == 404


def test_appointment_is_gone_for_whoever_stood_down_at_their_next_request(world):
    client = browser(world.user(1))
    assert client.get(url("appointment", world)).status_code == 200
    stand_down(member=world.members[1], reason="Taken ill.", by=world.officer, at=AT)
    assert client.get(url("appointment", world)).status_code == 404


def test_members_leave_24_hours_after_the_decision_and_the_office_stays(decided):
    just_before = AT.replace(day=9, minute=29)
    just_after = AT.replace(day=9, minute=30)
    names = ("appointment", "outcome", "review")
    for moment, expected in ((just_before, 200), (just_after, 404)):
        with time_machine.travel(moment, tick=False):
            client = browser(decided.user(1))
            found = {name: client.get(url(name, decided)).status_code for name in names}
            assert found == dict.fromkeys(names, expected)
            sheet = reverse("assessments:sheet", args=[decided.sheet(1).pk])
            assert client.get(sheet).status_code == expected
            assert ("Consultant" in client.get(reverse("home")).content.decode()) is False
            office = browser(decided.officer)
            assert office.get(url("outcome", decided)).status_code == 200


# --- board -----------------------------------------------------------------------------------


def test_board_tells_who_is_done_and_never_a_value(world):
    fill_member(world, 1, 5, note="A note that stays with its member")
    lock(world, 1)
    save(world.sheet(0, 0), 0, value=1, evidence="Of the chair")
    for user in (world.officer, world.user(0)):
        reply = browser(user).get(url("board", world))
        text = " ".join(reply.content.decode().split())
        assert "<strong>2 of 4 sheets are locked</strong>; waiting for Siân" in text
        for word in ("In progress", "Not started", "Locked"):
            assert word in text
        for word in ("A note that stays", "Of the chair", "Appointable", "APPOINTABLE"):
            assert word not in text
        assert 'hx-trigger="every 10s"' in text


@pytest.mark.parametrize("role", ["member", "chief executive", "medical director", "auditor"])
def test_board_is_forbidden_to_everybody_else_with_the_reason(world, role):
    reply = browser(roles(world)[role]).get(url("board", world))
    assert reply.status_code == 403
    assert "Only medical staffing and the chair" in reply.content.decode()


def test_board_before_opening_is_forbidden(db, the_day):
    world = worlds.make_world(is_open=False)
    reply = browser(world.officer).get(url("board", world))
    assert reply.status_code == 403
    assert "Scoring has not been opened yet." in reply.content.decode()


def test_board_that_asks_by_itself_does_not_keep_a_session_awake(world):
    client = browser(world.officer)
    client.get(url("appointment", world))
    ends = client.session.get_expiry_date()
    with time_machine.travel(AT.replace(minute=50), tick=False):
        client.get(url("board", world))
        assert client.session.get_expiry_date() == ends
        client.get(url("appointment", world))
        assert client.session.get_expiry_date() > ends


# --- opening ---------------------------------------------------------------------------------


def test_open_scoring_asks_for_a_reason_where_the_rules_are_not_met(db, the_day):
    world = worlds.make_world(is_open=False)
    client = browser(world.officer)
    page = text_of(client, "open_scoring", world)
    assert "Why scoring opens although the rules are not met" in page
    reply = client.post(url("open_scoring", world), {"override_reason": "  "})
    assert reply.status_code == 200
    assert not ScoreSheet.objects.exists()
    reply = client.post(url("open_scoring", world), {"override_reason": "A strike."})
    assert (reply.status_code, reply.url) == (302, url("appointment", world))
    assert (world.stage(), ScoreSheet.objects.count()) == (Stage.IN_SESSION, 4)
    again = client.post(url("open_scoring", world), {"override_reason": "A strike."})
    assert again.status_code == 403
    assert ScoreSheet.objects.count() == 4


def test_open_scoring_sound_panel_needs_no_reason(db, the_day):
    world = worlds.make_world(candidates=1, seats=worlds.SEATS, is_open=False)
    client = browser(world.officer)
    assert "override_reason" not in text_of(client, "open_scoring", world)
    assert client.post(url("open_scoring", world), {"open": "1"}).status_code == 302
    assert ScoreSheet.objects.count() == 5


def test_open_scoring_names_who_has_not_declared(db, the_day):
    world = worlds.make_world(is_declared=False)
    worlds.declare_none(world, 0)
    client = browser(world.officer)
    page = text_of(client, "open_scoring", world)
    assert "Łukasz Wiśniewski" in page
    assert 'name="override_reason"' not in page
    reply = client.post(url("open_scoring", world), {"override_reason": "x"})
    assert reply.status_code == 200
    assert not ScoreSheet.objects.exists()


@pytest.mark.parametrize("role", [role for role in SEES if role != "staffing"])
def test_open_and_close_scoring_are_medical_staffings_alone(world, role):
    client = browser(roles(world)[role])
    assert client.get(url("open_scoring", world)).status_code == 403
    assert client.post(url("open_scoring", world)).status_code == 403
    assert client.post(url("close_scoring", world)).status_code == 403


def test_open_scoring_before_the_shortlist_or_without_a_panel_is_forbidden(db, the_day):
    world = worlds.make_world(candidates=0, is_open=False)
    client = browser(world.officer)
    assert client.get(url("open_scoring", world)).status_code == 403
    bare = worlds.make_appointment(world.trust, world.officer, world.blueprint, "N-200")
    page = reverse("assessments:open_scoring", args=[bare.pk])
    assert client.get(page).status_code == 403
    assert client.get(reverse("assessments:appointment", args=[bare.pk])).status_code == 200
    for name in ("board", "outcome", "recommend", "decide"):
        assert client.get(reverse(f"assessments:{name}", args=[bare.pk])).status_code == 403
    assert client.post(reverse("assessments:close_scoring", args=[bare.pk])).status_code == 403


# --- closing ---------------------------------------------------------------------------------


def test_close_scoring_is_offered_only_when_open_sheets_fell_away(world):
    client = browser(world.officer)
    fill_member(world, 0, 4)
    lock(world, 0)
    assert "Close scoring" not in text_of(client, "appointment", world)
    assert client.post(url("close_scoring", world)).status_code == 403
    stand_down(member=world.members[1], reason="Taken ill.", by=world.officer, at=AT)
    assert "Close scoring" in text_of(client, "appointment", world)
    assert client.post(url("close_scoring", world)).status_code == 302
    assert world.stage() == Stage.SCORED
    assert client.post(url("close_scoring", world)).status_code == 302
    assert "Close scoring" not in text_of(client, "appointment", world)


def test_close_scoring_after_the_recommendation_or_cancellation_is_forbidden(decided):
    assert browser(decided.officer).post(url("close_scoring", decided)).status_code == 403
    assert decided.stage() == Stage.DECIDED
    other = worlds.make_world(slug="south")
    move_stage(
        appointment=other.appointment, to=Stage.CANCELLED, by=other.officer, at=AT, reason="Cuts"
    )
    assert browser(other.officer).post(url("close_scoring", other)).status_code == 403


def test_outcome_stays_shut_while_a_member_may_still_be_let_back_to_score(world):
    """Everything that counts is locked, but a recused member could return having read it."""
    fill_member(world, 0, 4)
    lock(world, 0)
    declaration = Declaration.objects.get(
        member=world.members[1], application=world.applications[0]
    )
    fill(world.sheet(1, 1), 4)
    declare(
        member=world.members[1],
        application=world.applications[0],
        has_interest=True,
        statement="I find that we are cousins.",
        by=world.user(1),
        at=AT,
    )
    declaration.refresh_from_db()
    decide_declaration(declaration=declaration, outcome="DOES_NOT_SCORE", by=world.user(0), at=AT)
    ScoreSheet.objects.filter(pk=world.sheet(1, 1).pk).update(locked_at=AT)
    assert is_everyone_locked(worlds.fresh_panel(world))
    for user in roles(world).values():
        assert browser(user).get(url("outcome", world)).status_code == 403
    decide_declaration(declaration=declaration, outcome="STAYS", by=world.user(0), at=AT)
    assert not is_everyone_locked(worlds.fresh_panel(world))


def test_withdrawn_last_candidate_leaves_the_outcome_shut_until_closed(world):
    fill_member(world, 0, 4)
    lock(world, 0)
    stand_down(member=world.members[1], reason="Taken ill.", by=world.officer, at=AT)
    withdraw_application(
        application=world.applications[1], reason="Withdrew.", by=world.officer, at=AT
    )
    chair, officer = browser(world.user(0)), browser(world.officer)
    for client in (chair, officer):
        assert client.get(url("outcome", world)).status_code == 403
    assert officer.post(url("close_scoring", world)).status_code == 302
    for client in (chair, officer):
        assert client.get(url("outcome", world)).status_code == 200
    assert "Zieliński" not in text_of(chair, "outcome", world)
