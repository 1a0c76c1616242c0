"""What a member's own score sheets show, and what is missing on them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from appointments.models import Application
from assessments.models import Score, ScoreSheet
from panels.models import Member
from rubrics.models import Criterion, Exercise, Level
from rubrics.scales import Scale

MOST_GAPS_LISTED = 3


@dataclass(frozen=True)
class Gap:
    """One thing missing on a sheet."""

    sheet: ScoreSheet
    criterion: Criterion | None
    words: str


@dataclass(frozen=True)
class Block:
    """One criterion on the sheet: what is asked, the anchored levels, what is saved."""

    criterion: Criterion
    levels: tuple[tuple[int, str, str], ...]
    score: Score | None

    @property
    def version(self) -> int:
        """The version that is saved; 0 before the first save."""
        return self.score.version if self.score else 0

    @property
    def is_done(self) -> bool:
        """Whether it has a value or was not assessed."""
        return bool(self.score and (self.score.value is not None or self.score.is_not_assessed))


@dataclass(frozen=True)
class SheetPage:
    """Everything one score sheet page shows."""

    sheet: ScoreSheet
    scale: Scale
    blocks: tuple[Block, ...]
    candidates: tuple[ScoreSheet, ...]
    exercises: tuple[ScoreSheet, ...]

    @property
    def done(self) -> int:
        """How many criteria are done."""
        return sum(block.is_done for block in self.blocks)


def own_sheets(user: User, *, at: datetime) -> QuerySet[ScoreSheet]:
    """Return the sheets a person may write: their own, for candidates still open to them."""
    return ScoreSheet.objects.counted().filter(
        member__person__user=user,
        application__in=Application.objects.scored_by(user, at=at),
    )


def own_sheet(user: User, pk: int, *, at: datetime) -> ScoreSheet:
    """Return one own sheet with what a save needs; raises ScoreSheet.DoesNotExist for any other."""
    return (
        own_sheets(user, at=at)
        .select_related(
            "member__panel",
            "application__appointment__trust",
            "application__candidate",
            "exercise__blueprint__version",
        )
        .get(pk=pk)
    )


def blocks_of(exercise: Exercise, scale: Scale, scores: Mapping[int, Score]) -> tuple[Block, ...]:
    """Read the criteria of an exercise with their anchors, beside what is saved; three queries."""
    criteria = (
        Criterion.objects.filter(exercise=exercise)
        .select_related("competency", "question")
        .prefetch_related(Prefetch("competency__levels", Level.objects.order_by("value")))
        .order_by("position")
    )
    return tuple(
        Block(
            criterion,
            tuple(
                (level.value, scale.word(level.value), level.anchor)
                for level in criterion.competency.levels.all()
            ),
            scores.get(criterion.pk),
        )
        for criterion in criteria
    )


def sheet_page(sheet: ScoreSheet) -> SheetPage:
    """Read one sheet with its neighbours, in a fixed number of queries."""
    scores = {score.criterion_id: score for score in sheet.scores.all()}
    scale = sheet.exercise.blueprint.version.scale
    neighbours = list(
        ScoreSheet.objects.counted()
        .filter(member=sheet.member)
        .select_related("application__candidate", "exercise")
        .order_by("application__position", "exercise__position")
    )
    return SheetPage(
        sheet=sheet,
        scale=scale,
        blocks=blocks_of(sheet.exercise, scale, scores),
        candidates=tuple(n for n in neighbours if n.exercise_id == sheet.exercise_id),
        exercises=tuple(n for n in neighbours if n.application_id == sheet.application_id),
    )


def gaps_of_sheets(sheets: Iterable[ScoreSheet]) -> list[Gap]:
    """List what is missing before sheets can be locked, in three queries.

    Each criterion needs a value or a reason why not; the lowest and the highest level and any
    concern need evidence (product.md §4).
    """
    sheets = list(
        ScoreSheet.objects.filter(pk__in=[sheet.pk for sheet in sheets])
        .select_related("application__candidate", "exercise__blueprint__version")
        .order_by("application__position", "exercise__position")
    )
    criteria = defaultdict(list)
    for criterion in (
        Criterion.objects.filter(exercise__in={sheet.exercise_id for sheet in sheets})
        .select_related("competency")
        .order_by("position")
    ):
        criteria[criterion.exercise_id].append(criterion)
    scores = {
        (score.sheet_id, score.criterion_id): score
        for score in Score.objects.filter(sheet__in=sheets)
    }
    gaps = []
    for sheet in sheets:
        scale = sheet.exercise.blueprint.version.scale
        for criterion in criteria[sheet.exercise_id]:
            words = gap_words(scores.get((sheet.pk, criterion.pk)), scale)
            gaps += [Gap(sheet, criterion, line) for line in words]
        if not sheet.overall_view:
            gaps.append(Gap(sheet, None, "Give your overall view"))
    return gaps


def gap_words(score: Score | None, scale: Scale) -> list[str]:
    """Say what is missing for one criterion."""
    if score is None or (score.value is None and not score.is_not_assessed):
        words = ["Give a score, or say that it could not be assessed"]
    elif score.is_not_assessed:
        words = [] if score.not_assessed_reason.strip() else ["Say why it could not be assessed"]
    elif score.value in (scale.low, scale.high) and not score.evidence.strip():
        words = ["Give the evidence: the lowest and the highest level need it"]
    else:
        words = []
    if score is not None and score.is_concern and not score.concern.strip():
        words.append("Describe the concern you raised, or take it back")
    return words


@dataclass(frozen=True)
class Comparison:
    """A member's own scores of one criterion across the candidates, in their order."""

    criterion: Criterion
    sheets: tuple[ScoreSheet, ...]
    scores: tuple[Score | None, ...]

    @property
    def named(self) -> tuple[tuple[str, Score | None], ...]:
        """Each score with the name of its candidate."""
        names = (sheet.application.candidate.name for sheet in self.sheets)
        return tuple(zip(names, self.scores, strict=True))


