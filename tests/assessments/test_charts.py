"""Charts are well-formed, escaped, described, and tell no more than they may."""

import re
from base64 import b64decode
from fractions import Fraction as F
from xml.etree import ElementTree

import pytest

from assessments.reports.charts import (
    DotRow,
    LevelRow,
    ProfileRow,
    RankRow,
    Scale,
    data_uri,
    dot_plot,
    level_chart,
    profile_chart,
    rank_range_chart,
    size_of,
)

SCALE = Scale("test", ("Poor", "Area for concern", "Satisfactory", "Good", "Excellent"))
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script> & "quotes"'

EVERY_CHART = {
    "profile": lambda name: profile_chart([ProfileRow(name, F(7, 2), 2, 5, 4)], SCALE),
    "level": lambda name: level_chart([LevelRow(name, 4)], SCALE),
    "dots": lambda name: dot_plot([DotRow(name, (2, 4, 4))], SCALE),
    "ranks": lambda name: rank_range_chart([RankRow(name, 1, 3, 2)]),
}


def parsed(svg):
    return ElementTree.fromstring(svg)


def words(svg):
    return [text.text for text in parsed(svg).iter(f"{SVG}text")]


def described(svg):
    return parsed(svg).find(f"{SVG}desc").text


@pytest.mark.parametrize("chart", EVERY_CHART.values(), ids=EVERY_CHART.keys())
def test_chart_is_an_image_with_title_and_description(chart):
    root = parsed(chart("Patient safety"))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text
    assert "Patient safety" in desc.text


@pytest.mark.parametrize("chart", EVERY_CHART.values(), ids=EVERY_CHART.keys())
def test_chart_carries_no_style_script_or_address(chart):
    names = {
        name
        for element in parsed(chart("Patient safety")).iter()
        for name in (element.tag.removeprefix(SVG), *element.keys())
    }
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"style", "script", "href", "foreignObject", "image"}


@pytest.mark.parametrize("chart", EVERY_CHART.values(), ids=EVERY_CHART.keys())
def test_chart_escapes_what_people_typed(chart):
    svg = chart(HOSTILE)
    assert "<script" not in svg
    assert HOSTILE in described(svg)


@pytest.mark.parametrize("chart", EVERY_CHART.values(), ids=EVERY_CHART.keys())
def test_chart_keeps_inside_its_frame(chart):
    svg = chart("Encouraging improvement and innovation in the whole service and beyond it")
    width, height = size_of(svg)
    root = parsed(svg)
    for name, limit in (("x", width), ("cx", width), ("x2", width), ("y", height), ("y2", height)):
        values = [float(e.get(name)) for e in root.iter() if e.get(name)]
        assert all(0 <= value <= limit for value in values), name


def test_chart_ids_differ_between_two_charts_on_one_page():
    ids = re.findall(r' id="([^"]+)"', EVERY_CHART["level"]("One") + EVERY_CHART["level"]("Two"))
    assert len(ids) == len(set(ids)) == 4


def test_profile_chart_shows_level_words_mean_and_spread():
    rows = [ProfileRow("Patient safety", F(11, 3), 3, 5, 3), ProfileRow("Teams", None)]
    svg = profile_chart(rows, SCALE)
    assert words(svg) == [
        "Poor",
        "Area for",
        "concern",
        "Satisfactory",
        "Good",
        "Excellent",
        "Patient safety",
        "3.67",
        "Teams",
        "Not assessed",
    ]
    assert described(svg) == "Patient safety: mean 3.67 of 3, from 3 to 5; Teams: not assessed."


def test_profile_chart_puts_the_mean_between_the_whisker_ends():
    svg = profile_chart([ProfileRow("Patient safety", F(4), 3, 5, 2)], SCALE)
    whisker = [line for line in parsed(svg).iter(f"{SVG}line") if line.get("stroke-width") == "2"]
    start, end = float(whisker[0].get("x1")), float(whisker[0].get("x2"))
    assert float(parsed(svg).find(f"{SVG}circle").get("cx")) == pytest.approx((start + end) / 2)


def test_level_chart_cannot_tell_the_spread_of_members():
    svg = level_chart([LevelRow("Patient safety", 4), LevelRow("Teams", None)], SCALE)
    assert described(svg) == "Patient safety: Good; Teams: not assessed."
    # one dot only: the level; no whisker; no figure anywhere in the words
    assert len(list(parsed(svg).iter(f"{SVG}circle"))) == 1
    assert not list(parsed(svg).iter(f"{SVG}line"))
    assert not re.search(r"\d", "".join(words(svg)))


def test_level_chart_on_a_scale_from_zero_marks_the_right_cell():
    scale = Scale("test", ("None", "Some", "Much"), low=0)
    svg = level_chart([LevelRow("Teams", 0)], scale)
    fills = [box.get("fill") for box in parsed(svg).iter(f"{SVG}rect")]
    assert (described(svg), fills) == ("Teams: None.", ["#005eb8", "#ffffff", "#ffffff"])


def test_dot_plot_draws_one_dot_for_every_mark_and_the_mean():
    svg = dot_plot([DotRow("Teams", (5, 2, 2)), DotRow("Vision", ())], SCALE)
    dots = sorted(float(dot.get("cx")) for dot in parsed(svg).iter(f"{SVG}circle"))
    assert len(dots) == len(set(dots)) == 3
    assert described(svg) == "Teams: 2, 2, 5; Vision: not assessed."
    assert words(svg)[-3:] == ["3.00", "Vision", "Not assessed"]


def test_rank_range_chart_tells_places():
    svg = rank_range_chart([RankRow("Łukasz", 1, 2, 1), RankRow("陳美玲", 1, 3, 3)])
    assert described(svg) == ("Łukasz: place 1, could be 1 to 2; 陳美玲: place 3, could be 1 to 3.")


def test_chart_of_nothing_says_so():
    assert described(level_chart([], SCALE)) == "Nothing to show."


def test_data_uri_holds_the_chart():
    svg = EVERY_CHART["level"]("Siân")
    kind, data = data_uri(svg).split(",")
    assert (kind, b64decode(data).decode()) == ("data:image/svg+xml;base64", svg)
