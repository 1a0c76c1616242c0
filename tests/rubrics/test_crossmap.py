"""Tags read out under the headings of GMC and NHS."""

from rubrics.crossmap import TagLine, tag_lines


def test_tag_lines_name_numbers_and_leave_out_what_is_not_touched():
    tags = {"gpc": [1, 6], "gmp": [3], "hlm": [], "values": ["Compassion", "Everyone counts"]}
    assert tag_lines(tags) == (
        TagLine(
            "GMC generic professional capabilities",
            ("1 Professional values and behaviours", "6 Patient safety and quality improvement"),
        ),
        TagLine("Good medical practice 2024", ("3 Colleagues, culture and safety",)),
        TagLine("NHS values", ("Compassion", "Everyone counts")),
    )


def test_tag_lines_keep_a_number_that_has_no_name():
    assert tag_lines({"gmp": [9]}) == (TagLine("Good medical practice 2024", ("9",)),)


def test_tag_lines_of_a_competency_without_tags_are_none():
    assert tag_lines({}) == ()
