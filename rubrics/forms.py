"""Forms that check what a framework editor typed."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms

from rubrics.library import CompetencyText
from rubrics.queries import fingerprint
from rubrics.scales import Scale


class CompetencyForm(forms.Form):
    """The words of one competency, with one box for each value of the scale."""

    name = forms.CharField(
        max_length=120,
        error_messages={
            "required": "Enter the name of the competency",
            "max_length": "The name must be 120 characters or fewer",
        },
    )
    summary = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it means in this post, in one or two sentences.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, stored: CompetencyText, scale: Scale, **kwargs):
        boxes = {_box(value): stored.levels.get(value, "") for value in scale.values}
        initial = {"name": stored.name, "summary": stored.summary, "seen": fingerprint(stored)}
        super().__init__(*args, initial=initial | boxes, **kwargs)
        self.scale = scale
        for value in scale.values:
            self.fields[_box(value)] = forms.CharField(
                required=False,
                label=f"{value} – {scale.word(value)}",
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "name", "summary", Fieldset("What earns each score", *boxes), "seen"
        )
        self.helper.add_input(Submit("save", "Save"))

    @property
    def anchors(self) -> dict[int, str]:
        """The anchors as typed, by value; blank where a box was left empty."""
        return {value: self.cleaned_data[_box(value)] for value in self.scale.values}

    def take_current_state(self) -> None:
        """Let the next save replace what is stored now; what was typed stays."""
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]


def _box(value: int) -> str:
    return f"anchor_{value}"
