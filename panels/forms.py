"""Forms of the directory, the panel, and declarations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms

from accounts.models import Nation, Trust
from appointments.forms import NameField, helper
from appointments.models import Application
from panels.composition import Seat
from panels.models import DeclarationOutcome, Member, MemberStatus, Panel, Person, PutForwardBy
from panels.queries.declarations import DeclarationRow
from panels.queries.directory import free_people, people_for_seat
from panels.queries.plan import Asked, InterviewPlan, PlannedExercise
from panels.services import Answer
from rubrics.models import Criterion

TRISTATE = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]
FACTS = {"yes": True, "no": False, "unknown": None}
WORDS = {fact: word for word, fact in FACTS.items()}
QUESTIONS = {
    "is_doctor": "Are they a doctor?",
    "is_dentist": "Are they a dentist?",
    "is_consultant": "Are they a consultant?",
    "is_employed_by_trust": "Are they employed by {trust}?",
    "is_employed_in_nhs": "Are they employed anywhere in the NHS?",
    "is_board_member": "Are they on the board of {trust}?",
    "is_board_level": "Do they work at board level?",
    "is_trust_chair": "Do they chair {trust}?",
    "is_chief_executive": "Are they its chief executive?",
    "is_medical_director": "Are they its medical director, or do they act as such?",
}
INTEREST = [("no", "I have no interest to declare"), ("yes", "I have an interest")]


class FindForm(forms.Form):
    """What the directory is narrowed to; it lives in the address."""

    text = forms.CharField(
        required=False, max_length=100, label="Name, email, specialty or employer"
    )

    @property
    def asked_for(self) -> str:
        """The text that is looked for; what is not understood narrows nothing."""
        return self.cleaned_data["text"] if self.is_valid() else ""


class PersonForm(forms.Form):
    """Somebody of the directory, with what the rules ask about them."""

    name = NameField(max_length=120, help_text="As they write it, with the title they use.")
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="Invitations go here, and they sign in with it.",
    )
    job_title = NameField(max_length=120, required=False)
    employer = NameField(max_length=120, required=False)
    specialty = NameField(
        max_length=80,
        required=False,
        help_text="In the words you use for the specialty of the post.",
    )
    college = NameField(max_length=120, required=False, label="College or faculty")
    works_in = forms.ChoiceField(
        label="Where do they work?", required=False, choices=[("", "Not known"), *Nation.choices]
    )
    training_expires_on = forms.DateField(
        label="Training in fair selection is in date until",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args, trust: Trust, person: Person | None = None, **kwargs) -> None:
        names = [name for name in self.base_fields if person is not None]
        initial = {name: getattr(person, name) for name in names}
        initial |= {name: WORDS[getattr(person, name, None)] for name in QUESTIONS}
        super().__init__(*args, initial=initial, **kwargs)
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question.format(trust=trust.name),
                choices=TRISTATE,
                coerce=FACTS.__getitem__,
                widget=forms.RadioSelect(attrs={"class": "nhsuk-radios--inline"}),
            )
        if person is not None and person.user_id:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "They sign in with this address, so it stays."
        self.helper = helper(
            "Save",
            Fieldset("Who they are", "name", "email", "job_title", "employer"),
            Fieldset("What the rules ask about them", *QUESTIONS),
            Fieldset(
                "Their work and training", "specialty", "college", "works_in", "training_expires_on"
            ),
        )


class PlaceForm(forms.Form):
    """As what a member sits: only what the seat's rules ask about is shown."""

    is_deputy = forms.BooleanField(
        label="They sit as deputy for the person the seat names", required=False
    )
    put_forward_by = forms.ChoiceField(
        label="Who put them forward?",
        required=False,
        choices=[("", "Not known yet"), *PutForwardBy.choices],
    )
    has_specialty_accepted = forms.BooleanField(
        label="The college accepts their specialty for this post", required=False
    )
    scores = forms.BooleanField(label="They score the candidates", required=False, initial=True)

    def __init__(self, *args, seat: Seat | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        asked = {demand.name for demand in seat.demands} if seat else set()
        if seat is None or not seat.deputy.is_allowed:
            del self.fields["is_deputy"]
        if not any(name.startswith("nominated_by") for name in asked):
            del self.fields["put_forward_by"]
        if not {"practises_in_specialty", "nominated_by_college"} <= asked:
            del self.fields["has_specialty_accepted"]
        self.helper = helper("Save")


class InviteForm(PlaceForm):
    """Who is asked to sit, and as what."""

    person = forms.ModelChoiceField(
        queryset=None,
        label="Who is asked?",
        error_messages={"required": "Choose who is asked."},
    )
    is_chair = forms.BooleanField(label="They take the chair", required=False)

    field_order = ("person", "is_deputy", "put_forward_by", "has_specialty_accepted", "is_chair")

    def __init__(self, *args, panel: Panel, seat: Seat | None, **kwargs) -> None:
        super().__init__(*args, seat=seat, **kwargs)
        self.fields["person"].queryset = free_people(panel)
        self.fields["person"].widget.choices = [("", "Choose somebody"), *_groups(panel, seat)]
        self.helper = helper("Send the invitation")


def _groups(panel: Panel, seat: Seat | None) -> list[tuple[str, list[tuple[int, str]]]]:
    return [
        (group.label, [(person.pk, described(person)) for person in group.people])
        for group in people_for_seat(panel, seat)
    ]


def described(person: Person) -> str:
    """Return somebody's name with what tells them apart."""
    return ", ".join(part for part in (person.name, person.job_title, person.employer) if part)


class RespondForm(forms.Form):
    """An answer to an invitation."""

    is_accepted = forms.TypedChoiceField(
        label="Can you sit on this panel?",
        choices=[("yes", "Yes, I will be there"), ("no", "No, I cannot")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you can sit on this panel."},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("Send your answer")


@dataclass(frozen=True)
class Block:
    """One candidate on the declarations page: two controls, or what the chair decided."""

    application: Application
    interest: forms.BoundField | None
    statement: forms.BoundField | None
    outcome: str


class DeclarationsForm(forms.Form):
    """A member's declarations, candidate by candidate; only their own rows make controls."""

    def __init__(self, *args, rows: Iterable[DeclarationRow], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            if not row.is_decided:
                self._ask(row)
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.fields)

    def _ask(self, row: DeclarationRow) -> None:
        name, made = row.application.candidate.name, row.declaration
        self.fields[f"interest_{row.application.pk}"] = forms.TypedChoiceField(
            label=name,
            choices=INTEREST,
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
            initial=("yes" if made.has_interest else "no") if made else None,
            error_messages={"required": f"Say whether you have an interest in {name}."},
        )
        self.fields[f"statement_{row.application.pk}"] = forms.CharField(
            label=f"What is your interest in {name}?",
            required=False,
            max_length=2000,
            initial=made.statement if made else "",
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Only the chair reads this; if you are the chair, medical staffing do.",
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        for row in self.rows:
            key = row.application.pk
            if cleaned.get(f"interest_{key}") and not cleaned.get(f"statement_{key}", "").strip():
                name = row.application.candidate.name
                self.add_error(f"statement_{key}", f"Say what your interest in {name} is.")
        return cleaned

    @property
    def has_questions(self) -> bool:
        """Whether anything is left to answer or to change."""
        return bool(self.fields)

    @property
    def blocks(self) -> list[Block]:
        """The candidates in their order, each with its controls or its outcome."""
        return [
            Block(row.application, None, None, row.declaration.get_outcome_display())
            if row.is_decided
            else Block(
                row.application,
                self[f"interest_{row.application.pk}"],
                self[f"statement_{row.application.pk}"],
                "",
            )
            for row in self.rows
        ]

    @property
    def answers(self) -> list[Answer]:
        """What was answered, once it is valid."""
        return [
            Answer(
                row.application,
                self.cleaned_data[f"interest_{row.application.pk}"],
                self.cleaned_data[f"statement_{row.application.pk}"],
            )
            for row in self.rows
            if not row.is_decided
        ]


class OutcomeForm(forms.Form):
    """What follows from a declared interest."""

    outcome = forms.ChoiceField(
        label="What follows?",
        choices=[
            (DeclarationOutcome.STAYS, "They stay and score this candidate"),
            (DeclarationOutcome.DOES_NOT_SCORE, "They do not score this candidate"),
            (DeclarationOutcome.STANDS_DOWN, "They stand down from the panel"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what follows from this interest."},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choice_hints = {
            DeclarationOutcome.STAYS: "The interest stands in the record.",
            DeclarationOutcome.DOES_NOT_SCORE: "They no longer see this candidate’s file.",
            DeclarationOutcome.STANDS_DOWN: "They see nothing of this appointment any more.",
        }
        self.helper = helper("Record the decision")


@dataclass(frozen=True)
class Turn:
    """One criterion on the interview plan with the control that says who asks."""

    row: Asked
    control: forms.BoundField


class PlanForm(forms.Form):
    """Who asks which question; `suggested` is chosen and not stored yet."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args, plan: InterviewPlan, suggested: Mapping[Criterion, Member], **kwargs
    ) -> None:
        super().__init__(*args, initial={"seen": plan.seen}, **kwargs)
        self.plan = plan
        preset = {criterion.pk: member.pk for criterion, member in suggested.items()}
        people = [(member.pk, _asker(member)) for member in plan.members]
        for row in plan.rows:
            holder = row.member.pk if row.member and not row.has_left else None
            self.fields[_named(row)] = forms.TypedChoiceField(
                label=f"Who asks about {row.label}?",
                choices=[("", row.nobody), *people],
                required=False,
                coerce=int,
                empty_value=None,
                initial=preset.get(row.criterion.pk, holder),
                error_messages={
                    "invalid_choice": f"Choose somebody who sits on the panel for {row.label}."
                },
            )

    def take_current_state(self) -> None:
        """Let the next save replace what is stored now; what was chosen stays."""
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]

    @property
    def exercises(self) -> list[tuple[PlannedExercise, list[Turn]]]:
        """The exercises in their order, each with its criteria and their controls."""
        return [
            (one, [Turn(row, self[_named(row)]) for row in one.rows]) for one in self.plan.exercises
        ]

    @property
    def assignments(self) -> dict[Criterion, Member | None]:
        """What was chosen, once it is valid."""
        members = {member.pk: member for member in self.plan.members}
        return {
            row.criterion: members.get(self.cleaned_data[_named(row)]) for row in self.plan.rows
        }


def _named(row: Asked) -> str:
    return f"asks_{row.criterion.pk}"


def _asker(member: Member) -> str:
    name = f"{member.person.name} (chair)" if member.is_chair else member.person.name
    return name if member.status == MemberStatus.ACCEPTED else f"{name}, not answered yet"
