"""The people at the table and the post they are there to fill."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Conflict(StrEnum):
    """What the chair decided about a member's interests; None means nothing was declared yet."""

    NONE = "NONE"
    DECLARED = "DECLARED"
    STAYS = "STAYS"
    DOES_NOT_SCORE = "DOES_NOT_SCORE"
    STANDS_DOWN = "STANDS_DOWN"


class Nominator(StrEnum):
    """Who put a member forward."""

    BODY = "BODY"
    COLLEGE = "COLLEGE"
    UNIVERSITY = "UNIVERSITY"
    ACADEMY = "ACADEMY"


def either(*values: bool | None) -> bool | None:
    """Three-valued or: True if any is, None if none is but one is unknown."""
    if True in values:
        return True
    return None if None in values else False


def negate(value: bool | None) -> bool | None:
    """Three-valued not."""
    return None if value is None else not value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """One person put down for one seat; None in any attribute means that nobody has recorded it.

    `seat` is None for an additional member. `person` tells two people of one name apart; without it
    the name does. `nhs_employer` is "" for someone whom no NHS body employs. `is_medical_director`
    covers whoever acts in that capacity for the post: medical, dental or public health director.
    """

    name: str
    seat: str | None = None
    person: str | int | None = None
    is_deputy: bool = False
    is_chair: bool = False
    is_present: bool | None = None
    conflict: Conflict | None = None
    is_doctor: bool | None = None
    is_dentist: bool | None = None
    is_consultant: bool | None = None
    specialty: str | None = None
    has_specialty_accepted_by_college: bool = False
    is_employed_by_body: bool | None = None
    nhs_employer: str | None = None
    is_board_member: bool | None = None
    is_board_level: bool | None = None
    is_trust_chair: bool | None = None
    is_chief_executive: bool | None = None
    is_medical_director: bool | None = None
    works_in_nation: str | None = None
    nominated_by: Nominator | None = None
    training_expires_on: date | None = None

    @property
    def identity(self) -> tuple[str, str | int]:
        if self.person is not None:
            return ("person", self.person)
        return ("name", " ".join(self.name.split()).casefold())

    @property
    def has_stood_down(self) -> bool:
        return self.conflict == Conflict.STANDS_DOWN

    @property
    def is_clinically_qualified(self) -> bool | None:
        return either(self.is_doctor, self.is_dentist)

    @property
    def is_local(self) -> bool | None:
        return either(self.is_employed_by_body, self.is_board_member)

    @property
    def is_employed_in_nhs(self) -> bool | None:
        elsewhere = None if self.nhs_employer is None else bool(self.nhs_employer.strip())
        return either(self.is_employed_by_body, elsewhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the rules ask about the post itself."""

    specialty: str | None = None
    is_dental: bool = False
    has_substantial_teaching: bool | None = None
    aac_on: date | None = None
    is_joint: bool = False
    no_local_consultant_in_specialty: bool = False
