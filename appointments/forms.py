"""Forms of vacancies and candidates."""

from collections.abc import Iterable

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.validators import RegexValidator

from accounts.models import Trust, User
from appointments import queries
from appointments.stages import WORDS

GMC_NUMBER = RegexValidator(r"\A[0-9]{7}\Z", "A GMC number has exactly 7 digits, such as 0012345.")
LINE = RegexValidator(
    "[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", "Write this on one line.", inverse_match=True
)


class NameField(forms.CharField):
    """A name or title on one line, however people write it."""

    default_validators = [LINE]


def helper(button: str, *fields: object, **options: object) -> FormHelper:
    """Return a crispy helper that ends with one button."""
    made = FormHelper()
    made.attrs = options.pop("attrs", {})
    if fields:
        made.layout = Layout(*fields)
    made.add_input(Submit("save", button, **options))
    return made


class AppointmentForm(forms.Form):
    """A new appointment; `rule_sets` are (key, name) of the trust's nation."""

    reference = NameField(max_length=30, help_text="As in your recruitment system.")
    post_title = NameField(
        max_length=160, help_text="For example: Consultant in respiratory medicine."
    )
    specialty = NameField(
        max_length=80,
        help_text="The rules compare it with that of the assessor and the local consultant.",
    )
    site = NameField(max_length=80, required=False)
    posts = forms.IntegerField(
        label="Number of posts",
        min_value=1,
        max_value=99,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-2", "inputmode": "numeric"}),
    )
    has_substantial_teaching = forms.TypedChoiceField(
        label="Does the post have substantial teaching or research?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="If so, the rules ask for a university member on the panel.",
    )
    is_dental = forms.BooleanField(label="This is a dental post", required=False)
    rule_set_key = forms.ChoiceField(
        label="Rules for the panel", help_text="Which rules the panel is checked against."
    )
    blueprint = forms.ModelChoiceField(
        queryset=None,
        help_text="What is assessed in which exercise, and with what weight.",
        error_messages={"required": "Choose a blueprint."},
    )
    officer = forms.ModelChoiceField(queryset=None, label="Officer in charge")
    aac_at = forms.SplitDateTimeField(
        label="When does the panel meet?",
        widget=forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date"},
            time_attrs={"type": "time"},
        ),
        error_messages={
            "required": "Enter the date and the time.",
            "invalid_date": "Enter a date, such as 8 December 2026.",
            "invalid_time": "Enter a time, such as 9:30am.",
        },
    )
    place = NameField(max_length=120, required=False, label="Where does it meet?")

    def __init__(
        self, *args, trust: Trust, by: User, rule_sets: Iterable[tuple[str, str]], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule_set_key"].choices = list(rule_sets)
        self.fields["blueprint"].queryset = queries.blueprints_of(trust)
        self.fields["officer"].queryset = queries.officers_of(trust)
        self.fields["officer"].initial = by.pk
        self.helper = helper("Create appointment")


class GmcNumberField(forms.CharField):
    """Seven digits, however they are spaced."""

    default_validators = [GMC_NUMBER]

    def to_python(self, value: object) -> str:
        return "".join(super().to_python(value).split())


class CandidateForm(forms.Form):
    """A candidate's application, typed in."""

    name = NameField(max_length=120, help_text="As the candidate writes it.")
    email = forms.EmailField(label="Email address", max_length=254)
    gmc_number = GmcNumberField(
        label="GMC number",
        help_text="7 digits.",
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "inputmode": "numeric"}),
    )
    registration = NameField(
        max_length=120,
        required=False,
        help_text="For example: on the Specialist Register, or the CCT date.",
    )
    present_post = NameField(max_length=160, required=False, label="Present post")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("Add candidate")


class ShortlistForm(forms.Form):
    """Whether a candidate is shortlisted; a rejection needs its reason."""

    is_shortlisted = forms.TypedChoiceField(
        label="Is this candidate shortlisted?",
        choices=[("yes", "Shortlisted"), ("no", "Not shortlisted")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the candidate is shortlisted."},
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed for a rejection: which essential criterion is not met. "
        "Candidates can ask to read this.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("Save decision")

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("is_shortlisted") is False and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Say which essential criterion is not met.")
        return cleaned


class ReasonForm(forms.Form):
    """A step that needs its reason and nothing else."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self,
        *args,
        label: str,
        hint: str,
        missing: str,
        button: str,
        is_warning: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = missing
        classes = "nhsuk-button--warning" if is_warning else ""
        self.helper = helper(button, css_class=classes)


class BoardFilterForm(forms.Form):
    """What the list of appointments is narrowed to; it lives in the address."""

    text = forms.CharField(required=False, max_length=100, label="Post, reference or site")
    specialty = forms.ChoiceField(required=False)
    officer = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(
        required=False, choices=[("", ""), *WORDS.items()], widget=forms.HiddenInput
    )

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialty"].choices = [
            ("", "All specialties"),
            *((name, name) for name in queries.specialties_of(user)),
        ]
        self.fields["officer"].choices = [("", "All officers"), *queries.officers_listed(user)]

    @property
    def narrowed_to(self) -> dict[str, str]:
        """What is asked for and understood; anything else narrows nothing."""
        return self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
