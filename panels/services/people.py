"""The directory of people who may sit on a trust's panels."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Trust, User
from audit import ledger
from panels.models import Person

TEXTS = ("job_title", "employer", "specialty", "college")
FACTS = (
    "works_in",
    "is_doctor",
    "is_dentist",
    "is_consultant",
    "is_employed_by_trust",
    "is_employed_in_nhs",
    "is_board_member",
    "is_board_level",
    "is_trust_chair",
    "is_chief_executive",
    "is_medical_director",
    "training_expires_on",
)


class EmailTaken(ValueError):
    """The directory already has somebody with this e-mail address."""


class EmailFixed(ValueError):
    """Somebody who signs in with an e-mail address keeps it."""


@transaction.atomic
def add_person(
    *, trust: Trust, name: str, email: str, by: User | None, at: datetime, **attributes: Any
) -> Person:
    """Enter somebody in the trust's directory; raises EmailTaken.

    What is not said about them stays unknown.
    """
    email = email.strip().lower()
    Trust.objects.select_for_update().get(pk=trust.pk)
    _check_email(trust.pk, email, None)
    person = Person.objects.create(trust=trust, name=name.strip(), email=email, **attributes)
    _record(person, "directory.person_added", by, at, {}, _facts(person))
    return person


@transaction.atomic
def change_person(*, person: Person, by: User | None, at: datetime, **changes: Any) -> Person:
    """Change what is recorded about somebody; raises EmailTaken or EmailFixed."""
    held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if "email" in changes:
        changes["email"] = changes["email"].strip().lower()
        if held.user_id and changes["email"] != held.email:
            raise EmailFixed(f"{held.name} signs in with {held.email}, so the address stays.")
        _check_email(held.trust_id, changes["email"], held.pk)
    changed = [name for name, value in changes.items() if getattr(held, name) != value]
    for name, value in changes.items():
        setattr(person, name, value)
    if changed:
        person.save(update_fields=changed)
        old = {name: fact for name, fact in _facts(held).items() if name in changed}
        new = {name: fact for name, fact in _facts(person).items() if name in changed}
        _record(person, "directory.person_changed", by, at, old, {**new, "fields": sorted(changed)})
    return person


def _check_email(trust_id: int, email: str, but: int | None) -> None:
    taken = Person.objects.filter(trust_id=trust_id, email__iexact=email).exclude(pk=but).first()
    if taken is not None:
        raise EmailTaken(f"{taken.name} is already in the directory with {email}.")


def _facts(person: Person) -> dict[str, Any]:
    facts = {name: getattr(person, name) for name in FACTS}
    return {
        name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()
    }


def _record(
    person: Person, action: str, by: User | None, at: datetime, old: dict, new: dict
) -> None:
    ledger.record(
        chain=f"trust:{person.trust_id}",
        action=action,
        obj=person,
        by=by,
        at=at,
        old=old or None,
        new=new,
        texts={name: getattr(person, name) for name in ("name", "email", *TEXTS)},
    )
