"""The demonstration's appointments, each brought to its phase by the same services as real ones."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils import timezone

from accounts.models import Nation, Trust, TrustKind, User
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
from assessments.models import CandidateReport, Recommendation, ScoreSheet, Verdict
from assessments.queries.outcome import locked_outcome
from assessments.services.decision import Choice, decide, recommend
from assessments.services.reports import release_report, review_report
from assessments.services.sheets import (
    Change,
    lock_sheets,
    open_scoring,
    save_overall_view,
    save_score,
)
from audit.heads import sign_head
from config.demo import scores
from config.demo.people import CANDIDATES, PEOPLE, TRUST, TRUST_SLUG
from panels.models import Member, Panel, Person
from panels.queries import even_plan, panel_of
from panels.services import (
    add_person,
    assign_questions,
    convene_panel,
    declare,
    invite_member,
    respond,
)
from rubrics.library import available
from rubrics.models import Blueprint
from rubrics.services import create_blueprint, load_library, publish_version

SEATS = (
    ("LAY", "chair"),
    ("COLLEGE", "assessor"),
    ("CE", "chief-executive"),
    ("MD", "medical-director"),
    ("CONSULTANT", "consultant"),
)


class Story:
    """The fictional trust and what happens in it; `at` is the moment it is told."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.trust: Trust
        self.users: dict[str, User] = {}
        self.people: dict[str, Person] = {}
        self.blueprint: Blueprint

    def set_up(self) -> None:
        """Make the trust, its people with their roles, the framework and the blueprint."""
        self.trust = create_trust(
            name=TRUST,
            slug=TRUST_SLUG,
            nation=Nation.ENGLAND,
            kind=TrustKind.NHS_TRUST,
            by=None,
            at=self.at,
        )
        for one in PEOPLE:
            user = add_user(email=one.email, name=one.name, by=None, at=self.at)
            self.users[one.slug] = user
            for role in one.roles:
                grant_role(user=user, trust=self.trust, role=role, by=None, at=self.at)
            if one.directory:
                self.people[one.slug] = add_person(
                    trust=self.trust,
                    name=one.name,
                    email=one.email,
                    training_expires_on=timezone.localdate(self.at) + timedelta(days=400),
                    by=self.users["officer"],
                    at=self.at,
                    **one.directory,
                )
        editor = self.users["framework-editor"]
        version = load_library(
            trust=self.trust, path=available()["medical-leadership"], by=editor, at=self.at
        )
        publish_version(version=version, by=editor, at=self.at)
        self.blueprint = create_blueprint(
            trust=self.trust, slug="consultant-aac", version=version, by=editor, at=self.at
        )

    def advertise(
        self, reference: str, post_title: str, specialty: str, days: int, posts: int = 1
    ) -> Appointment:
        """Create an appointment whose panel meets so many days from now, and advertise it."""
        meets_on = weekday(timezone.localtime(self.at) + timedelta(days=days), days)
        appointment = create_appointment(
            trust=self.trust,
            reference=reference,
            post_title=post_title,
            specialty=specialty,
            site="Aldermoor General Hospital",
            posts=posts,
            has_substantial_teaching=False,
            rule_set_key="england_nhs_trust",
            blueprint=self.blueprint,
            officer=self.users["officer"],
            aac_at=meets_on.replace(hour=9, minute=30, second=0, microsecond=0),
            place="Boardroom, Trust Headquarters",
            by=self.users["officer"],
            at=self.at,
        )
        self.move(appointment, Stage.ADVERTISED)
        return appointment

    def move(self, appointment: Appointment, to: Stage) -> None:
        """Move an appointment on, as the officer would."""
        move_stage(appointment=appointment, to=to, by=self.users["officer"], at=self.at)

    def apply(self, appointment: Appointment, candidates: slice) -> list[Application]:
        """Enter candidates' applications and begin shortlisting."""
        applications = [
            add_candidate(
                appointment=appointment,
                name=name,
                email=f"candidate.{gmc_number}@demo.quorate.example",
                gmc_number=gmc_number,
                registration=registration,
                present_post=present_post,
                by=self.users["officer"],
                at=self.at,
            )
            for name, gmc_number, registration, present_post in CANDIDATES[candidates]
        ]
        self.move(appointment, Stage.SHORTLISTING)
        return applications

    def shortlist(self, appointment: Appointment, applications: list[Application]) -> None:
        """Shortlist everybody."""
        for application in applications:
            decide_shortlist(
                application=application,
                is_shortlisted=True,
                reason="",
                by=self.users["officer"],
                at=self.at,
            )
        self.move(appointment, Stage.SHORTLISTED)

    def convene(self, appointment: Appointment, seats: tuple = SEATS) -> Panel:
        """Convene a panel; everybody accepts, and the questions are shared out."""
        panel = convene_panel(appointment=appointment, by=self.users["officer"], at=self.at)
        for seat, slug in seats:
            member = invite_member(
                panel=panel,
                person=self.people[slug],
                seat=seat,
                is_chair=slug == "chair",
                put_forward_by="COLLEGE" if seat == "COLLEGE" else "",
                by=self.users["officer"],
                at=self.at,
            )
            respond(member=member, is_accepted=True, by=self.users[slug], at=self.at)
        assign_questions(
            panel=panel, assignments=even_plan(panel), by=self.users["officer"], at=self.at
        )
        return panel

    def declare_no_interests(self, panel: Panel, but: tuple[str, ...] = ()) -> None:
        """Let every member but some declare that they have no interest in any candidate."""
        for slug, member in self.members(panel).items():
            if slug in but:
                continue
            for application in panel.appointment.applications.to_be_assessed():
                declare(
                    member=member,
                    application=application,
                    has_interest=False,
                    statement="",
                    by=self.users[slug],
                    at=self.at,
                )

    def members(self, panel: Panel) -> dict[str, Member]:
        """Return a panel's members by their slug."""
        members = panel.members.select_related("person").order_by("position")
        return {member.person.email.split("@")[0]: member for member in members}

    def open(self, panel: Panel) -> None:
        """Open scoring, as the officer would."""
        open_scoring(panel=panel, by=self.users["officer"], at=self.at)

    def score(self, panel: Panel, slugs: tuple[str, ...], leave: int = 0) -> None:
        """Let members score and lock; `leave` keeps that many last sheets blank, and all open."""
        members = self.members(panel)
        for slug in slugs:
            sheets = list(
                ScoreSheet.objects.filter(member=members[slug])
                .select_related("application", "exercise__blueprint__version")
                .order_by("exercise__position", "application__position")
            )
            for sheet in sheets[: len(sheets) - leave]:
                self._fill(slug, sheet)
            if not leave:
                lock_sheets(member=members[slug], by=self.users[slug], at=self.at)

    def _fill(self, slug: str, sheet: ScoreSheet) -> None:
        user, namespace = self.users[slug], _namespace(sheet)
        candidate = sheet.application.position - 1
        total = 0
        criteria = sheet.exercise.criteria.select_related("competency").order_by("position")
        for place, criterion in enumerate(criteria):
            value = scores.given(slug, candidate, place)
            total += value
            save_score(
                sheet=sheet,
                criterion=criterion,
                key=uuid5(namespace, f"criterion {criterion.pk}"),
                version=0,
                change=Change(value=value, evidence=scores.note(criterion.competency.code, value)),
                by=user,
                at=self.at,
            )
        mean = total / len(criteria)
        view = "APPOINTABLE" if mean >= 3.2 else "BORDERLINE" if mean >= 2.7 else "NOT_APPOINTABLE"
        save_overall_view(
            sheet=sheet,
            key=uuid5(namespace, "overall"),
            version=0,
            view=view,
            by=user,
            at=self.at,
        )

    def recommend(self, panel: Panel) -> Recommendation:
        """Let the chair record what the scores suggest."""
        panel = panel_of(Appointment.objects.get(pk=panel.appointment_id))
        outcome = locked_outcome(panel)
        choices = {}
        for result in outcome.applications:
            placing = outcome.placing(result.application)
            if not placing:
                choices[result.application] = Choice(Verdict.NOT_SUITABLE)
            elif placing.rank <= panel.appointment.posts:
                choices[result.application] = Choice(Verdict.RECOMMENDED, placing.rank)
            else:
                choices[result.application] = Choice(Verdict.RESERVE, placing.rank)
        return recommend(
            panel=panel,
            choices=choices,
            reasons="The panel agreed on each candidate after comparing its evidence with the"
            " anchors, competency by competency.",
            by=self.users["chair"],
            at=self.at,
        )

    def decide(self, recommendation: Recommendation) -> None:
        """Let the chief executive accept, and the officer review and release the first report."""
        decide(
            recommendation=recommendation,
            is_accepted=True,
            reason="",
            by=self.users["chief-executive"],
            at=self.at,
        )
        reports = CandidateReport.objects.filter(
            application__appointment=recommendation.panel.appointment
        ).order_by("application__position")
        report = reports[0]
        review_report(
            report=report,
            version=0,
            strengths=scores.STRENGTHS,
            next_steps=scores.NEXT_STEPS,
            evidence={code: lines[0] for code, lines in scores.EVIDENCE.items()},
            by=self.users["officer"],
            at=self.at,
        )
        release_report(report=report, by=self.users["officer"], at=self.at)

    def sign(self) -> None:
        """Sign the trust's own chain."""
        sign_head(chain=f"trust:{self.trust.pk}", at=self.at)


def weekday(moment: datetime, days: int) -> datetime:
    """Move a panel off a weekend, away from today; today's panel meets today."""
    while days and moment.weekday() >= 5:
        moment += timedelta(days=1 if days > 0 else -1)
    return moment


def _namespace(sheet: ScoreSheet) -> UUID:
    return uuid5(NAMESPACE_OID, f"sheet {sheet.pk}")
