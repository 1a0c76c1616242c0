"""A lawfully composed panel for every rule set, and ways to change it."""

from dataclasses import replace
from datetime import date

from panels.composition import Conflict, Nominator, Post, Sitter, check
from panels.composition.findings import Moment
from panels.rulesets import load

ENGLAND, FOUNDATION = "england_nhs_trust", "england_foundation_trust"
WALES, NORTHERN_IRELAND, SCOTLAND = "wales", "northern_ireland_1996", "scotland_2009"
RULE_SETS = (ENGLAND, FOUNDATION, WALES, NORTHERN_IRELAND, SCOTLAND)
# Northern Ireland's set is tested on a day before the amendment that nobody has read.
DAYS = dict.fromkeys(RULE_SETS, date(2026, 12, 8)) | {NORTHERN_IRELAND: date(2010, 6, 3)}

STRANGER = Sitter(
    name="Nobody",
    is_present=True,
    conflict=Conflict.NONE,
    is_doctor=False,
    is_dentist=False,
    is_consultant=False,
    is_employed_by_body=False,
    nhs_employer="",
    is_board_member=False,
    is_board_level=False,
    is_trust_chair=False,
    is_chief_executive=False,
    is_medical_director=False,
    works_in_nation="England",
    nominated_by=Nominator.BODY,
    training_expires_on=date(2027, 6, 30),
)


def person(name, seat=None, **attributes):
    return replace(STRANGER, name=name, seat=seat, **attributes)


def doctor(name, seat=None, **attributes):
    return person(name, seat, **{"is_doctor": True, "specialty": "Cardiology", **attributes})


def local_doctor(name, seat=None, **attributes):
    return doctor(name, seat, **{"is_employed_by_body": True, **attributes})


LAY = person("Mrs Siân Rees", "LAY", is_board_member=True, is_trust_chair=True, is_chair=True)
COLLEGE = doctor(
    "Dr Łukasz Nowak",
    "COLLEGE",
    is_consultant=True,
    nhs_employer="Northfield Hospitals",
    nominated_by=Nominator.COLLEGE,
)
CE = person(
    "Ms Wei Chen",
    "CE",
    is_employed_by_body=True,
    is_board_member=True,
    is_board_level=True,
    is_chief_executive=True,
)
MD = local_doctor("Dr Amara Okafor", "MD", is_medical_director=True, is_board_member=True)
CONSULTANT = local_doctor("Dr Ngũgĩ Kamau", "CONSULTANT", is_consultant=True)
UNIV = doctor("Professor Aoife Byrne", "UNIV", nominated_by=Nominator.UNIVERSITY)
OUTSIDE = replace(COLLEGE, seat="OUTSIDE")
CHAIR = person("Mr Callum Fraser", "CHAIR", is_employed_by_body=True, is_chair=True)
ADVISER = doctor(
    "Dr Morag Sinclair",
    "EXT_ADVISER",
    nhs_employer="NHS Anywhere",
    nominated_by=Nominator.ACADEMY,
)
MANAGER = person("Mr Tom Bell", is_employed_by_body=True)

FIVE = (LAY, COLLEGE, CE, MD, CONSULTANT)
DEPUTY_MD = local_doctor("Dr Imran Sheikh", "MD", is_deputy=True)
DEPUTY_CE = person(
    "Mrs Joy Adeyemi", "CE", is_deputy=True, is_employed_by_body=True, is_board_level=True
)
PANELS = {
    ENGLAND: FIVE,
    FOUNDATION: FIVE,
    WALES: FIVE,
    NORTHERN_IRELAND: (LAY, CONSULTANT, MD, CE, OUTSIDE, UNIV),
    SCOTLAND: (CHAIR, ADVISER, MD, CONSULTANT),
}


def post_for(key, **changes):
    post = Post(specialty="Cardiology", has_substantial_teaching=False, aac_on=DAYS[key])
    return replace(post, **changes)


def seated(key, *, without=(), more=(), **changes):
    """The sound panel of a rule set, with seats emptied, people added, or a seat's person changed.

    A change is given by seat code as a dict of attributes.
    """
    sound = [sitter for sitter in PANELS[key] if sitter.seat not in without]
    return [replace(s, **changes.get(s.seat, {})) for s in sound] + list(more)


def ask(key, sitters, moment=Moment.OPENING, **post):
    return check(load(key), sitters, post_for(key, **post), moment)
