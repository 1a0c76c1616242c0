"""Who gets a sheet: the seats that score an exercise, nobody unscored, the blueprint frozen."""

import pytest

from appointments.stages import Stage
from assessments.models import ScoreSheet
from assessments.services.sheets import CannotOpen
from rubrics.models import Blueprint, Exercise
from rubrics.services import BlueprintFrozen, ExerciseWords, add_exercise
from tests.assessments import worlds
from tests.assessments.worlds import AT, SEATS, make_world


@pytest.fixture
def seated(db):
    """Five seated members and an additional one, two candidates, two exercises; not opened."""
    world = make_world(0, 2, exercises=2, seats=SEATS, is_open=False)
    worlds.invite(world, "Kacper Nowak", "extra@north.example")
    worlds.declare_none(world, 5)
    return world


def score_from(world, *seats, exercise=2):
    Exercise.objects.filter(blueprint=world.blueprint, position=exercise).update(
        scoring_seats=list(seats)
    )


def scorers(world):
    """Return who has a sheet in each exercise for each candidate, by seat."""
    rows = ScoreSheet.objects.order_by(
        "exercise__position", "application__position", "member__position"
    ).values_list("exercise__position", "application__position", "member__seat")
    found = {}
    for exercise, candidate, seat in rows:
        found.setdefault((exercise, candidate), []).append(seat)
    return found


EVERYBODY = [seat for seat, _ in SEATS] + [""]


def test_exercise_without_seats_is_scored_by_every_member(seated):
    worlds.open_world(seated)
    assert scorers(seated) == dict.fromkeys([(1, 1), (1, 2), (2, 1), (2, 2)], EVERYBODY)


def test_exercise_is_scored_from_its_seats_only_and_the_other_by_all(seated):
    score_from(seated, "CE", "COLLEGE")
    worlds.open_world(seated)
    assert scorers(seated) == {
        (1, 1): EVERYBODY,
        (1, 2): EVERYBODY,
        (2, 1): ["COLLEGE", "CE"],
        (2, 2): ["COLLEGE", "CE"],
    }


def test_additional_members_score_where_they_are_named(seated):
    score_from(seated, "ADDITIONAL", "LAY")
    worlds.open_world(seated)
    assert scorers(seated)[2, 1] == ["LAY", ""]


def test_member_whose_seat_scores_nothing_has_no_sheet_and_holds_nobody_up(seated):
    score_from(seated, "CE", exercise=1)
    score_from(seated, "CE")
    worlds.open_world(seated)
    ce = next(n for n, member in enumerate(seated.members) if member.seat == "CE")
    assert {sheet.member_id for sheet in seated.sheets()} == {seated.members[ce].pk}
    worlds.fill_member(seated, ce, 3)
    worlds.lock(seated, ce)
    assert seated.stage() == Stage.SCORED


def test_exercise_that_nobody_here_could_score_is_named_and_nothing_opens(seated):
    score_from(seated, "UNIV", "EXT_ADVISER")
    with pytest.raises(CannotOpen) as caught:
        worlds.open_world(seated)
    names = ", ".join(application.candidate.name for application in seated.applications)
    assert str(caught.value) == (
        f"Nobody would score {names} in Interview 2, which is scored by: University member,"
        " External adviser. Seat somebody who can score there, or let more seats score it in the"
        " blueprint."
    )
    assert (seated.stage(), ScoreSheet.objects.count()) == (Stage.SHORTLISTED, 0)
    assert Blueprint.objects.get(pk=seated.blueprint.pk).frozen_at is None


def test_exercise_whose_one_seat_is_recused_from_a_candidate_does_not_open(db):
    world = make_world(0, 2, seats=SEATS, is_declared=False)
    for member in range(len(SEATS)):
        if world.members[member].seat != "MD":
            worlds.declare_none(world, member)
    md = next(n for n, member in enumerate(world.members) if member.seat == "MD")
    worlds.recuse(world, md, candidate=0)
    worlds.declare(
        member=world.members[md],
        application=world.applications[1],
        has_interest=False,
        statement="",
        by=world.user(md),
        at=AT,
    )
    score_from(world, "MD", exercise=1)
    with pytest.raises(CannotOpen) as caught:
        worlds.open_world(world)
    assert world.applications[0].candidate.name in str(caught.value)
    assert world.applications[1].candidate.name not in str(caught.value)


def test_opening_freezes_the_blueprint_so_that_no_exercise_comes_without_sheets(seated):
    worlds.open_world(seated)
    assert Blueprint.objects.get(pk=seated.blueprint.pk).frozen_at == AT
    with pytest.raises(BlueprintFrozen):
        add_exercise(
            blueprint=seated.blueprint,
            words=ExerciseWords("STATION", "Station", 10),
            by=seated.officer,
            at=AT,
        )


def test_blueprint_that_became_unready_after_it_was_chosen_does_not_open(seated):
    Blueprint.objects.filter(pk=seated.blueprint.pk).update(is_ready=False)
    with pytest.raises(CannotOpen, match="Tiny plan, version 1 is not ready"):
        worlds.open_world(seated)
    stored = Blueprint.objects.get(pk=seated.blueprint.pk)
    assert (stored.frozen_at, seated.stage()) == (None, Stage.SHORTLISTED)
