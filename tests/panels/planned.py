"""A blueprint with questions to share out, written straight into its tables."""

from datetime import date

from appointments.models import Appointment
from panels import queries, services
from panels.models import Panel
from rubrics.models import Competency, Criterion, Domain, Exercise, Question, QuestionUse
from tests.appointments.office import AT

NAMES = ("Ensuring patient safety", "Acting with integrity", "Managing people", "Leading change")
EXERCISES = (
    ("SHORTLISTING", "Shortlisting", [], NAMES[:1]),
    ("PRESENTATION", "Presentation", [], NAMES[3:]),
    ("STATION", "Station", ["CE", "MD"], NAMES[:2]),
    ("PANEL_INTERVIEW", "Panel interview", [], NAMES[:3]),
)


def plan_questions(appointment: Appointment) -> list[Criterion]:
    """Let the appointment's blueprint ask; return the criteria that have a question, in order."""
    blueprint = appointment.blueprint
    blueprint.version = blueprint.version.framework.versions.create(number=2)
    blueprint.save(update_fields=["version"])
    domain = Domain.objects.create(version=blueprint.version, position=1, code="1", name="Leading")
    competencies, questions = {}, {}
    for number, name in enumerate(NAMES, 1):
        one = Competency.objects.create(
            domain=domain, position=number, code=f"1.{number}", name=name
        )
        competencies[name] = one
        questions[name] = Question.objects.create(
            competency=one,
            position=1,
            kind="SITUATIONAL",
            text=f"What would you do about {name.lower()}?",
            probes=["And then?"],
        )
    for position, (kind, name, seats, asked) in enumerate(EXERCISES, 1):
        exercise = Exercise.objects.create(
            blueprint=blueprint,
            position=position,
            kind=kind,
            name=name,
            minutes=20,
            scoring_seats=seats,
        )
        for place, one in enumerate(asked, 1):
            Criterion.objects.create(
                exercise=exercise,
                position=place,
                competency=competencies[one],
                question=None if kind == "PRESENTATION" else questions[one],
                weight=10,
            )
    return [row.criterion for row in rows_of(queries.panel_of(appointment)) if _asks(row)]


def _asks(row) -> bool:
    return row.criterion.question is not None


def rows_of(panel: Panel) -> tuple:
    return queries.interview_plan(panel).rows


def assign(panel: Panel, assignments, **changes):
    return services.assign_questions(
        panel=panel,
        assignments=assignments,
        **{"by": panel.appointment.officer, "at": AT, **changes},
    )


def use(criterion: Criterion, appointment: Appointment, used_on: date, **changes) -> QuestionUse:
    return QuestionUse.objects.create(
        trust=appointment.trust,
        question=criterion.question,
        used_on=used_on,
        **{
            "reference": "ATH-1901",
            "post_title": "Consultant",
            "specialty": appointment.specialty,
            **changes,
        },
    )
