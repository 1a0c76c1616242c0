"""Small worlds: a trust with its office, a tiny blueprint, a panel, candidates and their sheets.

Everything is made through the services that make real ones; only the framework is written straight
into its tables, because a library of twenty competencies would make each test slow.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts.models import Nation, Role, Trust, TrustKind, User
from accounts.services import add_person as add_user
from accounts.services import create_trust, grant_role
from appointments.models import Application, Appointment
from appointments.services import (
    add_candidate,
    create_appointment,
    decide_shortlist,
    move_stage,
)
from appointments.stages import Stage
from assessments.models import Recommendation, Score, ScoreSheet, Verdict
from assessments.queries.outcome import locked_outcome
from assessments.services.decision import Choice, decide, recommend
from assessments.services.sheets import (
    Change,
    lock_sheets,
    open_scoring,
    save_overall_view,
    save_score,
)
from config.demo.people import BY_SLUG, CANDIDATES
from panels.models import Declaration, Member, Panel
from panels.queries import panel_of
from panels.services import (
    add_person,
    convene_panel,
    decide_declaration,
    declare,
    invite_member,
    respond,
)
from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Domain,
    Exercise,
    Framework,
    FrameworkVersion,
    Level,
)

AT = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)
OVERRIDE = "Two seats are empty because of the strike; the chair agreed to go on."
NAMES = (
    "Siân Llewellyn-Hughes",
    "Łukasz Wiśniewski",
    "Ngũgĩ Kamau",
    "陳美玲 (Chan Mei-ling)",
    "Aoife Ní Bhriain",
    "Rajesh Venkataraman",
    "Marguerite Osei-Bonsu",
    "Kacper Nowak",
)
COMPETENCIES = ("Patient safety", "Leading change", "Working with others", "Making decisions")
SEATS = (
    ("LAY", "chair"),
    ("COLLEGE", "assessor"),
    ("CE", "chief-executive"),
    ("MD", "medical-director"),
    ("CONSULTANT", "consultant"),
)


@dataclass
class World:
    """One trust, one appointment and everybody around it; member 0 is the chair."""

    trust: Trust
    blueprint: Blueprint
    officer: User
    chief_executive: User
    medical_director: User
    auditor: User
    appointment: Appointment
    panel: Panel
    members: list[Member] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)

    @property
    def chair(self) -> Member:
        return self.members[0]

    def user(self, member: int) -> User:
        return self.members[member].person.user

    def sheets(self, member: int | None = None) -> list[ScoreSheet]:
        """Return the sheets of one member, or all, by candidate and exercise."""
        rows = ScoreSheet.objects.filter(member__panel=self.panel)
        if member is not None:
            rows = rows.filter(member=self.members[member])
        return list(
            rows.select_related("exercise", "application__appointment", "member").order_by(
                "member__position", "application__position", "exercise__position"
            )
        )

    def sheet(self, member: int = 0, candidate: int = 0) -> ScoreSheet:
        """Return the first exercise's sheet of a member on a candidate."""
        return next(
            sheet
            for sheet in self.sheets(member)
            if sheet.application_id == self.applications[candidate].pk
        )

    def stage(self) -> str:
        return Appointment.objects.get(pk=self.appointment.pk).stage


def make_trust(slug: str = "north", name: str = "North NHS Trust") -> Trust:
    return create_trust(
        name=name,
        slug=slug,
        nation=Nation.ENGLAND,
        kind=TrustKind.NHS_TRUST,
        by=None,
        at=AT,
    )


def make_user(name: str, email: str, trust: Trust | None = None, *roles: Role) -> User:
    user = add_user(email=email, name=name, by=None, at=AT)
    for role in roles:
        grant_role(user=user, trust=trust, role=role, by=None, at=AT)
    return user


def make_blueprint(trust: Trust, exercises: int = 1, criteria: int = 2, **rules) -> Blueprint:
    """Write a tiny published framework and a blueprint over it straight into the tables."""
    framework = Framework.objects.create(trust=trust, slug="small", name="Small framework")
    version = FrameworkVersion.objects.create(framework=framework, number=1)
    domain = Domain.objects.create(version=version, position=1, code="1", name="Care")
    competencies = [
        Competency.objects.create(
            domain=domain,
            position=n,
            code=f"1.{n}",
            name=COMPETENCIES[n - 1],
            summary=f"What {COMPETENCIES[n - 1].lower()} is.",
        )
        for n in range(1, criteria + 1)
    ]
    Level.objects.bulk_create(
        Level(competency=one, value=value, anchor=f"{one.name} at {value}")
        for one in competencies
        for value in range(1, 6)
    )
    FrameworkVersion.objects.filter(pk=version.pk).update(status="PUBLISHED", published_at=AT)
    blueprint = Blueprint.objects.create(
        trust=trust, slug="tiny", name="Tiny plan", version=version, is_ready=True, **rules
    )
    for position in range(1, exercises + 1):
        exercise = Exercise.objects.create(
            blueprint=blueprint,
            position=position,
            kind="PANEL_INTERVIEW",
            name=f"Interview {position}",
            minutes=30,
        )
        for n, competency in enumerate(competencies, start=1):
            Criterion.objects.create(
                exercise=exercise, position=n, competency=competency, weight=10 * n
            )
    return blueprint


