"""Forms of the question bank."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from rubrics.models import Difficulty, QuestionKind
from rubrics.queries.bank import DRAFTS, EVERY, NEVER, NOT_RECENTLY, RECENTLY, RETIRED

ASKED = [
    ("", "Whether or not asked"),
    (NEVER, "Never asked"),
    (RECENTLY, "Asked in the last year"),
    (NOT_RECENTLY, "Not asked in the last year"),
]
STATES = [("", "Still asked"), (RETIRED, "Retired"), (EVERY, "Still asked and retired")]
SOURCES = [("", "Published frameworks"), (DRAFTS, "Drafts")]


class BankFilterForm(forms.Form):
    """What the bank is narrowed to; it lives in the address."""

    text = forms.CharField(required=False, max_length=100, label="Words to look for")
    competency = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(
        required=False,
        choices=[("", "Both kinds"), *QuestionKind.choices],
        label="Kind of question",
    )
    difficulty = forms.ChoiceField(
        required=False, choices=[("", "Every difficulty"), *Difficulty.choices]
    )
    asked = forms.ChoiceField(required=False, choices=ASKED, label="When asked")
    specialty = forms.ChoiceField(required=False, label="Asked for specialty")
    state = forms.ChoiceField(required=False, choices=STATES, label="In use")
    source = forms.ChoiceField(required=False, choices=SOURCES, label="From")

    def __init__(
        self,
        *args,
        competencies: list[tuple[str, list]],
        specialties: list[str],
        has_drafts: bool,
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        groups = competencies if len(competencies) > 1 else [c for _, g in competencies for c in g]
        self.fields["competency"].choices = [("", "Every competency"), *groups]
        self.fields["specialty"].choices = [
            ("", "Any specialty"),
            *((name, name) for name in specialties),
        ]
        if not has_drafts:
            del self.fields["source"]

    @property
    def narrowed_to(self) -> dict[str, str]:
        """What is asked for and understood; anything else narrows nothing."""
        return self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})


class RetireForm(forms.Form):
    """Why a question is asked no more."""

    reason = forms.CharField(
        max_length=200,
        label="Why is it asked no more?",
        help_text="For example: candidates know it by now, or the policy it names has gone.",
        error_messages={
            "required": "Say why this question is asked no more.",
            "max_length": "The reason must be 200 characters or fewer.",
        },
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("reason")
        self.helper.add_input(Submit("save", "Retire this question"))
