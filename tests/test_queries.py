"""Every list asks the database equally often, whether it shows one row or thirty.

Each route that answers GET stands in LIST_PAGES or in NOT_LISTS, so a new one fails until somebody
has thought about it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from accounts.services import add_person as add_user
from accounts.services import grant_role
from appointments.models import Appointment
from appointments.services import add_candidate, create_appointment, decide_shortlist
from audit.ledger import record
from panels.models import Member
from panels.queries import panel_of
from panels.services import add_person, convene_panel, declare, invite_member, respond
from rubrics.services import add_question, clone_version, create_blueprint
from tests.test_access_matrix import DOORS, NOT_ALLOWED, POLICY, routes
from tests.worlds import World, play, signed_in

pytestmark = pytest.mark.django_db

MANY = 30


@dataclass(frozen=True)
class ListPage:
    """A page with a list: who opens it, and how one more row comes into it."""

    name: str
    role: str
    grow: Callable[[World, int], object]
    args: Callable[[World], list] = lambda w: []
    query: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.role}{self.query}"


def who(w: World, role: str = "staffing") -> dict:
    return {"by": w.users[role], "at": w.at}


def one_appointment(w: World, number: int) -> Appointment:
    """Add an appointment with a candidate and a convened panel."""
    appointment = create_appointment(
        trust=w.story.trust,
        reference=f"Q-{number}",
        post_title=f"Consultant number {number}",
        specialty=f"Specialty {number}",
        site="",
        posts=1,
        has_substantial_teaching=False,
        rule_set_key="england_nhs_trust",
        blueprint=w.story.blueprint,
        officer=w.users["staffing"],
        aac_at=w.at + timedelta(days=number),
        place="",
        **who(w),
    )
    one_candidate(w, number, appointment)
    return appointment


def one_candidate(w: World, number: int, appointment: Appointment | None = None):
    """Add a candidate to an appointment, of the shortlisting stage unless said otherwise."""
    return add_candidate(
        appointment=appointment or w.shortlisting,
        name=f"Dr Candidate {number}",
        email=f"q{number}@demo.quorate.example",
        gmc_number=f"00{number:05}",
        registration="",
        present_post="",
        **who(w),
    )


def one_shortlisted(w: World, number: int):
    """Add a shortlisted candidate to the panel that is ready."""
    application = one_candidate(w, number, w.ready)
    decide_shortlist(application=application, is_shortlisted=True, reason="", **who(w))
    return application


def one_person(w: World, number: int):
    return add_person(
        trust=w.story.trust,
        name=f"Person {number}",
        email=f"person{number}@demo.quorate.example",
        **who(w),
    )


def one_member(w: World, number: int) -> Member:
    """Add a member who accepted and declared to the panel that is ready."""
    panel = panel_of(w.ready)
    member = invite_member(panel=panel, person=one_person(w, number), **who(w))
    respond(member=member, is_accepted=True, by=member.person.user, at=w.at)
    for application in w.applications(w.ready):
        declare(
            member=member,
            application=application,
            has_interest=True,
            statement="A former colleague.",
            by=member.person.user,
            at=w.at,
        )
    return member


def one_panel(slug: str) -> Callable[[World, int], object]:
    """Return how to ask somebody onto one more panel, which they accept."""

    def grow(w: World, number: int) -> None:
        panel = convene_panel(appointment=one_appointment(w, number), **who(w))
        member = invite_member(panel=panel, person=w.story.people[slug], **who(w))
        respond(member=member, is_accepted=True, by=member.person.user, at=w.at)

    return grow


def one_holder(w: World, number: int) -> None:
    """Add somebody with two roles."""
    user = add_user(
        email=f"holder{number}@demo.quorate.example", name=f"Holder {number}", by=None, at=w.at
    )
    for role in (Role.AUDITOR, Role.FRAMEWORK_EDITOR):
        grant_role(user=user, trust=w.story.trust, role=role, by=None, at=w.at)


def one_version(w: World, number: int):
    return clone_version(version=w.published, **who(w, "editor"))


def one_blueprint(w: World, number: int):
    return create_blueprint(
        trust=w.story.trust, slug="consultant-aac", version=w.published, **who(w, "editor")
    )


def one_question(w: World, number: int):
    return add_question(
        competency=w.draft_competency(),
        kind="SITUATIONAL",
        difficulty="STANDARD",
        text=f"Question {number}?",
        **who(w, "editor"),
    )


def one_entry(w: World, number: int):
    """Add an entry by somebody new to a chain."""
    user = add_user(email=f"a{number}@demo.quorate.example", name=f"A {number}", by=None, at=w.at)
    return record(chain=w.today.chain, action="test.done", obj=user, by=user, at=w.at)


def one_decision(w: World, number: int) -> None:
    """Add an appointment that waits for the chief executive."""
    appointment = one_appointment(w, number)
    Appointment.objects.filter(pk=appointment.pk).update(stage="RECOMMENDED")


def one_report(w: World, number: int) -> None:
    """Add a candidate whose report is to be reviewed to the decided appointment."""
    from appointments.models import Application, ApplicationStatus, Candidate
    from assessments.models import CandidateReport

    candidate = Candidate.objects.create(
        trust=w.story.trust, name=f"Dr {number}", email="x@y.example", gmc_number=f"00{number:05}"
    )
    application = Application.objects.create(
        appointment=w.decided,
        candidate=candidate,
        position=number,
        status=ApplicationStatus.SHORTLISTED,
    )
    CandidateReport.objects.create(application=application)


def at(name: str) -> Callable[[World], list]:
    return lambda w: [getattr(w, name).pk]


LIST_PAGES = (
    ListPage("home", "staffing", one_appointment),
    ListPage("home", "member", one_panel("consultant")),
    ListPage("home", "chair", one_panel("chair")),
    ListPage("home", "chief_executive", one_decision),
    ListPage("home", "auditor", one_appointment),
    ListPage("appointments:list", "staffing", one_appointment),
    ListPage("appointments:list", "auditor", one_appointment, query="?sort=-candidates"),
    ListPage("appointments:candidates", "staffing", one_candidate, at("shortlisting")),
    ListPage("panels:people", "staffing", one_person),
    ListPage("panels:panel", "staffing", one_member, at("ready")),
    ListPage("panels:panel", "chair", one_shortlisted, at("ready")),
    ListPage("panels:invite", "staffing", one_person, at("ready")),
    ListPage("panels:interests", "chair", one_member, at("ready")),
    ListPage("panels:declarations", "member", one_shortlisted, at("ready")),
    ListPage("assessments:appointment", "staffing", one_shortlisted, at("ready")),
    ListPage("assessments:appointment", "staffing", one_report, at("decided")),
    ListPage("assessments:appointment", "auditor", one_member, at("ready")),
    ListPage("assessments:open_scoring", "staffing", one_member, at("ready")),
    ListPage("rubrics:frameworks", "editor", one_version),
    ListPage("rubrics:version", "editor", one_version, at("published")),
    ListPage("rubrics:blueprints", "editor", one_blueprint),
    ListPage("rubrics:bank", "editor", one_question, query="?source=drafts"),
    ListPage(
        "rubrics:draft_questions", "editor", one_question, lambda w: [w.draft_competency().pk]
    ),
    ListPage("panels:interview_plan", "staffing", one_member, at("ready")),
    ListPage("assessments:paper", "staffing", one_shortlisted, at("ready")),
    ListPage("accounts:people_and_roles", "administrator", one_holder),
    ListPage(
        "accounts:roles_of_trust", "administrator", one_holder, lambda w: [w.story.trust.slug]
    ),
    ListPage("ledger", "auditor", one_appointment),
    ListPage("ledger_chain", "auditor", one_entry, lambda w: [w.today.chain]),
)

BY_CANDIDATES = (
    "assessments:board",
    "assessments:review",
    "assessments:sheet",
    "assessments:outcome",
)
"""Lists whose rows are candidates of a panel that has scored: told with one and with more."""

NOT_LISTS = {
    "appointments:add_candidate": "one form",
    "appointments:decide_shortlist": "one candidate",
    "appointments:withdraw": "one candidate",
    "appointments:cancel": "one form",
    "panels:add_person": "one form",
    "panels:change_person": "one person",
    "panels:create_appointment": "one form; its choices are one query each",
    "panels:change_member": "one member",
    "panels:stand_down": "one member",
    "panels:respond": "one invitation",
    "panels:decide_declaration": "one interest",
    "assessments:recommend": "the candidates of assessments:outcome",
    "assessments:decide": "the candidates of assessments:outcome",
    "assessments:report": "one candidate",
    "assessments:review_report": "one candidate",
    "assessments:report_pdf": "one file",
    "rubrics:edit_competency": "one competency",
    "rubrics:blueprint": "one blueprint; tests/rubrics/queries counts its queries",
    "rubrics:start_blueprint": "one form",
    "rubrics:add_exercise": "one form",
    "rubrics:blueprint_details": "one form",
    "rubrics:blueprint_rules": "one form",
    "rubrics:blueprint_weights": "one blueprint; tests/rubrics counts its queries",
    "rubrics:copy_blueprint": "one form",
    "rubrics:renew_blueprint": "one form",
    "rubrics:edit_exercise": "one exercise",
    "rubrics:exercise_questions": "one exercise; tests/rubrics counts its queries",
    "rubrics:import_framework": "one form",
    "rubrics:preview_import": "one file that waits",
    "rubrics:compare": "two versions; tests/rubrics counts its queries",
    "rubrics:start_framework": "one form",
    "rubrics:edit_details": "one form",
    "rubrics:change_scale": "one form",
    "rubrics:add_domain": "one form",
    "rubrics:edit_domain": "one domain",
    "rubrics:add_competency": "one form",
    "rubrics:add_question": "one form",
    "rubrics:edit_question": "one question",
    "rubrics:question": "one question; its uses are tried in tests/rubrics",
    "rubrics:retire_question": "one question",
    "assessments:preview": "one blueprint",
    "assessments:paper_pdf": "one file",
    "accounts:add_person": "one form",
    "accounts:person_roles": "one person",
    "livez": "no page",
    "readyz": "no page",
}
"""Routes that answer GET and show one thing, each with what that is."""


def queries_of(w: World, page: ListPage) -> int:
    """Return how many queries a page needs, once its content types are known."""
    client, url = signed_in(w.users[page.role]), reverse(page.name, args=page.args(w)) + page.query
    client.get(url)
    with CaptureQueriesContext(connection) as context:
        response = client.get(url)
    assert response.status_code == 200, url
    return len([one for one in context if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_every_page_is_a_list_or_shows_one_thing():
    answering = {row.name for row in POLICY if row.get != NOT_ALLOWED} - {"accounts:demo_sign_in"}
    listed = {page.name for page in LIST_PAGES} | set(BY_CANDIDATES) | set(NOT_LISTS)
    missing, gone = sorted(answering - listed), sorted(listed - set(routes()))
    assert not missing, (
        f"Does {', '.join(missing)} show a list? If so, add it to LIST_PAGES in"
        " tests/test_queries.py with how a row comes into it; if not, to NOT_LISTS with what it"
        " shows."
    )
    assert not gone, f"Take these out of tests/test_queries.py, they are gone: {', '.join(gone)}"
    assert not listed & {door.name for door in DOORS}


@pytest.mark.parametrize("listing", LIST_PAGES, ids=str)
def test_list_needs_the_same_queries_for_thirty_rows_as_for_one(world, listing):
    with transaction.atomic():
        listing.grow(world, 1000)
        few = queries_of(world, listing)
        for number in range(1001, 1000 + MANY):
            listing.grow(world, number)
        assert queries_of(world, listing) == few
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", BY_CANDIDATES)
def test_scores_of_more_candidates_need_the_same_queries(world, name):
    stage = "scored" if name == "assessments:outcome" else "open"
    counted = []
    with transaction.atomic():
        for number, candidates in enumerate((slice(2, 3), slice(2, 7))):
            appointment, _ = play(world.story, f"N-{number}", stage, candidates)
            sheet = world.sheet("consultant", appointment)
            role = "chair" if name == "assessments:board" else "member"
            pk = sheet.pk if name == "assessments:sheet" else appointment.pk
            counted.append(
                queries_of(world, ListPage(name, role, one_person, lambda w, pk=pk: [pk]))
            )
        transaction.set_rollback(True)
    assert counted[0] == counted[1]
