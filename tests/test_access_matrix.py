"""Who gets what at every address: each route x method x role has its row here.

A new route fails until it has one. Not yours is 404; yours but not now, or not for your role, is
403 with the reason; anonymous visitors are sent to sign in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from appointments.models import Application
from assessments.models import CandidateReport, ScoreSheet
from assessments.queries.paper import paper_sheets
from panels.models import Declaration, Member
from panels.queries import panel_of
from rubrics.models import Competency, Question
from tests.worlds import ANONYMOUS, CANARY, ROLES, World, session_key

pytestmark = pytest.mark.django_db

KNOWN = tuple(role for role in ROLES if role != ANONYMOUS)
SITTING = ("member", "recused", "chair")
OFFICE = ("staffing", "chief_executive", "medical_director")
ROLE_HOLDERS = (*OFFICE, "auditor", "editor", "administrator")
SIGN_IN, STEP_UP = "to sign-in", "to step-up"
KEY = UUID("3f0a2b60-63f5-4f39-8f32-0c4ec03a61dd")

Statuses = dict[str, object]


def only(status: int, *roles: str, rest: int = 404, **others: tuple[str, ...]) -> Statuses:
    """Say what each role gets: `status` for some, others by `s403=(...)`, the rest not found."""
    given: Statuses = {ANONYMOUS: SIGN_IN, **dict.fromkeys(KNOWN, rest)}
    given |= {role: int(name.removeprefix("s")) for name, found in others.items() for role in found}
    return given | dict.fromkeys(roles, status)


def everyone(status: int, anonymous: object = SIGN_IN) -> Statuses:
    """Say that whoever is signed in gets the same."""
    return {**dict.fromkeys(KNOWN, status), ANONYMOUS: anonymous}


NOT_ALLOWED = everyone(405)
Arguments = Callable[[World], list]


@dataclass(frozen=True)
class Row:
    """What every role gets at one address; `when` tells two rows of one route apart."""

    name: str
    get: Statuses
    post: Statuses
    args: Arguments = lambda w: []
    data: Callable[[World], dict] = lambda w: {}
    when: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.when}".strip()


def seen(status: int, *roles: str, of: tuple[str, ...] = ()) -> Statuses:
    """Say who may act on an appointment that all who see it would find: the others get 403."""
    everybody = of or (*SITTING, *OFFICE, "auditor")
    return only(status, *roles, s403=tuple(role for role in everybody if role not in roles))


def appointment(name: str) -> Arguments:
    """Return the arguments of a route about one appointment of the world."""
    return lambda w: [getattr(w, name).pk]


def member(slug: str) -> Arguments:
    """Return the arguments of a route about one member of the ready panel."""
    return lambda w: [w.ready.pk, w.members(w.ready)[slug].pk]


def candidate(name: str, position: int = 0) -> Arguments:
    """Return the arguments of a route about one candidate of an appointment."""
    return lambda w: [
        getattr(w, name).pk,
        w.applications(getattr(w, name))[position].pk,
    ]


def criterion(w: World) -> int:
    """Return the first criterion of the member's sheet."""
    return w.sheet("consultant").exercise.criteria.order_by("position").first().pk


def score(w: World) -> dict:
    """Return what the score sheet sends for one criterion."""
    prefix = f"c{criterion(w)}"
    return {f"{prefix}-key": KEY, f"{prefix}-version": 0, f"{prefix}-choice": 3}


EDITING, EDITED, REFUSED = (seen(status, "editor", of=ROLE_HOLDERS) for status in (200, 302, 403))
"""What a draft's pages give: a form, a step taken, a refusal because it was published."""


def part(kind: str) -> Arguments:
    """Return the arguments of a route about the first part of this kind in our draft."""

    def find(w: World) -> list:
        competency = w.draft_competency()
        found = {
            "domain": competency.domain_id,
            "competency": competency.pk,
            "question": competency.questions.order_by("position").first().pk,
        }
        return [found[kind]]

    return find


def asked(w: World) -> list:
    """Return the arguments of a route about a published question."""
    published = Question.objects.filter(competency__domain__version=w.published)
    return [published.order_by("pk").first().pk]


def exercise(w: World) -> list:
    """Return the arguments of a route about the first exercise of a plan nobody scored by."""
    return [w.plan.exercises.order_by("position").first().pk]


