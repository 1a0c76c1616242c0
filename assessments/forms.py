"""Forms of an assessment: they validate, and turn what was typed into what a service takes."""

from collections.abc import Iterable, Mapping
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from assessments.models import OverallView, Verdict
from assessments.queries.outcome import CandidateOutcome
from assessments.queries.sheets import Block
from assessments.reports.tables import ReportCriterion
from assessments.services.decision import Choice
from assessments.services.sheets import EVIDENCE_LIMIT, Change, saved_score
from rubrics.scales import Scale

NOT_ASSESSED = "not_assessed"


class NoteField(forms.CharField):
    """A note as it was typed; line ends have one form, so that the same note is the same change."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            required=False,
            max_length=EVIDENCE_LIMIT,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
        )

    def to_python(self, value: str | None) -> str:
        """Count and keep a line end as one character, as the browser does."""
        return super().to_python(value).replace("\r\n", "\n")


class ChangeForm(forms.Form):
    """One criterion of a sheet as it was sent; the prefix names the criterion."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    choice = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    not_assessed_reason = forms.CharField(
        required=False, max_length=200, label="Why could it not be assessed?"
    )
    evidence = NoteField(rows=3)
    is_concern = forms.BooleanField(required=False)
    concern = NoteField(rows=2)

    def __init__(self, data=None, *, scale: Scale, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        allowed = f"Choose a score from {scale.low} to {scale.high}, or “not assessed”."
        self.fields["choice"].choices = [
            ("", ""),
            *((str(value), str(value)) for value in scale.values),
            (NOT_ASSESSED, NOT_ASSESSED),
        ]
        self.fields["choice"].error_messages["invalid_choice"] = allowed

    def change(self) -> Change:
        """Return what a valid form says; a reason or a concern counts only where it is raised."""
        data = self.cleaned_data
        is_not_assessed = data["choice"] == NOT_ASSESSED
        return Change(
            value=int(data["choice"]) if data["choice"] and not is_not_assessed else None,
            is_not_assessed=is_not_assessed,
            not_assessed_reason=data["not_assessed_reason"] if is_not_assessed else "",
            evidence=data["evidence"],
            is_concern=data["is_concern"],
            concern=data["concern"] if data["is_concern"] else "",
        )


def prefix_of(criterion_pk: int) -> str:
    """Return the prefix of one criterion's fields."""
    return f"c{criterion_pk}"


def saved_choice(block: Block) -> str:
    """Return the choice that a block's saved score stands for."""
    saved = saved_score(block.score)
    if saved["is_not_assessed"]:
        return NOT_ASSESSED
    return "" if saved["value"] is None else str(saved["value"])


class OverallViewForm(forms.Form):
    """A member's overall view of the candidate after one exercise."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    view = forms.ChoiceField(choices=[("", ""), *OverallView.choices], required=False)


def fresh_key() -> str:
    """Return a key for one change that a form may send."""
    return str(uuid4())


class OpenScoringForm(forms.Form):
    """Open scoring; a reason is asked for only where the rules are not met."""

    override_reason = forms.CharField(
        max_length=1000,
        label="Why scoring opens although the rules are not met",
        help_text="Your name, this reason and what is not met stand on the outcome for ever; the"
        " reason also stands on every candidate’s report.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data=None, *, is_override: bool) -> None:
        super().__init__(data)
        if not is_override:
            del self.fields["override_reason"]
        self.helper = FormHelper()
        label = "Open although the rules are not met" if is_override else "Open scoring"
        self.helper.add_input(Submit("open", label))


class RecommendationForm(forms.Form):
    """What the panel recommends: a verdict and a preference per candidate, and its reasons."""

    reasons = forms.CharField(
        max_length=4000,
        label="The panel’s reasons",
        help_text="Written as if the candidates will read it, because they may.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data=None, *, candidates: Iterable[CandidateOutcome], posts: int) -> None:
        super().__init__(data)
        self.candidates = tuple(candidates)
        for one in self.candidates:
            pk = one.application.pk
            self.fields[f"verdict-{pk}"] = forms.ChoiceField(
                label=f"{one.application.candidate.name}: what does the panel find?",
                choices=Verdict.choices,
                widget=forms.RadioSelect,
            )
            self.fields[f"preference-{pk}"] = forms.IntegerField(
                label=f"{one.application.candidate.name}: order of preference",
                help_text="For those recommended and reserves: 1 is the first choice.",
                required=False,
                min_value=1,
                max_value=99,
            )
        self.order_fields([name for name in self.fields if name != "reasons"])
        self.helper = FormHelper()
        self.helper.add_input(Submit("seal", "Seal the recommendation"))

    def clean(self) -> dict:
        """Ask for an order exactly where one is meant."""
        data = super().clean()
        for one in self.candidates:
            pk = one.application.pk
            verdict, preference = data.get(f"verdict-{pk}"), data.get(f"preference-{pk}")
            needs_one = verdict in (Verdict.RECOMMENDED, Verdict.RESERVE)
            if needs_one and preference is None and not self.errors.get(f"preference-{pk}"):
                self.add_error(f"preference-{pk}", "Give the order of preference.")
            if verdict and not needs_one and preference is not None:
                self.add_error(
                    f"preference-{pk}", "Leave this empty unless recommended or a reserve."
                )
        return data

    def choices(self) -> dict[int, Choice]:
        """Return a valid form's choice for each application id."""
        return {
            one.application.pk: Choice(
                Verdict(self.cleaned_data[f"verdict-{one.application.pk}"]),
                self.cleaned_data[f"preference-{one.application.pk}"],
            )
            for one in self.candidates
        }


class DecisionForm(forms.Form):
    """The employer's decision on a recommendation."""

    is_accepted = forms.TypedChoiceField(
        label="Do you accept the panel’s recommendation?",
        choices=[("yes", "Yes, I accept it"), ("no", "No, I decline it")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=4000,
        required=False,
        label="Reason, if you decline",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data=None) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.helper.add_input(Submit("decide", "Record my decision"))

    def clean(self) -> dict:
        """Ask for the reason of a refusal."""
        data = super().clean()
        if data.get("is_accepted") is False and not data.get("reason", "").strip():
            self.add_error("reason", "Give the reason for not accepting the recommendation.")
        return data


class ReviewReportForm(forms.Form):
    """An officer's review of what a candidate will read."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    strengths = forms.CharField(
        max_length=4000,
        label="Strengths",
        help_text="Two or three, one on each line, with what showed them.",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    next_steps = forms.CharField(
        max_length=4000,
        label="Next steps",
        help_text="One on each line: a course, shadowing, a project, something for the appraisal.",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

    def __init__(
        self,
        data=None,
        *,
        criteria: Iterable[ReportCriterion],
        initial: dict,
        evidence: Mapping[str, str],
    ) -> None:
        super().__init__(data, initial=initial)
        self.codes = [one.code for one in criteria]
        for one in criteria:
            self.fields[f"evidence-{one.code}"] = forms.CharField(
                max_length=EVIDENCE_LIMIT,
                label=f"Evidence on {one.name}",
                help_text="The members’ notes, one on each line, without their names. Edit or"
                " remove what should not be read.",
                initial=evidence.get(one.code, ""),
                widget=forms.Textarea(attrs={"rows": 4}),
                required=False,
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", "Save and read the report"))

    def evidence(self) -> dict[str, str]:
        """Return a valid form's text for each competency code."""
        return {code: self.cleaned_data[f"evidence-{code}"] for code in self.codes}
