"""Reads rule sets from TOML, refusing anything it does not know by file, table and key."""

import tomllib
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from panels.composition.findings import Moment
from panels.composition.requirements import COUNTABLE, REQUIREMENTS
from panels.composition.rules import (
    RULE_KINDS,
    ChairNamed,
    ChairSeat,
    Decision,
    Demand,
    Deputy,
    Needed,
    Rule,
    RuleSet,
    Seat,
)

FOLDER = Path(__file__).parent
MISSING = object()
Choice = TypeVar("Choice", bound=StrEnum)


class RuleSetError(ValueError):
    """A rule set cannot be used; the message names the file, the table and the key."""


class Entry:
    """One TOML table being read: every key is asked for by its type, and none may be left over."""

    def __init__(self, values: Any, where: str) -> None:
        self.where = where
        if not isinstance(values, dict):
            raise RuleSetError(f"{where}: a table is needed here")
        self.values = dict(values)

    def refuse(self, key: str, words: str) -> RuleSetError:
        return RuleSetError(f"{self.where}: key '{key}': {words}")

    def take(self, key: str, kind: type, words: str, default: Any = MISSING) -> Any:
        value = self.values.pop(key, default)
        if value is MISSING:
            raise self.refuse(key, "is missing")
        if value is default:
            return value
        # TOML's true is an int to Python, and a date-time is a date.
        if type(value) is not kind:
            raise self.refuse(key, f"must be {words}, not {value!r}")
        return value

    def text(self, key: str, default: Any = MISSING) -> Any:
        value = self.take(key, str, "text", default)
        if value is default:
            return value
        if not value.strip():
            raise self.refuse(key, "must not be empty")
        return value.strip()

    def flag(self, key: str, default: Any = MISSING) -> bool:
        return self.take(key, bool, "true or false", default)

    def day(self, key: str, default: Any = MISSING) -> date | None:
        return self.take(key, date, "a date such as 2005-01-12", default)

    def number(self, key: str, default: Any = MISSING) -> int | None:
        value = self.take(key, int, "a whole number", default)
        if value is not None and value < 1:
            raise self.refuse(key, "must be 1 or more")
        return value

    def share(self, key: str) -> Fraction:
        text = self.text(key)
        try:
            share = Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise self.refuse(key, f'must be a fraction such as "1/2", not {text!r}') from None
        if not 0 <= share < 1:
            raise self.refuse(key, f"must be at least 0 and less than 1, not {text}")
        return share

    def code(self) -> str:
        """The code of this table, by which errors name it from here on."""
        code = self.text("code")
        if not (code.isascii() and code.isupper() and code.isidentifier()):
            raise self.refuse("code", f"must be capital letters and underscores, not {code!r}")
        self.where = f"{self.where} ({code})"
        return code

    def one_of(self, key: str, choices: type[Choice]) -> Choice:
        return choices(self.word(key, [choice.value for choice in choices]))

    def word(self, key: str, known: list[str]) -> str:
        value = self.text(key)
        if value not in known:
            raise self.refuse(key, f"{value!r} is not known; known are {', '.join(known)}")
        return value

    def words(self, key: str, known: list[str], default: Any = MISSING) -> tuple[str, ...]:
        values = self.take(key, list, "a list", default)
        if values is default:
            return values
        if not values:
            raise self.refuse(key, "must not be empty")
        for value in values:
            if value not in known:
                raise self.refuse(key, f"{value!r} is not known; known are {', '.join(known)}")
        return tuple(values)

    def tables(self, key: str, default: Any = MISSING) -> list["Entry"]:
        values = self.take(key, list, "a list of tables", default)
        return [
            Entry(value, f"{self.where}, [[{key}]] {number}")
            for number, value in enumerate(values, 1)
        ]

    def table(self, key: str) -> "Entry":
        return Entry(self.take(key, dict, "a table"), f"{self.where}, [{key}]")

    def finish(self) -> None:
        if self.values:
            raise self.refuse(min(self.values), "is not known here")


def read_demands(owner: Entry, source: str, is_confirmed: bool) -> tuple[Demand, ...]:
    """The requirements of one list; source and confirmed are inherited where left out."""
    demands: list[Demand] = []
    for entry in owner.tables("requirements", []):
        seen = [demand.name for demand in demands]
        name = entry.word("name", sorted(REQUIREMENTS))
        if name in seen:
            raise entry.refuse("name", f"{name!r} is asked twice")
        after = entry.text("after", None)
        if after is not None and after not in seen:
            raise entry.refuse("after", f"{after!r} is not a requirement listed before this one")
        demand = Demand(
            name=name,
            stops=entry.flag("stops"),
            source=entry.text("source", source),
            is_confirmed=entry.flag("confirmed", is_confirmed),
            note=entry.text("note", ""),
            after=after,
        )
        entry.finish()
        demands.append(demand)
    return tuple(demands)


def read_deputy(entry: Entry) -> Deputy:
    """The rule on deputies for one seat."""
    source, is_confirmed = entry.text("source"), entry.flag("confirmed")
    deputy = Deputy(
        is_allowed=entry.flag("allowed"),
        who=entry.text("who"),
        source=source,
        is_confirmed=is_confirmed,
        note=entry.text("note", ""),
        demands=read_demands(entry, source, is_confirmed),
    )
    if deputy.demands and not deputy.is_allowed:
        raise entry.refuse("requirements", "no deputy is allowed, so nothing can be asked of one")
    entry.finish()
    return deputy


