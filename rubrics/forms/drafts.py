"""The words of a draft as a framework editor types them."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms

from rubrics.crossmap import HEADINGS, known_parts, tag_lines
from rubrics.models import Difficulty, Domain, FrameworkVersion, Question, QuestionKind
from rubrics.queries import (
    ScaleChoice,
    details_fingerprint,
    domain_seen,
    fingerprint,
    question_text_of,
)
from rubrics.scales import SCALES, Scale
from rubrics.texts import CompetencyText

LONG_NAME = "The name must be 120 characters or fewer"
CODE = {"required": "Enter a code", "max_length": "The code must be 10 characters or fewer"}


class DraftForm(forms.Form):
    """A form that remembers what was stored when its page was shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, initial: dict, **kwargs):
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(*[name for name in self.fields if name != "seen"], "seen")
        self.helper.add_input(Submit("save", "Save"))

    def take_current_state(self) -> None:
        """Let the next save replace what is stored now; what was typed stays."""
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]


class DetailsForm(DraftForm):
    """What a framework is called and where it comes from."""

    name = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter the name of the framework", "max_length": LONG_NAME},
    )
    source = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Where its competencies come from, such as a publication or your own working"
        " group.",
    )
    licence_note = forms.CharField(
        required=False,
        label="Licence note",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whether you may use the words, and on what terms.",
    )

    def __init__(self, *args, version: FrameworkVersion, **kwargs):
        framework = version.framework
        initial = {
            "name": framework.name,
            "source": framework.source,
            "licence_note": framework.licence_note,
            "seen": details_fingerprint(framework),
        }
        super().__init__(*args, initial=initial, **kwargs)


class NewFrameworkForm(forms.Form):
    """A framework that starts from nothing."""

    name = DetailsForm.base_fields["name"]
    scale_key = forms.ChoiceField(
        label="Scale",
        choices=[(scale.key, scale.ends) for scale in SCALES.values()],
        widget=forms.RadioSelect,
        initial="1-5",
        error_messages={"required": "Choose a scale"},
    )
    source = DetailsForm.base_fields["source"]
    licence_note = DetailsForm.base_fields["licence_note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scale_key"].choice_hints = {
            scale.key: _words_of(scale) for scale in SCALES.values()
        }
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", "Start this framework"))


class ScaleForm(DraftForm):
    """The scale a draft is scored on."""

    scale_key = forms.ChoiceField(
        label="Scale", widget=forms.RadioSelect, error_messages={"required": "Choose a scale"}
    )

    def __init__(self, *args, version: FrameworkVersion, scales: tuple[ScaleChoice, ...], **kwargs):
        initial = {"scale_key": version.scale_key, "seen": version.scale_key}
        super().__init__(*args, initial=initial, **kwargs)
        field = self.fields["scale_key"]
        field.choices = [(choice.scale.key, choice.scale.ends) for choice in scales]
        field.choice_hints = {
            choice.scale.key: f"{_words_of(choice.scale)}. {_effect(choice)}" for choice in scales
        }


class DomainForm(DraftForm):
    """The words of one domain."""

    code = forms.CharField(
        max_length=10,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5"}),
        error_messages=CODE,
    )
    name = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter the name of the domain", "max_length": LONG_NAME},
    )
    summary = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What its competencies have in common, in one or two sentences.",
    )

    def __init__(self, *args, stored: Domain | None = None, code: str = "", **kwargs):
        initial = {"code": code, "seen": ""}
        if stored:
            initial = {"code": stored.code, "name": stored.name, "summary": stored.summary}
            initial["seen"] = domain_seen(stored)
        super().__init__(*args, initial=initial, **kwargs)


