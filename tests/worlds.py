"""A whole small world: two trusts, an appointment at every stage, and one person of every kind.

It is told through the demonstration's own story, and so through the services that pages use.
"""

import pickle
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers import sort_dependencies
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import Role, TrustRole, User
from accounts.services import add_person as add_user
from accounts.services import grant_role
from appointments.models import Application, Appointment
from assessments.models import CandidateReport, ScoreSheet
from assessments.services.drawing import draw_pdf
from audit.triggers import drop_statements, install
from config.demo import story as stories
from config.demo.people import CANDIDATES, PEOPLE, Someone
from config.demo.scores import EVIDENCE
from config.demo.story import SEATS, Story
from panels.access import TABLES, mend_drift
from panels.models import Declaration, DeclarationOutcome, Member
from panels.queries import panel_of
from panels.services import (
    convene_panel,
    decide_declaration,
    declare,
    invite_member,
    respond,
    stand_down,
)
from rubrics.models import Competency, FrameworkVersion
from rubrics.services import clone_version, create_blueprint

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MEMBERS = tuple(slug for _, slug in SEATS)

CANARY = "Zaffrecanary"
"""Stands in every name, title and note of the other trust, and nowhere else."""

ANONYMOUS = "anonymous"
ROLES = (
    ANONYMOUS,
    "member",
    "outsider",
    "recused",
    "chair",
    "staffing",
    "other_staffing",
    "chief_executive",
    "medical_director",
    "auditor",
    "editor",
    "administrator",
)
"""Everybody of the access matrix: `outsider` sits on another panel, `other_staffing` in the other
trust, `recused` sits on the panel and does not score one of its candidates."""

OFFICERS = {
    "chief_executive": ("Dame Ottoline Vane", Role.CHIEF_EXECUTIVE),
    "medical_director": ("Dr Bashir Qureshi", Role.MEDICAL_DIRECTOR),
}
"""People who hold one role and sit on no panel, unlike the demonstration's."""


class Elsewhere(Someone):
    """Somebody of the other trust."""

    @property
    def email(self) -> str:
        return f"{self.slug}@elsewhere.example"


