"""Rows of a panel as the composition check reads them."""

import pytest

from panels.composition import Conflict, Nominator
from panels.models import Declaration, Member, Panel, Person
from panels.sitters import conflict_of, sitter_of


def person(**facts):
    return Person(pk=7, name="Siân", **facts)


def sitter(person, **place):
    return sitter_of(Member(person=person, panel=Panel(), status="ACCEPTED", **place), None)


def test_sitter_of_unknown_facts_stay_unknown():
    made = sitter(person())
    unknown = (
        "is_doctor", "is_dentist", "is_consultant", "specialty", "is_employed_by_body",
        "nhs_employer", "is_board_member", "is_board_level", "is_trust_chair",
        "is_chief_executive", "is_medical_director", "works_in_nation", "nominated_by",
        "training_expires_on", "seat", "conflict",
    )  # fmt: skip
    assert {getattr(made, name) for name in unknown} == {None}


@pytest.mark.parametrize(
    ("in_nhs", "employer", "expected"),
    [
        (None, "Fenwick", None),
        (False, "Acme plc", ""),
        (True, "Fenwick", "Fenwick"),
        (True, "", "an NHS body"),
    ],
)
def test_sitter_of_nhs_employer(in_nhs, employer, expected):
    assert sitter(person(is_employed_in_nhs=in_nhs, employer=employer)).nhs_employer == expected


def test_sitter_of_place_and_nation():
    made = sitter(
        person(works_in="NORTHERN_IRELAND"), seat="COLLEGE", put_forward_by="COLLEGE",
        is_deputy=True, is_chair=True, has_specialty_accepted=True,
    )  # fmt: skip
    assert (made.seat, made.nominated_by, made.works_in_nation, made.person) == (
        "COLLEGE", Nominator.COLLEGE, "Northern Ireland", 7,
    )  # fmt: skip
    assert (made.is_deputy, made.is_chair, made.has_specialty_accepted_by_college) == (True,) * 3


@pytest.mark.parametrize(("status", "here"), [("ACCEPTED", True), ("INVITED", None)])
def test_sitter_of_presence(status, here):
    assert sitter_of(Member(person=person(), panel=Panel(), status=status), None).is_present is here


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({}, None),
        ({1: "NONE"}, None),
        ({1: "NONE", 2: "NONE"}, Conflict.NONE),
        ({1: "NONE", 2: ""}, Conflict.DECLARED),
        ({1: ""}, Conflict.DECLARED),
        ({1: "STAYS", 2: "NONE"}, Conflict.STAYS),
        ({1: "STAYS", 2: "DOES_NOT_SCORE"}, Conflict.DOES_NOT_SCORE),
        ({1: "DOES_NOT_SCORE", 2: "DOES_NOT_SCORE"}, Conflict.STANDS_DOWN),
        ({1: "STANDS_DOWN"}, Conflict.STANDS_DOWN),
        ({1: "NONE", 2: "NONE", 3: ""}, Conflict.NONE),
    ],
)
def test_conflict_of_two_candidates(outcomes, expected):
    declarations = [Declaration(application_id=k, outcome=v) for k, v in outcomes.items()]
    assert conflict_of(Member(status="ACCEPTED"), declarations, {1, 2}) == expected


def test_conflict_of_nobody_shortlisted_is_nothing_declared():
    assert conflict_of(Member(status="ACCEPTED"), [], set()) is None


def test_conflict_of_somebody_who_left():
    assert conflict_of(Member(status="STOOD_DOWN"), [], {1}) == Conflict.STANDS_DOWN