def make_world(
    members: int = 2,
    candidates: int = 2,
    *,
    exercises: int = 1,
    criteria: int = 2,
    posts: int = 1,
    slug: str = "north",
    is_declared: bool = True,
    is_open: bool = True,
    seats: tuple = (),
    **rules,
) -> World:
    """Build a world; without `seats` its panel breaks the rules and is opened by an override."""
    trust = make_trust(slug, f"{slug.title()} NHS Trust")
    officer = make_user("Priya Ramanathan", f"officer@{slug}.example", trust, Role.MEDICAL_STAFFING)
    appointment = make_appointment(
        trust, officer, make_blueprint(trust, exercises, criteria, **rules), posts=posts
    )
    world = World(
        trust=trust,
        blueprint=appointment.blueprint,
        officer=officer,
        chief_executive=make_user(
            "Helen Adebayo-Clarke", f"ce@{slug}.example", trust, Role.CHIEF_EXECUTIVE
        ),
        medical_director=make_user(
            "Dr Ewa Nowicka", f"md@{slug}.example", trust, Role.MEDICAL_DIRECTOR
        ),
        auditor=make_user("Wanjiru Muthoni", f"auditor@{slug}.example", trust, Role.AUDITOR),
        appointment=appointment,
        panel=convene_panel(appointment=appointment, by=officer, at=AT),
    )
    apply(world, candidates)
    if seats:
        _seat(world, seats)
    else:
        for number in range(members):
            invite(world, NAMES[number], f"member{number}@{slug}.example", is_chair=number == 0)
    if is_declared:
        declare_all(world)
    if is_open and is_declared:
        open_world(world)
    return world


def make_appointment(
    trust: Trust, officer: User, blueprint: Blueprint, reference: str = "N-100", posts: int = 1
) -> Appointment:
    appointment = create_appointment(
        trust=trust,
        reference=reference,
        post_title="Consultant in acute medicine",
        specialty="Acute internal medicine",
        site="General Hospital",
        posts=posts,
        has_substantial_teaching=False,
        rule_set_key="england_nhs_trust",
        blueprint=blueprint,
        officer=officer,
        aac_at=AT,
        place="Boardroom",
        by=officer,
        at=AT,
    )
    for to in (Stage.ADVERTISED, Stage.SHORTLISTING):
        move_stage(appointment=appointment, to=to, by=officer, at=AT)
    return appointment


def apply(world: World, candidates: int) -> None:
    """Enter candidates, shortlist everybody and finish the shortlist."""
    for name, gmc_number, registration, present_post in CANDIDATES[:candidates]:
        application = add_candidate(
            appointment=world.appointment,
            name=name,
            email=f"c{gmc_number}@mail.example",
            gmc_number=gmc_number,
            registration=registration,
            present_post=present_post,
            by=world.officer,
            at=AT,
        )
        decide_shortlist(
            application=application, is_shortlisted=True, reason="", by=world.officer, at=AT
        )
        world.applications.append(application)
    if candidates:
        move_stage(appointment=world.appointment, to=Stage.SHORTLISTED, by=world.officer, at=AT)


def invite(
    world: World, name: str, email: str, seat: str = "", answers: bool = True, **how
) -> Member:
    """Invite somebody who says yes; facts of the directory come as `facts`."""
    person = add_person(
        trust=world.trust,
        name=name,
        email=email,
        by=world.officer,
        at=AT,
        **how.pop("facts", {}),
    )
    member = invite_member(
        panel=world.panel, person=person, seat=seat, by=world.officer, at=AT, **how
    )
    if answers:
        respond(member=member, is_accepted=True, by=person.user, at=AT)
        world.members.append(member)
    return member


def _seat(world: World, seats: tuple) -> None:
    for seat, slug in seats:
        someone = BY_SLUG[slug]
        invite(
            world,
            someone.name,
            f"{slug}@{world.trust.slug}.example",
            seat,
            is_chair=slug == "chair",
            put_forward_by="COLLEGE" if seat == "COLLEGE" else "",
            facts={
                **someone.directory,
                "training_expires_on": timezone.localdate(AT) + timedelta(days=400),
            },
        )


def declare_all(world: World) -> None:
    for number in range(len(world.members)):
        declare_none(world, number)


def declare_none(world: World, member: int) -> None:
    """Let a member declare that they have no interest in any candidate."""
    for application in world.applications:
        declare(
            member=world.members[member],
            application=application,
            has_interest=False,
            statement="",
            by=world.user(member),
            at=AT,
        )


def recuse(world: World, member: int, candidate: int, outcome: str = "DOES_NOT_SCORE") -> None:
    """Let a member declare an interest in a candidate and the chair decide what follows."""
    declaration = declare(
        member=world.members[member],
        application=world.applications[candidate],
        has_interest=True,
        statement="We trained together and are still close.",
        by=world.user(member),
        at=AT,
    )
    decide_declaration(
        declaration=Declaration.objects.get(pk=declaration.pk),
        outcome=outcome,
        by=world.officer if member == 0 else world.user(0),
        at=AT,
    )