@dataclass(frozen=True)
class SheetGaps:
    """What is missing on one sheet; many gaps are told as a number."""

    sheet: ScoreSheet
    gaps: tuple[Gap, ...]

    @property
    def is_told_as_number(self) -> bool:
        """Whether there are too many to list one by one."""
        return len(self.gaps) > MOST_GAPS_LISTED


@dataclass(frozen=True)
class Review:
    """All of a member's scores for one appointment before they lock them."""

    member: Member
    sheets: tuple[ScoreSheet, ...]
    gaps: tuple[Gap, ...]
    tables: tuple[tuple[str, tuple[ScoreSheet, ...], tuple[Comparison, ...]], ...]

    @property
    def gaps_by_sheet(self) -> tuple[SheetGaps, ...]:
        """The gaps of each sheet that has any."""
        grouped: dict[int, list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            grouped[gap.sheet.pk].append(gap)
        return tuple(SheetGaps(gaps[0].sheet, tuple(gaps)) for gaps in grouped.values())

    @property
    def is_locked(self) -> bool:
        """Whether every sheet is locked."""
        return all(sheet.locked_at for sheet in self.sheets)


def review_of(member: Member) -> Review:
    """Read a member's own sheets of one panel side by side, in a fixed number of queries."""
    sheets = list(
        ScoreSheet.objects.counted()
        .filter(member=member)
        .select_related("application__candidate", "exercise")
        .prefetch_related("scores")
        .order_by("exercise__position", "application__position")
    )
    criteria = defaultdict(list)
    for criterion in (
        Criterion.objects.filter(exercise__in={sheet.exercise_id for sheet in sheets})
        .select_related("competency")
        .order_by("position")
    ):
        criteria[criterion.exercise_id].append(criterion)
    by_exercise = defaultdict(list)
    for sheet in sheets:
        by_exercise[sheet.exercise].append(sheet)
    tables = []
    for exercise, columns in by_exercise.items():
        scores = [{s.criterion_id: s for s in sheet.scores.all()} for sheet in columns]
        rows = tuple(
            Comparison(
                criterion, tuple(columns), tuple(column.get(criterion.pk) for column in scores)
            )
            for criterion in criteria[exercise.pk]
        )
        tables.append((exercise.name, tuple(columns), rows))
    open_sheets = [sheet for sheet in sheets if sheet.locked_at is None]
    return Review(member, tuple(sheets), tuple(gaps_of_sheets(open_sheets)), tuple(tables))
