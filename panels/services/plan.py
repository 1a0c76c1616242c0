"""The interview plan: which member asks which question, until scoring is open."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import ledger
from panels.models import Member, Panel, QuestionAssignment
from panels.queries.plan import assigned_to, plan_seen
from panels.services.limits import NotSeated, OpenAlready, check_not_finished, locked
from rubrics.models import Criterion, ExerciseKind


class NotOnPlan(ValueError):
    """The panel has no such criterion to ask about."""


class PlanChanged(Exception):
    """Somebody else changed the plan after it was shown."""


@transaction.atomic
def assign_questions(
    *,
    panel: Panel,
    assignments: Mapping[Criterion, Member | None],
    by: User | None,
    at: datetime,
    seen: str | None = None,
) -> dict[int, int]:
    """Let members ask about criteria, None taking a question from whoever asks it; return the plan.

    Criteria that are not named stay as they are. `seen` is queries.plan_seen as the page showed it.
    Raises OpenAlready once scoring is open, PanelHasFinished, NotOnPlan, NotSeated for somebody
    who does not sit on this panel, or PlanChanged.
    """
    held = locked(panel)
    if held.opened_at is not None:
        raise OpenAlready("Scoring is open, so the interview plan stands.")
    check_not_finished(held)
    old = assigned_to(held)
    if seen is not None and seen != plan_seen(old):
        raise PlanChanged("Somebody else changed the plan while you had it open.")
    _check(held, assignments)
    new = old | {one.pk: who.pk for one, who in assignments.items() if who is not None}
    for gone in (one.pk for one, who in assignments.items() if who is None):
        new.pop(gone, None)
    if new != old:
        _write(held, old, new)
        ledger.record(
            chain=held.appointment.chain,
            action="plan.questions_assigned",
            obj=held,
            by=by,
            at=at,
            old=_in_ledger(old),
            new=_in_ledger(new),
        )
    return new


def _check(panel: Panel, assignments: Mapping[Criterion, Member | None]) -> None:
    planned = set(
        Criterion.objects.filter(exercise__blueprint=panel.appointment.blueprint_id)
        .exclude(exercise__kind=ExerciseKind.SHORTLISTING)
        .values_list("pk", flat=True)
    )
    if any(criterion.pk not in planned for criterion in assignments):
        raise NotOnPlan("This is not asked at this panel.")
    seated = set(panel.members.sitting().values_list("pk", flat=True))
    if any(member is not None and member.pk not in seated for member in assignments.values()):
        raise NotSeated("Choose somebody who sits on this panel.")


def _write(panel: Panel, old: dict[int, int], new: dict[int, int]) -> None:
    changed = [key for key in old | new if old.get(key) != new.get(key)]
    panel.question_assignments.filter(criterion__in=changed).delete()
    QuestionAssignment.objects.bulk_create(
        QuestionAssignment(panel=panel, criterion_id=key, member_id=new[key])
        for key in changed
        if key in new
    )


def _in_ledger(plan: dict[int, int]) -> dict[str, str]:
    return {f"criterion:{key}": f"member:{plan[key]}" for key in sorted(plan)}
