"""Panels of real rows: a directory that fills every seat of the English rules."""

from datetime import date

from accounts.models import Nation, User
from appointments.models import Application, Appointment
from appointments.stages import Stage
from panels import services
from panels.models import Member, Panel, Person
from tests.appointments.office import AT, bring_to, make_candidate, shortlist

EVERYBODY = {
    "works_in": Nation.ENGLAND,
    "is_dentist": False,
    "is_trust_chair": False,
    "training_expires_on": date(2027, 12, 31),
}
PEOPLE = {
    "LAY": ("Siân Llewellyn", {"is_doctor": False, "is_employed_in_nhs": False,
        "is_employed_by_trust": False, "is_board_member": True}),
    "COLLEGE": ("Mr Ngũgĩ Kamau", {"is_doctor": True, "is_consultant": True,
        "is_employed_by_trust": False, "is_employed_in_nhs": True, "employer": "Fenwick NHS Trust",
        "is_board_member": False, "specialty": "Acute internal medicine"}),
    "CE": ("Helen Adebayo", {"is_doctor": False, "is_employed_by_trust": True,
        "is_board_member": True, "is_chief_executive": True}),
    "MD": ("Dr Łukasz Wiśniewski", {"is_doctor": True, "is_employed_by_trust": True,
        "is_medical_director": True}),
    "CONSULTANT": ("Dr 歐陽志明", {"is_doctor": True, "is_consultant": True,
        "is_employed_by_trust": True, "specialty": "Acute internal medicine"}),
}  # fmt: skip


def make_person(appointment: Appointment, name: str, email: str, **facts) -> Person:
    return services.add_person(
        trust=appointment.trust,
        name=name,
        email=email,
        by=appointment.officer,
        at=AT,
        **(EVERYBODY | facts),
    )


def invite(panel: Panel, person: Person, seat: str = "", **changes) -> Member:
    return services.invite_member(
        panel=panel,
        person=person,
        seat=seat,
        **{"by": panel.appointment.officer, "at": AT, **changes},
    )


def make_panel(appointment: Appointment) -> Panel:
    return services.convene_panel(appointment=appointment, by=appointment.officer, at=AT)


def fill(panel: Panel) -> dict[str, Member]:
    """Invite somebody who fits into every core seat; the lay member takes the chair."""
    return {
        seat: invite(
            panel,
            make_person(panel.appointment, name, f"{seat.lower()}@mail.example", **facts),
            seat,
            is_chair=seat == "LAY",
            put_forward_by="COLLEGE" if seat == "COLLEGE" else "",
        )
        for seat, (name, facts) in PEOPLE.items()
    }


def accept(member: Member) -> Member:
    return services.respond(member=member, is_accepted=True, by=member.person.user, at=AT)


def declare(member: Member, application: Application, statement: str = ""):
    return services.declare(
        member=member,
        application=application,
        has_interest=bool(statement),
        statement=statement,
        by=member.person.user,
        at=AT,
    )


def decide(declaration, outcome: str, by: User):
    return services.decide_declaration(declaration=declaration, outcome=outcome, by=by, at=AT)


def make_shortlist(appointment: Appointment) -> tuple[Application, Application]:
    """Shortlist two candidates and finish shortlisting."""
    made = (
        make_candidate(appointment, "Dr Amara Okafor", "0012345"),
        make_candidate(appointment, "Dr Nguyễn Thị Hồng", "0012346"),
    )
    for application in made:
        shortlist(application)
    bring_to(appointment, Stage.SHORTLISTED)
    return made
