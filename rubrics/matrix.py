"""A blueprint read aloud: competencies by exercises with weights, and its rules."""

from dataclasses import dataclass

from rubrics.scales import Scale
from rubrics.texts import BlueprintText, CriterionText


@dataclass(frozen=True)
class Cell:
    """One competency in one exercise; without a weight it is not scored there."""

    exercise: str
    weight: int | None = None
    minimum: int | None = None


@dataclass(frozen=True)
class Row:
    """One competency across the exercises."""

    code: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        """The competency's share of the whole."""
        return sum(cell.weight for cell in self.cells if cell.weight is not None)

    @property
    def label(self) -> str:
        """Its code and name."""
        return f"{self.code} {self.name}"

    @property
    def seen_in(self) -> tuple[str, ...]:
        """The exercises in which it is scored."""
        return tuple(cell.exercise for cell in self.cells if cell.weight is not None)


@dataclass(frozen=True)
class Column:
    """One exercise with its time and its share of the whole."""

    name: str
    minutes: int
    total: int


@dataclass(frozen=True)
class Matrix:
    """The weights of a blueprint with the totals of its rows and columns."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]

    @property
    def total(self) -> int:
        """The sum of all weights."""
        return sum(column.total for column in self.columns)

    @property
    def minutes(self) -> int:
        """The time one candidate spends."""
        return sum(column.minutes for column in self.columns)


@dataclass(frozen=True)
class Rules:
    """The rules of a blueprint in words."""

    hurdles: tuple[str, ...]
    ranking: str
    tie_break: tuple[str, ...]


def matrix_of(text: BlueprintText, names: dict[str, str]) -> Matrix:
    """Lay a blueprint out; `names` gives the competencies' names by code in the order wanted."""
    columns = tuple(
        Column(exercise.name, exercise.minutes, sum(c.weight for c in exercise.criteria))
        for exercise in text.exercises
    )
    scored = [{c.competency: c for c in exercise.criteria} for exercise in text.exercises]
    rows = tuple(
        Row(code, name, tuple(map(_cell, columns, (found.get(code) for found in scored))))
        for code, name in names.items()
        if any(code in found for found in scored)
    )
    return Matrix(rows, columns)


def rules_in_words(text: BlueprintText, names: dict[str, str], scale: Scale) -> Rules:
    """Say when a candidate is appointable, how those are ranked and what parts equal totals."""
    return Rules(
        hurdles=(*_common_hurdles(text, scale), *_own_hurdles(text, names, scale)),
        ranking=(
            "Candidates who pass are ranked by the weighted mean of all criteria, highest first."
        ),
        tie_break=tuple(f"{code} {names.get(code, '')}".strip() for code in text.tie_break),
    )


def _cell(column: Column, criterion: CriterionText | None) -> Cell:
    if criterion is None:
        return Cell(column.name)
    return Cell(column.name, criterion.weight, criterion.minimum)


def _common_hurdles(text: BlueprintText, scale: Scale):
    if text.minimum_value is not None:
        yield f"The mean of every criterion is at least {_value(text.minimum_value, scale)}."
    if text.low_value is not None:
        low = _value(text.low_value, scale)
        if text.allowed_low == 0:
            yield f"No criterion has a mean below {low}."
        else:
            have = "has" if text.allowed_low == 1 else "have"
            yield f"At most {text.allowed_low} of the criteria {have} a mean below {low}."
    if text.minimum_total_percent is not None:
        yield f"The weighted total is at least {text.minimum_total_percent}% of the highest mark."


def _own_hurdles(text: BlueprintText, names: dict[str, str], scale: Scale):
    for exercise in text.exercises:
        for criterion in exercise.criteria:
            if criterion.minimum is not None:
                yield (
                    f"{criterion.competency} {names[criterion.competency]} in {exercise.name} has"
                    f" a mean of at least {_value(criterion.minimum, scale)}."
                )


def _value(value: int, scale: Scale) -> str:
    return f"{value} ({scale.word(value)})" if value in scale.values else str(value)
