"""Panels: people, seats, invitations, declarations and opening, each change with its ledger row."""

from panels.services.access import mend_access
from panels.services.declarations import (
    Answer,
    DecidedAlready,
    NotACandidate,
    NothingToDecide,
    NotSitting,
    NotYoursToDecide,
    StatementMissing,
    decide_declaration,
    declare,
    declare_all,
)
from panels.services.invitations import AnsweredAlready, ReasonMissing, respond, stand_down
from panels.services.limits import PANEL_CHANGES, NotSeated, OpenAlready, PanelHasFinished
from panels.services.opening import CompositionFails, open_panel
from panels.services.people import EmailFixed, EmailTaken, add_person, change_person
from panels.services.plan import NotOnPlan, PlanChanged, assign_questions
from panels.services.seats import (
    CannotInvite,
    ChairTaken,
    OnPanelAlready,
    OtherTrust,
    SeatTaken,
    UnknownSeat,
    change_member,
    convene_panel,
    invite_member,
    name_chair,
    record_local_consultant,
)
from panels.services.vacancy import create_with_panel

__all__ = [
    "PANEL_CHANGES",
    "Answer",
    "AnsweredAlready",
    "CannotInvite",
    "ChairTaken",
    "CompositionFails",
    "DecidedAlready",
    "EmailFixed",
    "EmailTaken",
    "NotACandidate",
    "NotOnPlan",
    "NotSeated",
    "NotSitting",
    "NotYoursToDecide",
    "NothingToDecide",
    "OnPanelAlready",
    "OpenAlready",
    "OtherTrust",
    "PanelHasFinished",
    "PlanChanged",
    "ReasonMissing",
    "SeatTaken",
    "StatementMissing",
    "UnknownSeat",
    "add_person",
    "assign_questions",
    "change_member",
    "change_person",
    "convene_panel",
    "create_with_panel",
    "decide_declaration",
    "declare",
    "declare_all",
    "invite_member",
    "mend_access",
    "name_chair",
    "open_panel",
    "record_local_consultant",
    "respond",
    "stand_down",
]
