"""The interview plan: each exercise's criteria, their questions and who asks them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from appointments.models import Appointment
from panels.models import SITTING, Member, Panel
from panels.plan import shared_evenly
from rubrics.models import Criterion, Exercise, ExerciseKind
from rubrics.queries import blueprint_plan, recent_uses, retired_keys, use_in_words
from rubrics.seats import scores_from


@dataclass(frozen=True)
class Asked:
    """One criterion with its question, who asks it, and what to know before asking it."""

    criterion: Criterion
    member: Member | None
    is_own: bool
    has_left: bool
    warnings: tuple[str, ...]

    @property
    def label(self) -> str:
        """The competency's code and name."""
        return str(self.criterion.competency)

    @property
    def nobody(self) -> str:
        """What stands where nobody is chosen: only a question of the bank needs somebody."""
        return "Nobody yet" if self.criterion.question else "Any member"


@dataclass(frozen=True)
class PlannedExercise:
    """An exercise in which members ask, with its criteria in their order."""

    exercise: Exercise
    rows: tuple[Asked, ...]


@dataclass(frozen=True)
class Share:
    """How many questions one member asks."""

    member: Member
    count: int


@dataclass(frozen=True)
class InterviewPlan:
    """Who asks what at one panel; nothing of its candidates."""

    panel: Panel
    exercises: tuple[PlannedExercise, ...]
    members: tuple[Member, ...]
    shares: tuple[Share, ...]
    open_count: int
    seen: str

    @property
    def rows(self) -> tuple[Asked, ...]:
        """Every criterion in the order in which it is asked."""
        return tuple(row for exercise in self.exercises for row in exercise.rows)

    @property
    def warned_count(self) -> int:
        """How many questions there is something to know about."""
        return sum(bool(row.warnings) for row in self.rows)

    @property
    def own_count(self) -> int:
        """How many questions the person who looks asks."""
        return sum(row.is_own for row in self.rows)


def interview_plan(panel: Panel, me: Member | None = None) -> InterviewPlan:
    """Return who asks what, in a fixed number of queries; `me` has their own rows marked."""
    plan = blueprint_plan(panel.appointment.blueprint)
    spoken = [one for one in plan.exercises if one.exercise.kind != ExerciseKind.SHORTLISTING]
    everybody = {
        member.pk: member for member in panel.members.select_related("person").order_by("position")
    }
    assigned = assigned_to(panel)
    criteria = [planned.criterion for one in spoken for planned in one.criteria]
    warnings = warnings_of(panel.appointment, criteria)
    asking = {key: everybody[member] for key, member in assigned.items()}
    exercises = tuple(
        PlannedExercise(
            one.exercise,
            tuple(_asked(found.criterion, asking, warnings, me) for found in one.criteria),
        )
        for one in spoken
    )
    members = tuple(member for member in everybody.values() if member.status in SITTING)
    rows = [row for one in exercises for row in one.rows]
    counts = Counter(row.member.pk for row in rows if row.member)
    return InterviewPlan(
        panel=panel,
        exercises=exercises,
        members=members,
        shares=tuple(Share(member, counts[member.pk]) for member in members),
        open_count=sum(
            1 for row in rows if row.criterion.question and (not row.member or row.has_left)
        ),
        seen=plan_seen(assigned),
    )


def assigned_to(panel: Panel) -> dict[int, int]:
    """Return the number of the member who asks about each criterion, by the criterion's number."""
    return dict(panel.question_assignments.values_list("criterion", "member"))


def plan_seen(assigned: Mapping[int, int]) -> str:
    """Return a plan as the page carries it, so that a change in between is noticed."""
    return " ".join(f"{key}-{assigned[key]}" for key in sorted(assigned))


def even_plan(panel: Panel) -> dict[Criterion, Member]:
    """Return a plan in which members who score ask equally many questions; what is chosen stays.

    Exercises that only some seats score are asked by these.
    """
    plan = interview_plan(panel)
    members = {member.pk: member for member in plan.members}
    chosen = {
        row.criterion.pk: row.member.pk for row in plan.rows if row.member and not row.has_left
    }
    questions = [
        (row.criterion.pk, _askers(one.exercise, plan.members))
        for one in plan.exercises
        for row in one.rows
        if row.criterion.question_id
    ]
    shared = shared_evenly(questions, chosen)
    return {
        row.criterion: members[shared[row.criterion.pk]]
        for row in plan.rows
        if row.criterion.pk in shared
    }


def warnings_of(appointment: Appointment, criteria: list[Criterion]) -> dict[int, tuple[str, ...]]:
    """Say, per criterion, whether its question was asked lately or is retired: two queries."""
    keys = {one.pk: one.question.key for one in criteria if one.question}
    uses = recent_uses(
        appointment.trust_id,
        keys.values(),
        appointment.specialty,
        timezone.localdate(appointment.aac_at),
        besides=appointment.reference,
    )
    retired = retired_keys(appointment.trust_id)
    return {pk: tuple(_warnings(uses.get(key), key in retired)) for pk, key in keys.items()}


def _warnings(use, is_retired: bool) -> list[str]:
    found = []
    if use is not None:
        words = use_in_words(use)
        found.append(f"{words[0].upper()}{words[1:]}.")
    if is_retired:
        found.append("Retired from the question bank.")
    return found


def _asked(
    criterion: Criterion,
    asking: Mapping[int, Member],
    warnings: Mapping[int, tuple[str, ...]],
    me: Member | None,
) -> Asked:
    member = asking.get(criterion.pk)
    return Asked(
        criterion=criterion,
        member=member,
        is_own=me is not None and member is not None and member.pk == me.pk,
        has_left=member is not None and member.status not in SITTING,
        warnings=warnings.get(criterion.pk, ()),
    )


def _askers(exercise: Exercise, members: tuple[Member, ...]) -> tuple[int, ...]:
    """Return who may be expected to ask in an exercise: those who score it."""
    return tuple(
        member.pk
        for member in members
        if member.scores and scores_from(exercise.scoring_seats, member.seat)
    )
