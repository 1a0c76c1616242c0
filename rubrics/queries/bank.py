"""What the question bank's pages ask: each question, where and when it was asked, its neighbours.

A question keeps its key in every version it is copied to, so what was asked is found by key and
trust, whichever version it was asked from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import dateformat

from accounts.models import Trust, User
from accounts.policies import trust_ids
from rubrics.models import (
    Competency,
    FrameworkVersion,
    Level,
    Question,
    QuestionUse,
    RetiredQuestion,
    VersionStatus,
)
from rubrics.policies import edited_trust_ids
from rubrics.queries.frameworks import Anchor

PAGE_SIZE = 50
DRAFTS, RETIRED, EVERY = "drafts", "retired", "every"
NEVER, RECENTLY, NOT_RECENTLY = "never", "recently", "not-recently"
IN_ORDER = (
    "competency__domain__version__framework__trust__name",
    "competency__domain__version__framework__name",
    "competency__domain__version__framework_id",
    "competency__domain__position",
    "competency__position",
    "position",
    "pk",
)


@dataclass(frozen=True)
class BankRow:
    """A question as the bank lists it; the uses are those for the specialty that is looked for."""

    question: Question
    times_used: int
    last_use: QuestionUse | None
    is_recent: bool
    retired: RetiredQuestion | None


@dataclass(frozen=True)
class Bank:
    """One page of the bank and what it can be narrowed to."""

    page: Page
    rows: tuple[BankRow, ...]


@dataclass(frozen=True)
class BankQuestion:
    """A question with all that helps to choose it: anchors beside it, and every use of it."""

    question: Question
    version: FrameworkVersion
    competency: Competency
    anchors: tuple[Anchor, ...]
    retired: RetiredQuestion | None
    uses: Page
    newest: Question | None


def bank_questions(user: User, *, is_draft: bool = False) -> QuerySet[Question]:
    """Return the bank: the questions of the newest published version of each visible framework.

    `is_draft` asks for the newest drafts instead, which only their editors have in their bank.
    """
    status = VersionStatus.DRAFT if is_draft else VersionStatus.PUBLISHED
    trusts = edited_trust_ids(user) if is_draft else trust_ids(user)
    return _newest(status).filter(competency__domain__version__framework__trust__in=trusts)


def _newest(status: VersionStatus) -> QuerySet[Question]:
    newest = FrameworkVersion.objects.filter(
        framework=OuterRef("competency__domain__version__framework"), status=status
    ).order_by("-number")
    return Question.objects.select_related("competency__domain__version__framework__trust").filter(
        competency__domain__version=Subquery(newest.values("pk")[:1])
    )


def bank_page(user: User, wanted: Mapping[str, str], *, page: str | int, on: date) -> Bank:
    """Return one page of the bank, narrowed; `on` is the day to which "the last year" leads.

    `wanted` may hold text, competency (its key), kind, difficulty, specialty, asked, state, source.
    """
    rows = _narrowed(user, bank_questions(user, is_draft=wanted.get("source") == DRAFTS), wanted)
    rows = _by_use(user, rows, wanted.get("asked", ""), wanted.get("specialty", ""), on)
    found = Paginator(rows.order_by(*IN_ORDER), PAGE_SIZE).get_page(page)
    questions = list(found.object_list)
    used = _last_uses(questions, wanted.get("specialty", ""))
    retired = _retired_of(questions)
    names = [_named(question) for question in questions]
    return Bank(
        page=found,
        rows=tuple(
            _row(question, used.get(name), retired.get(name), on)
            for question, name in zip(questions, names, strict=True)
        ),
    )


def _row(
    question: Question, last: QuestionUse | None, retired: RetiredQuestion | None, on: date
) -> BankRow:
    return BankRow(
        question=question,
        times_used=last.times if last else 0,
        last_use=last,
        is_recent=last is not None and last.used_on >= year_before(on),
        retired=retired,
    )


def bank_question(question: Question, *, page: str | int) -> BankQuestion:
    """Return one question with its anchors and its uses, in a fixed number of queries."""
    competency = question.competency
    version = competency.domain.version
    uses = _uses(version.framework.trust_id, [question.key]).order_by("-used_on", "-pk")
    newest = (
        _newest(VersionStatus.PUBLISHED)
        .filter(
            key=question.key,
            competency__domain__version__framework=version.framework_id,
        )
        .exclude(competency__domain__version=version)
    )
    return BankQuestion(
        question=question,
        version=version,
        competency=competency,
        anchors=_anchors(competency, version),
        retired=_retired_of([question]).get(_named(question)),
        uses=Paginator(uses, PAGE_SIZE).get_page(page),
        newest=newest.first(),
    )


def bank_competencies(user: User, *, is_draft: bool = False) -> list[tuple[str, list]]:
    """Return the competencies of the bank's frameworks by their name, each as (key, words)."""
    asked = bank_questions(user, is_draft=is_draft).order_by().values("competency")
    rows = (
        Competency.objects.filter(pk__in=asked)
        .select_related("domain__version__framework")
        .order_by("domain__version__framework__name", "domain__position", "position", "pk")
    )
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        groups[row.domain.version.framework.name].setdefault(str(row.key), str(row))
    return [(name, list(found.items())) for name, found in groups.items()]


