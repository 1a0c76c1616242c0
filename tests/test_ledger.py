"""Every service that writes leaves its row in the ledger, in the same transaction, by its actor.

Services are found by looking, so a new one fails here until SERVICES says how to call it.
"""

import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

import pytest
from django.db import transaction

import assessments.services
from accounts import services as accounts
from accounts.models import Nation, Role, TrustKind
from appointments import services as appointments
from appointments.stages import Stage
from assessments.models import CandidateReport, Recommendation, Verdict
from assessments.services import decision, reports, sheets
from audit.ledger import reference
from audit.models import Entry
from audit.verify import verify
from panels import services as panels
from panels.access import TABLES, find_drift
from panels.models import DeclarationOutcome
from panels.queries import panel_of
from rubrics import services as rubrics
from rubrics.library import available, read_framework
from rubrics.models import Blueprint, Criterion, Question
from tests.worlds import World

pytestmark = pytest.mark.django_db

KEY = UUID("77b8f4a5-9b3a-4e2e-8d44-0cc1d7a0a7f4")
MODULES = [
    "accounts.services",
    "rubrics.services",
    "appointments.services",
    "panels.services",
    *(
        f"assessments.services.{one.name}"
        for one in pkgutil.iter_modules(assessments.services.__path__)
    ),
]


def services() -> dict[str, Callable]:
    """Return every public function that takes who does it and when."""
    found = {}
    for module in map(import_module, MODULES):
        for name, function in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            parameters = inspect.signature(function).parameters
            is_own = function.__module__.startswith(module.__name__)
            if is_own and {"by", "at"} <= set(parameters):
                found[f"{module.__name__}.{name}"] = function
    return found


@dataclass(frozen=True)
class Case:
    """How a service is called: by whom, the action it leaves, and what has to be so before."""

    actor: str
    action: str
    call: Callable[[World, dict], object]
    prepare: Callable[[World], object] = lambda w: None


QUESTION = {
    "kind": "SITUATIONAL",
    "difficulty": "STANDARD",
    "text": "What would you do if the list ran late?",
    "probes": ("And then?",),
    "good_answer": "Tells the patients.",
}
STATION = rubrics.ExerciseWords(kind="STATION", name="A station", minutes=10)


def a_question(w: World) -> Question:
    """Return a question of our draft."""
    return w.draft_competency().questions.order_by("position").first()


def new_plan(w: World) -> Blueprint:
    """Make a blueprint that nobody has scored by."""
    return rubrics.create_blueprint(
        trust=w.story.trust, slug="consultant-aac", version=w.published, by=None, at=w.at
    )


def newest_plan() -> Blueprint:
    return Blueprint.objects.latest("pk")


def an_exercise_and_competency() -> tuple[int, int]:
    criterion = newest_plan().exercises.latest("pk").criteria.first()
    return criterion.exercise_id, criterion.competency_id


def interview_criteria(w: World):
    """Return the criteria of our blueprint's panel interview."""
    return Criterion.objects.filter(
        exercise__blueprint=w.story.blueprint, question__isnull=False
    ).order_by("pk")


