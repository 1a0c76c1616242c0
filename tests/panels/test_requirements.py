"""Every requirement in the vocabulary: met, not met, not recorded."""

from dataclasses import replace
from datetime import date

import pytest

from panels.composition import Sitter
from panels.composition.requirements import COUNTABLE, REQUIREMENTS
from tests.panels.sound_panels import (
    ADVISER,
    CE,
    COLLEGE,
    CONSULTANT,
    DEPUTY_CE,
    ENGLAND,
    LAY,
    MANAGER,
    MD,
    UNIV,
    person,
    post_for,
)

# Each requirement: a person who meets it, one who does not, one of whom nothing is known.
FOR_CARDIOLOGY = post_for(ENGLAND)
EMPTY = Sitter(name="Unrecorded")
TRUTH = {
    "is_lay": (person("A"), MANAGER),
    "is_board_member": (LAY, MANAGER),
    "is_trust_chair": (LAY, MANAGER),
    "is_local": (MANAGER, COLLEGE),
    "not_medically_qualified": (MANAGER, MD),
    "not_medically_qualified_unless_trust_chair": (replace(MD, is_trust_chair=True), MD),
    "employed_by_body": (MANAGER, COLLEGE),
    "not_employed_by_body": (COLLEGE, MANAGER),
    "from_another_board": (ADVISER, MANAGER),
    "works_outside_nation": (replace(MD, works_in_nation="Wales"), MD),
    "is_professionally_qualified": (MD, MANAGER),
    "is_medically_or_dentally_qualified": (replace(MANAGER, is_dentist=True), MANAGER),
    "is_consultant": (CONSULTANT, MANAGER),
    "practises_in_specialty": (MD, replace(MD, specialty="Renal medicine")),
    "practises_in_specialty_or_none_available": (MD, replace(MD, specialty="Renal medicine")),
    "nominated_by_college": (COLLEGE, MANAGER),
    "nominated_by_university": (UNIV, MANAGER),
    "nominated_by_academy": (ADVISER, MANAGER),
    "nominated_by_body": (MANAGER, UNIV),
    "is_chief_executive": (CE, MANAGER),
    "is_medical_director": (MD, MANAGER),
    "is_board_level_deputy": (DEPUTY_CE, MANAGER),
    "is_trained": (MD, replace(MD, training_expires_on=date(2026, 12, 7))),
}


def test_every_requirement_has_a_truth_table():
    assert set(TRUTH) == set(REQUIREMENTS)


@pytest.mark.parametrize("name", sorted(REQUIREMENTS))
def test_requirement_is_three_valued(name):
    test = REQUIREMENTS[name].test
    answers = [test(who, FOR_CARDIOLOGY, "England") for who in (*TRUTH[name], EMPTY)]
    assert answers == [True, False, None]


def test_adviser_who_may_work_here_or_elsewhere_cannot_be_told():
    test = REQUIREMENTS["from_another_board"].test
    adviser = replace(ADVISER, is_employed_by_body=None)
    assert test(adviser, FOR_CARDIOLOGY, "Scotland") is None


def test_countable_requirements_have_words_for_one_and_many():
    assert {
        "is_lay",
        "is_local",
        "is_consultant",
        "is_professionally_qualified",
        "is_medically_or_dentally_qualified",
    } == COUNTABLE
    assert all(REQUIREMENTS[name].one for name in COUNTABLE)
