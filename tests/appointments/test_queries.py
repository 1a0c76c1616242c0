"""The office's list: filtered, ordered, paged, always in the same number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from appointments import queries
from appointments.stages import Stage
from rubrics.models import Blueprint, FrameworkVersion
from tests.appointments.office import (
    AAC_AT,
    AT,
    bring_to,
    make_appointment,
    make_candidate,
    make_officer,
    make_user,
    shortlist,
)


@pytest.fixture
def three(trust, officer):
    second = make_user("Łukasz Wiśniewski", "second@north.example")
    rows = [
        make_appointment(
            trust, officer, reference="N-1", post_title="Consultant in stroke medicine",
            specialty="Stroke medicine", aac_at=AAC_AT + timedelta(days=9),
        ),
        make_appointment(
            trust, second, reference="N-2", post_title="Consultant in dermatology",
            specialty="Dermatology", site="South wing", aac_at=AAC_AT,
        ),
        make_appointment(
            trust, officer, reference="N-3", post_title="Consultant in frailty",
            specialty="Geriatric medicine", aac_at=AAC_AT + timedelta(days=4),
        ),
    ]  # fmt: skip
    bring_to(rows[0], Stage.SHORTLISTING)
    shortlist(make_candidate(rows[0]))
    make_candidate(rows[0], "Dr Amara Okafor", "0012346")
    return rows


def references(user, filters=None, sort="aac", page=1):
    board = queries.board(user, filters or {}, sort=sort, page=page, at=AT)
    return [row.appointment.reference for row in board.rows]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("aac", ["N-2", "N-3", "N-1"]),
        ("-aac", ["N-1", "N-3", "N-2"]),
        ("reference", ["N-1", "N-2", "N-3"]),
        ("-post", ["N-1", "N-3", "N-2"]),
        ("specialty", ["N-2", "N-3", "N-1"]),
        ("-stage", ["N-1", "N-2", "N-3"]),
        ("-candidates", ["N-1", "N-2", "N-3"]),
        ("officer", ["N-3", "N-1", "N-2"]),
        ("password", ["N-2", "N-3", "N-1"]),
        ("-officer__password", ["N-1", "N-3", "N-2"]),
    ],
)
def test_board_order_by_its_word(three, sort, expected):
    officer = User.objects.get(email="officer@north.example")
    assert references(officer, sort=sort) == expected


def test_board_narrowed(three, officer):
    second = User.objects.get(email="second@north.example")
    assert references(officer, {"specialty": "Dermatology"}) == ["N-2"]
    assert references(officer, {"officer": str(second.pk)}) == ["N-2"]
    assert references(officer, {"stage": "SHORTLISTING"}) == ["N-1"]
    assert references(officer, {"text": "SOUTH wing"}) == ["N-2"]
    assert references(officer, {"text": "n-3"}) == ["N-3"]
    assert references(officer, {"text": "Okafor"}) == []


def test_board_row_counts_and_words(three, officer):
    board = queries.board(officer, {"text": "stroke"}, sort="aac", page=1, at=AT)
    (row,) = board.rows
    counts = (row.appointment.candidate_count, row.appointment.shortlisted_count)
    assert (row.stage_words, row.colour, row.is_late, counts) == (
        "Shortlisting", "blue", False, (2, 1),
    )  # fmt: skip


def test_board_stage_counts_ignore_the_stage_chosen(three, officer):
    board = queries.board(officer, {"stage": "SHORTLISTING"}, sort="aac", page=1, at=AT)
    assert [(s.words, s.count, s.is_current) for s in board.stages] == [
        ("Being planned", 2, False),
        ("Shortlisting", 1, True),
    ]
    assert board.total == 3


def test_board_late_once_the_day_has_passed(three, officer):
    board = queries.board(officer, {}, sort="aac", page=1, at=AAC_AT + timedelta(days=1))
    assert [row.is_late for row in board.rows] == [True, False, False]


def test_board_of_another_trust_is_empty(three, other_officer):
    assert references(other_officer) == []
    assert queries.specialties_of(other_officer) == queries.officers_listed(other_officer) == []


def test_board_pages_of_fifty(trust, officer, appointment):
    for number in range(50):
        make_appointment(trust, officer, reference=f"X-{number}")
    assert len(references(officer)) == 50
    assert len(references(officer, page="2")) == 1
    assert len(references(officer, page="nonsense")) == 50


def test_board_takes_the_same_queries_at_1_and_30_rows(trust, officer, appointment):
    make_candidate(appointment)

    def count():
        user = User.objects.get(pk=officer.pk)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            board = queries.board(user, {}, sort="stage", page=1, at=AT)
            [row.appointment.officer.name for row in board.rows]
        return len(captured)

    at_one = count()
    for number in range(29):
        make_candidate(make_appointment(trust, officer, reference=f"X-{number}"))
    assert (at_one, count()) == (4, 4)


def test_trust_run_is_for_medical_staffing(trust, officer, auditor):
    assert (queries.trust_run(officer), queries.trust_run(auditor)) == (trust, None)


def test_officers_of_one_trust(trust, officer, other_officer, auditor):
    assert list(queries.officers_of(trust)) == [officer]


def test_blueprints_of_one_trust_that_are_ready(appointment, trust, other_trust):
    plan = appointment.blueprint
    Blueprint.objects.create(trust=trust, slug="draft", name="Draft", version=plan.version)
    assert list(queries.blueprints_of(trust)) == [appointment.blueprint]
    assert not queries.blueprints_of(other_trust).exists()
    assert make_officer(other_trust) not in queries.officers_of(trust)


def test_blueprints_of_leaves_out_one_whose_framework_version_was_retired(appointment, trust):
    version = appointment.blueprint.version
    FrameworkVersion.objects.filter(pk=version.pk).update(status="RETIRED")
    assert not queries.blueprints_of(trust).exists()