SERVICES = {
    "accounts.services.create_trust": Case(
        "administrator",
        "trust.created",
        lambda w, who: accounts.create_trust(
            name="Third trust",
            slug="third",
            nation=Nation.WALES,
            kind=TrustKind.HEALTH_BOARD,
            **who,
        ),
    ),
    "accounts.services.add_person": Case(
        "administrator",
        "person.added",
        lambda w, who: accounts.add_person(
            email="new@demo.quorate.example", name="Somebody new", **who
        ),
    ),
    "accounts.services.grant_role": Case(
        "administrator",
        "role.granted",
        lambda w, who: accounts.grant_role(
            user=w.users["outsider"],
            trust=w.story.trust,
            role=Role.AUDITOR,
            **who,
        ),
    ),
    "accounts.services.revoke_role": Case(
        "administrator",
        "role.revoked",
        lambda w, who: accounts.revoke_role(
            user=w.users["auditor"],
            trust=w.story.trust,
            role=Role.AUDITOR,
            **who,
        ),
    ),
    "accounts.services.invite_staff": Case(
        "administrator",
        "role.granted",
        lambda w, who: accounts.invite_staff(
            email="new@demo.quorate.example",
            name="Somebody new",
            trust=w.story.trust,
            roles=[Role.AUDITOR],
            **who,
        ),
    ),
    "accounts.services.change_roles": Case(
        "administrator",
        "role.revoked",
        lambda w, who: accounts.change_roles(
            user=w.users["auditor"],
            trust=w.story.trust,
            roles=[Role.MEDICAL_DIRECTOR],
            **who,
        ),
    ),
    "accounts.services.change_access": Case(
        "administrator",
        "person.shut_out",
        lambda w, who: accounts.change_access(user=w.users["outsider"], is_active=False, **who),
    ),
    "rubrics.services.load_library": Case(
        "editor",
        "version.loaded",
        lambda w, who: rubrics.load_library(
            trust=w.story.trust, path=available()["clinical-practice"], **who
        ),
    ),
    "rubrics.services.clone_version": Case(
        "editor",
        "version.cloned",
        lambda w, who: rubrics.clone_version(version=w.published, **who),
    ),
    "rubrics.services.publish_version": Case(
        "editor",
        "version.published",
        lambda w, who: rubrics.publish_version(version=w.draft, **who),
    ),
    "rubrics.services.retire_version": Case(
        "editor",
        "version.retired",
        lambda w, who: rubrics.retire_version(version=w.published, **who),
    ),
    "rubrics.services.update_competency": Case(
        "editor",
        "competency.changed",
        lambda w, who: rubrics.update_competency(
            competency=w.draft_competency(),
            name="In other words",
            summary="",
            anchors={},
            **who,
        ),
    ),
    "rubrics.services.create_blueprint": Case(
        "editor",
        "blueprint.created",
        lambda w, who: rubrics.create_blueprint(
            trust=w.story.trust, slug="assessment-day", version=w.published, **who
        ),
    ),
    "rubrics.services.freeze_blueprint": Case(
        "member",
        "blueprint.frozen",
        lambda w, who: rubrics.freeze_blueprint(blueprint=Blueprint.objects.latest("pk"), **who),
        lambda w: rubrics.create_blueprint(
            trust=w.story.trust, slug="assessment-day", version=w.published, by=None, at=w.at
        ),
    ),
    "rubrics.services.load_text": Case(
        "editor",
        "version.loaded",
        lambda w, who: rubrics.load_text(
            trust=w.story.trust, text=read_framework(available()["clinical-practice"]), **who
        ),
    ),
    "rubrics.services.export_version": Case(
        "editor",
        "version.exported",
        lambda w, who: rubrics.export_version(version=w.published, file_format="json", **who),
    ),
    "rubrics.services.import_framework": Case(
        "editor",
        "framework.imported",
        lambda w, who: rubrics.import_framework(
            trust=w.story.trust,
            text=read_framework(available()["clinical-practice"]),
            file_name="framework.json",
            **who,
        ),
    ),
    "rubrics.services.start_framework": Case(
        "editor",
        "framework.started",
        lambda w, who: rubrics.start_framework(
            trust=w.story.trust, name="Our own", scale_key="1-5", **who
        ),
    ),
    "rubrics.services.update_details": Case(
        "editor",
        "framework.changed",
        lambda w, who: rubrics.update_details(
            version=w.draft, name="In other words", source="", licence_note="", **who
        ),
    ),
    "rubrics.services.change_scale": Case(
        "editor",
        "version.scale_changed",
        lambda w, who: rubrics.change_scale(version=w.draft, scale_key="1-4", **who),
    ),
    "rubrics.services.replace_content": Case(
        "editor",
        "version.replaced",
        lambda w, who: rubrics.replace_content(
            version=w.draft,
            text=read_framework(available()["clinical-practice"]),
            change="Imported",
            **who,
        ),
    ),
    "rubrics.services.undo_last_change": Case(
        "editor",
        "version.undone",
        lambda w, who: rubrics.undo_last_change(version=w.draft, **who),
        lambda w: rubrics.change_scale(version=w.draft, scale_key="1-4", by=None, at=w.at),
    ),
    "rubrics.services.add_library": Case(
        "editor",
        "version.library_added",
        lambda w, who: rubrics.add_library(version=w.draft, slug="clinical-practice", **who),
    ),
    "rubrics.services.add_domain": Case(
        "editor",
        "domain.added",
        lambda w, who: rubrics.add_domain(version=w.draft, code="9", name="New", **who),
    ),
    "rubrics.services.update_domain": Case(
        "editor",
        "domain.changed",
        lambda w, who: rubrics.update_domain(
            domain=w.draft_competency().domain, code="9", name="New", summary="", **who
        ),
    ),
    "rubrics.services.add_competency": Case(
        "editor",
        "competency.added",
        lambda w, who: rubrics.add_competency(
            domain=w.draft_competency().domain, code="9.9", name="New", **who
        ),
    ),
    "rubrics.services.add_question": Case(
        "editor",
        "question.added",
        lambda w, who: rubrics.add_question(competency=w.draft_competency(), **QUESTION, **who),
    ),
    "rubrics.services.update_question": Case(
        "editor",
        "question.changed",
        lambda w, who: rubrics.update_question(question=a_question(w), **QUESTION, **who),
    ),
    "rubrics.services.move_part": Case(
        "editor",
        "competency.moved",
        lambda w, who: rubrics.move_part(part=w.draft_competency(), step=1, **who),
    ),
    "rubrics.services.remove_part": Case(
        "editor",
        "competency.removed",
        lambda w, who: rubrics.remove_part(part=w.draft_competency(), **who),
    ),
    "rubrics.services.retire_question": Case(
        "editor",
        "question.retired",
        lambda w, who: rubrics.retire_question(
            trust=w.story.trust, key=a_question(w).key, reason="Worn out.", **who
        ),
    ),
    "rubrics.services.restore_question": Case(
        "editor",
        "question.restored",
        lambda w, who: rubrics.restore_question(trust=w.story.trust, key=a_question(w).key, **who),
        lambda w: rubrics.retire_question(
            trust=w.story.trust, key=a_question(w).key, reason="Worn out.", by=None, at=w.at
        ),
    ),
    "rubrics.services.record_question_uses": Case(
        "member",
        "questions.used",
        lambda w, who: rubrics.record_question_uses(
            trust=w.story.trust,
            blueprint=w.story.blueprint,
            reference="NEW-1",
            post_title="Consultant",
            specialty="Palliative medicine",
            used_on=w.at.date(),
            **who,
        ),
    ),
    "rubrics.services.start_blueprint": Case(
        "editor",
        "blueprint.started",
        lambda w, who: rubrics.start_blueprint(
            trust=w.story.trust, version=w.published, name="Our own", **who
        ),
    ),
    "rubrics.services.copy_blueprint": Case(
        "editor",
        "blueprint.copied",
        lambda w, who: rubrics.copy_blueprint(
            blueprint=w.story.blueprint, name="A copy", version=w.published, **who
        ),
    ),
    "rubrics.services.renew_blueprint": Case(
        "editor",
        "blueprint.renewed",
        lambda w, who: rubrics.renew_blueprint(
            blueprint=w.story.blueprint, version=w.published, **who
        ),
    ),
    "rubrics.services.remove_blueprint": Case(
        "editor",
        "blueprint.removed",
        lambda w, who: rubrics.remove_blueprint(blueprint=newest_plan(), **who),
        new_plan,
    ),
    "rubrics.services.update_blueprint": Case(
        "editor",
        "blueprint.described",
        lambda w, who: rubrics.update_blueprint(
            blueprint=newest_plan(), name="In other words", summary="", **who
        ),
        new_plan,
    ),
    "rubrics.services.weigh": Case(
        "editor",
        "blueprint.weighed",
        lambda w, who: rubrics.weigh(
            blueprint=newest_plan(), weights={an_exercise_and_competency(): 20}, **who
        ),
        new_plan,
    ),
    "rubrics.services.set_rules": Case(
        "editor",
        "blueprint.rules_set",
        lambda w, who: rubrics.set_rules(blueprint=newest_plan(), rules=rubrics.Rules(), **who),
        new_plan,
    ),
    "rubrics.services.choose_questions": Case(
        "editor",
        "exercise.questions_chosen",
        lambda w, who: rubrics.choose_questions(
            exercise=newest_plan().exercises.latest("pk"),
            asked=tuple(
                rubrics.Asked(one.pk)
                for one in newest_plan().exercises.latest("pk").criteria.order_by("-position")
            ),
            **who,
        ),
        new_plan,
    ),
    "rubrics.services.add_exercise": Case(
        "editor",
        "exercise.added",
        lambda w, who: rubrics.add_exercise(blueprint=newest_plan(), words=STATION, **who),
        new_plan,
    ),
    "rubrics.services.update_exercise": Case(
        "editor",
        "exercise.changed",
        lambda w, who: rubrics.update_exercise(
            exercise=newest_plan().exercises.latest("pk"), words=STATION, **who
        ),
        new_plan,
    ),
    "rubrics.services.move_exercise": Case(
        "editor",
        "exercise.moved",
        lambda w, who: rubrics.move_exercise(
            exercise=newest_plan().exercises.latest("pk"), step=-1, **who
        ),
        new_plan,
    ),
    "rubrics.services.remove_exercise": Case(
        "editor",
        "exercise.removed",
        lambda w, who: rubrics.remove_exercise(
            exercise=newest_plan().exercises.latest("pk"), **who
        ),
        new_plan,
    ),
    "panels.services.assign_questions": Case(
        "chair",
        "plan.questions_assigned",
        lambda w, who: panels.assign_questions(
            panel=panel_of(w.ready),
            assignments={interview_criteria(w).first(): w.members(w.ready)["consultant"]},
            **who,
        ),
    ),
    "appointments.services.create_appointment": Case(
        "staffing",
        "appointment.created",
        lambda w, who: appointments.create_appointment(**vacancy(w), **who),
    ),
    "appointments.services.move_stage": Case(
        "staffing",
        "appointment.moved",
        lambda w, who: appointments.move_stage(appointment=w.planned, to=Stage.SHORTLISTING, **who),
    ),
    "appointments.services.end_members_access": Case(
        "staffing",
        "appointment.members_leave",
        lambda w, who: appointments.end_members_access(appointment=w.decided, ends_at=w.at, **who),
    ),
    "appointments.services.add_candidate": Case(
        "staffing",
        "application.received",
        lambda w, who: appointments.add_candidate(
            appointment=w.shortlisting,
            name="Dr Wanjirũ Mũthoni",
            email="new@demo.quorate.example",
            gmc_number="0099999",
            registration="",
            present_post="",
            **who,
        ),
    ),
    "appointments.services.decide_shortlist": Case(
        "staffing",
        "application.shortlist_decided",
        lambda w, who: appointments.decide_shortlist(
            application=w.applications(w.shortlisting)[0],
            is_shortlisted=False,
            reason="No higher training.",
            **who,
        ),
    ),
    "appointments.services.withdraw_application": Case(
        "staffing",
        "application.withdrawn",
        lambda w, who: appointments.withdraw_application(
            application=w.applications(w.ready)[0],
            reason="Took another post.",
            **who,
        ),
    ),
    "panels.services.add_person": Case(
        "staffing",
        "directory.person_added",
        lambda w, who: panels.add_person(
            trust=w.story.trust,
            name="Prof. Tomás Ó Súilleabháin",
            email="new@demo.quorate.example",
            **who,
        ),
    ),
    "panels.services.change_person": Case(
        "staffing",
        "directory.person_changed",
        lambda w, who: panels.change_person(
            person=w.story.people["manager"], job_title="Director", **who
        ),
    ),
    "panels.services.convene_panel": Case(
        "staffing",
        "panel.convened",
        lambda w, who: panels.convene_panel(appointment=w.planned, **who),
    ),
    "panels.services.create_with_panel": Case(
        "staffing",
        "panel.convened",
        lambda w, who: panels.create_with_panel(**vacancy(w), **who),
    ),
    "panels.services.record_local_consultant": Case(
        "staffing",
        "panel.local_consultant_recorded",
        lambda w, who: panels.record_local_consultant(panel=panel_of(w.ready), is_none=True, **who),
    ),
    "panels.services.invite_member": Case(
        "staffing",
        "member.invited",
        lambda w, who: panels.invite_member(
            panel=panel_of(w.ready), person=w.story.people["manager"], **who
        ),
    ),
    "panels.services.change_member": Case(
        "staffing",
        "member.changed",
        lambda w, who: panels.change_member(
            member=w.members(w.ready)["consultant"],
            is_deputy=False,
            scores=False,
            put_forward_by="",
            has_specialty_accepted=False,
            **who,
        ),
    ),
    "panels.services.name_chair": Case(
        "staffing",
        "panel.chair_named",
        lambda w, who: panels.name_chair(member=w.members(w.ready)["consultant"], **who),
    ),
    "panels.services.respond": Case(
        "member",
        "member.responded",
        lambda w, who: panels.respond(member=w.invited, is_accepted=True, **who),
    ),
    "panels.services.stand_down": Case(
        "staffing",
        "member.stood_down",
        lambda w, who: panels.stand_down(
            member=w.members(w.today)["consultant"], reason="Taken ill.", **who
        ),
    ),
    "panels.services.declare": Case(
        "outsider",
        "declaration.made",
        lambda w, who: panels.declare(
            member=w.members(w.another)["manager"],
            application=w.applications(w.another)[0],
            has_interest=True,
            statement="A cousin.",
            **who,
        ),
    ),
    "panels.services.declare_all": Case(
        "outsider",
        "declaration.made",
        lambda w, who: panels.declare_all(
            member=w.members(w.another)["manager"],
            answers=[panels.Answer(w.applications(w.another)[0], False, "")],
            **who,
        ),
    ),
    "panels.services.decide_declaration": Case(
        "chair",
        "declaration.decided",
        lambda w, who: panels.decide_declaration(
            declaration=w.interest(w.ready),
            outcome=DeclarationOutcome.STANDS_DOWN,
            **who,
        ),
    ),
    "panels.services.open_panel": Case(
        "staffing",
        "panel.opened",
        lambda w, who: panels.open_panel(
            panel=panel_of(w.ready), override_reason="It is urgent.", **who
        ),
    ),
    "panels.services.mend_access": Case(
        "administrator",
        "access.mended",
        lambda w, who: panels.mend_access(**who),
        lambda w: TABLES["appointment"].objects.all().delete(),
    ),
    "assessments.services.sheets.open_scoring": Case(
        "staffing",
        "scoring.opened",
        lambda w, who: sheets.open_scoring(panel=panel_of(w.ready), **who),
        lambda w: panels.decide_declaration(
            declaration=w.interest(w.ready),
            outcome=DeclarationOutcome.STAYS,
            by=w.users["chair"],
            at=w.at,
        ),
    ),
    "assessments.services.sheets.save_score": Case(
        "member",
        "score.saved",
        lambda w, who: sheets.save_score(
            sheet=w.sheet("consultant"),
            criterion=w.sheet("consultant").exercise.criteria.first(),
            key=KEY,
            version=0,
            change=sheets.Change(value=4, evidence="Said so."),
            **who,
        ),
    ),
    "assessments.services.sheets.save_overall_view": Case(
        "member",
        "overall_view.saved",
        lambda w, who: sheets.save_overall_view(
            sheet=w.sheet("consultant"), key=KEY, version=0, view="BORDERLINE", **who
        ),
    ),
    "assessments.services.sheets.lock_sheets": Case(
        "member",
        "sheet.locked",
        lambda w, who: w.story.score(panel_of(w.today), ("consultant",)),
    ),
    "assessments.services.sheets.close_scoring": Case(
        "staffing",
        "appointment.moved",
        lambda w, who: sheets.close_scoring(panel=panel_of(w.closing), **who),
    ),
    "assessments.services.decision.recommend": Case(
        "chair",
        "recommendation.sealed",
        lambda w, who: decision.recommend(
            panel=panel_of(w.scored),
            choices={w.applications(w.scored)[0].pk: decision.Choice(Verdict.RECOMMENDED, 1)},
            reasons="Agreed.",
            **who,
        ),
    ),
    "assessments.services.decision.decide": Case(
        "chief_executive",
        "decision.made",
        lambda w, who: decision.decide(
            recommendation=Recommendation.objects.get(panel__appointment=w.waiting),
            is_accepted=False,
            reason="The post is withdrawn.",
            **who,
        ),
    ),
    "assessments.services.reports.review_report": Case(
        "staffing",
        "report.reviewed",
        lambda w, who: review(w, who),
    ),
    "assessments.services.reports.release_report": Case(
        "staffing",
        "report.released",
        lambda w, who: reports.release_report(report=w.report(2), **who),
        lambda w: review(w, {"by": w.users["staffing"], "at": w.at}),
    ),
}
"""Who calls each service, and how, in the world of tests/worlds.py."""

