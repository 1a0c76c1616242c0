"""What counts how much, what is asked and which rules decide, as a framework editor types it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms

from rubrics.forms.drafts import DraftForm
from rubrics.models import Blueprint, Competency, Criterion, Exercise
from rubrics.queries import CriterionChoices, WeightsPage, questions_seen, rules_seen
from rubrics.scales import Scale
from rubrics.services import Asked, Rules
from rubrics.soundness import WHOLE

NARROW = {"class": "nhsuk-input--width-2", "inputmode": "numeric", "autocomplete": "off"}
NO_QUESTION = "No question"


class WholeNumberField(forms.IntegerField):
    """A whole number in a plain text box; anything else is refused with one message."""

    widget = forms.TextInput

    def __init__(self, *, low: int, high: int, message: str, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs=NARROW))
        messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), message)
        super().__init__(min_value=low, max_value=high, error_messages=messages, **kwargs)


@dataclass(frozen=True)
class WeightRow:
    """A competency with its input for every exercise, and the sum of what stands in them."""

    competency: Competency
    cells: tuple[tuple[Exercise, forms.BoundField], ...]
    total: int


class WeightsForm(DraftForm):
    """What each competency counts in each exercise; an empty box: it is not scored there."""

    def __init__(self, *args, page: WeightsPage, **kwargs):
        self.page = page
        initial = {_cell(*cell): weight for cell, weight in page.weights.items()}
        super().__init__(*args, initial=initial | {"seen": page.seen}, **kwargs)
        for _, competencies in page.domains:
            for competency in competencies:
                for exercise in page.exercises:
                    place = f"{competency} in {exercise}"
                    self.fields[_cell(exercise.pk, competency.pk)] = WholeNumberField(
                        low=1,
                        high=100,
                        required=False,
                        label=place,
                        message=f"{place}: enter a whole number from 1 to 100, or leave it empty",
                    )

    @property
    def weights(self) -> dict[tuple[int, int], int | None]:
        """What was typed, by the keys of exercise and competency."""
        return {
            (exercise.pk, competency.pk): self.cleaned_data[_cell(exercise.pk, competency.pk)]
            for _, competencies in self.page.domains
            for competency in competencies
            for exercise in self.page.exercises
        }

    @property
    def groups(self) -> list[tuple[object, list[WeightRow]]]:
        """The rows of the matrix under their domains."""
        return [
            (domain, [self._row(competency) for competency in competencies])
            for domain, competencies in self.page.domains
        ]

    @property
    def columns(self) -> list[tuple[Exercise, int]]:
        """The exercises, each with the sum of what stands in its boxes."""
        return [
            (exercise, sum(self._shown(exercise, competency) for competency in self._competencies))
            for exercise in self.page.exercises
        ]

    @property
    def total(self) -> int:
        """The sum of what stands in all boxes."""
        return sum(total for _, total in self.columns)

    @property
    def sum_in_words(self) -> str:
        """How far the sum is from the whole."""
        over = self.total - WHOLE
        if over > 0:
            return f"The weights sum to {self.total}: {over} too many."
        if over < 0:
            return f"The weights sum to {self.total}: {-over} to go."
        return f"The weights sum to {WHOLE}."

    @property
    def span(self) -> int:
        """How many columns the matrix has."""
        return len(self.page.exercises) + 2

    @property
    def _competencies(self) -> list[Competency]:
        return [c for _, competencies in self.page.domains for c in competencies]

    def _row(self, competency: Competency) -> WeightRow:
        return WeightRow(
            competency=competency,
            cells=tuple(
                (exercise, self[_cell(exercise.pk, competency.pk)])
                for exercise in self.page.exercises
            ),
            total=sum(self._shown(exercise, competency) for exercise in self.page.exercises),
        )

    def _shown(self, exercise: Exercise, competency: Competency) -> int:
        text = str(self[_cell(exercise.pk, competency.pk)].value() or "").strip()
        return int(text) if text.isascii() and text.isdigit() else 0


@dataclass(frozen=True)
class QuestionRow:
    """One criterion with the boxes for its place, its question and its minimum."""

    criterion: Criterion
    place: forms.BoundField
    question: forms.BoundField
    minimum: forms.BoundField


class QuestionsForm(DraftForm):
    """In which order an exercise's competencies are asked, by which question, with what minimum."""

    def __init__(self, *args, choices: tuple[CriterionChoices, ...], scale: Scale, **kwargs):
        self.choices = choices
        criteria = [choice.criterion for choice in choices]
        initial = {"seen": questions_seen(criteria)}
        for number, criterion in enumerate(criteria, 1):
            initial |= {
                f"place-{criterion.pk}": number,
                f"question-{criterion.pk}": criterion.question_id or "",
                f"minimum-{criterion.pk}": "" if criterion.minimum is None else criterion.minimum,
            }
        super().__init__(*args, initial=initial, **kwargs)
        for choice in choices:
            self._add_fields(choice, scale)

    def clean(self) -> dict:
        """Ask for a place of its own for every criterion."""
        cleaned = super().clean()
        taken: dict[int, Criterion] = {}
        for choice in self.choices:
            name = f"place-{choice.criterion.pk}"
            place = cleaned.get(name)
            if place is None and name in cleaned:
                self.add_error(name, self.fields[name].error_messages["required"])
            elif place in taken:
                self.add_error(
                    name,
                    f"{choice.criterion.competency} and {taken[place].competency} cannot both be"
                    f" number {place}",
                )
            elif place is not None:
                taken[place] = choice.criterion
        return cleaned

    @property
    def rows(self) -> list[QuestionRow]:
        """The criteria in their order."""
        return [
            QuestionRow(
                criterion=(found := choice.criterion),
                place=self[f"place-{found.pk}"],
                question=self[f"question-{found.pk}"],
                minimum=self[f"minimum-{found.pk}"],
            )
            for choice in self.choices
        ]

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What was typed, in the order asked for."""
        cleaned = self.cleaned_data
        pks = sorted((c.criterion.pk for c in self.choices), key=lambda pk: cleaned[f"place-{pk}"])
        return tuple(
            Asked(pk, _number(cleaned[f"question-{pk}"]), _number(cleaned[f"minimum-{pk}"]))
            for pk in pks
        )

    def _add_fields(self, choice: CriterionChoices, scale: Scale) -> None:
        pk, named = choice.criterion.pk, choice.criterion.competency
        last = len(self.choices)
        self.fields[f"place-{pk}"] = WholeNumberField(
            low=1,
            high=last,
            required=False,
            label=f"Place of {named}",
            message=f"{named}: enter a place from 1 to {last}",
        )
        self.fields[f"question-{pk}"] = forms.ChoiceField(
            required=False,
            label=f"Question about {named}",
            widget=forms.RadioSelect(attrs={"class": "nhsuk-radios--small"}),
            choices=[("", NO_QUESTION), *((q.pk, _asked(q, choice)) for q in choice.questions)],
        )
        self.fields[f"minimum-{pk}"] = forms.ChoiceField(
            required=False,
            label=f"Least mean of {named}",
            choices=[("", "As the rules say"), *_values(scale)],
        )


class RulesForm(DraftForm):
    """When a candidate is appointable, and what parts equal totals."""

    minimum_value = forms.ChoiceField(
        required=False,
        label="The mean of every criterion is at least",
        help_text="One answer below it and the candidate cannot be appointed, however good the"
        " others are. A criterion may have a minimum of its own instead.",
    )
    low_value = forms.ChoiceField(required=False, label="A criterion is low when its mean is below")
    allowed_low = WholeNumberField(
        low=0,
        high=99,
        required=False,
        label="How many low criteria are allowed",
        message="Enter how many low criteria are allowed: 0 or more",
    )
    minimum_total_percent = WholeNumberField(
        low=1,
        high=100,
        required=False,
        label="The weighted total is at least this percentage of the highest mark",
        message="Enter a whole percentage from 1 to 100",
    )

    def __init__(
        self,
        *args,
        blueprint: Blueprint,
        competencies: Iterable[Competency],
        scale: Scale,
        **kwargs,
    ):
        self.competencies = tuple(competencies)
        fields = ("minimum_value", "low_value", "allowed_low", "minimum_total_percent")
        initial = {field: getattr(blueprint, field) for field in fields}
        for number, code in enumerate(blueprint.tie_break, 1):
            initial |= {f"place-{c.pk}": number for c in self.competencies if c.code == code}
        super().__init__(*args, initial=initial | {"seen": rules_seen(blueprint)}, **kwargs)
        for name in ("minimum_value", "low_value"):
            self.fields[name].choices = [("", "No such rule"), *_values(scale)]
        last = len(self.competencies)
        for competency in self.competencies:
            self.fields[f"place-{competency.pk}"] = WholeNumberField(
                low=1,
                high=last,
                required=False,
                label=str(competency),
                message=f"{competency}: enter a place from 1 to {last}, or leave it empty",
            )

    def clean(self) -> dict:
        """Ask for both halves of the rule on low scores, and for each place once."""
        cleaned = super().clean()
        if "allowed_low" in cleaned and "low_value" in cleaned:
            has_count, has_value = cleaned["allowed_low"] is not None, bool(cleaned["low_value"])
            if has_value and not has_count:
                self.add_error("allowed_low", "Enter how many low criteria are allowed: 0 or more")
            if has_count and not has_value:
                self.add_error("low_value", "Choose below which value a criterion is low")
        taken: dict[int, Competency] = {}
        for competency in self.competencies:
            place = cleaned.get(f"place-{competency.pk}")
            if place in taken:
                self.add_error(
                    f"place-{competency.pk}",
                    f"{competency} and {taken[place]} cannot both be number {place}",
                )
            elif place is not None:
                taken[place] = competency
        return cleaned

    @property
    def places(self) -> list[forms.BoundField]:
        """The boxes of the order that parts equal totals."""
        return [self[f"place-{competency.pk}"] for competency in self.competencies]

    @property
    def rules(self) -> Rules:
        """What was typed, as the service takes it."""
        cleaned = self.cleaned_data
        placed = [
            (cleaned[f"place-{c.pk}"], c.code)
            for c in self.competencies
            if cleaned[f"place-{c.pk}"] is not None
        ]
        return Rules(
            minimum_value=_number(cleaned["minimum_value"]),
            low_value=_number(cleaned["low_value"]),
            allowed_low=cleaned["allowed_low"],
            minimum_total_percent=cleaned["minimum_total_percent"],
            tie_break=tuple(code for _, code in sorted(placed)),
        )


def _cell(exercise: int, competency: int) -> str:
    return f"weight-{exercise}-{competency}"


def _number(text: str) -> int | None:
    return int(text) if text else None


def _values(scale: Scale) -> list[tuple[str, str]]:
    return [(str(value), f"{value}, {scale.word(value)}") for value in scale.values]


def _asked(question, choice: CriterionChoices) -> str:
    retired = " (retired)" if question.pk in choice.retired else ""
    return f"{question.get_kind_display()}{retired}: {question.text}"
