"""What a version lacks, in words."""

import pytest

from rubrics.completeness import Gap, gaps, missing_parts
from rubrics.library import CompetencyText, DomainText
from rubrics.scales import SCALES


def domain(code, *competencies):
    texts = [
        CompetencyText(code=code, name=name, summary="", tags={}, levels=levels, questions=())
        for code, name, levels in competencies
    ]
    return DomainText(code=code, name=f"Domain {code}", summary="", competencies=tuple(texts))


WHOLE = {1: "a", 2: "b", 3: "c", 4: "d", 5: "e"}


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        ([domain("A", ("1", "Listening", WHOLE))], ()),
        ([], ("It has no competency yet.",)),
        ([domain("A")], ("A Domain A has no competency.",)),
        (
            [domain("A", ("1", "Listening", WHOLE | {4: " \n"}))],
            ("1 Listening has no anchor at 4.",),
        ),
        (
            [domain("A", ("1", "Listening", {5: "e"}), ("2", "Judging", {1: "a", 3: "c", 5: "e"}))],
            (
                "1 Listening has no anchor at 1, 2, 3 and 4.",
                "2 Judging has no anchor at 2 and 4.",
            ),
        ),
    ],
)
def test_missing_parts_are_named_in_words(domains, expected):
    assert missing_parts(domains, SCALES["1-5"]) == expected


def test_missing_parts_follow_the_scale():
    text = [domain("A", ("1", "Listening", WHOLE))]
    assert missing_parts(text, SCALES["1-4"]) == ()
    assert missing_parts(text, SCALES["0-5"]) == ("1 Listening has no anchor at 0.",)


def test_gaps_name_the_part_in_which_to_mend_them():
    listening = CompetencyText("1", "Listening", "", {}, {1: "Hears", 4: " "}, (), key="one")
    full = DomainText("A", "Full", "", (listening,), key="domain-a")
    empty = DomainText("B", "Empty", "", (), key="domain-b")
    assert gaps([full, empty], SCALES["1-4"]) == (
        Gap("1 Listening has no anchor at 2, 3 and 4.", "", "one", value=2, count=3),
        Gap("B Empty has no competency.", domain_key="domain-b"),
    )
