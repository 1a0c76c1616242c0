"""A trust's office and its vacancies, made through the services that make real ones."""

from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Nation, Role, Trust, TrustKind, User
from accounts.services import add_person, create_trust, grant_role
from appointments import services
from appointments.models import Application, Appointment
from appointments.stages import Stage
from rubrics.models import Blueprint, Framework, FrameworkVersion

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)
AAC_AT = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)
PATH = (Stage.ADVERTISED, Stage.SHORTLISTING, Stage.SHORTLISTED, Stage.IN_SESSION, Stage.SCORED)


def make_trust(
    slug: str = "north", name: str = "North NHS Trust", nation: str = Nation.ENGLAND
) -> Trust:
    return create_trust(
        name=name, slug=slug, nation=nation, kind=TrustKind.NHS_TRUST, by=None, at=AT
    )


def make_user(name: str, email: str, trust: Trust | None = None, *roles: Role) -> User:
    user = add_person(email=email, name=name, by=None, at=AT)
    for role in roles:
        grant_role(user=user, trust=trust, role=role, by=None, at=AT)
    return user


def make_officer(trust: Trust) -> User:
    return make_user("Priya Nair", f"officer@{trust.slug}.example", trust, Role.MEDICAL_STAFFING)


def make_blueprint(trust: Trust) -> Blueprint:
    framework = Framework.objects.create(trust=trust, slug="small", name="Small")
    version = FrameworkVersion.objects.create(
        framework=framework, number=1, status="PUBLISHED", published_at=AT
    )
    return Blueprint.objects.create(
        trust=trust, slug="plan", name="Plan", version=version, is_ready=True
    )


def vacancy(trust: Trust, officer: User, blueprint: Blueprint, **changes) -> dict:
    """Return what create_appointment asks for."""
    return {
        "trust": trust,
        "reference": "N-100",
        "post_title": "Consultant in acute medicine",
        "specialty": "Acute internal medicine",
        "site": "North General",
        "posts": 1,
        "has_substantial_teaching": False,
        "rule_set_key": "england_nhs_trust",
        "blueprint": blueprint,
        "officer": officer,
        "aac_at": AAC_AT,
        "place": "Boardroom",
        "by": officer,
        "at": AT,
        **changes,
    }


def make_appointment(trust: Trust, officer: User, **changes) -> Appointment:
    blueprint = changes.pop("blueprint", None) or Blueprint.objects.filter(trust=trust).first()
    return services.create_appointment(
        **vacancy(trust, officer, blueprint or make_blueprint(trust), **changes)
    )


def make_candidate(
    appointment: Appointment, name: str = "Dr Siân ap Rhys", gmc_number: str = "0012345", **changes
) -> Application:
    return services.add_candidate(
        appointment=appointment,
        **{
            "name": name,
            "email": f"c{gmc_number}@mail.example",
            "gmc_number": gmc_number,
            "registration": "Specialist Register",
            "present_post": "Locum consultant, Fenwick",
            "by": appointment.officer,
            "at": AT,
            **changes,
        },
    )


def shortlist(application: Application, is_shortlisted: bool = True, reason: str = "") -> None:
    services.decide_shortlist(
        application=application,
        is_shortlisted=is_shortlisted,
        reason=reason,
        by=application.appointment.officer,
        at=AT,
    )


def bring_to(appointment: Appointment, stage: Stage) -> None:
    """Move an appointment step by step to a stage on the way to its end."""
    for to in PATH[: PATH.index(stage) + 1]:
        services.move_stage(appointment=appointment, to=to, by=appointment.officer, at=AT)


def browser(user: User) -> Client:
    """Return a client signed in as somebody; staff have their second factor."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "unused"}}
    )
    client = Client()
    client.force_login(user)
    return client
