"""Each page asks the database equally often, however many members, candidates or appointments."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Application, Appointment
from appointments.stages import Stage
from assessments.models import CandidateReport, ScoreSheet
from assessments.queries.actions import decisions_for, member_actions, staffing_actions
from panels.models import Declaration, Member, Panel, Person
from tests.assessments import worlds
from tests.assessments.worlds import AT, browser, make_world

SMALL, LARGE = (2, 2), (8, 8)


def asked(call):
    """Count the queries of a call, once everything that is kept between calls is warm."""
    call()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        result = call()
    return len(queries), result


def page(client, url, expected=200):
    def call():
        reply = client.get(url)
        assert reply.status_code == expected
        return reply

    return call


def counts(build, url_of, user_of):
    """Count one page's queries in a small and in a large world."""
    found = []
    for slug, size in (("north", SMALL), ("south", LARGE)):
        world = build(*size, slug=slug)
        client = browser(user_of(world))
        found.append(asked(page(client, url_of(world)))[0])
    return found


def url(name):
    return lambda world: reverse(f"assessments:{name}", args=[world.appointment.pk])


def open_and_begun(members, candidates, slug):
    """Return a world in which the chair has saved one score on each sheet."""
    world = make_world(members, candidates, slug=slug)
    for sheet in world.sheets(0):
        worlds.save(sheet, 0, value=5)
    return world


def locked(members, candidates, slug):
    world = make_world(members, candidates, slug=slug)
    worlds.fill_and_lock_at_once(world)
    return world


def sealed(members, candidates, slug):
    world = locked(members, candidates, slug)
    worlds.make_recommendation(world)
    return world


def reported(members, candidates, slug):
    world = locked(members, candidates, slug)
    worlds.make_decision(worlds.make_recommendation(world), world)
    return world


def chair(world):
    return world.user(0)


def officer(world):
    return world.officer


CASES = {
    "sheet": (
        open_and_begun,
        lambda world: reverse("assessments:sheet", args=[world.sheet(0).pk]),
        chair,
    ),
    "review with gaps": (open_and_begun, url("review"), chair),
    "review locked": (locked, url("review"), chair),
    "hub of the chair": (open_and_begun, url("appointment"), chair),
    "hub of medical staffing": (open_and_begun, url("appointment"), officer),
    "hub with reports": (reported, url("appointment"), officer),
    "board": (open_and_begun, url("board"), officer),
    "outcome": (locked, url("outcome"), chair),
    "outcome sealed": (sealed, url("outcome"), officer),
    "recommend": (locked, url("recommend"), chair),
    "decide": (sealed, url("decide"), lambda world: world.chief_executive),
    "report": (
        reported,
        lambda world: reverse("assessments:report", args=[_report(world).pk]),
        officer,
    ),
    "report under review": (
        reported,
        lambda world: reverse("assessments:review_report", args=[_report(world).pk]),
        officer,
    ),
    "home of the chair": (open_and_begun, lambda world: reverse("home"), chair),
    "home of medical staffing": (open_and_begun, lambda world: reverse("home"), officer),
}


def _report(world):
    return CandidateReport.objects.get(application=world.applications[0])


@pytest.mark.parametrize(("build", "url_of", "user_of"), CASES.values(), ids=CASES)
def test_page_asks_equally_often_at_2_by_2_and_at_8_by_8(db, the_day, build, url_of, user_of):
    small, large = counts(build, url_of, user_of)
    assert small == large
    assert small <= 60


def test_outcome_asks_equally_often_with_more_exercises(db, the_day):
    found = []
    for slug, exercises in (("north", 1), ("south", 4)):
        world = make_world(2, 2, exercises=exercises, slug=slug)
        worlds.fill_and_lock_at_once(world)
        found.append(asked(page(browser(world.user(0)), url("outcome")(world)))[0])
    assert found[0] == found[1]


# --- lists of what to do ---------------------------------------------------------------------


def copies(world, count, stage=Stage.SHORTLISTED, **changes):
    """Add appointments with a panel of the world's members: invited, or with a sheet to score."""
    first = Appointment.objects.get(pk=world.appointment.pk)
    people = list(Person.objects.filter(trust=world.trust).order_by("pk"))
    for number in range(count):
        appointment = Appointment.objects.create(
            **{
                **{
                    f.name: getattr(first, f.name)
                    for f in Appointment._meta.concrete_fields
                    if f.name != "id"
                },
                "reference": f"C-{world.trust.slug}-{number}",
                "stage": stage,
                **changes,
            }
        )
        panel = Panel.objects.create(appointment=appointment)
        application = Application.objects.create(
            appointment=appointment,
            candidate=world.applications[0].candidate,
            position=1,
            status="SHORTLISTED",
        )
        members = Member.objects.bulk_create(
            Member(
                panel=panel,
                person=person,
                position=position,
                is_chair=position == 1,
                status="INVITED" if number % 2 else "ACCEPTED",
                invited_at=AT,
            )
            for position, person in enumerate(people, start=1)
        )
        for member in members:
            Declaration.objects.create(
                member=member,
                application=application,
                has_interest=False,
                outcome="NONE",
                declared_at=AT,
            )
            ScoreSheet.objects.create(
                member=member,
                application=application,
                exercise=world.blueprint.exercises.get(),
            )


@pytest.mark.parametrize(
    "find",
    [
        lambda world: member_actions(world.user(0), at=AT),
        lambda world: staffing_actions(world.officer, at=AT),
    ],
    ids=["member", "staffing"],
)
def test_actions_ask_equally_often_for_1_and_for_30_appointments(db, the_day, find):
    world = open_and_begun(2, 2, "north")
    few, actions = asked(lambda: find(world))
    assert len(actions) >= 1
    copies(world, 29)
    many, more = asked(lambda: find(world))
    assert (many, len(more)) == (few, len(actions) + 29)


def test_decisions_ask_equally_often_for_1_and_for_30_recommendations(db, the_day):
    world = sealed(2, 2, "north")
    few, actions = asked(lambda: decisions_for(world.chief_executive, at=AT))
    copies(world, 29, stage=Stage.RECOMMENDED)
    many, more = asked(lambda: decisions_for(world.chief_executive, at=AT))
    assert (few, len(actions), many, len(more)) == (many, 1, few, 30)
