"""The stages of an appointment and the moves between them, as one table."""

from enum import StrEnum


class Stage(StrEnum):
    """Where an appointment stands."""

    DRAFTED = "DRAFTED"
    ADVERTISED = "ADVERTISED"
    SHORTLISTING = "SHORTLISTING"
    SHORTLISTED = "SHORTLISTED"
    IN_SESSION = "IN_SESSION"
    SCORED = "SCORED"
    RECOMMENDED = "RECOMMENDED"
    DECIDED = "DECIDED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"

    @property
    def words(self) -> str:
        """The stage as people say it."""
        return WORDS[self]


WORDS = {
    Stage.DRAFTED: "Being planned",
    Stage.ADVERTISED: "Advertised",
    Stage.SHORTLISTING: "Shortlisting",
    Stage.SHORTLISTED: "Shortlisted",
    Stage.IN_SESSION: "Panel in session",
    Stage.SCORED: "All scores locked",
    Stage.RECOMMENDED: "Waiting for the employer's decision",
    Stage.DECIDED: "Decided",
    Stage.CLOSED: "Closed",
    Stage.CANCELLED: "Cancelled",
}

MOVES = {
    Stage.DRAFTED: (Stage.ADVERTISED, Stage.CANCELLED),
    Stage.ADVERTISED: (Stage.SHORTLISTING, Stage.CANCELLED),
    Stage.SHORTLISTING: (Stage.SHORTLISTED, Stage.CANCELLED),
    Stage.SHORTLISTED: (Stage.IN_SESSION, Stage.CANCELLED),
    Stage.IN_SESSION: (Stage.SCORED, Stage.CANCELLED),
    Stage.SCORED: (Stage.RECOMMENDED,),
    Stage.RECOMMENDED: (Stage.DECIDED,),
    Stage.DECIDED: (Stage.CLOSED,),
    Stage.CLOSED: (),
    Stage.CANCELLED: (),
}

CANDIDATES_CHANGE = (Stage.DRAFTED, Stage.ADVERTISED, Stage.SHORTLISTING, Stage.SHORTLISTED)
"""Stages in which candidates are added and shortlisted."""

CANDIDATES_WITHDRAW = (*CANDIDATES_CHANGE, Stage.IN_SESSION, Stage.SCORED)
"""Stages in which a candidate may still withdraw."""


class MoveNotAllowed(ValueError):
    """The table has no such move."""


def move(current: str, target: Stage) -> Stage:
    """Return the target stage; raises MoveNotAllowed when the table has no such move."""
    if target not in MOVES[Stage(current)]:
        raise MoveNotAllowed(
            f"An appointment that is “{WORDS[Stage(current)]}” cannot become “{WORDS[target]}”."
        )
    return target
