"""What the pages about vacancies and candidates read, each in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from accounts.models import Role, Trust, User
from accounts.policies import trust_ids
from appointments.models import OFFICE, Application, ApplicationStatus, Appointment
from appointments.stages import Stage
from rubrics.models import Blueprint

PAGE_SIZE = 50
ENDED = (Stage.CLOSED, Stage.CANCELLED)
AFTER_THE_DAY = (Stage.SCORED, Stage.RECOMMENDED, Stage.DECIDED, *ENDED)
COLOURS = {
    Stage.DRAFTED: "grey",
    Stage.ADVERTISED: "grey",
    Stage.SHORTLISTING: "blue",
    Stage.SHORTLISTED: "blue",
    Stage.IN_SESSION: "orange",
    Stage.SCORED: "purple",
    Stage.RECOMMENDED: "purple",
    Stage.DECIDED: "green",
    Stage.CLOSED: "white",
    Stage.CANCELLED: "white",
}
ORDERS = {
    "aac": ("aac_at", "pk"),
    "reference": ("reference", "pk"),
    "post": ("post_title", "pk"),
    "specialty": ("specialty", "aac_at", "pk"),
    "stage": ("stage_order", "aac_at", "pk"),
    "officer": ("officer__name", "aac_at", "pk"),
    "candidates": ("candidate_count", "aac_at", "pk"),
}
"""How the list may be ordered, by the word in its address."""


@dataclass(frozen=True)
class StageCount:
    """How many appointments stand at one stage."""

    stage: str
    words: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Row:
    """One appointment as the list shows it."""

    appointment: Appointment
    stage_words: str
    colour: str
    is_late: bool


@dataclass(frozen=True)
class Board:
    """One page of the list, and what it can be filtered by."""

    page: Page
    rows: list[Row]
    stages: list[StageCount]
    total: int


def appointments_for(user: User, *, at: datetime) -> QuerySet[Appointment]:
    """Return the appointments a person may see, whether by role or as a member."""
    return Appointment.objects.visible_to(user, at=at).select_related("trust", "officer")


def appointments_overseen(user: User) -> QuerySet[Appointment]:
    """Return the appointments of the trusts a person oversees."""
    return Appointment.objects.listed_for(user).select_related("trust", "officer")


def appointments_with_candidates(user: User) -> QuerySet[Appointment]:
    """Return the appointments whose candidates a person sees by role."""
    trusts = trust_ids(user, *OFFICE)
    return Appointment.objects.filter(trust__in=trusts).select_related("trust", "officer")


def appointments_run(user: User) -> QuerySet[Appointment]:
    """Return the appointments a person runs in medical staffing."""
    return Appointment.objects.run_by(user).select_related("trust", "officer")


def trust_run(user: User) -> Trust | None:
    """Return the trust for which a person makes appointments in medical staffing."""
    return Trust.objects.filter(pk__in=trust_ids(user, Role.MEDICAL_STAFFING)[:1]).first()


def applications_run(user: User, appointment: Appointment) -> QuerySet[Application]:
    """Return the applications to this appointment that a person in medical staffing handles."""
    return (
        Application.objects.run_by(user).filter(appointment=appointment).select_related("candidate")
    )


def candidates_of(appointment: Appointment, user: User, *, at: datetime) -> list[Application]:
    """Return the applications a person may see, with their candidates, in order of arrival."""
    visible = Application.objects.visible_to(user, at=at).filter(appointment=appointment)
    return list(visible.select_related("candidate").order_by("position"))


def officers_of(trust: Trust) -> QuerySet[User]:
    """Return the trust's medical staffing officers."""
    return User.objects.filter(
        trust_roles__trust=trust, trust_roles__role=Role.MEDICAL_STAFFING, is_active=True
    ).order_by("name", "pk")


def blueprints_of(trust: Trust) -> QuerySet[Blueprint]:
    """Return the trust's blueprints that are ready for use, the newest of each name first.

    One whose framework version was retired since stands on words that are out of use.
    """
    usable = Blueprint.objects.filter(trust=trust, is_ready=True, version__status="PUBLISHED")
    return usable.order_by("name", "-number")


def specialties_of(user: User) -> list[str]:
    """Return the specialties that occur in the list."""
    listed = Appointment.objects.listed_for(user)
    return list(listed.order_by("specialty").values_list("specialty", flat=True).distinct())


def officers_listed(user: User) -> list[tuple[int, str]]:
    """Return the officers that occur in the list."""
    listed = Appointment.objects.listed_for(user)
    rows = listed.order_by("officer__name", "officer_id")
    return list(rows.values_list("officer_id", "officer__name").distinct())


def board(
    user: User, filters: Mapping[str, str], *, sort: str, page: str | int, at: datetime
) -> Board:
    """Return one page of the list; `sort` is a key of ORDERS, descending with a minus before it."""
    wanted = _filtered(Appointment.objects.listed_for(user), filters)
    counts = dict(wanted.order_by().values_list("stage").annotate(Count("pk")))
    stage = filters.get("stage", "")
    shown = wanted.filter(stage=stage) if stage else wanted
    found = Paginator(_ordered(_counted(shown), sort), PAGE_SIZE).get_page(page)
    return Board(
        page=found,
        rows=[_row(appointment, at) for appointment in found.object_list],
        stages=[
            StageCount(each.value, each.words, counts[each.value], each.value == stage)
            for each in Stage
            if counts.get(each.value)
        ],
        total=sum(counts.values()),
    )


def _filtered(rows: QuerySet[Appointment], filters: Mapping[str, str]) -> QuerySet[Appointment]:
    if filters.get("specialty"):
        rows = rows.filter(specialty=filters["specialty"])
    if filters.get("officer"):
        rows = rows.filter(officer_id=filters["officer"])
    if filters.get("text"):
        text = filters["text"]
        rows = rows.filter(
            Q(post_title__icontains=text)
            | Q(reference__icontains=text)
            | Q(specialty__icontains=text)
            | Q(site__icontains=text)
        )
    return rows


def _counted(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    shortlisted = Q(applications__status=ApplicationStatus.SHORTLISTED)
    places = [When(stage=stage, then=Value(place)) for place, stage in enumerate(Stage)]
    return rows.select_related("officer").annotate(
        candidate_count=Count("applications"),
        shortlisted_count=Count("applications", filter=shortlisted),
        stage_order=Case(*places, output_field=IntegerField()),
    )


def _ordered(rows: QuerySet[Appointment], sort: str) -> QuerySet[Appointment]:
    first, *rest = ORDERS.get(sort.removeprefix("-"), ORDERS["aac"])
    return rows.order_by(f"-{first}" if sort.startswith("-") else first, *rest)


def _row(appointment: Appointment, at: datetime) -> Row:
    stage = Stage(appointment.stage)
    is_late = appointment.aac_at < at and stage not in (*AFTER_THE_DAY, Stage.IN_SESSION)
    return Row(appointment, stage.words, COLOURS[stage], is_late)
