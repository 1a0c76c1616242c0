"""The check itself: every seat and every rule of a rule set, asked at one moment."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from panels.composition.findings import Composition, Finding, Moment, State
from panels.composition.majorities import find_majorities
from panels.composition.people import Conflict, Post, Sitter
from panels.composition.rules import (
    ChairNamed,
    ChairSeat,
    Declarations,
    InForce,
    Joint,
    Majority,
    OneSeatEach,
    Quorum,
    Rule,
    RuleSet,
    Size,
    Training,
    Unseen,
    Voting,
)
from panels.composition.seats import find_filled, find_for_seat, find_for_sitter
from panels.composition.table import Table, join, sentence

Answer = tuple[State, str, str]
HOLDS, FAILS, CANNOT_TELL = State.HOLDS, State.FAILS, State.CANNOT_TELL


def check(rule_set: RuleSet, sitters: Iterable[Sitter], post: Post, moment: Moment) -> Composition:
    """Tell what holds, what fails and what cannot be told of a panel at one moment."""
    table = Table(rule_set, post, moment, tuple(sitters))
    findings = [f for seat in rule_set.seats for f in find_for_seat(table, seat)]
    due = [rule for rule in rule_set.rules if moment in rule.moments]
    findings += find_majorities(table, [rule for rule in due if isinstance(rule, Majority)])
    for rule in due:
        if not isinstance(rule, Majority):
            findings += [as_finding(rule, *answer) for answer in ANSWERS[type(rule)](table, rule)]
    return Composition(
        rule_set=rule_set.key,
        panel_term=rule_set.panel_term,
        moment=moment,
        findings=tuple(findings),
        members=tuple(member.name for member in table.members if table.here(member)),
    )


def check_sitter(
    rule_set: RuleSet, seat: str | None, sitter: Sitter, post: Post
) -> tuple[Finding, ...]:
    """Tell whether one person may sit in one seat (None: as an additional member).

    Raises KeyError when the rule set has no such seat.
    """
    sitter = replace(sitter, seat=seat)
    table = Table(rule_set, post, Moment.CONVENING, (sitter,))
    if sitter.has_stood_down:
        return (find_filled(table, rule_set.seat(seat)),) if seat else ()
    findings = list(find_for_sitter(table, rule_set.seat(seat), sitter)) if seat else []
    for rule in rule_set.rules:
        if isinstance(rule, Training):
            findings += [as_finding(rule, *answer) for answer in answer_training(table, rule)]
    return tuple(findings)


def as_finding(rule: Rule, state: State, words: str, mend: str) -> Finding:
    """One answer of a rule as a finding."""
    return Finding(
        rule=rule.code,
        state=state,
        words=sentence(words),
        says=rule.says,
        source=rule.source,
        is_confirmed=rule.is_confirmed,
        stops=rule.stops,
        mend=sentence(mend) if mend else "",
        note=rule.note,
    )


def answer_chair_named(table: Table, _rule: ChairNamed) -> Iterator[Answer]:
    """Whether exactly one member here is marked as chair."""
    here, unknown = table.chairs(True), table.chairs(None)
    if len(here) > 1:
        names = join(chair.name for chair in here)
        yield FAILS, f"{len(here)} members are marked as chair: {names}", "keep one chair"
    elif here:
        yield HOLDS, f"{here[0].name} is in the chair", ""
    elif unknown:
        names = join((chair.name for chair in unknown), "or")
        words = f"nobody has recorded whether {names}, marked as chair, is here"
        yield CANNOT_TELL, words, f"record whether {names} is here"
    else:
        away = [s.name for s in table.sitters if s.is_chair]
        why = f"{join(away)} cannot take the chair" if away else "nobody is named as chair"
        yield FAILS, why, "name one of the members as chair"


def answer_chair_seat(table: Table, rule: ChairSeat) -> Iterator[Answer]:
    """Where the chair sits; without exactly one chair the chair_named rule has already spoken."""
    seats = [table.rule_set.seat(code).term for code in rule.seats]
    chairs = table.chairs(True)
    if len(chairs) != 1:
        return
    chair = chairs[0]
    if chair.seat in rule.seats:
        term = table.rule_set.seat(chair.seat).term
        yield HOLDS, f"{chair.name}, who sits as {term}, is in the chair", ""
    else:
        words = f"{chair.name} is in the chair and does not sit as {join(seats, 'or')}"
        yield FAILS, words, f"ask the {join(seats, 'or')} to take the chair"


def answer_quorum(table: Table, _rule: Quorum) -> Iterator[Answer]:
    """Whether every core seat is filled by someone in the room."""
    core = [s for s in table.rule_set.seats if s.is_core and table.is_needed(s)]
    here = {seat.code: table.occupants[seat.code] for seat in core}
    state = {code: table.here(sitter) if sitter else False for code, sitter in here.items()}
    missing = [seat for seat in core if state[seat.code] is False]
    unknown = [seat for seat in core if state[seat.code] is None]
    filled = len(core) - len(missing) - len(unknown)
    words = f"{filled} of {len(core)} core seats are filled by someone in the room"
    if missing:
        mends = " ".join(seat.if_empty for seat in missing).removesuffix(".")
        names = join(f"the {seat.term}" for seat in missing)
        start = "do not start" if table.moment == Moment.OPENING else "pause the panel"
        yield FAILS, f"not quorate: {words}, not {names}", f"{start}. {mends}"
    elif unknown:
        names = join(f"the {seat.term}" for seat in unknown)
        yield CANNOT_TELL, f"{words} for certain", f"record whether {names} is here"
    else:
        yield HOLDS, f"quorate: {words}", ""


def answer_one_seat_each(table: Table, _rule: OneSeatEach) -> Iterator[Answer]:
    """Whether each person has one place and each place one person."""
    faults = [*repeated_people(table), *crowded_seats(table), *unknown_seats(table)]
    yield from faults or [(HOLDS, "nobody sits twice, and no seat is taken twice", "")]


def repeated_people(table: Table) -> Iterator[Answer]:
    """People who are listed more than once."""
    places: dict[tuple, list[Sitter]] = {}
    for sitter in table.sitters:
        places.setdefault(sitter.identity, []).append(sitter)
    for same in places.values():
        name, seats = same[0].name, sorted({place(table, sitter) for sitter in same})
        if len(seats) > 1:
            words = f"{name} is put down as {join(seats)}: one person may hold one seat"
            yield FAILS, words, f"keep {name} in one seat and find someone else for the other"
        elif len(same) > 1:
            yield FAILS, f"{name} is listed {len(same)} times", f"list {name} once"


def place(table: Table, sitter: Sitter) -> str:
    """What a person is put down as, in words."""
    if sitter.seat not in table.named:
        return "additional member"
    return table.rule_set.seat(sitter.seat).term


def crowded_seats(table: Table) -> Iterator[Answer]:
    """Seats with two holders on paper, or with a holder and a deputy both in the room."""
    for seat in table.rule_set.seats:
        people = {s.identity: s for s in table.named[seat.code] if table.here(s)}
        if not table.moment.is_in_room:
            people = {key: s for key, s in people.items() if not s.is_deputy}
        if len(people) > 1:
            names = join(sitter.name for sitter in people.values())
            every = "both" if len(people) == 2 else "all"
            words = f"{names} are {every} in the {seat.term}'s seat: only one may sit"
            yield FAILS, words, f"keep one of {names}, or make the other an additional member"


def unknown_seats(table: Table) -> Iterator[Answer]:
    """People put down for a seat that the rule set does not have."""
    for sitter in table.sitters:
        if sitter.seat is not None and sitter.seat not in table.named:
            words = f"{sitter.name} is put down for a seat these rules do not have: {sitter.seat}"
            yield FAILS, words, f"give {sitter.name} another seat"


def answer_size(table: Table, rule: Size) -> Iterator[Answer]:
    """Whether the number of members is within what is usual."""
    members = len(table.members)
    if rule.most is not None and members > rule.most:
        words = f"the panel has {members} members, more than the {rule.most} that is usual"
        yield FAILS, words, "ask whether every additional member is needed"
    elif rule.fewest is not None and members < rule.fewest:
        words = f"the panel has {members} members, fewer than the {rule.fewest} asked for"
        yield FAILS, words, f"add {rule.fewest - members} more"
    else:
        yield HOLDS, f"the panel has {members} members", ""


def answer_joint(table: Table, rule: Joint) -> Iterator[Answer]:
    """How far these rules can speak about a joint panel."""
    if not table.post.is_joint:
        return
    body = table.rule_set.body_term
    if rule.treatment == "as_one":
        yield HOLDS, f"two or more bodies act together as if they were one {body}", ""
    else:
        words = (
            "this is a joint panel of two or more bodies; the law has its own rule for those, "
            "and it has not been seen, so it cannot be said whether the panel is rightly composed"
        )
        yield CANNOT_TELL, words, "ask an employment lawyer or the department, and record it"


def answer_training(table: Table, _rule: Training) -> Iterator[Answer]:
    """Whether every member's training lasts until the day."""
    if table.post.aac_on is None:
        yield CANNOT_TELL, "the panel has no date, so training cannot be checked", "set the date"
        return
    trained = {member.name: table.meets("is_trained", member) for member in table.members}
    expired = join(name for name, answer in trained.items() if answer is False)
    unknown = join(name for name, answer in trained.items() if answer is None)
    if expired:
        words = f"training runs out before the day for {expired}"
        yield FAILS, words, "ask them to renew it and record the new date"
    if unknown:
        words = f"no training date is recorded for {unknown}"
        yield CANNOT_TELL, words, "record when the training runs out"
    if trained and not expired and not unknown:
        yield HOLDS, "every member's training is in date on the day", ""


