"""What pages and services ask about panels, each in a fixed number of queries."""

from panels.queries.declarations import (
    declaration_rows,
    interests_of,
    interests_to_decide,
    undeclared,
)
from panels.queries.directory import Group, directory, people_for_seat, people_run
from panels.queries.pages import panel_page, place_of, rule_sets_of, seat_asked_for
from panels.queries.plan import InterviewPlan, even_plan, interview_plan
from panels.queries.seats import (
    composition_of,
    effect_of_leaving,
    member_of,
    members_who_score,
    panel_of,
    sitters_of,
    sitting_members,
)

__all__ = [
    "Group",
    "InterviewPlan",
    "composition_of",
    "declaration_rows",
    "directory",
    "effect_of_leaving",
    "even_plan",
    "interests_of",
    "interests_to_decide",
    "interview_plan",
    "member_of",
    "members_who_score",
    "panel_of",
    "panel_page",
    "people_for_seat",
    "people_run",
    "place_of",
    "rule_sets_of",
    "seat_asked_for",
    "sitters_of",
    "sitting_members",
    "undeclared",
]
