"""The rules about one seat: is it filled, may a deputy sit, is the person in it the right one."""

from collections.abc import Iterator

from panels.composition.findings import Finding, State
from panels.composition.people import Sitter
from panels.composition.requirements import REQUIREMENTS, fillings
from panels.composition.rules import Demand, Seat
from panels.composition.table import Table, join, sentence

STATES = {True: State.HOLDS, False: State.FAILS, None: State.CANNOT_TELL}


def find_for_seat(table: Table, seat: Seat) -> Iterator[Finding]:
    """Everything there is to say about one seat and the people put down for it."""
    yield find_filled(table, seat)
    for sitter in table.named[seat.code]:
        if table.here(sitter) is not False:
            yield from find_for_sitter(table, seat, sitter)


def find_filled(table: Table, seat: Seat) -> Finding:
    """Whether somebody holds the seat and, in the room, is here."""
    occupant = table.occupants[seat.code]
    if occupant is None:
        return find_empty(table, seat)
    here = table.here(occupant)
    if here is None:
        words = f"nobody has recorded whether {occupant.name}, the {seat.term}, is here"
        mend = f"Record whether {occupant.name} is here."
        return seat_finding(seat, State.CANNOT_TELL, words, mend)
    if here is False:
        return find_absent(table, seat, occupant)
    role = f"deputy for the {seat.term}" if occupant.is_deputy else seat.term
    return seat_finding(seat, State.HOLDS, f"{occupant.name} sits as {role}")


def find_absent(table: Table, seat: Seat, occupant: Sitter) -> Finding:
    """A seat whose people are all away; only an absent core member stops a panel."""
    words = f"{occupant.name}, the {seat.term}, is not here"
    if not table.is_needed(seat):
        return seat_finding(seat, State.HOLDS, f"{words}, and the seat need not be filled")
    return seat_finding(seat, State.FAILS, words, seat.if_empty, stops=seat.stops and seat.is_core)


def find_empty(table: Table, seat: Seat) -> Finding:
    """What an empty seat means: needed, not needed, or not known."""
    needed = table.is_needed(seat)
    gone = [s.name for s in table.sitters if s.seat == seat.code and s.has_stood_down]
    because = f"{join(gone)} has stood down, so the" if gone else "the"
    if needed:
        words = f"{because} {seat.term}'s seat is empty"
        return seat_finding(seat, State.FAILS, words, seat.if_empty)
    if needed is None:
        words = (
            "nobody has recorded whether the post has substantial teaching or research, "
            f"so it cannot be said whether the {seat.term}'s seat must be filled"
        )
        mend = "Record whether the post has substantial teaching or research."
        return seat_finding(seat, State.CANNOT_TELL, words, mend)
    return seat_finding(
        seat, State.HOLDS, f"{because} {seat.term}'s seat is empty, and need not be filled"
    )


def seat_finding(seat: Seat, state: State, words: str, mend: str = "", stops=None) -> Finding:
    """A finding about the seat itself."""
    return Finding(
        rule=f"SEAT.{seat.code}",
        state=state,
        words=sentence(words),
        says=seat.who,
        source=seat.source,
        is_confirmed=seat.is_confirmed,
        stops=seat.stops if stops is None else stops,
        mend=mend,
        note=seat.note,
        seat=seat.code,
    )


def find_for_sitter(table: Table, seat: Seat, sitter: Sitter) -> Iterator[Finding]:
    """Whether this person may sit in this seat, as holder or as deputy."""
    if not sitter.is_deputy:
        yield from find_demands(table, seat, sitter, seat.demands)
        return
    yield find_deputy(seat, sitter)
    yield from find_demands(table, seat, sitter, seat.deputy.demands)


def find_deputy(seat: Seat, sitter: Sitter) -> Finding:
    """Whether a deputy may sit in this seat at all."""
    deputy = seat.deputy
    if deputy.is_allowed:
        words, mend = f"{sitter.name} may sit as deputy for the {seat.term}", ""
    else:
        words = f"{sitter.name} may not sit as deputy: nobody may deputise for the {seat.term}"
        mend = seat.if_empty
    return Finding(
        rule=f"DEPUTY.{seat.code}",
        state=STATES[deputy.is_allowed],
        words=sentence(words),
        says=deputy.who,
        source=deputy.source,
        is_confirmed=deputy.is_confirmed,
        stops=seat.stops,
        mend=mend,
        note=deputy.note,
        seat=seat.code,
    )


def find_demands(
    table: Table, seat: Seat, sitter: Sitter, demands: tuple[Demand, ...]
) -> Iterator[Finding]:
    """Each requirement on the person, leaving out those that wait for another to hold."""
    answers: dict[str, bool | None] = {}
    for demand in demands:
        if demand.after is not None and answers.get(demand.after) is not True:
            continue
        answers[demand.name] = table.meets(demand.name, sitter)
        yield demand_finding(table, seat, sitter, demand, answers[demand.name])


def demand_finding(
    table: Table, seat: Seat, sitter: Sitter, demand: Demand, answer: bool | None
) -> Finding:
    """One requirement on one person, in words."""
    requirement = REQUIREMENTS[demand.name]
    fill = {**table.words, **fillings(sitter, table.post)}
    words = f"{sitter.name} {(requirement.holds or requirement.yes).format_map(fill)}"
    mend = ""
    if answer is None:
        whether = requirement.whether.format_map(fill)
        words = f"nobody has recorded whether {sitter.name} {whether}"
        mend = f"Record whether {sitter.name} {whether}."
    elif answer is False:
        words = f"{sitter.name} {requirement.no.format_map(fill)}"
        mend = requirement.mend.format_map(fill) or (
            f"Choose someone who {requirement.yes.format_map(fill)}."
        )
    return Finding(
        rule=f"{seat.code}.{demand.name}",
        state=STATES[answer],
        words=sentence(words),
        says=seat.deputy.who if sitter.is_deputy else seat.who,
        source=demand.source,
        is_confirmed=demand.is_confirmed,
        stops=demand.stops,
        mend=mend,
        note=demand.note,
        seat=seat.code,
    )