def answer_declarations(table: Table, _rule: Declarations) -> Iterator[Answer]:
    """Whether every member has declared and the chair has decided."""
    silent = join(m.name for m in table.members if m.conflict is None)
    waiting = join(m.name for m in table.members if m.conflict == Conflict.DECLARED)
    if silent:
        words = f"no declaration of interests from {silent}"
        yield CANNOT_TELL, words, "ask for the declaration before any candidate's file is opened"
    if waiting:
        words = f"the chair has not yet decided about the interests of {waiting}"
        yield CANNOT_TELL, words, "ask the chair to decide"
    if not silent and not waiting:
        yield HOLDS, "every member's interests are declared and decided", ""


def answer_in_force(table: Table, rule: InForce) -> Iterator[Answer]:
    """Whether these are the rules of the day of the panel."""
    day, start = table.post.aac_on, table.rule_set.in_force_from
    if day is None:
        words = "the panel has no date, so it cannot be said which rules apply"
        yield CANNOT_TELL, words, "set the date"
    elif start is not None and day < start:
        words = f"these rules came into force only on {written(start)}"
        yield FAILS, words, "choose the rules in force on the day"
    elif rule.amended_on is not None and day >= rule.amended_on:
        since = written(rule.amended_on)
        words = f"these rules were amended on {since}, and the amended text has not been seen"
        yield CANNOT_TELL, words, "check the amended text before you rely on this panel"
    else:
        yield HOLDS, "these rules apply on the day of the panel", ""


