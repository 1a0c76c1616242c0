"""An editor and the first score, or two editors, at the same moment."""

import pytest

from rubrics import queries, services
from rubrics.models import Blueprint, Criterion
from rubrics.services import ExerciseWords, Rules
from tests.rubrics.conftest import LATER
from tests.rubrics.services.test_races import at_once, count

pytestmark = pytest.mark.django_db(transaction=True)


def test_exercise_added_while_the_blueprint_is_frozen_is_in_it_or_refused(blueprint, editor):
    words = ExerciseWords("STATION", "Station", 10)
    added, frozen = at_once(
        lambda: services.add_exercise(blueprint=blueprint, words=words, by=editor, at=LATER).name,
        lambda: (
            services.freeze_blueprint(
                blueprint=Blueprint.objects.get(pk=blueprint.pk), by=None, at=LATER
            ).frozen_at
        ),
    )
    stored = Blueprint.objects.get(pk=blueprint.pk)
    assert stored.frozen_at == frozen == LATER
    assert (added, stored.exercises.count(), stored.is_ready, count("exercise.added")) in [
        ("Station", 3, False, 1),
        (services.BlueprintFrozen, 2, True, 0),
    ]


def test_weights_saved_at_once_from_the_same_page_keep_one_and_tell_the_other(
    blueprint, editor, reader
):
    criterion = Criterion.objects.get(exercise__blueprint=blueprint, exercise__name="Talk")
    cell = (criterion.exercise_id, criterion.competency_id)
    seen = queries.weights_page(blueprint).seen

    def weigh(weight, by):
        services.weigh(blueprint=blueprint, weights={cell: weight}, seen=seen, by=by, at=LATER)
        return weight

    found = at_once(lambda: weigh(10, editor), lambda: weigh(20, reader))
    stored = Criterion.objects.get(pk=criterion.pk).weight
    assert sorted(map(str, found)) == sorted([str(stored), str(services.PartChanged)])
    assert count("blueprint.weighed") == 1


def test_rules_and_weights_changed_at_once_leave_the_plan_as_ready_as_it_is(blueprint, editor):
    criterion = Criterion.objects.get(exercise__blueprint=blueprint, exercise__name="Talk")
    weights = {(criterion.exercise_id, criterion.competency_id): 29}
    at_once(
        lambda: services.set_rules(blueprint=blueprint, rules=Rules(), by=editor, at=LATER),
        lambda: services.weigh(blueprint=blueprint, weights=weights, by=editor, at=LATER),
    )
    stored = Blueprint.objects.get(pk=blueprint.pk)
    assert (stored.is_ready, bool(queries.missing_in(stored))) == (False, True)
    assert (count("blueprint.rules_set"), count("blueprint.weighed")) == (1, 1)


def test_new_versions_made_at_once_get_numbers_of_their_own(blueprint, editor, reader):
    found = at_once(
        *[
            lambda: (
                services.renew_blueprint(
                    blueprint=blueprint, version=blueprint.version, by=editor, at=LATER
                ).number
            )
        ]
        * 2
    )
    assert sorted(found) == [2, 3]