def open_world(world: World, override_reason: str = OVERRIDE) -> list[ScoreSheet]:
    world.panel = panel_of(Appointment.objects.get(pk=world.appointment.pk))
    return open_scoring(panel=world.panel, by=world.officer, at=AT, override_reason=override_reason)


def criteria_of(sheet: ScoreSheet) -> list[Criterion]:
    return list(sheet.exercise.criteria.select_related("competency").order_by("position"))


def save(
    sheet: ScoreSheet,
    criterion: Criterion | int = 0,
    *,
    version: int = 0,
    key: UUID | None = None,
    at: datetime = AT,
    **change,
) -> dict:
    """Save one criterion of a sheet, by its place or itself."""
    if isinstance(criterion, int):
        criterion = criteria_of(sheet)[criterion]
    return save_score(
        sheet=sheet,
        criterion=criterion,
        key=key or uuid4(),
        version=version,
        change=Change(**change),
        by=sheet.member.person.user,
        at=at,
    )


def fill(sheet: ScoreSheet, *values: int, view: str = "APPOINTABLE", note: str = "Said so") -> None:
    """Fill one sheet through the services; one value stands for every criterion."""
    criteria = criteria_of(sheet)
    given = values * len(criteria) if len(values) == 1 else values
    for criterion, value in zip(criteria, given, strict=True):
        save(sheet, criterion, value=value, evidence=note)
    save_overall_view(
        sheet=sheet, key=uuid4(), version=0, view=view, by=sheet.member.person.user, at=AT
    )


def fill_member(world: World, member: int, *values: int, **how) -> None:
    for sheet in world.sheets(member):
        fill(sheet, *(values or (4,)), **how)


def lock(world: World, member: int, at: datetime = AT) -> list[ScoreSheet]:
    return lock_sheets(member=world.members[member], by=world.user(member), at=at)


def score_and_lock(world: World, values: dict | None = None) -> None:
    """Let every member score and lock; `values` maps a candidate to the value everybody gives."""
    for number in range(len(world.members)):
        for sheet in world.sheets(number):
            place = [a.pk for a in world.applications].index(sheet.application_id)
            fill(sheet, (values or {}).get(place, 4 - place % 2))
        lock(world, number)
    world.appointment.refresh_from_db()


def fill_and_lock_at_once(world: World) -> None:
    """Fill and lock every sheet straight in the tables: for pages where only the size matters."""
    Score.objects.bulk_create(
        Score(sheet=sheet, criterion=criterion, value=4, evidence="Said so", version=1, saved_at=AT)
        for sheet in world.sheets()
        for criterion in criteria_of(sheet)
    )
    ScoreSheet.objects.filter(member__panel=world.panel).update(
        overall_view="APPOINTABLE", version=1, locked_at=AT
    )
    move_stage(appointment=world.appointment, to=Stage.SCORED, by=world.officer, at=AT)


def choices_of(world: World) -> dict[int, Choice]:
    """Return what the scores suggest: posts to the first, reserves after, the rest unsuitable."""
    outcome = locked_outcome(fresh_panel(world))
    choices = {}
    for rank, placing in enumerate(outcome.ranking, start=1):
        verdict = Verdict.RECOMMENDED if rank <= world.appointment.posts else Verdict.RESERVE
        choices[placing.application] = Choice(verdict, rank)
    for result in outcome.applications:
        choices.setdefault(result.application, Choice(Verdict.NOT_SUITABLE))
    return choices


def fresh_panel(world: World) -> Panel:
    return panel_of(Appointment.objects.get(pk=world.appointment.pk))


def make_recommendation(world: World, **changes) -> Recommendation:
    return recommend(
        **{
            "panel": fresh_panel(world),
            "choices": choices_of(world),
            "reasons": "The panel agreed after comparing the evidence with the anchors.",
            "by": world.user(0),
            "at": AT,
            **changes,
        }
    )


def make_decision(recommendation: Recommendation, world: World, **changes):
    return decide(
        **{
            "recommendation": recommendation,
            "is_accepted": True,
            "reason": "",
            "by": world.chief_executive,
            "at": AT,
            **changes,
        }
    )


def scored_world(*args, values: dict | None = None, **how) -> World:
    world = make_world(*args, **how)
    score_and_lock(world, values)
    return world


def decided_world(*args, **how) -> World:
    world = scored_world(*args, **how)
    make_decision(make_recommendation(world), world)
    world.appointment.refresh_from_db()
    return world


def browser(user: User, *, has_proved: bool = True) -> Client:
    """Return a client signed in as somebody; staff have their second factor.

    `has_proved` says that they proved who they are a moment ago, as sealing and deciding ask.
    """
    if user.trust_roles.exists():
        Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "unused"}}
        )
    client = Client()
    client.force_login(user)
    if has_proved:
        session = client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session.save()
    return client