def specialties_asked(user: User) -> list[str]:
    """Return the specialties for which any question of the person's trusts was asked."""
    uses = QuestionUse.objects.filter(trust__in=trust_ids(user))
    return list(uses.order_by("specialty").values_list("specialty", flat=True).distinct())


def recent_uses(
    trust: Trust | int,
    question_keys: Iterable[UUID],
    specialty: str,
    before: date,
    *,
    besides: str = "",
) -> dict[UUID, QuestionUse]:
    """Return, per question, its last use for a specialty within the year that ends on `before`.

    An empty specialty asks for every one; `besides` is the reference of the appointment that asks,
    whose own uses do not count. Costs one query, whatever the number of questions.
    """
    uses = (
        _uses(trust, list(question_keys))
        .filter(used_on__range=(year_before(before), before))
        .exclude(reference=besides)
    )
    if specialty:
        uses = uses.filter(specialty__iexact=specialty.strip())
    found = uses.annotate(key=F("question__key")).order_by("used_on", "pk")
    return {use.key: use for use in found}


def use_in_words(use: QuestionUse) -> str:
    """Say for what and when a question was asked."""
    asked_on = dateformat.format(use.used_on, "j F Y")
    return f"asked for {use.specialty} on {asked_on} ({use.reference})"


def retired_keys(trust: Trust | int) -> frozenset[UUID]:
    """Return the keys of the questions that a trust asks no more."""
    return frozenset(RetiredQuestion.objects.filter(trust=trust).values_list("key", flat=True))


def year_before(day: date) -> date:
    """Return the same day a year earlier; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _narrowed(
    user: User, rows: QuerySet[Question], wanted: Mapping[str, str]
) -> QuerySet[Question]:
    if text := wanted.get("text"):
        rows = rows.filter(
            Q(text__icontains=text)
            | Q(good_answer__icontains=text)
            | Q(competency__name__icontains=text)
        )
    if wanted.get("competency"):
        rows = rows.filter(competency__key=wanted["competency"])
    for name in ("kind", "difficulty"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    state = wanted.get("state", "")
    if state == EVERY:
        return rows
    gone = _among(user, lambda trust: RetiredQuestion.objects.filter(trust=trust).values("key"))
    return rows.filter(gone) if state == RETIRED else rows.exclude(gone)


def _by_use(
    user: User, rows: QuerySet[Question], asked: str, specialty: str, on: date
) -> QuerySet[Question]:
    """Keep the questions that were, or were not, asked for a specialty or for any."""
    if not asked and not specialty:
        return rows
    counted = Q(specialty__iexact=specialty) if specialty else Q()
    if asked in (RECENTLY, NOT_RECENTLY):
        counted &= Q(used_on__gte=year_before(on))
    uses = QuestionUse.objects.filter(counted)
    found = _among(user, lambda trust: uses.filter(trust=trust).values("question__key"))
    return rows.exclude(found) if asked in (NEVER, NOT_RECENTLY) else rows.filter(found)


def _among(user: User, keys_of) -> Q:
    """Return the condition that a question's key is among those of its own trust.

    Two trusts that loaded the same library have questions of the same key.
    """
    conditions = (
        Q(competency__domain__version__framework__trust=trust, key__in=keys_of(trust))
        for trust in trust_ids(user)
    )
    return reduce(or_, conditions, Q(pk__in=[]))


def _uses(trust: Trust | int, keys: list[UUID]) -> QuerySet[QuestionUse]:
    return QuestionUse.objects.filter(trust=trust, question__key__in=keys)


def _named(question: Question) -> tuple[int, UUID]:
    """Return what names a question in all its versions: its trust and its key."""
    return question.competency.domain.version.framework.trust_id, question.key


def _last_uses(questions: list[Question], specialty: str) -> dict[tuple[int, UUID], QuestionUse]:
    """Return the last use of each question; its `times` says how many there were."""
    named = {_named(question) for question in questions}
    uses = QuestionUse.objects.filter(
        trust__in={trust for trust, _ in named}, question__key__in={key for _, key in named}
    )
    if specialty:
        uses = uses.filter(specialty__iexact=specialty)
    of_one = [F("trust"), F("question__key")]
    newest_first = [F("used_on").desc(), F("pk").desc()]
    uses = uses.annotate(
        key=F("question__key"),
        place=Window(RowNumber(), partition_by=of_one, order_by=newest_first),
        times=Window(Count("pk"), partition_by=of_one),
    ).filter(place=1)
    return {(use.trust_id, use.key): use for use in uses}


def _retired_of(questions: list[Question]) -> dict[tuple[int, UUID], RetiredQuestion]:
    named = {_named(question) for question in questions}
    rows = RetiredQuestion.objects.filter(
        trust__in={trust for trust, _ in named}, key__in={key for _, key in named}
    ).select_related("retired_by")
    return {(row.trust_id, row.key): row for row in rows}


def _anchors(competency: Competency, version: FrameworkVersion) -> tuple[Anchor, ...]:
    texts = dict(Level.objects.filter(competency=competency).values_list("value", "anchor"))
    scale = version.scale
    return tuple(Anchor(value, scale.word(value), texts.get(value, "")) for value in scale.values)