def read_seat(entry: Entry) -> Seat:
    """One seat with its requirements and its rule on deputies."""
    code = entry.code()
    source, is_confirmed = entry.text("source"), entry.flag("confirmed")
    seat = Seat(
        code=code,
        name=entry.text("name"),
        who=entry.text("who"),
        needed=entry.one_of("needed", Needed),
        is_core=entry.flag("core"),
        stops=entry.flag("stops"),
        source=source,
        is_confirmed=is_confirmed,
        if_empty=entry.text("if_empty"),
        note=entry.text("note", ""),
        demands=read_demands(entry, source, is_confirmed),
        deputy=read_deputy(entry.table("deputy")),
    )
    entry.finish()
    return seat


# What each kind of rule has besides the keys that all have.
OWN_KEYS: dict[str, Callable[[Entry, list[str]], dict[str, Any]]] = {
    "majority": lambda entry, seats: {
        "of": entry.word("of", sorted(COUNTABLE)),
        "more_than": entry.share("more_than"),
    },
    "chair_seat": lambda entry, seats: {"seats": entry.words("seats", seats)},
    "size": lambda entry, seats: {
        "fewest": entry.number("fewest", None),
        "most": entry.number("most", None),
    },
    "joint": lambda entry, seats: {"treatment": entry.word("treatment", ["as_one", "own_rule"])},
    "unseen": lambda entry, seats: {"missing": entry.text("missing")},
    "in_force": lambda entry, seats: {"amended_on": entry.day("amended_on", None)},
    "voting": lambda entry, seats: {
        "carried_by": entry.word("carried_by", ["more_than_half", "most_votes"]),
        "casting_vote": entry.word("casting_vote", ["chair", "none", "unknown"]),
    },
}


def read_rule(entry: Entry, seats: list[str]) -> Rule:
    """One rule for the whole panel, with the keys its kind has."""
    code = entry.code()
    kind = entry.word("kind", sorted(RULE_KINDS))
    own = OWN_KEYS.get(kind, lambda entry, seats: {})(entry, seats)
    moments = entry.words("moments", list(Moment), None)
    rule = RULE_KINDS[kind](
        code=code,
        says=entry.text("says"),
        stops=entry.flag("stops"),
        source=entry.text("source"),
        is_confirmed=entry.flag("confirmed"),
        note=entry.text("note", ""),
        moments=tuple(map(Moment, moments)) if moments else RULE_KINDS[kind].usual_moments,
        **own,
    )
    entry.finish()
    return rule


def read_unique(tables: list[Entry], read: Callable[[Entry], Any]) -> tuple:
    """Read the tables of one list, each of which needs a code of its own."""
    found: dict[str, Any] = {}
    for entry in tables:
        item = read(entry)
        if item.code in found:
            raise entry.refuse("code", f"{item.code!r} is used twice")
        found[item.code] = item
    return tuple(found.values())


def parse(text: str, origin: str) -> RuleSet:
    """Read a rule set from TOML text; raises RuleSetError, naming `origin`, when it is wrong."""
    try:
        entry = Entry(tomllib.loads(text), origin)
    except tomllib.TOMLDecodeError as error:
        raise RuleSetError(f"{origin}: not readable as TOML: {error}") from error
    seats = read_unique(entry.tables("seats"), read_seat)
    codes = [seat.code for seat in seats]
    rule_set = RuleSet(
        key=entry.text("key"),
        name=entry.text("name"),
        nation=entry.text("nation"),
        kind=entry.text("kind"),
        version=entry.text("version"),
        in_force_from=entry.day("in_force_from", None),
        has_force_of_law=entry.flag("has_force_of_law"),
        panel_term=entry.text("panel_term"),
        body_term=entry.text("body_term"),
        decision=entry.one_of("decision", Decision),
        decision_words=entry.text("decision_words"),
        source=entry.text("source"),
        is_confirmed=entry.flag("confirmed"),
        note=entry.text("note", ""),
        seats=seats,
        rules=read_unique(entry.tables("rules"), lambda rule: read_rule(rule, codes)),
    )
    refuse_contradictions(entry, rule_set)
    entry.finish()
    return rule_set


def refuse_contradictions(entry: Entry, rule_set: RuleSet) -> None:
    """Refuse a rule set whose parts are sound but do not fit together."""
    kinds = {type(rule) for rule in rule_set.rules}
    if not rule_set.seats:
        raise entry.refuse("seats", "a rule set needs at least one seat")
    if ChairSeat in kinds and ChairNamed not in kinds:
        raise entry.refuse("rules", "a chair_seat rule needs a chair_named rule beside it")
    if rule_set.in_force_from is None and not rule_set.note:
        raise entry.refuse("in_force_from", "is missing, and no note says why")


def keys() -> tuple[str, ...]:
    """The keys of the rule sets that come with the product."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def source_text(key: str) -> str:
    """The TOML of one rule set, for a trust that wants to copy and change it."""
    if key not in keys():
        raise RuleSetError(f"{key}: no such rule set; there are {', '.join(keys())}")
    return (FOLDER / f"{key}.toml").read_text(encoding="utf-8")


@cache
def load(key: str) -> RuleSet:
    """The rule set with this key, read once; raises RuleSetError if there is none."""
    rule_set = parse(source_text(key), f"{key}.toml")
    if rule_set.key != key:
        raise RuleSetError(f"{key}.toml: key 'key': must be {key!r}, the name of the file")
    return rule_set


def load_all() -> tuple[RuleSet, ...]:
    """Every rule set that comes with the product, in the order of their keys."""
    return tuple(load(key) for key in keys())
