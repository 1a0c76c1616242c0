"""What a check answers: findings in plain words, and whether they stop the panel."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class State(StrEnum):
    """How one rule stands."""

    HOLDS = "HOLDS"
    FAILS = "FAILS"
    CANNOT_TELL = "CANNOT_TELL"


class Moment(StrEnum):
    """When the panel is checked; from OPENING on only the people in the room count."""

    CONVENING = "CONVENING"
    SHORTLISTING = "SHORTLISTING"
    OPENING = "OPENING"
    ARRIVAL_OR_DEPARTURE = "ARRIVAL_OR_DEPARTURE"
    VOTING = "VOTING"

    @property
    def is_in_room(self) -> bool:
        return self not in (Moment.CONVENING, Moment.SHORTLISTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule as it stands: what was found, what the rule says, where from, what would mend it."""

    rule: str
    state: State
    words: str
    says: str
    source: str
    is_confirmed: bool
    stops: bool
    mend: str = ""
    note: str = ""
    seat: str | None = None

    @property
    def is_blocking(self) -> bool:
        return self.stops and self.state != State.HOLDS

    @property
    def is_warning(self) -> bool:
        return not self.stops and self.state != State.HOLDS


@dataclass(frozen=True)
class Composition:
    """The answer for one panel at one moment; `members` are the names that were counted."""

    rule_set: str
    panel_term: str
    moment: Moment
    findings: tuple[Finding, ...]
    members: tuple[str, ...]

    @cached_property
    def blockers(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_blocking)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_warning)

    @cached_property
    def holding(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.state == State.HOLDS)

    @cached_property
    def unconfirmed(self) -> tuple[Finding, ...]:
        """Findings that rest on a rule somebody still has to check against its source."""
        return tuple(finding for finding in self.findings if not finding.is_confirmed)

    @property
    def can_open(self) -> bool:
        return not self.blockers

    @property
    def summary(self) -> str:
        count = len(self.blockers)
        if not count:
            return f"Nothing stops this {self.panel_term}."
        things = "1 thing stops" if count == 1 else f"{count} things stop"
        return f"{things} this {self.panel_term}."

    def about(self, rule: str) -> tuple[Finding, ...]:
        """The findings under one rule code, such as "QUORUM" or "SEAT.COLLEGE"."""
        return tuple(finding for finding in self.findings if finding.rule == rule)
