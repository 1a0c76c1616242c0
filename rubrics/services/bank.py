"""The question bank: what is asked no more, and what was asked where and when."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Trust, User
from audit import ledger
from rubrics.models import Blueprint, Criterion, Question, QuestionUse, RetiredQuestion


class UnknownQuestion(Exception):
    """No framework of the trust has this question."""


class ReasonMissing(ValueError):
    """A question is retired for a reason that is recorded."""


class RetiredAlready(Exception):
    """The question is asked no more already."""


class NotRetired(Exception):
    """The question is in use, so there is nothing to restore."""


class NotTheirBlueprint(Exception):
    """The blueprint belongs to another trust."""


@transaction.atomic
def retire_question(
    *, trust: Trust, key: UUID, reason: str, by: User | None, at: datetime
) -> RetiredQuestion:
    """Take a question out of use in every version it stands in; its words stay.

    Raises ReasonMissing, UnknownQuestion, or RetiredAlready.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing("Say why this question is asked no more.")
    if not Question.objects.filter(
        key=key, competency__domain__version__framework__trust=trust
    ).exists():
        raise UnknownQuestion(f"No framework of {trust} has this question.")
    retired, is_new = RetiredQuestion.objects.get_or_create(
        trust=trust, key=key, defaults={"reason": reason, "retired_at": at, "retired_by": by}
    )
    if not is_new:
        raise RetiredAlready("This question is retired already.")
    _record(retired, "question.retired", by, at, texts={"reason": reason})
    return retired


@transaction.atomic
def restore_question(*, trust: Trust, key: UUID, by: User | None, at: datetime) -> None:
    """Let a retired question be asked again; raises NotRetired."""
    retired = RetiredQuestion.objects.select_for_update().filter(trust=trust, key=key).first()
    if retired is None:
        raise NotRetired("This question is not retired.")
    _record(retired, "question.restored", by, at)
    retired.delete()


@transaction.atomic
def record_question_uses(
    *,
    trust: Trust,
    blueprint: Blueprint,
    reference: str,
    post_title: str,
    specialty: str,
    used_on: date,
    by: User | None,
    at: datetime,
) -> list[QuestionUse]:
    """Remember that every question of a blueprint was asked for one appointment.

    Returns what was not remembered before, so the same call again returns nothing. Raises
    NotTheirBlueprint.
    """
    if blueprint.trust_id != trust.pk:
        raise NotTheirBlueprint("The blueprint belongs to another trust.")
    Blueprint.objects.select_for_update().get(pk=blueprint.pk)
    known = QuestionUse.objects.filter(trust=trust, reference=reference).values("question")
    planned = Criterion.objects.filter(exercise__blueprint=blueprint).values("question")
    asked = Question.objects.filter(pk__in=planned).exclude(pk__in=known)
    uses = QuestionUse.objects.bulk_create(
        QuestionUse(
            trust=trust,
            question=question,
            reference=reference,
            post_title=post_title,
            specialty=specialty,
            used_on=used_on,
        )
        for question in asked.order_by("pk")
    )
    if uses:
        ledger.record(
            chain=f"trust:{trust.pk}",
            action="questions.used",
            obj=blueprint,
            by=by,
            at=at,
            new={
                "reference": reference,
                "used_on": used_on.isoformat(),
                "questions": [ledger.reference(use.question) for use in uses],
            },
        )
    return uses


def _record(
    retired: RetiredQuestion,
    action: str,
    by: User | None,
    at: datetime,
    texts: dict[str, str] | None = None,
) -> None:
    ledger.record(
        chain=f"trust:{retired.trust_id}",
        action=action,
        obj=retired,
        by=by,
        at=at,
        new={"key": str(retired.key)},
        texts=texts,
    )
