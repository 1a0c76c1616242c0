"""Scales: values, words, and nothing outside them."""

import pytest

from rubrics.models import FrameworkVersion
from rubrics.scales import SCALES


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [("1-5", 1, 5), ("1-4", 1, 4), ("0-5", 0, 5), ("1-7", 1, 7), ("1-10", 1, 10)],
)
def test_scale_runs_from_low_to_high_with_a_word_of_its_own_for_each(key, low, high):
    scale = SCALES[key]
    assert (scale.key, scale.low, scale.high) == (key, low, high)
    assert list(scale.values) == list(range(low, high + 1))
    words = [scale.word(value) for value in scale.values]
    assert words == list(scale.words)
    assert len(set(words)) == len(words)


def test_scales_are_the_five_of_the_product_and_the_field_offers_them():
    assert list(SCALES) == ["1-5", "1-4", "0-5", "1-7", "1-10"]
    assert FrameworkVersion._meta.get_field("scale_key").choices == [
        ("1-5", "1 to 5"),
        ("1-4", "1 to 4"),
        ("0-5", "0 to 5"),
        ("1-7", "1 to 7"),
        ("1-10", "1 to 10"),
    ]


def test_default_scale_has_the_published_words():
    assert SCALES["1-5"].words == (
        "Poor",
        "Area for concern",
        "Satisfactory",
        "Good",
        "Excellent",
    )


@pytest.mark.parametrize(("key", "value"), [("1-5", 0), ("1-5", 6), ("0-5", -1), ("1-10", 11)])
def test_word_outside_the_scale_is_refused(key, value):
    with pytest.raises(ValueError, match=f"{value} is not on the scale"):
        SCALES[key].word(value)