POLICY = (
    Row("home", everyone(200), NOT_ALLOWED),
    # Vacancies and candidates
    Row("appointments:list", only(200, *OFFICE, "auditor", "other_staffing"), NOT_ALLOWED),
    Row("appointments:candidates", only(200, *OFFICE), NOT_ALLOWED, appointment("shortlisting")),
    Row(
        "appointments:add_candidate",
        only(200, "staffing"),
        only(200, "staffing"),
        appointment("shortlisting"),
    ),
    Row(
        "appointments:add_candidate",
        only(403, "staffing"),
        only(403, "staffing"),
        appointment("today"),
        when="in session",
    ),
    Row(
        "appointments:decide_shortlist",
        only(200, "staffing"),
        only(302, "staffing"),
        candidate("shortlisting"),
        lambda w: {"is_shortlisted": "yes"},
    ),
    Row(
        "appointments:withdraw",
        only(200, "staffing"),
        only(302, "staffing"),
        candidate("ready"),
        lambda w: {"reason": "Took another post."},
    ),
    Row(
        "appointments:move_stage",
        NOT_ALLOWED,
        only(302, "staffing"),
        appointment("planned"),
        lambda w: {"to": "SHORTLISTING"},
    ),
    Row(
        "appointments:cancel",
        only(200, "staffing"),
        only(302, "staffing"),
        appointment("planned"),
        lambda w: {"reason": "Nobody applied."},
    ),
    # Panels
    Row("panels:people", only(200, "staffing", "other_staffing"), NOT_ALLOWED),
    Row(
        "panels:add_person",
        only(200, "staffing", "other_staffing"),
        only(200, "staffing", "other_staffing"),
    ),
    Row(
        "panels:change_person",
        only(200, "staffing"),
        only(200, "staffing"),
        lambda w: [w.story.people["manager"].pk],
    ),
    Row(
        "panels:create_appointment",
        only(200, "staffing", "other_staffing"),
        only(200, "staffing", "other_staffing"),
    ),
    Row("panels:panel", only(200, "chair", *OFFICE, "auditor"), NOT_ALLOWED, appointment("ready")),
    Row("panels:convene", NOT_ALLOWED, only(302, "staffing"), appointment("planned")),
    Row("panels:invite", only(200, "staffing"), only(200, "staffing"), appointment("ready")),
    Row(
        "panels:change_member",
        only(200, "staffing"),
        only(302, "staffing"),
        member("consultant"),
        lambda w: {"scores": "on"},
    ),
    Row(
        "panels:change_member",
        only(403, "staffing"),
        only(403, "staffing"),
        lambda w: [w.today.pk, w.members(w.today)["consultant"].pk],
        when="in session",
    ),
    Row("panels:name_chair", NOT_ALLOWED, only(302, "staffing"), member("consultant")),
    Row(
        "panels:stand_down",
        only(200, "staffing"),
        only(302, "staffing"),
        member("consultant"),
        lambda w: {"reason": "Taken ill."},
    ),
    Row(
        "panels:stand_down",
        only(403, "staffing"),
        only(403, "staffing"),
        lambda w: [w.scored.pk, w.members(w.scored)["consultant"].pk],
        when="all locked",
    ),
    Row("panels:local_consultant", NOT_ALLOWED, only(302, "staffing"), appointment("ready")),
    Row(
        "panels:respond",
        only(200, "member", s302=("chair", "recused")),
        only(302, "member", "chair", "recused"),
        appointment("convened"),
        lambda w: {"is_accepted": "yes"},
    ),
    Row("panels:declarations", only(200, *SITTING), only(200, *SITTING), appointment("ready")),
    Row(
        "panels:declarations",
        only(403, "member", s200=("chair", "recused")),
        only(403, "member", s200=("chair", "recused")),
        appointment("convened"),
        when="not answered yet",
    ),
    Row("panels:interests", only(200, "chair", "staffing"), NOT_ALLOWED, appointment("ready")),
    Row(
        "panels:decide_declaration",
        only(200, "chair"),
        only(302, "chair"),
        lambda w: [w.ready.pk, w.interest(w.ready).pk],
        lambda w: {"outcome": "STAYS"},
    ),
    Row(
        "panels:interview_plan",
        only(200, *SITTING, *OFFICE, "auditor"),
        seen(200, "chair", "staffing"),
        appointment("ready"),
    ),
    Row(
        "panels:interview_plan",
        only(200, *SITTING, *OFFICE, "auditor"),
        seen(403),
        appointment("today"),
        when="in session",
    ),
    # Assessments
    Row("assessments:paper", seen(200, "staffing"), NOT_ALLOWED, appointment("ready")),
    Row(
        "assessments:paper_pdf",
        seen(200, "staffing"),
        NOT_ALLOWED,
        lambda w: [w.ready.pk, paper_sheets(panel_of(w.ready))[0].code],
    ),
    Row(
        "assessments:appointment",
        only(200, *SITTING, *OFFICE, "auditor"),
        NOT_ALLOWED,
        appointment("today"),
    ),
    Row(
        "assessments:appointment",
        only(200, "recused", "chair", *OFFICE, "auditor"),
        NOT_ALLOWED,
        appointment("closing"),
        when="after the member stood down",
    ),
    Row("assessments:board", seen(200, "chair", "staffing"), NOT_ALLOWED, appointment("today")),
    Row(
        "assessments:open_scoring",
        seen(200, "staffing"),
        seen(200, "staffing"),
        appointment("ready"),
        when="with an interest to decide",
    ),
    Row(
        "assessments:close_scoring",
        NOT_ALLOWED,
        seen(302, "staffing", of=("recused", "chair", *OFFICE, "auditor")),
        appointment("closing"),
    ),
    Row(
        "assessments:close_scoring",
        NOT_ALLOWED,
        seen(403),
        appointment("today"),
        when="with open sheets",
    ),
    Row("assessments:review", only(200, *SITTING), only(302, *SITTING), appointment("today")),
    Row(
        "assessments:outcome",
        seen(403),
        NOT_ALLOWED,
        appointment("today"),
        when="before everybody locked",
    ),
    Row(
        "assessments:outcome",
        seen(200, *SITTING, *OFFICE),
        NOT_ALLOWED,
        appointment("scored"),
        when="after everybody locked",
    ),
    Row(
        "assessments:outcome",
        seen(200, *SITTING, *OFFICE),
        NOT_ALLOWED,
        appointment("decided"),
        when="after the decision",
    ),
    Row(
        "assessments:recommend",
        seen(403),
        seen(403),
        appointment("today"),
        when="before everybody locked",
    ),
    Row(
        "assessments:recommend",
        seen(200, "chair"),
        seen(200, "chair"),
        appointment("scored"),
        when="after everybody locked",
    ),
    Row(
        "assessments:decide",
        seen(403),
        seen(403),
        appointment("scored"),
        when="before the recommendation",
    ),
    Row(
        "assessments:decide",
        seen(200, "chief_executive"),
        seen(302, "chief_executive"),
        appointment("waiting"),
        lambda w: {"is_accepted": "yes"},
        when="after the recommendation",
    ),
    Row(
        "assessments:sheet",
        only(200, "member"),
        only(422, "member"),
        lambda w: [w.sheet("consultant").pk],
    ),
    Row(
        "assessments:save_criterion",
        NOT_ALLOWED,
        only(200, "member"),
        lambda w: [w.sheet("consultant").pk, criterion(w)],
        score,
    ),
    Row(
        "assessments:save_overall",
        NOT_ALLOWED,
        only(200, "member"),
        lambda w: [w.sheet("consultant").pk],
        lambda w: {"overall-key": KEY, "overall-version": 0, "overall-view": "APPOINTABLE"},
    ),
    Row(
        "assessments:save_overall",
        NOT_ALLOWED,
        only(403, "member"),
        lambda w: [w.sheet("consultant", w.scored).pk],
        lambda w: {"overall-key": KEY, "overall-version": 1, "overall-view": "APPOINTABLE"},
        when="locked",
    ),
    Row("assessments:report", only(200, *OFFICE), NOT_ALLOWED, lambda w: [w.report(1).pk]),
    Row(
        "assessments:review_report",
        only(200, "staffing", s403=("chief_executive", "medical_director")),
        only(200, "staffing", s403=("chief_executive", "medical_director")),
        lambda w: [w.report(2).pk],
    ),
    Row(
        "assessments:release_report",
        NOT_ALLOWED,
        only(302, "staffing", s403=("chief_executive", "medical_director")),
        lambda w: [w.report(2).pk],
    ),
    Row("assessments:report_pdf", only(200, *OFFICE), NOT_ALLOWED, lambda w: [w.report(1).pk]),
    Row(
        "assessments:report_pdf",
        only(404),
        NOT_ALLOWED,
        lambda w: [w.report(2).pk],
        when="not drawn",
    ),
    # Frameworks
    Row("rubrics:frameworks", everyone(200), NOT_ALLOWED),
    Row(
        "rubrics:load",
        NOT_ALLOWED,
        only(302, "editor"),
        lambda w: ["clinical-practice", w.story.trust.pk],
    ),
    Row("rubrics:version", only(200, *ROLE_HOLDERS), NOT_ALLOWED, lambda w: [w.published.pk]),
    Row(
        "rubrics:publish",
        NOT_ALLOWED,
        seen(302, "editor", of=ROLE_HOLDERS),
        lambda w: [w.draft.pk],
    ),
    Row(
        "rubrics:retire",
        NOT_ALLOWED,
        seen(302, "editor", of=ROLE_HOLDERS),
        lambda w: [w.published.pk],
    ),
    Row(
        "rubrics:clone",
        NOT_ALLOWED,
        seen(302, "editor", of=ROLE_HOLDERS),
        lambda w: [w.published.pk],
    ),
    Row(
        "rubrics:edit_competency",
        seen(200, "editor", of=ROLE_HOLDERS),
        seen(200, "editor", of=ROLE_HOLDERS),
        lambda w: [w.draft_competency().pk],
    ),
    Row("rubrics:blueprints", everyone(200), NOT_ALLOWED),
    Row(
        "rubrics:create_blueprint",
        NOT_ALLOWED,
        seen(302, "editor", of=ROLE_HOLDERS),
        lambda w: ["consultant-aac", w.published.pk],
    ),
    Row(
        "rubrics:blueprint",
        only(200, *ROLE_HOLDERS),
        NOT_ALLOWED,
        lambda w: [w.story.blueprint.pk],
    ),
    Row(
        "rubrics:compare",
        only(200, *ROLE_HOLDERS),
        NOT_ALLOWED,
        lambda w: [w.published.pk, w.draft.pk],
    ),
    Row(
        "rubrics:start_framework",
        only(200, "editor"),
        only(200, "editor"),
        lambda w: [w.story.trust.pk],
    ),
    Row("rubrics:edit_details", EDITING, EDITING, lambda w: [w.draft.pk]),
    Row("rubrics:edit_details", REFUSED, REFUSED, lambda w: [w.published.pk], when="published"),
    Row("rubrics:change_scale", EDITING, EDITING, lambda w: [w.draft.pk]),
    Row("rubrics:undo", NOT_ALLOWED, EDITED, lambda w: [w.draft.pk]),
    Row(
        "rubrics:add_library",
        NOT_ALLOWED,
        EDITED,
        lambda w: [w.draft.pk, "clinical-practice"],
    ),
    Row("rubrics:add_domain", EDITING, EDITING, lambda w: [w.draft.pk]),
    Row("rubrics:edit_domain", EDITING, EDITING, part("domain")),
    Row("rubrics:add_competency", EDITING, EDITING, part("domain")),
    Row("rubrics:draft_questions", EDITING, NOT_ALLOWED, part("competency")),
    Row("rubrics:add_question", EDITING, EDITING, part("competency")),
    Row("rubrics:edit_question", EDITING, EDITING, part("question")),
    *(
        Row(f"rubrics:{verb}_{kind}", NOT_ALLOWED, EDITED, part(kind), lambda w: {"step": "1"})
        for kind in ("domain", "competency", "question")
        for verb in ("move", "remove")
    ),
    Row("rubrics:start_blueprint", seen(200, "editor", of=KNOWN), seen(200, "editor", of=KNOWN)),
    *(
        Row(f"rubrics:{name}", EDITING, EDITING, lambda w: [w.plan.pk])
        for name in (
            "add_exercise",
            "blueprint_details",
            "copy_blueprint",
            "renew_blueprint",
        )
    ),
    Row(
        "rubrics:blueprint_weights",
        REFUSED,
        REFUSED,
        lambda w: [w.story.blueprint.pk],
        when="frozen",
    ),
    Row("rubrics:blueprint_rules", EDITING, EDITED, lambda w: [w.plan.pk]),
    Row("rubrics:blueprint_weights", EDITING, EDITED, lambda w: [w.plan.pk]),
    Row("rubrics:remove_blueprint", NOT_ALLOWED, EDITED, lambda w: [w.plan.pk]),
    Row("rubrics:edit_exercise", EDITING, EDITING, exercise),
    Row("rubrics:exercise_questions", EDITING, EDITING, exercise),
    Row("rubrics:move_exercise", NOT_ALLOWED, EDITED, exercise, lambda w: {"to": "down"}),
    Row("rubrics:remove_exercise", NOT_ALLOWED, EDITED, exercise),
    Row("rubrics:export_xlsx", NOT_ALLOWED, EDITING, lambda w: [w.published.pk]),
    Row("rubrics:export_json", NOT_ALLOWED, EDITING, lambda w: [w.published.pk]),
    Row(
        "rubrics:import_framework",
        only(200, "editor"),
        only(200, "editor"),
        lambda w: [w.story.trust.pk],
    ),
    Row(
        "rubrics:preview_import",
        only(403, "editor"),
        only(403, "editor"),
        lambda w: [w.story.trust.pk, KEY],
        when="no file held",
    ),
    Row("rubrics:bank", everyone(200), NOT_ALLOWED),
    Row("rubrics:question", only(200, *ROLE_HOLDERS), NOT_ALLOWED, asked),
    Row("rubrics:retire_question", EDITING, EDITED, asked, lambda w: {"reason": "Worn out."}),
    Row("rubrics:restore_question", NOT_ALLOWED, EDITED, asked),
    Row(
        "assessments:preview",
        only(200, *ROLE_HOLDERS),
        NOT_ALLOWED,
        lambda w: [w.story.blueprint.pk],
    ),
    # Roles, the ledger, health, the demonstration
    Row("accounts:people_and_roles", only(200, "administrator"), NOT_ALLOWED),
    Row(
        "accounts:roles_of_trust",
        only(200, "administrator"),
        NOT_ALLOWED,
        lambda w: [w.story.trust.slug],
    ),
    Row(
        "accounts:add_person",
        only(200, "administrator"),
        only(200, "administrator"),
        lambda w: [w.story.trust.slug],
    ),
    Row(
        "accounts:person_roles",
        only(200, "administrator"),
        only(302, "administrator"),
        lambda w: [w.story.trust.slug, w.users["auditor"].pk],
    ),
    Row(
        "accounts:person_roles",
        only(403, "administrator"),
        only(403, "administrator"),
        lambda w: [w.story.trust.slug, w.users["administrator"].pk],
        when="their own",
    ),
    Row(
        "accounts:demo_sign_in",
        everyone(405, anonymous=405),
        everyone(404, anonymous=404),
        lambda w: ["officer"],
    ),
    Row("ledger", only(200, "auditor"), NOT_ALLOWED),
    Row("ledger_chain", only(200, "auditor"), NOT_ALLOWED, lambda w: [w.today.chain]),
    Row("livez", everyone(200, anonymous=200), everyone(405, anonymous=405)),
    Row("readyz", everyone(200, anonymous=200), everyone(405, anonymous=405)),
)