WITHOUT_ROWS = {
    "assessments.services.drawing.draw_pdf": "draws what was released; the release has its row",
}
"""Functions of service modules that change something and have no actor, each with the reason."""


def vacancy(w: World) -> dict:
    """Return what a new appointment needs."""
    return {
        "trust": w.story.trust,
        "reference": "NEW-1",
        "post_title": "Consultant in palliative medicine",
        "specialty": "Palliative medicine",
        "site": "",
        "posts": 1,
        "has_substantial_teaching": False,
        "rule_set_key": "england_nhs_trust",
        "blueprint": w.story.blueprint,
        "officer": w.users["staffing"],
        "aac_at": w.at,
        "place": "",
    }


def review(w: World, who: dict) -> CandidateReport:
    """Review the report that nobody has reviewed yet."""
    return reports.review_report(
        report=w.report(2),
        version=0,
        strengths="Openness about errors.",
        next_steps="Shadow the divisional team.",
        evidence={},
        **who,
    )


def rows() -> list[tuple[str, str]]:
    """Return who did what, in every chain."""
    return list(Entry.objects.order_by("pk").values_list("actor", "action"))


def test_every_service_is_listed():
    missing, gone = sorted(set(services()) - set(SERVICES)), sorted(set(SERVICES) - set(services()))
    assert not missing, (
        f"These services are not tried: {', '.join(missing)}. Add each to SERVICES in"
        " tests/test_ledger.py: who calls it, the action it leaves in the ledger, and the call."
    )
    assert not gone, f"Take these out of SERVICES, they are gone: {', '.join(gone)}."


