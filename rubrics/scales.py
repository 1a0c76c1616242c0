"""Scales: the values a score may take, and the word for each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A run of whole numbers from low to high, each with its word, lowest first."""

    key: str
    words: tuple[str, ...]
    low: int = 1

    @property
    def high(self) -> int:
        """The highest value."""
        return self.low + len(self.words) - 1

    @property
    def ends(self) -> str:
        """Its lowest and highest value in words."""
        return f"{self.low} to {self.high}"

    @property
    def values(self) -> range:
        """Every value, lowest first."""
        return range(self.low, self.high + 1)

    def word(self, value: int) -> str:
        """Return the word for a value; raises ValueError outside the scale."""
        if value not in self.values:
            raise ValueError(f"{value} is not on the scale {self.low} to {self.high}")
        return self.words[value - self.low]


# The default's words follow the anchors published for physician specialty (ST3) interviews.
SCALES = {
    scale.key: scale
    for scale in (
        Scale("1-5", ("Poor", "Area for concern", "Satisfactory", "Good", "Excellent")),
        Scale("1-4", ("Poor", "Area for concern", "Satisfactory", "Good")),
        Scale(
            "0-5",
            ("No answer", "Poor", "Area for concern", "Satisfactory", "Good", "Excellent"),
            low=0,
        ),
        Scale(
            "1-7",
            (
                "Not demonstrated",
                "Minimal",
                "Moderate",
                "Acceptable",
                "Good",
                "Strong",
                "Outstanding",
            ),
        ),
        Scale(
            "1-10",
            (
                "Very poor",
                "Poor",
                "Weak",
                "Below what the post needs",
                "Just below what the post needs",
                "Meets what the post needs",
                "Good",
                "Very good",
                "Excellent",
                "Outstanding",
            ),
        ),
    )
}
