"""What a blueprint is, where it comes from and its exercises, as a framework editor types them."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from rubrics.forms.drafts import LONG_NAME, DraftForm
from rubrics.forms.plans import NARROW, WholeNumberField
from rubrics.models import Blueprint, Exercise, ExerciseKind, FrameworkVersion
from rubrics.queries import MoveChoice, details_seen, exercise_seen
from rubrics.seats import HINTS, SEATS
from rubrics.services import ExerciseWords


class NewBlueprintForm(forms.Form):
    """A blueprint that starts from nothing."""

    name = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter the name of the blueprint", "max_length": LONG_NAME},
        help_text="Such as “Consultant AAC, surgery”.",
    )
    version = forms.ModelChoiceField(
        queryset=FrameworkVersion.objects.none(),
        label="Framework",
        error_messages={"required": "Choose a framework"},
        help_text="Its competencies are what you can score. Only published versions are offered.",
    )
    summary = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For which posts it is, in a sentence or two.",
    )

    def __init__(self, *args, versions, has_several_trusts: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["version"]
        field.queryset = versions
        field.label_from_instance = lambda version: _named(version, has_several_trusts)
        if len(versions) == 1:
            field.initial = versions[0]
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", "Start this blueprint"))


class BlueprintDetailsForm(DraftForm):
    """What a blueprint is called and what it is for."""

    name = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter the name of the blueprint", "max_length": LONG_NAME},
    )
    summary = NewBlueprintForm.base_fields["summary"]

    def __init__(self, *args, blueprint: Blueprint, **kwargs):
        initial = {
            "name": blueprint.name,
            "summary": blueprint.summary,
            "seen": details_seen(blueprint),
        }
        super().__init__(*args, initial=initial, **kwargs)


class ExerciseForm(DraftForm):
    """One exercise: what happens, for how long, and who scores it."""

    kind = forms.ChoiceField(
        choices=ExerciseKind.choices,
        label="What happens",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens in it"},
    )
    name = forms.CharField(
        max_length=80,
        help_text="As members and candidates read it.",
        error_messages={
            "required": "Enter the name of the exercise",
            "max_length": "The name must be 80 characters or fewer",
        },
    )
    minutes = WholeNumberField(
        low=1,
        high=600,
        label="Minutes for each candidate",
        message="Enter whole minutes from 1 to 600",
        widget=forms.TextInput(attrs={**NARROW, "class": "nhsuk-input--width-3"}),
    )
    instructions = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What members read above their score sheet: how it begins, how time is kept.",
    )
    scoring_seats = forms.MultipleChoiceField(
        required=False,
        choices=list(SEATS.items()),
        label="Who scores it",
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick nothing and every member scores it. A deputy scores in the seat they fill.",
    )

    def __init__(self, *args, stored: Exercise | None = None, **kwargs):
        initial = {"seen": ""}
        if stored:
            fields = ("kind", "name", "minutes", "instructions", "scoring_seats")
            initial = {field: getattr(stored, field) for field in fields}
            initial["seen"] = exercise_seen(stored)
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["scoring_seats"].choice_hints = HINTS
        self.helper.layout.fields.sort(key=list(self.fields).index)

    @property
    def words(self) -> ExerciseWords:
        """What was typed, as the service takes it."""
        cleaned = self.cleaned_data
        return ExerciseWords(
            kind=cleaned["kind"],
            name=cleaned["name"],
            minutes=cleaned["minutes"],
            instructions=cleaned["instructions"],
            scoring_seats=tuple(cleaned["scoring_seats"]),
        )


class RenewForm(forms.Form):
    """The framework version on which a new version of a blueprint stands."""

    version = forms.ChoiceField(
        label="On which version of the framework",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a version of the framework"},
    )
    button = "Make a new version"

    def __init__(self, *args, choices: tuple[MoveChoice, ...], **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = choices
        field = self.fields["version"]
        field.choices = [(c.version.pk, _move_label(c)) for c in choices]
        field.choice_hints = {c.version.pk: _move_effect(c) for c in choices}
        same = next((c.version.pk for c in choices if c.is_same), None)
        field.initial = same or next((c.version.pk for c in choices), None)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", self.button))

    @property
    def chosen(self) -> FrameworkVersion:
        """The version that was chosen."""
        pk = int(self.cleaned_data["version"])
        return next(choice.version for choice in self.choices if choice.version.pk == pk)


class CopyForm(RenewForm):
    """A blueprint of another name that begins as a copy."""

    name = NewBlueprintForm.base_fields["name"]
    button = "Make the copy"
    field_order = ("name", "version")


def _named(version: FrameworkVersion, has_several_trusts: bool) -> str:
    named = f"{version.framework.name}, {version}"
    return f"{named}, {version.framework.trust}" if has_several_trusts else named


def _move_label(choice: MoveChoice) -> str:
    label = str(choice.version).capitalize()
    return f"{label}, as now" if choice.is_same else label


def _move_effect(choice: MoveChoice) -> str:
    """Say what a plan loses on another version of its framework."""
    if choice.is_same:
        return "Everything is copied as it stands."
    said = []
    if choice.lost:
        names = ", ".join(map(str, choice.lost))
        said.append(f"No longer there: {names}, with a weight of {choice.lost_weight} in all.")
    if choice.lost_questions:
        noun = "question is" if choice.lost_questions == 1 else "questions are"
        said.append(f"{choice.lost_questions} {noun} no longer there and must be chosen anew.")
    if choice.has_other_scale:
        said.append("It has another scale, so look at the rules afterwards.")
    return " ".join(said) or "Every competency and question of the plan is there."