@dataclass(frozen=True)
class Door:
    """What allauth's own page gives an anonymous visitor, a member and a role holder."""

    name: str
    get: tuple
    post: tuple
    args: tuple = ()

    def __str__(self) -> str:
        return self.name


VISITORS = (ANONYMOUS, "member", "staffing")
IN, UP = SIGN_IN, STEP_UP
DOORS = (
    Door("account_change_password", (IN, 302, 302), (IN, 302, 302)),
    Door("account_confirm_login_code", (302, 302, 302), (302, 302, 302)),
    Door("account_inactive", (200, 200, 200), (405, 405, 405)),
    Door("account_login", (200, 302, 302), (200, 302, 302)),
    Door("account_logout", (IN, 200, 200), (IN, IN, IN)),
    Door("account_reauthenticate", (IN, 403, UP), (IN, 403, UP)),
    Door("account_reauthenticate_by_code", (IN, 302, UP), (IN, 302, UP)),
    Door("account_request_login_code", (200, 302, 302), (200, 302, 302)),
    Door("account_reset_password", (200, 200, 200), (200, 200, 200)),
    Door("account_reset_password_done", (200, 200, 200), (405, 405, 405)),
    Door("account_reset_password_from_key", (200, 200, 200), (200, 200, 200), ("a", "b")),
    Door("account_reset_password_from_key_done", (200, 200, 200), (405, 405, 405)),
    Door("account_session", (IN, 200, 200), (IN, 200, 200)),
    Door("account_set_password", (IN, 200, 200), (IN, 200, 200)),
    Door("mfa_activate_totp", (IN, 200, 302), (IN, 200, 302)),
    Door("mfa_add_webauthn", (IN, 200, 200), (IN, 200, 200)),
    Door("mfa_authenticate", (IN, 302, 302), (IN, 302, 302)),
    Door("mfa_deactivate_totp", (IN, 404, 200), (IN, 404, 302)),
    Door("mfa_download_recovery_codes", (IN, 404, 404), (IN, 404, 404)),
    Door("mfa_edit_webauthn", (IN, 404, 404), (IN, 404, 404), (1,)),
    Door("mfa_generate_recovery_codes", (IN, 200, 200), (IN, 200, 302)),
    Door("mfa_index", (IN, 200, 200), (IN, 405, 405)),
    Door("mfa_list_webauthn", (IN, 200, 200), (IN, 405, 405)),
    Door("mfa_login_webauthn", (IN, 302, 302), (IN, 302, 302)),
    Door("mfa_reauthenticate", (IN, 403, 200), (IN, 403, 200)),
    Door("mfa_reauthenticate_webauthn", (IN, 403, UP), (IN, 403, UP)),
    Door("mfa_remove_webauthn", (IN, 404, 404), (IN, 404, 404), (1,)),
    Door("mfa_view_recovery_codes", (IN, 404, 404), (IN, 405, 405)),
    Door("openid_connect_callback", (404, 404, 404), (404, 404, 404), ("trust",)),
    Door("openid_connect_login", (404, 404, 404), (404, 404, 404), ("trust",)),
    Door("socialaccount_login_cancelled", (200, 200, 200), (405, 405, 405)),
    Door("socialaccount_login_error", (IN, 401, 401), (IN, 405, 405)),
    Door("usersessions_list", (IN, 200, 200), (IN, 302, 302)),
)
"""Nothing of a trust is behind these, so three visitors are enough."""


