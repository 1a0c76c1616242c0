"""Who sits at the table at one moment: who holds each seat, who counts, and who is uncertain."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from panels.composition.findings import Moment
from panels.composition.people import Post, Sitter
from panels.composition.requirements import REQUIREMENTS
from panels.composition.rules import Needed, RuleSet, Seat


def join(names: Iterable[str], word: str = "and") -> str:
    """Names as a sentence lists them: "A", "A and B", "A, B and C"."""
    *head, last = list(names) or [""]
    return f"{', '.join(head)} {word} {last}" if head else last


def sentence(words: str) -> str:
    """The words with a capital first letter and a full stop."""
    return f"{words[0].upper()}{words[1:]}."


def order(sitter: Sitter) -> tuple:
    """A total order of sitters, so that the answer never depends on the order they came in."""
    return (sitter.name.casefold(), sitter.seat or "", sitter.is_deputy, repr(sitter))


@dataclass
class Table:
    """One panel at one moment under one rule set, with what every rule needs worked out once."""

    rule_set: RuleSet
    post: Post
    moment: Moment
    sitters: tuple[Sitter, ...]
    named: dict[str, list[Sitter]] = field(init=False)
    occupants: dict[str, Sitter | None] = field(init=False)
    members: tuple[Sitter, ...] = field(init=False)
    words: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.sitters = tuple(sorted(self.sitters, key=order))
        self.words = phrase_book(self.rule_set, self.post)
        self.named = {code: [] for code in self.rule_set.seat_by_code}
        additional = []
        for sitter in self.sitters:
            if not sitter.has_stood_down:
                self.named.get(sitter.seat, additional).append(sitter)
        self.occupants = {code: self._occupant(people) for code, people in self.named.items()}
        counted = {}
        for sitter in (*self.occupants.values(), *additional):
            if sitter is not None and self.here(sitter) is not False:
                counted.setdefault(sitter.identity, sitter)
        self.members = tuple(sorted(counted.values(), key=order))

    def here(self, sitter: Sitter) -> bool | None:
        """Whether this person counts as present; on paper everyone appointed does."""
        return sitter.is_present if self.moment.is_in_room else True

    def _occupant(self, people: list[Sitter]) -> Sitter | None:
        """Who holds the seat: whoever is here first, the holder before the deputy."""
        rank = {True: 0, None: 1, False: 2}
        return min(
            people, key=lambda sitter: (rank[self.here(sitter)], sitter.is_deputy), default=None
        )

    def is_needed(self, seat: Seat) -> bool | None:
        if seat.needed == Needed.SUBSTANTIAL_TEACHING_OR_RESEARCH:
            return self.post.has_substantial_teaching
        return seat.needed == Needed.ALWAYS

    def meets(self, name: str, sitter: Sitter) -> bool | None:
        return REQUIREMENTS[name].test(sitter, self.post, self.rule_set.nation)

    def chairs(self, here: bool | None) -> list[Sitter]:
        """The members marked as chair who are here, or, with None, whose presence is unknown."""
        return [m for m in self.members if m.is_chair and self.here(m) is here]

    def additional(self) -> list[Sitter]:
        return [member for member in self.members if member.seat not in self.named]


def phrase_book(rule_set: RuleSet, post: Post) -> dict[str, str]:
    """The words a requirement's sentences are filled with."""
    return {
        "body": f"the {rule_set.body_term}",
        "nation": rule_set.nation,
        "specialty": post.specialty or "the post's specialty",
        "profession": "dentist" if post.is_dental else "doctor",
        "director": "dental" if post.is_dental else "medical",
    }
