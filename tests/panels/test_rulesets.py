"""The five rule sets as shipped, and a loader that refuses everything else by name."""

from datetime import date
from fractions import Fraction

import pytest

from panels import rulesets
from panels.composition import Decision, Moment, Needed
from panels.composition.rules import RULE_KINDS
from panels.rulesets import RuleSetError, keys, load, load_all, parse, source_text

KEYS = ("england_foundation_trust", "england_nhs_trust", "northern_ireland_1996",
        "scotland_2009", "wales")  # fmt: skip

SMALL = """
key = "isle"
name = "An island"
nation = "Isle of Man"
kind = "Board"
version = "1"
in_force_from = 2020-01-01
has_force_of_law = true
panel_term = "Appointments Panel"
body_term = "board"
decision = "RECOMMEND"
decision_words = "The panel recommends."
source = "An Act"
confirmed = true

[[seats]]
code = "HEAD"
name = "Head"
who = "The head."
needed = "always"
core = true
stops = true
source = "An Act, section 1"
confirmed = true
if_empty = "Ask the head."

[[seats.requirements]]
name = "is_local"
stops = true

[[seats.requirements]]
name = "is_consultant"
after = "is_local"
stops = false
source = "Custom"
confirmed = false

[seats.deputy]
allowed = false
who = "No deputy."
source = "An Act, section 2"
confirmed = true

[[rules]]
code = "MAJORITY"
kind = "majority"
of = "is_local"
more_than = "2/3"
says = "More than two thirds are local."
stops = true
source = "An Act, section 3"
confirmed = true

[[rules]]
code = "QUORUM"
kind = "quorum"
says = "The head is here."
stops = true
source = "An Act, section 4"
confirmed = true
"""


def summary(rule_set):
    return (
        rule_set.nation,
        rule_set.in_force_from,
        rule_set.has_force_of_law,
        rule_set.panel_term,
        rule_set.decision,
        rule_set.is_confirmed,
        [seat.code for seat in rule_set.seats],
        [seat.code for seat in rule_set.seats if seat.is_core],
    )


FIVE = ["LAY", "COLLEGE", "CE", "MD", "CONSULTANT"]
AAC = "Advisory Appointments Committee"
SUMMARIES = {
    "england_nhs_trust": (
        "England", date(2005, 1, 12), True, AAC, Decision.RECOMMEND, False, [*FIVE, "UNIV"], FIVE,
    ),
    "england_foundation_trust": (
        "England", None, False, AAC, Decision.RECOMMEND, True, [*FIVE, "UNIV"],
        ["LAY", "CE", "MD", "CONSULTANT"],
    ),
    "wales": (
        "Wales", date(2005, 11, 2), True, AAC, Decision.RECOMMEND, True, [*FIVE, "UNIV"], FIVE,
    ),
    "northern_ireland_1996": (
        "Northern Ireland", None, True, AAC, Decision.RECOMMEND, True,
        ["LAY", "CONSULTANT", "MD", "CE", "OUTSIDE", "UNIV"],
        ["LAY", "CONSULTANT", "MD", "CE", "OUTSIDE", "UNIV"],
    ),
    "scotland_2009": (
        "Scotland", date(2009, 7, 1), True, "Assessment Panel", Decision.APPOINT_BY_VOTE, False,
        ["CHAIR", "EXT_ADVISER", "MD", "CONSULTANT", "UNIV"], ["CHAIR", "EXT_ADVISER"],
    ),
}  # fmt: skip


