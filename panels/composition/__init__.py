"""Tells whether a consultant-appointment panel is lawfully composed, and what would mend it."""

from panels.composition.checking import check, check_sitter
from panels.composition.findings import Composition, Finding, Moment, State
from panels.composition.people import Conflict, Nominator, Post, Sitter
from panels.composition.rules import Decision, Needed, RuleSet, Seat

__all__ = [
    "Composition",
    "Conflict",
    "Decision",
    "Finding",
    "Moment",
    "Needed",
    "Nominator",
    "Post",
    "RuleSet",
    "Seat",
    "Sitter",
    "State",
    "check",
    "check_sitter",
]