def written(day: date) -> str:
    """A date as people write it."""
    return f"{day.day} {day:%B %Y}"


def answer_voting(table: Table, rule: Voting) -> Iterator[Answer]:
    """How many votes there are, how many carry, and who breaks a tie."""
    voters = sum(1 for member in table.members if table.here(member))
    carried = f"{voters // 2 + 1} votes carry it"
    if rule.carried_by == "most_votes":
        carried = "the most votes carry it"
    words = f"{voters} members have one vote each; {carried}"
    if rule.casting_vote == "unknown":
        words = f"{words}. How a tie is broken has not been seen in the rules"
        yield CANNOT_TELL, words, "agree before the vote how a tie will be broken, and record it"
    elif rule.casting_vote == "chair" and len(table.chairs(True)) != 1:
        words = f"{words}. A tie needs the chair's casting vote, and there is no one chair"
        yield CANNOT_TELL, words, "name one chair before the vote"
    elif rule.casting_vote == "chair":
        yield HOLDS, f"{words}. On a tie the chair's casting vote decides", ""
    else:
        yield HOLDS, f"{words}. On a tie nothing is carried", ""


def answer_unseen(_table: Table, rule: Unseen) -> Iterator[Answer]:
    """Say that a part of the rules is unknown, so that silence is not read as assent."""
    yield CANNOT_TELL, f"{rule.missing} has not been seen", "ask someone who has the text to check"


ANSWERS: dict[type[Rule], Callable[[Table, Rule], Iterator[Answer]]] = {
    ChairNamed: answer_chair_named,
    ChairSeat: answer_chair_seat,
    Quorum: answer_quorum,
    OneSeatEach: answer_one_seat_each,
    Size: answer_size,
    Joint: answer_joint,
    Training: answer_training,
    Declarations: answer_declarations,
    InForce: answer_in_force,
    Voting: answer_voting,
    Unseen: answer_unseen,
}