class World:
    """Two trusts; `story` is ours and `elsewhere` the other one's."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.story = Story(at)
        self.story.set_up()
        self.elsewhere = other_trust(at)
        self.users = self._users()
        self._appointments()
        self.draft = clone_version(version=self.published, by=self.users["editor"], at=at)
        self.plan = create_blueprint(
            trust=self.story.trust,
            slug="assessment-day",
            version=self.published,
            by=self.users["editor"],
            at=at,
        )
        give_second_factors()

    def _users(self) -> dict[str, User]:
        mine, theirs = self.story.users, self.elsewhere.users
        users = {
            "member": mine["consultant"],
            "outsider": mine["manager"],
            "recused": mine["assessor"],
            "chair": mine["chair"],
            "staffing": mine["officer"],
            "other_staffing": theirs["officer"],
            "auditor": mine["auditor"],
            "editor": mine["framework-editor"],
            "administrator": mine["administrator"],
        }
        for slug, (name, role) in OFFICERS.items():
            email = f"{slug}@demo.quorate.example"
            users[slug] = add_user(email=email, name=name, by=None, at=self.at)
            grant_role(user=users[slug], trust=self.story.trust, role=role, by=None, at=self.at)
        return users

    def _appointments(self) -> None:
        story = self.story
        self.planned = advertise(story, "W-1", 30)
        self.shortlisting = advertise(story, "W-2", 25)
        story.apply(self.shortlisting, slice(3, 5))
        self.convened, self.invited = self._convened()
        self.another, _ = self._another()
        self.ready, _ = self._with_interest("W-5", is_decided=False)
        self.today, panel = self._with_interest("W-6", is_decided=True)
        story.open(panel)
        story.score(panel, ("chief-executive",))
        self.closing = self._closing()
        self.scored, _ = play(story, "W-7", "scored", slice(0, 1))
        self.waiting, _ = play(story, "W-8", "waiting", slice(0, 1))
        self.decided, _ = play(story, "W-9", "decided")

    def _convened(self) -> tuple[Appointment, Member]:
        """An appointment whose consultant has not answered the invitation yet."""
        story = self.story
        appointment = advertise(story, "W-3", 20)
        story.shortlist(appointment, story.apply(appointment, slice(5, 6)))
        panel = story.convene(appointment, SEATS[:-1])
        return appointment, invite(story, panel, "consultant", "CONSULTANT")

    def _another(self) -> tuple[Appointment, Member]:
        """An appointment on whose panel the outsider sits, and nobody else."""
        story = self.story
        appointment = advertise(story, "W-4", 18)
        story.shortlist(appointment, story.apply(appointment, slice(6, 7)))
        panel = convene_panel(appointment=appointment, by=story.users["officer"], at=self.at)
        member = invite(story, panel, "manager")
        respond(member=member, is_accepted=True, by=story.users["manager"], at=self.at)
        return appointment, member

    def _with_interest(self, reference: str, *, is_decided: bool) -> tuple[Appointment, object]:
        """An appointment whose assessor declared an interest in the second candidate."""
        story, slug = self.story, "assessor"
        appointment = advertise(story, reference, 0)
        first, second = story.apply(appointment, slice(0, 2))
        story.shortlist(appointment, [first, second])
        panel = story.convene(appointment)
        story.declare_no_interests(panel, but=(slug,))
        member, user = story.members(panel)[slug], story.users[slug]
        for application, statement in ((first, ""), (second, "I supervised their research.")):
            declaration = declare(
                member=member,
                application=application,
                has_interest=bool(statement),
                statement=statement,
                by=user,
                at=self.at,
            )
        if is_decided:
            decide_declaration(
                declaration=declaration,
                outcome=DeclarationOutcome.DOES_NOT_SCORE,
                by=story.users["chair"],
                at=self.at,
            )
        return appointment, panel

    def _closing(self) -> Appointment:
        """An appointment in session whose last open sheets fell away with their member."""
        story = self.story
        appointment = advertise(story, "W-10", 0)
        story.shortlist(appointment, story.apply(appointment, slice(7, 8)))
        panel = story.convene(appointment)
        story.declare_no_interests(panel)
        story.open(panel)
        story.score(panel, MEMBERS[:-1])
        stand_down(
            member=story.members(panel)["consultant"],
            reason="Taken ill.",
            by=story.users["officer"],
            at=self.at,
        )
        return appointment

    @property
    def published(self) -> FrameworkVersion:
        """Our trust's published framework version."""
        return self.story.blueprint.version

    def user(self, role: str) -> User | None:
        """Return who plays a role of the access matrix."""
        return None if role == ANONYMOUS else self.users[role]

    def client(self, role: str) -> Client:
        """Return a client signed in with everything that this role's pages ask for."""
        return signed_in(self.user(role))

    def applications(self, appointment: Appointment) -> list[Application]:
        """Return the applications to an appointment in their order."""
        return list(appointment.applications.order_by("position"))

    def sheet(self, slug: str, appointment: Appointment | None = None) -> ScoreSheet:
        """Return a member's last sheet of an appointment: of its last candidate."""
        sheets = ScoreSheet.objects.filter(
            member__person=self.story.people[slug],
            application__appointment=appointment or self.today,
        )
        return sheets.order_by("application__position", "exercise__position").last()

    def members(self, appointment: Appointment) -> dict[str, Member]:
        """Return the members of an appointment's panel by their slug."""
        return self.story.members(panel_of(appointment))

    def interest(self, appointment: Appointment) -> Declaration:
        """Return the one interest that was declared for an appointment."""
        return Declaration.objects.get(member__panel__appointment=appointment, has_interest=True)

    def report(self, position: int) -> CandidateReport:
        """Return a report of the decided appointment; the first is released, the second not."""
        return CandidateReport.objects.get(
            application__appointment=self.decided, application__position=position
        )

    def draft_competency(self) -> Competency:
        """Return the first competency of our trust's draft."""
        return Competency.objects.filter(domain__version=self.draft).order_by("pk").first()


def advertise(story: Story, reference: str, days: int, title: str = "") -> Appointment:
    """Create an appointment in the specialty of the demonstration's people."""
    title = title or f"Consultant in acute medicine ({reference})"
    return story.advertise(reference, title, "Acute internal medicine", days)


def invite(story: Story, panel, slug: str, seat: str = "") -> Member:
    """Invite somebody who does not answer."""
    return invite_member(
        panel=panel, person=story.people[slug], seat=seat, by=story.users["officer"], at=story.at
    )