@dataclass(frozen=True)
class Route:
    """One address as it is written in the URLconf."""

    address: str
    parameters: tuple[str, ...]


@cache
def routes() -> dict[str, Route]:
    """Return every route of the project by its full name."""
    found = {}

    def walk(resolver, address: str, parameters: tuple, namespaces: tuple) -> None:
        for pattern in resolver.url_patterns:
            written = f"{address}{pattern.pattern}"
            names = (*parameters, *pattern.pattern.converters)
            if isinstance(pattern, URLPattern):
                found[":".join((*namespaces, pattern.name))] = Route(written, names)
            else:
                inner = (pattern.namespace,) if pattern.namespace else ()
                walk(pattern, written, names, (*namespaces, *inner))

    walk(get_resolver(), "", (), ())
    return found


@pytest.fixture(scope="module")
def sessions(world) -> dict[str, str]:
    """The session of everybody, each opened once."""
    return {role: session_key(world.user(role)) for role in KNOWN}


def answer(sessions: dict[str, str], role: str, method: str, url: str, data: dict | None = None):
    """Ask for a page as somebody and undo whatever that changed."""
    client = Client()
    if role != ANONYMOUS:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[role]
    with transaction.atomic():
        response = (
            client.generic("GET", url)
            if method == "GET"
            else client.post(url, {**(data or {}), "csrfmiddlewaretoken": "x"})
        )
        response.whole = response.getvalue()
        transaction.set_rollback(True)
    return response


