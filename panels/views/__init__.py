"""Pages of the people directory, panels, invitations and declarations."""

from panels.views.declarations import decide_declaration, declarations, interests
from panels.views.invitations import respond, stand_down
from panels.views.people import add_person, change_person, people
from panels.views.plan import interview_plan
from panels.views.seats import change_member, convene, invite, local_consultant, name_chair, panel
from panels.views.vacancy import create_appointment

__all__ = [
    "add_person",
    "change_member",
    "change_person",
    "convene",
    "create_appointment",
    "decide_declaration",
    "declarations",
    "interests",
    "interview_plan",
    "invite",
    "local_consultant",
    "name_chair",
    "panel",
    "people",
    "respond",
    "stand_down",
]