def test_services_name_their_actor_and_moment_by_keyword_only():
    wrong = [
        name
        for name, function in services().items()
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind not in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
    ]
    assert wrong == []


def test_functions_without_an_actor_write_nothing():
    """Whatever in a service module has no `by` either only reads or is listed with its reason."""
    writers = set()
    for module in map(import_module, MODULES):
        for name, function in vars(module).items():
            is_own = inspect.isfunction(function) and function.__module__.startswith(
                module.__name__
            )
            if not is_own or name.startswith("_") or f"{module.__name__}.{name}" in services():
                continue
            source = inspect.getsource(function)
            if any(word in source for word in (".save(", ".create(", ".update(", ".delete(")):
                writers.add(f"{module.__name__}.{name}")
    assert writers == set(WITHOUT_ROWS), "Give it `by` and `at` and a ledger row."


@pytest.mark.parametrize("name", SERVICES)
def test_service_leaves_its_row_in_the_same_transaction(world, name):
    case = SERVICES[name]
    with transaction.atomic():
        case.prepare(world)
        before = rows()
        with transaction.atomic():
            case.call(world, {"by": world.users[case.actor], "at": world.at})
            added = rows()[len(before) :]
            assert (reference(world.users[case.actor]), case.action) in added
            assert {actor for actor, _ in added} == {reference(world.users[case.actor])}
            assert verify().faults == ()
            transaction.set_rollback(True)
        assert rows() == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", [name for name in SERVICES if name.startswith("panels.")])
def test_grants_follow_every_service_of_a_panel(world, name):
    case = SERVICES[name]
    with transaction.atomic():
        case.prepare(world)
        case.call(world, {"by": world.users[case.actor], "at": world.at})
        assert find_drift() == ([], [])
        transaction.set_rollback(True)