def status_of(response) -> object:
    """Return a response's status, or that it leads to the sign-in page or to a step-up."""
    location = urlsplit(response.headers.get("Location", "")).path
    if response.status_code == 302 and location == reverse("account_login"):
        return SIGN_IN
    return STEP_UP if location.endswith("/reauthenticate/") else response.status_code


def test_policy_has_a_row_for_every_route():
    listed = {row.name for row in (*POLICY, *DOORS)}
    missing, stale = sorted(set(routes()) - listed), sorted(listed - set(routes()))
    assert not missing, (
        f"These routes have no row: {', '.join(missing)}. Add one each to POLICY in"
        " tests/test_access_matrix.py: what every role gets for GET and for POST, and on which"
        " object of the world. (A page of allauth's own gets a row in DOORS.)"
    )
    assert not stale, f"Their routes are gone, so take these rows out: {', '.join(stale)}."


@pytest.mark.parametrize("row", POLICY, ids=str)
def test_route_answers_each_role_as_its_row_says(world, sessions, row):
    url, data = reverse(row.name, args=row.args(world)), row.data(world)
    for method, given in (("GET", row.get), ("POST", row.post)):
        roles = ROLES if given is not NOT_ALLOWED else VISITORS  # 405 comes before anybody is asked
        found = {role: status_of(answer(sessions, role, method, url, data)) for role in roles}
        assert found == {role: given[role] for role in roles}, method


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_door_answers_each_visitor_as_its_row_says(world, sessions, door):
    url = reverse(door.name, args=door.args)
    found = {
        method: tuple(status_of(answer(sessions, role, method, url)) for role in VISITORS)
        for method in ("GET", "POST")
    }
    assert found == {"GET": door.get, "POST": door.post}


