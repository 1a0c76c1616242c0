"""Majorities: counted by what each person sitting is, and mended by the fewest changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from panels.composition.findings import Finding, State
from panels.composition.people import Sitter
from panels.composition.requirements import REQUIREMENTS
from panels.composition.rules import Majority
from panels.composition.table import Table, join, sentence


def is_majority(count: int, members: int, more_than: Fraction) -> bool:
    """Whether count is strictly more than the share of members."""
    return count * more_than.denominator > more_than.numerator * members


def additions_needed(count: int, members: int, more_than: Fraction) -> int:
    """The fewest people to add, all of the kind counted, so that the majority holds."""
    added = 0
    while not is_majority(count + added, members + added, more_than):
        added += 1
    return added


@dataclass(frozen=True, slots=True)
class Tally:
    """One majority counted: certainly, at worst and at best over what is not recorded."""

    rule: Majority
    having: tuple[Sitter, ...]
    lacking: tuple[Sitter, ...]
    uncertain: tuple[Sitter, ...]
    worst: tuple[int, int]
    best: tuple[int, int]

    @property
    def state(self) -> State:
        if is_majority(*self.worst, self.rule.more_than):
            return State.HOLDS
        can_hold = is_majority(*self.best, self.rule.more_than)
        return State.CANNOT_TELL if can_hold else State.FAILS


def count(table: Table, rule: Majority) -> Tally:
    """Count who meets the rule; a person unknown in kind or in presence is counted both ways."""
    having, lacking, uncertain = [], [], []
    worst_members = best_members = best_having = 0
    for member in table.members:
        has, here = table.meets(rule.of, member), table.here(member)
        if has is None or here is None:
            uncertain.append(member)
        else:
            (having if has else lacking).append(member)
        worst_members += here is True or has is not True
        best_having += has is not False
        best_members += here is True or has is not False
    return Tally(
        rule=rule,
        having=tuple(having),
        lacking=tuple(lacking),
        uncertain=tuple(uncertain),
        worst=(len(having), worst_members),
        best=(best_having, best_members),
    )


def find_majorities(table: Table, rules: Sequence[Majority]) -> Iterable[Finding]:
    """One finding for each rule, each mend tried against all the others."""
    tallies = [count(table, rule) for rule in rules]
    for tally in tallies:
        others = [other for other in tallies if other is not tally]
        yield Finding(
            rule=tally.rule.code,
            state=tally.state,
            words=describe(table, tally),
            says=tally.rule.says,
            source=tally.rule.source,
            is_confirmed=tally.rule.is_confirmed,
            stops=tally.rule.stops,
            mend=mend(table, tally, others),
            note=tally.rule.note,
        )


def nouns(table: Table, rule: Majority) -> tuple[str, str]:
    """What the rule counts, in the singular and in the plural."""
    requirement = REQUIREMENTS[rule.of]
    return requirement.one.format_map(table.words), requirement.many.format_map(table.words)


def describe(table: Table, tally: Tally) -> str:
    """The count in words."""
    one, many = nouns(table, tally.rule)
    share = tally.rule.more_than
    asked = "more than half" if share == Fraction(1, 2) else f"more than {share}"
    having, members = len(tally.having), len(table.members)
    if not members:
        return f"Nobody is sitting, so there is no majority of {many}."
    kind = f"is {article(one)} {one}" if having == 1 else f"are {many}"
    counted, unsure = f"{having} of {members} members {kind}", ""
    if tally.uncertain:
        counted = f"{counted} for certain"
        names = join(member.name for member in tally.uncertain)
        unsure = f" Too little is recorded about {names}."
    if tally.state == State.HOLDS:
        return f"{counted}: {asked}, as the rule asks.{unsure}"
    fewest = share.numerator * members // share.denominator + 1
    return f"{counted}. The rule asks for {asked}, so at least {fewest}.{unsure}"


def mend(table: Table, tally: Tally, others: Sequence[Tally]) -> str:
    """The fewest changes that would mend this majority, or nothing when it holds."""
    if tally.state == State.HOLDS:
        return ""
    if tally.state == State.CANNOT_TELL:
        return mend_unknown(table, tally)
    leaving = who_could_stand_down(table, tally, others)
    or_leave = f", or ask {join(s.name for s in leaving)} to stand down" if leaving else ""
    return sentence(mend_by_adding(table, tally, others) + or_leave)


def mend_unknown(table: Table, tally: Tally) -> str:
    """What to record so that the majority can be told."""
    one, _ = nouns(table, tally.rule)
    kind = [m.name for m in tally.uncertain if table.meets(tally.rule.of, m) is None]
    away = [m.name for m in tally.uncertain if table.here(m) is None]
    asks = [f"whether {join(kind, 'or')} is {article(one)} {one}"] if kind else []
    asks += [f"whether {join(away, 'or')} is here"] if away else []
    return sentence(f"record {join(asks)}")


def mend_by_adding(table: Table, tally: Tally, others: Sequence[Tally]) -> str:
    """Say whom to add: a number that mends this majority and leaves every other one standing."""
    added, both = additions_needed(*tally.worst, tally.rule.more_than), []
    while broken := [o for o in others if o not in both and not bears(o, added)]:
        both += broken
        added = max(added, *(additions_needed(*o.worst, o.rule.more_than) for o in broken))
    one, many = nouns(table, tally.rule)
    also_one = join(f"{article(nouns(table, o.rule)[0])} {nouns(table, o.rule)[0]}" for o in both)
    also_many = join(nouns(table, o.rule)[1] for o in both)
    if added == 1:
        return f"add {article(one)} {one}" + (f" who is also {also_one}" if both else "")
    return f"add {added} {many}" + (f" who are also {also_many}" if both else "")


def bears(tally: Tally, outsiders: int) -> bool:
    """Whether a majority holds for certain after adding people who do not count towards it."""
    having, members = tally.worst
    return is_majority(having, members + outsiders, tally.rule.more_than)


def who_could_stand_down(table: Table, tally: Tally, others: Sequence[Tally]) -> tuple[Sitter, ...]:
    """The fewest additional members whose leaving mends this majority and breaks no other."""

    def costs(member: Sitter) -> tuple[int, str]:
        return sum(member not in other.lacking for other in others), member.name.casefold()

    extra = set(map(id, table.additional()))
    leaving: list[Sitter] = []
    having, members = tally.worst
    for member in sorted((m for m in tally.lacking if id(m) in extra), key=costs):
        leaving.append(member)
        if is_majority(having, members - len(leaving), tally.rule.more_than):
            keeps = all(survives(other, leaving) for other in others)
            return tuple(leaving) if keeps else ()
    return ()


def survives(tally: Tally, leaving: Sequence[Sitter]) -> bool:
    """Whether a majority that holds still does once these members have left."""
    having = len([member for member in tally.having if member not in leaving])
    left = tally.worst[1] - len(leaving)
    return tally.state != State.HOLDS or is_majority(having, left, tally.rule.more_than)


def article(noun: str) -> str:
    """The indefinite article before a noun."""
    return "an" if noun[0].lower() in "aeiou" else "a"