def test_keys_are_the_five():
    assert keys() == KEYS
    assert [rule_set.key for rule_set in load_all()] == list(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_rule_set_is_what_the_law_or_policy_says(key):
    assert summary(load(key)) == SUMMARIES[key]


@pytest.mark.parametrize("key", KEYS)
def test_majorities_and_their_standing(key):
    standing = {
        "england_nhs_trust": (True, False),
        "england_foundation_trust": (False, False),
        "wales": (True, False),
        "northern_ireland_1996": (True, True),
    }
    expected = [
        (code, of, Fraction(1, 2), *standing[key])
        for code, of in (
            ("PROFESSIONAL_MAJORITY", "is_professionally_qualified"),
            ("LOCAL_MAJORITY", "is_local"),
        )
        if key in standing
    ]
    found = [
        (rule.code, rule.of, rule.more_than, rule.stops, rule.is_confirmed)
        for rule in load(key).majorities
    ]
    assert found == expected


@pytest.mark.parametrize("key", KEYS)
def test_chair_is_normal_or_mandatory(key):
    stops = {rule.code: rule.stops for rule in load(key).rules if rule.kind == "chair_seat"}
    assert stops == {
        "northern_ireland_1996": {"CHAIR_LAY": True},
        "scotland_2009": {"CHAIR_SEAT": True},
    }.get(key, {"CHAIR_LAY": False})


def test_university_seat_by_nation():
    needed = {key: load(key).seat("UNIV").needed for key in KEYS}
    teaching = dict.fromkeys(KEYS, Needed.SUBSTANTIAL_TEACHING_OR_RESEARCH)
    assert needed == teaching | {"northern_ireland_1996": Needed.ALWAYS}


def test_deputies_by_seat():
    allowed = {key: [s.code for s in load(key).seats if s.deputy.is_allowed] for key in KEYS}
    assert allowed == {
        "england_foundation_trust": ["LAY", "CE", "MD"],
        "england_nhs_trust": ["LAY", "CE", "MD"],
        "northern_ireland_1996": ["LAY", "MD", "CE"],
        "scotland_2009": ["CHAIR", "MD"],
        "wales": ["LAY", "CE", "MD"],
    }


def test_what_rests_on_memory_is_unconfirmed():
    england = load("england_nhs_trust")
    unconfirmed = {rule.code for rule in england.rules if not rule.is_confirmed}
    assert unconfirmed == {
        "PROFESSIONAL_MAJORITY", "LOCAL_MAJORITY", "ONE_SEAT_EACH", "SIZE", "JOINT", "TRAINING",
        "DECLARATIONS", "VOTING",
    }  # fmt: skip
    assert england.seat("LAY").deputy.is_confirmed is False
    assert england.seat("CE").deputy.demands[0].is_confirmed is False
    scotland = load("scotland_2009")
    assert [s.code for s in scotland.seats if s.is_confirmed] == ["CHAIR", "EXT_ADVISER"]


def test_seat_from_memory_never_stops():
    stops = [
        (rule_set.key, seat.code)
        for rule_set in load_all()
        for seat in rule_set.seats
        if seat.stops and not seat.is_confirmed
    ]
    assert stops == []


@pytest.mark.parametrize("key", KEYS)
def test_casting_vote_and_quorum_moments(key):
    rule_set = load(key)
    expected = "chair" if key.startswith("england") else "unknown"
    assert rule_set.voting.casting_vote == expected
    assert rule_set.voting.is_confirmed is False
    (quorum,) = [rule for rule in rule_set.rules if rule.kind == "quorum"]
    assert quorum.moments == (Moment.OPENING, Moment.ARRIVAL_OR_DEPARTURE, Moment.VOTING)


def test_every_kind_of_rule_is_used():
    used = {rule.kind for rule_set in load_all() for rule in rule_set.rules}
    assert used == set(RULE_KINDS)


def test_load_reads_once():
    assert load("wales") is load("wales")


def test_load_unknown_key():
    with pytest.raises(RuleSetError) as refused:
        load("../wales")
    assert str(refused.value) == f"../wales: no such rule set; there are {', '.join(KEYS)}"


def test_load_key_unlike_its_file(tmp_path, monkeypatch):
    (tmp_path / "other.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(rulesets, "FOLDER", tmp_path)
    with pytest.raises(RuleSetError) as refused:
        load("other")
    assert str(refused.value) == "other.toml: key 'key': must be 'other', the name of the file"


def test_copy_of_a_rule_set_can_be_changed():
    text = source_text("england_foundation_trust").replace(
        'name = "England: foundation trust"', 'name = "Northfield"'
    )
    copy = parse(text, "Northfield's rules")
    assert copy.name == "Northfield"
    assert copy.seats == load("england_foundation_trust").seats


def test_new_nation_needs_no_code():
    island = parse(SMALL, "isle.toml")
    seat = island.seat("HEAD")
    assert (island.nation, seat.name, seat.deputy.is_allowed) == ("Isle of Man", "Head", False)
    asked = [(d.name, d.stops, d.source, d.is_confirmed, d.after) for d in seat.demands]
    assert asked == [
        ("is_local", True, "An Act, section 1", True, None),
        ("is_consultant", False, "Custom", False, "is_local"),
    ]
    assert island.majorities[0].more_than == Fraction(2, 3)
    assert island.voting is None


SEAT, RULE = "isle.toml, [[seats]] 1 (HEAD)", "isle.toml, [[rules]] 1 (MAJORITY)"
CHAIR_ONLY = """
[[rules]]
code = "CHAIR"
kind = "chair_seat"
seats = ["HEAD"]
says = "The head chairs."
stops = true
source = "An Act"
confirmed = true
"""
REFUSALS = [
    ('nation = "Isle of Man"\n', "", "isle.toml: key 'nation': is missing"),
    ('nation = "Isle of Man"', "nation = 3", "isle.toml: key 'nation': must be text, not 3"),
    ('nation = "Isle of Man"', 'nation = " "', "isle.toml: key 'nation': must not be empty"),
    ('nation = "Isle of Man"', 'nation = "I"\nflag = 1',
     "isle.toml: key 'flag': is not known here"),
    ("has_force_of_law = true", "has_force_of_law = 1",
     "isle.toml: key 'has_force_of_law': must be true or false, not 1"),
    ("2020-01-01", '"2020-01-01"',
     "isle.toml: key 'in_force_from': must be a date such as 2005-01-12, not '2020-01-01'"),
    ("2020-01-01", "2020-01-01T09:30:00",
     "isle.toml: key 'in_force_from': must be a date such as 2005-01-12, not "
     "datetime.datetime(2020, 1, 1, 9, 30)"),
    ("in_force_from = 2020-01-01\n", "",
     "isle.toml: key 'in_force_from': is missing, and no note says why"),
    ('"RECOMMEND"', '"DECIDE"', "isle.toml: key 'decision': 'DECIDE' is not known; known are "
     "RECOMMEND, APPOINT_BY_VOTE"),
    ('needed = "always"', 'needed = "often"', f"{SEAT}: key 'needed': 'often' is not known; known "
     "are always, substantial_teaching_or_research, optional"),
    ('code = "HEAD"', 'code = "head"', "isle.toml, [[seats]] 1: key 'code': must be capital "
     "letters and underscores, not 'head'"),
    ('core = true\n', "", f"{SEAT}: key 'core': is missing"),
    ('if_empty = "Ask the head."', 'if_empty = "Ask the head."\ncolour = "red"',
     f"{SEAT}: key 'colour': is not known here"),
    ('after = "is_local"', 'after = "is_lay"', f"{SEAT}, [[requirements]] 2: key 'after': 'is_lay' "
     "is not a requirement listed before this one"),
    ('name = "is_consultant"', 'name = "is_local"',
     f"{SEAT}, [[requirements]] 2: key 'name': 'is_local' is asked twice"),
    ("allowed = false\n", "", f"{SEAT}, [deputy]: key 'allowed': is missing"),
    ('kind = "majority"', 'kind = "plurality"', f"{RULE}: key 'kind': 'plurality' is not known; "
     f"known are {', '.join(sorted(RULE_KINDS))}"),
    ('"2/3"', '"3/2"', f"{RULE}: key 'more_than': must be at least 0 and less than 1, not 3/2"),
    ('"2/3"', '"half"',
     f"{RULE}: key 'more_than': must be a fraction such as \"1/2\", not 'half'"),
    ('"2/3"', '"1/0"', f"{RULE}: key 'more_than': must be a fraction such as \"1/2\", not '1/0'"),
    ('code = "QUORUM"', 'code = "MAJORITY"',
     "isle.toml, [[rules]] 2 (MAJORITY): key 'code': 'MAJORITY' is used twice"),
    ('kind = "quorum"', 'kind = "quorum"\nmost = 3',
     "isle.toml, [[rules]] 2 (QUORUM): key 'most': is not known here"),
    ('kind = "quorum"', 'kind = "size"\nmost = 0',
     "isle.toml, [[rules]] 2 (QUORUM): key 'most': must be 1 or more"),
    ('kind = "quorum"', 'kind = "quorum"\nmoments = []',
     "isle.toml, [[rules]] 2 (QUORUM): key 'moments': must not be empty"),
    ('kind = "quorum"', 'kind = "quorum"\nmoments = ["DINNER"]',
     "isle.toml, [[rules]] 2 (QUORUM): key 'moments': 'DINNER' is not known; known are "
     "CONVENING, SHORTLISTING, OPENING, ARRIVAL_OR_DEPARTURE, VOTING"),
    ('kind = "quorum"', 'kind = "chair_seat"\nseats = ["FOOT"]',
     "isle.toml, [[rules]] 2 (QUORUM): key 'seats': 'FOOT' is not known; known are HEAD"),
    ("[[rules]]\ncode = \"QUORUM\"", CHAIR_ONLY + "\n[[rules]]\ncode = \"QUORUM\"",
     "isle.toml: key 'rules': a chair_seat rule needs a chair_named rule beside it"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), REFUSALS, ids=[case[2] for case in REFUSALS])
def test_parse_refuses_naming_file_table_and_key(old, new, words):
    assert SMALL.count(old) == 1
    with pytest.raises(RuleSetError) as refused:
        parse(SMALL.replace(old, new), "isle.toml")
    assert str(refused.value) == words


def test_parse_refuses_an_unknown_requirement():
    with pytest.raises(RuleSetError) as refused:
        parse(SMALL.replace('"is_consultant"', '"is_tall"'), "isle.toml")
    assert str(refused.value).startswith(
        f"{SEAT}, [[requirements]] 2: key 'name': 'is_tall' is not known; known are "
        "employed_by_body, from_another_board, is_board_level_deputy,"
    )


def test_parse_refuses_a_majority_of_what_has_no_plural():
    text = SMALL.replace('of = "is_local"', 'of = "is_trained"')
    with pytest.raises(RuleSetError) as refused:
        parse(text, "isle.toml")
    assert str(refused.value) == (
        f"{RULE}: key 'of': 'is_trained' is not known; known are is_consultant, is_lay, is_local, "
        "is_medically_or_dentally_qualified, is_professionally_qualified"
    )


def test_parse_refuses_demands_on_a_deputy_nobody_may_send():
    deputy = '\n[[seats.deputy.requirements]]\nname = "is_lay"\nstops = true\n\n[[rules]]'
    with pytest.raises(RuleSetError) as refused:
        parse(SMALL.replace("\n[[rules]]", deputy, 1), "isle.toml")
    assert str(refused.value) == (
        f"{SEAT}, [deputy]: key 'requirements': no deputy is allowed, "
        "so nothing can be asked of one"
    )


def test_parse_refuses_text_that_is_not_toml():
    with pytest.raises(RuleSetError, match=r"^isle\.toml: not readable as TOML: "):
        parse("key = ", "isle.toml")


def test_parse_refuses_a_list_where_tables_belong():
    with pytest.raises(RuleSetError) as refused:
        parse('seats = ["HEAD"]', "isle.toml")
    assert str(refused.value) == "isle.toml, [[seats]] 1: a table is needed here"


def test_parse_refuses_no_seats():
    seats, rules = SMALL.index("[[seats]]"), SMALL.index("[[rules]]")
    with pytest.raises(RuleSetError) as refused:
        parse("seats = []\n" + SMALL[:seats] + SMALL[rules:], "isle.toml")
    assert str(refused.value) == "isle.toml: key 'seats': a rule set needs at least one seat"