def test_known_pages_are_never_kept_by_a_browser(world, sessions):
    kept = [
        row.name
        for row in POLICY
        if "staffing" in row.get
        and "no-store"
        not in answer(
            sessions, "staffing", "GET", reverse(row.name, args=row.args(world))
        ).headers.get("Cache-Control", "")
    ]
    assert kept == []


# What is not there, and what is another trust's

THEIRS: dict[tuple[str, str], Callable[[World], object]] = {
    ("appointments/", "pk"): lambda w: w.elsewhere.today.pk,
    ("scoring/", "pk"): lambda w: _first(ScoreSheet, w, "application__appointment").pk,
    ("reports/", "pk"): lambda w: _first(CandidateReport, w, "application__appointment").pk,
    ("people/", "pk"): lambda w: w.elsewhere.people["manager"].pk,
    ("frameworks/versions/", "pk"): lambda w: w.elsewhere.blueprint.version_id,
    ("frameworks/competencies/", "pk"): lambda w: (
        Competency.objects.filter(domain__version=w.elsewhere.blueprint.version_id).first().pk
    ),
    ("frameworks/versions/", "old_pk"): lambda w: w.elsewhere.blueprint.version_id,
    ("frameworks/versions/", "new_pk"): lambda w: w.elsewhere.blueprint.version_id,
    ("frameworks/exercises/", "pk"): lambda w: w.elsewhere.blueprint.exercises.first().pk,
    ("frameworks/import/", "trust_pk"): lambda w: w.elsewhere.trust.pk,
    ("frameworks/", "token"): lambda w: KEY,
    ("frameworks/new/", "trust_pk"): lambda w: w.elsewhere.trust.pk,
    ("frameworks/domains/", "pk"): lambda w: w.elsewhere.blueprint.version.domains.first().pk,
    ("frameworks/questions/", "pk"): lambda w: (
        Question.objects.filter(competency__domain__version=w.elsewhere.blueprint.version_id)
        .first()
        .pk
    ),
    ("appointments/", "code"): lambda w: paper_sheets(panel_of(w.elsewhere.today))[0].code,
    ("frameworks/blueprints/", "pk"): lambda w: w.elsewhere.blueprint.pk,
    ("frameworks/blueprints/ready/", "slug"): lambda w: "consultant-aac",
    ("frameworks/blueprints/ready/", "version_pk"): lambda w: w.elsewhere.blueprint.version_id,
    ("frameworks/library/", "slug"): lambda w: "clinical-practice",
    ("frameworks/versions/", "library_slug"): lambda w: "clinical-practice",
    ("frameworks/library/", "trust_pk"): lambda w: w.elsewhere.trust.pk,
    ("roles/", "slug"): lambda w: w.elsewhere.trust.slug,
    ("roles/", "pk"): lambda w: w.elsewhere.users["auditor"].pk,
    ("ledger/", "key"): lambda w: w.elsewhere.today.chain,
    ("", "application_pk"): lambda w: _first(Application, w, "appointment").pk,
    ("", "member_pk"): lambda w: _first(Member, w, "panel__appointment").pk,
    ("", "declaration_pk"): lambda w: _first(Declaration, w, "member__panel__appointment").pk,
    ("", "criterion_pk"): lambda w: w.elsewhere.blueprint.exercises.first().criteria.first().pk,
}
"""The other trust's object for each parameter, by the beginning of the address and its name."""