def play(
    story: Story,
    reference: str,
    stage: str,
    candidates: slice = slice(0, 2),
    title: str = "",
) -> tuple[Appointment, object]:
    """Bring an appointment to a stage: open, scored, waiting or decided."""
    appointment = advertise(story, reference, -1, title)
    story.shortlist(appointment, story.apply(appointment, candidates))
    panel = story.convene(appointment)
    story.declare_no_interests(panel)
    story.open(panel)
    if stage != "open":
        story.score(panel, MEMBERS)
    if stage in ("waiting", "decided"):
        recommendation = story.recommend(panel)
        if stage == "decided":
            story.decide(recommendation)
            report = CandidateReport.objects.filter(
                application__appointment=appointment, released_at__isnull=False
            ).get()
            draw_pdf(report_pk=report.pk)
    return appointment, panel


@contextmanager
def told_elsewhere():
    """Let the story speak of another trust, whose every word holds the canary."""
    people = tuple(
        Elsewhere(
            one.slug,
            f"{one.name} {CANARY}",
            one.roles,
            {**one.directory, "employer": f"{CANARY} Hospitals"} if one.directory else {},
        )
        for one in PEOPLE
    )
    candidates = tuple(
        (f"{name} {CANARY}", number, f"{registration} {CANARY}", f"{post} {CANARY}")
        for name, number, registration, post in CANDIDATES
    )
    evidence = {
        code: tuple(f"{line} {CANARY}" for line in lines) for code, lines in EVIDENCE.items()
    }
    with (
        patch.multiple(
            stories,
            TRUST=f"{CANARY} Hospitals NHS Trust",
            TRUST_SLUG="elsewhere",
            PEOPLE=people,
            CANDIDATES=candidates,
        ),
        patch.object(stories.scores, "EVIDENCE", evidence),
    ):
        yield


def other_trust(at: datetime) -> Story:
    """Make the other trust, with one panel in session and one appointment decided."""
    with told_elsewhere():
        story = Story(at)
        story.set_up()
        story.today, _ = play(story, "W-6", "open", slice(0, 1), f"Consultant {CANARY}")
        story.decided, _ = play(story, "W-9", "decided", slice(1, 2), f"Consultant {CANARY}")
    return story


def give_second_factors() -> None:
    """Give everybody with a role the one-time password generator that staff need."""
    for user in User.objects.filter(pk__in=TrustRole.objects.values("user")):
        if not Authenticator.objects.filter(user=user).exists():
            totp.TOTP.activate(user, TOTP_SECRET)


def signed_in(user: User | None) -> Client:
    """Return a client signed in as somebody who has just given everything asked for."""
    client = Client()
    if user is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = session_key(user)
    return client


def session_key(user: User) -> str:
    """Begin a session in which somebody has just given a password and a second factor."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    request = HttpRequest()
    request.session = client.session
    for method in ("password", "mfa"):
        record_authentication(request, user, method, reauthenticated=True)
    request.session.save()
    return request.session.session_key


APPS = ("accounts", "mfa", "rubrics", "appointments", "panels", "assessments", "audit")
GRANTS = tuple(TABLES.values())
"""Rows of these follow from memberships, and name permissions by numbers of this database."""

_kept: list[bytes] = []


def load_world() -> World:
    """Put a whole world into an empty database: told once in a process, copied after that."""
    assert not User.objects.exists(), "a world is put into an empty test database only"
    if not _kept:
        with transaction.atomic():
            world = World(timezone.now())
            _kept.append(pickle.dumps((world, _rows())))
            transaction.set_rollback(True)
    world, rows = pickle.loads(_kept[0])
    with transaction.atomic():
        _put_back(rows)
    return world


def empty_database() -> None:
    """Empty a test database in which a world was committed."""
    with connection.cursor() as cursor:
        for statement in drop_statements(connection):
            cursor.execute(statement)
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)


def _models() -> list[type[Model]]:
    """Return the models whose rows make up a world, each after those it points to."""
    configs = [apps.get_app_config(label) for label in APPS]
    ordered = sort_dependencies([(config, None) for config in configs])
    return [model for model in ordered if model not in GRANTS]


def _rows() -> list[tuple[type[Model], list[Model]]]:
    return [(model, list(model._base_manager.all())) for model in _models()]


def _put_back(rows: list[tuple[type[Model], list[Model]]]) -> None:
    """Insert rows as they were; the triggers stand aside, since sheets are locked already."""
    with connection.cursor() as cursor:
        for statement in drop_statements(connection):
            cursor.execute(statement)
        for model, found in rows:
            model._base_manager.bulk_create(found)
        for statement in connection.ops.sequence_reset_sql(no_style(), [m for m, _ in rows]):
            cursor.execute(statement)
    connection.check_constraints()
    install(connection)
    mend_drift()
