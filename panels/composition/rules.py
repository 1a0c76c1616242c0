"""Rule sets as values: seats, what each asks of the person in it, and rules for the whole panel."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

from panels.composition.findings import Moment

EVERY_MOMENT = tuple(Moment)
IN_ROOM = tuple(moment for moment in Moment if moment.is_in_room)


class Decision(StrEnum):
    """What the panel's decision is in law."""

    RECOMMEND = "RECOMMEND"
    APPOINT_BY_VOTE = "APPOINT_BY_VOTE"


class Needed(StrEnum):
    """When a seat has to be filled."""

    ALWAYS = "always"
    SUBSTANTIAL_TEACHING_OR_RESEARCH = "substantial_teaching_or_research"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One named requirement on the person in a seat; `after` defers it until another one holds."""

    name: str
    stops: bool
    source: str
    is_confirmed: bool
    note: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """Whether a deputy may sit, who, and what is asked of one."""

    is_allowed: bool
    who: str
    source: str
    is_confirmed: bool
    note: str = ""
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A role to be filled; `is_core` seats make the quorum, `if_empty` says what would mend it."""

    code: str
    name: str
    who: str
    needed: Needed
    is_core: bool
    stops: bool
    source: str
    is_confirmed: bool
    if_empty: str
    note: str = ""
    demands: tuple[Demand, ...] = ()
    deputy: Deputy

    @property
    def term(self) -> str:
        """The name as it reads inside a sentence."""
        is_word = len(self.name) > 1 and self.name[1].islower()
        return self.name[0].lower() + self.name[1:] if is_word else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule for the whole panel, looked at in the moments it names."""

    kind: ClassVar[str]
    usual_moments: ClassVar[tuple[Moment, ...]] = EVERY_MOMENT

    code: str
    says: str
    stops: bool
    source: str
    is_confirmed: bool
    note: str = ""
    moments: tuple[Moment, ...] = EVERY_MOMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Majority(Rule):
    """More than a share of the members must meet the named requirement."""

    kind = "majority"
    of: str
    more_than: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairNamed(Rule):
    """Exactly one member is the chair."""

    kind = "chair_named"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairSeat(Rule):
    """The chair sits in one of the named seats."""

    kind = "chair_seat"
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum(Rule):
    """Every core seat that has to be filled is filled by someone in the room."""

    kind = "quorum"
    usual_moments = IN_ROOM


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSeatEach(Rule):
    """One person holds one seat, and one seat seats one person."""

    kind = "one_seat_each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size(Rule):
    """The panel is no larger, or smaller, than is reasonable."""

    kind = "size"
    fewest: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint(Rule):
    """How a panel of two or more bodies is composed: "as_one", or by an "own_rule" not known."""

    kind = "joint"
    treatment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Rule):
    """Every member's training is in date on the day."""

    kind = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations(Rule):
    """Every member has declared their interests and the chair has decided."""

    kind = "declarations"
    usual_moments = (Moment.SHORTLISTING, *IN_ROOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce(Rule):
    """The rule set is the one that applies on the day."""

    kind = "in_force"
    amended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voting(Rule):
    """How a vote is carried and who breaks a tie."""

    kind = "voting"
    usual_moments = (Moment.VOTING,)
    carried_by: str
    casting_vote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen(Rule):
    """A part of the rules that nobody has read yet: `missing` says which, and nothing can tell."""

    kind = "unseen"
    missing: str


RULE_KINDS = {
    rule.kind: rule
    for rule in (
        Majority,
        ChairNamed,
        ChairSeat,
        Quorum,
        OneSeatEach,
        Size,
        Joint,
        Training,
        Declarations,
        InForce,
        Voting,
        Unseen,
    )
}


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The versioned composition and decision rules a panel stands under."""

    key: str
    name: str
    nation: str
    kind: str
    version: str
    in_force_from: date | None
    has_force_of_law: bool
    panel_term: str
    body_term: str
    decision: Decision
    decision_words: str
    source: str
    is_confirmed: bool
    note: str = ""
    seats: tuple[Seat, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def seat_by_code(self) -> dict[str, Seat]:
        return {seat.code: seat for seat in self.seats}

    @cached_property
    def majorities(self) -> tuple[Majority, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, Majority))

    @cached_property
    def voting(self) -> Voting | None:
        return next((rule for rule in self.rules if isinstance(rule, Voting)), None)

    def seat(self, code: str) -> Seat:
        """The seat with this code; KeyError when the rule set has none."""
        return self.seat_by_code[code]