VALUES = {"file_format", "library_slug", "token"}
"""Parameters that name no row: how to write a file, a starter framework, a held file."""

NOBODYS = {"accounts:demo_sign_in"}
"""Routes whose parameter names no row of a trust."""


def _first(model, w: World, path: str):
    return model.objects.filter(**{f"{path}__trust": w.elsewhere.trust}).order_by("pk").first()


def theirs(world: World, name: str) -> list:
    """Return the other trust's object for every parameter of a route."""
    route = routes()[name]
    found = []
    for parameter in route.parameters:
        keys = [key for key in THEIRS if key[1] == parameter and route.address.startswith(key[0])]
        assert keys, (
            f"THEIRS in tests/test_access_matrix.py does not say what {parameter} of {name}"
            f" ({route.address}) is in the other trust. Add it."
        )
        found.append(THEIRS[max(keys, key=lambda key: len(key[0]))](world))
    return found


OF_OBJECTS = sorted(
    {row.name for row in POLICY if row.name in routes() and routes()[row.name].parameters} - NOBODYS
)


def refused(sessions, name: str, args: list, roles: tuple[str, ...], allowed=(404, 405)) -> dict:
    """Ask for a page by both methods as several roles; return what is neither 404 nor 405."""
    url, found = reverse(name, args=args), {}
    for role in roles:
        for method in ("GET", "POST"):
            response = answer(sessions, role, method, url)
            if response.status_code not in allowed or CANARY.encode() in response.whole:
                found[role, method, url] = response.status_code
    return found


