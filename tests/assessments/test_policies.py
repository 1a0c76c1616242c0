"""Who may do what, as truth tables: every case that is not listed here as yes is no."""

from itertools import product

import pytest

from appointments.stages import Stage
from assessments import policies

YES_NO = (True, False)


@pytest.mark.parametrize("case", list(product(YES_NO, repeat=3)))
def test_can_see_results(case):
    expected = {(True, True, True), (True, True, False), (True, False, True)}
    is_everyone_locked, is_member, is_office = case
    assert policies.can_see_results(
        is_everyone_locked=is_everyone_locked, is_member=is_member, is_office=is_office
    ) == (case in expected)


@pytest.mark.parametrize("case", list(product(YES_NO, repeat=2)))
def test_can_see_progress(case):
    is_chair, is_staffing = case
    assert policies.can_see_progress(is_chair=is_chair, is_staffing=is_staffing) == (
        case != (False, False)
    )


STAGES_OF = {
    "close": {Stage.IN_SESSION},
    "recommend": {Stage.SCORED},
    "decide": {Stage.RECOMMENDED},
    "report": {Stage.DECIDED, Stage.CLOSED},
}


@pytest.mark.parametrize(("stage", "who"), list(product(Stage, YES_NO)))
def test_stage_and_person_together_decide(stage, who):
    assert {
        name
        for name, is_allowed in {
            "close": policies.can_close(is_staffing=who, stage=stage, is_everyone_locked=True),
            "recommend": policies.can_recommend(is_chair=who, stage=stage),
            "decide": policies.can_decide(is_chief_executive=who, stage=stage),
            "report": policies.can_report(is_staffing=who, stage=stage),
        }.items()
        if is_allowed
    } == {name for name, stages in STAGES_OF.items() if who and stage in stages}


def test_can_close_never_while_a_sheet_is_open():
    assert not policies.can_close(
        is_staffing=True, stage=Stage.IN_SESSION, is_everyone_locked=False
    )


def test_stages_of_results_are_those_in_which_the_panel_no_longer_changes():
    """Whoever could still join or come back to the table must not find results to read."""
    from panels.services import PANEL_CHANGES

    assert not set(policies.RESULT_STAGES) & set(PANEL_CHANGES)
    assert set(policies.SCORING_STAGES) <= set(PANEL_CHANGES)