class CompetencyForm(DraftForm):
    """The words of one competency, with one box for each value of the scale."""

    code = forms.CharField(
        max_length=10,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5"}),
        error_messages=CODE,
    )
    name = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter the name of the competency", "max_length": LONG_NAME},
    )
    summary = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it means in this post, in one or two sentences.",
    )

    def __init__(
        self, *args, scale: Scale, stored: CompetencyText | None = None, code: str = "", **kwargs
    ):
        levels, tags = (stored.levels, stored.tags) if stored else ({}, {})
        initial = {"code": code, "seen": ""}
        if stored:
            initial = {"code": stored.code, "name": stored.name, "summary": stored.summary}
            initial["seen"] = fingerprint(stored)
        boxes = {_box(value): levels.get(value, "") for value in scale.values}
        ticks = {_ticks(kind): [p.slug for p in _parts(kind, tags)[1]] for kind, _, _ in HEADINGS}
        super().__init__(*args, initial=initial | boxes | ticks, **kwargs)
        self.scale, self.tags_stored = scale, tags
        for value in scale.values:
            self.fields[_box(value)] = forms.CharField(
                required=False,
                label=f"{value} – {scale.word(value)}",
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        for kind, heading, _ in HEADINGS:
            self.fields[_ticks(kind)] = _tick_field(kind, heading, tags)
        self.helper.layout = Layout(
            "code",
            "name",
            "summary",
            Fieldset("What earns each score", *boxes),
            Fieldset("What it touches elsewhere", *ticks),
            "seen",
        )

    @property
    def anchors(self) -> dict[int, str]:
        """The anchors as typed, by value; blank where a box was left empty."""
        return {value: self.cleaned_data[_box(value)] for value in self.scale.values}

    @property
    def tags(self) -> dict[str, list]:
        """The headings ticked, by outside framework, in the order that framework has."""
        found = {}
        for kind, _, _ in HEADINGS:
            ticked = set(self.cleaned_data[_ticks(kind)])
            choices, held = _parts(kind, self.tags_stored)
            is_kept = ticked == {part.slug for part in held}
            parts = held if is_kept else [part for part in choices if part.slug in ticked]
            found[kind] = [part.value for part in parts]
        return found


class QuestionForm(DraftForm):
    """A question with what helps to ask it and to judge the answer."""

    kind = forms.ChoiceField(
        choices=QuestionKind.choices,
        widget=forms.RadioSelect(attrs={"class": "nhsuk-radios--small"}),
        error_messages={"required": "Choose what the question asks for"},
    )
    difficulty = forms.ChoiceField(
        choices=Difficulty.choices,
        widget=forms.RadioSelect(attrs={"class": "nhsuk-radios--small"}),
        error_messages={"required": "Choose how much it asks"},
    )
    text = forms.CharField(
        label="Question",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="As it is read out to every candidate.",
        error_messages={"required": "Enter the question"},
    )
    probes = forms.CharField(
        required=False,
        label="To follow up",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One on each line.",
    )
    good_answer = forms.CharField(
        required=False,
        label="What good looks like",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, stored: Question | None = None, **kwargs):
        initial = {"kind": QuestionKind.PAST_BEHAVIOUR, "difficulty": Difficulty.STANDARD}
        initial["seen"] = ""
        if stored:
            words = question_text_of(stored)
            initial = {
                "kind": words.kind,
                "difficulty": words.difficulty,
                "text": words.text,
                "probes": "\n".join(words.probes),
                "good_answer": words.good_answer,
                "seen": fingerprint(words),
            }
        super().__init__(*args, initial=initial, **kwargs)

    @property
    def words(self) -> dict:
        """The question as the services take it: probes line by line."""
        names = ("kind", "difficulty", "text", "good_answer")
        probes = tuple(self.cleaned_data["probes"].splitlines())
        return {name: self.cleaned_data[name] for name in names} | {"probes": probes}


def _box(value: int) -> str:
    return f"anchor_{value}"


def _ticks(kind: str) -> str:
    return f"tags_{kind}"


def _parts(kind: str, tags: dict[str, list]):
    """Return every heading to choose from, and those that are stored, known to us or not."""
    known = known_parts(kind)
    held = [part for line in tag_lines({kind: tags.get(kind, [])}) for part in line.parts]
    return [*known, *[part for part in held if part not in known]], held


def _tick_field(kind: str, heading: str, tags: dict[str, list]) -> forms.MultipleChoiceField:
    choices, _ = _parts(kind, tags)
    return forms.MultipleChoiceField(
        required=False,
        label=heading,
        choices=[(part.slug, part.name) for part in choices],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "nhsuk-checkboxes--small"}),
    )


def _words_of(scale: Scale) -> str:
    return ", ".join(f"{value} {scale.word(value)}" for value in scale.values)


def _effect(choice: ScaleChoice) -> str:
    """Say what choosing a scale does to the anchors that are written."""
    if not choice.dropped and not choice.to_write:
        return "Every anchor stays." if choice.kept else ""
    gone = f", {choice.dropped} would go" if choice.dropped else ""
    return f"Of the anchors, {choice.kept} would stay{gone} and {choice.to_write} be missing."