OURS = tuple(role for role in KNOWN if role != "other_staffing")
POWERFUL = ("chair", "staffing", "chief_executive", "auditor", "editor", "administrator")


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_other_trusts_objects_are_not_found(world, sessions, name):
    assert refused(sessions, name, theirs(world, name), POWERFUL) == {}


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_missing_objects_are_not_found(world, sessions, name):
    mine, parameters = _mine(world, name), routes()[name].parameters
    for number, roles in ((999_999_999, ("staffing", "chair", "editor")), (10**30, ("staffing",))):
        args = [
            value
            if parameter in VALUES
            else number
            if isinstance(value, int)
            else f"{value}-{number}"
            for value, parameter in zip(mine, parameters, strict=True)
        ]
        assert refused(sessions, name, args, roles) == {}


@pytest.mark.parametrize(
    "name", [name for name in OF_OBJECTS if len(set(routes()[name].parameters) - VALUES) > 1]
)
def test_other_trusts_object_under_my_own_is_not_found(world, sessions, name):
    args = [*_mine(world, name)[:-1], theirs(world, name)[-1]]
    assert refused(sessions, name, args, POWERFUL, allowed=(403, 404, 405)) == {}


def _mine(world: World, name: str) -> list:
    return next(row for row in POLICY if row.name == name).args(world)


# What each role can reach by following links


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "a" and (href := dict(attrs).get("href")):
            self.found.append(href)


def is_paper(path: str) -> bool:
    """Say whether a link draws a paper sheet: one of them stands for all."""
    return "/paper/" in path and path.endswith(".pdf")


def crawl(sessions, role: str) -> dict[str, bytes]:
    """Follow every link from home as somebody; return the pages by their address."""
    pages, waiting = {}, [reverse("home")]
    while waiting:
        path = waiting.pop()
        if path in pages or (is_paper(path) and any(map(is_paper, pages))):
            continue
        response = answer(sessions, role, "GET", path)
        pages[path] = response.whole + repr(response.headers).encode()
        if response.headers["Content-Type"].startswith("text/html"):
            for href in Links(response.whole.decode()).found:
                to = urlsplit(urljoin(f"http://testserver{path}", href))
                if to.netloc == "testserver" and to.path not in pages:
                    waiting.append(to.path)
    return pages


@pytest.mark.parametrize("role", OURS)
def test_crawl_finds_nothing_of_the_other_trust(world, sessions, role):
    pages = crawl(sessions, role)
    assert len(pages) >= FEWEST_PAGES.get(role, 10)
    assert [path for path, page in pages.items() if CANARY.encode() in page] == []


FEWEST_PAGES = {"staffing": 60, "chair": 20, "auditor": 20, "outsider": 4}
"""A crawl that found less would have missed what there is to leak."""


def test_crawl_of_the_other_trust_finds_its_canaries(world, sessions):
    pages = crawl(sessions, "other_staffing")
    assert sum(CANARY.encode() in page for page in pages.values()) > 20
    ours = world.story.trust.name.encode()
    assert [path for path, page in pages.items() if ours in page] == []
