"""Tags read out under the headings of GMC and NHS."""

import pytest

from rubrics.crossmap import HEADINGS, TagLine, TagPart, known_parts, tag_lines
from rubrics.library import available, read_framework


def test_tag_lines_name_numbers_and_leave_out_what_is_not_touched():
    tags = {"gpc": [1, 6], "gmp": [3], "hlm": [], "values": ["Compassion", "Everyone counts"]}
    assert tag_lines(tags) == (
        TagLine(
            "GMC generic professional capabilities",
            (
                TagPart("gpc", 1, "1 Professional values and behaviours"),
                TagPart("gpc", 6, "6 Patient safety and quality improvement"),
            ),
        ),
        TagLine(
            "Good medical practice 2024", (TagPart("gmp", 3, "3 Colleagues, culture and safety"),)
        ),
        TagLine(
            "NHS values",
            (
                TagPart("values", "Compassion", "Compassion"),
                TagPart("values", "Everyone counts", "Everyone counts"),
            ),
        ),
    )


def test_tag_lines_keep_a_number_that_has_no_name():
    assert tag_lines({"gmp": [9]}) == (
        TagLine("Good medical practice 2024", (TagPart("gmp", 9, "9"),)),
    )


def test_tag_lines_of_a_competency_without_tags_are_none():
    assert tag_lines({}) == ()


@pytest.mark.parametrize(
    ("part", "slug"),
    [
        (TagPart("gpc", 5, "5 Leadership and team working"), "gpc-5"),
        (TagPart("values", "Compassion", "Compassion"), "values-compassion"),
        (
            TagPart("hlm", "Influencing for results", "Influencing for results"),
            "hlm-influencing-for-results",
        ),
    ],
)
def test_tag_part_has_a_word_for_addresses(part, slug):
    assert part.slug == slug


@pytest.mark.parametrize(("kind", "count"), [("gpc", 9), ("gmp", 4), ("hlm", 9), ("values", 6)])
def test_known_parts_are_every_heading_once(kind, count):
    parts = known_parts(kind)
    assert len({part.slug for part in parts}) == len(parts) == count


def test_library_touches_only_known_headings():
    known = {part.slug for kind, _, _ in HEADINGS for part in known_parts(kind)}
    frameworks = [read_framework(path) for path in available().values()]
    used = {
        part.slug
        for framework in frameworks
        for domain in framework.domains
        for competency in domain.competencies
        for line in tag_lines(competency.tags)
        for part in line.parts
    }
    assert used - known == set()
    assert used
