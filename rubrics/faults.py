"""What is wrong in a file somebody brings: where it stands, what was found, what is allowed."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

MOST_PROBLEMS = 500
LONGEST_WORDS = 100_000
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Characters that no database column takes: NUL, and halves of a pair that is not there.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; a cell is named by sheet, address and heading, JSON by its path."""

    found: str
    allowed: str
    path: str = ""
    sheet: str = ""
    cell: str = ""
    heading: str = ""

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        if not self.sheet:
            return self.path or "The file"
        if not self.cell:
            return f"Sheet {self.sheet}"
        column, row = re.fullmatch(r"([A-Z]*)([0-9]*)", self.cell).groups()
        heading = f" ({self.heading})" if self.heading else ""
        places = (self.sheet, row and f"row {row}", column and f"column {column}{heading}")
        return ", ".join(filter(None, places))

    @property
    def where(self) -> str:
        """Where it stands, short: Competencies E7, or a path."""
        return f"{self.sheet} {self.cell}".strip() or self.path or "The file"

    def __str__(self) -> str:
        return f"{self.place}: found {self.found}. Allowed: {self.allowed}."


class FileRefused(Exception):
    """A file that cannot be used; `problems` names its faults, `total` counts them all."""

    def __init__(self, problems: Iterable[Problem], total: int | None = None):
        every = tuple(problems)
        self.problems, self.total = every[:MOST_PROBLEMS], total or len(every)
        lines = [str(problem) for problem in self.problems]
        if self.more:
            lines.append(f"And {self.more} more.")
        super().__init__("\n".join(lines))

    @property
    def more(self) -> int:
        """How many problems are not listed."""
        return self.total - len(self.problems)


@dataclass(frozen=True)
class Rule:
    """What a text must be."""

    allowed: str
    limit: int = LONGEST_WORDS
    is_needed: bool = False
    is_line: bool = False
    pattern: re.Pattern | None = None

    def fault(self, text: str) -> str:
        """Return what was found when the text breaks the rule, else nothing."""
        if not text.strip():
            return ("only spaces" if text else "nothing") if self.is_needed or text else ""
        if found := UNSTORABLE.search(text):
            return f"the character {_code_point(found[0])} in {shown(text)}"
        if len(text) > self.limit:
            return f"{len(text):,} characters"
        if self.is_line and (text != text.strip() or any(map(_breaks_a_line, text))):
            return shown(text)
        if self.pattern and not self.pattern.fullmatch(text):
            return shown(text)
        return ""


CODE = Rule("one line of up to 10 characters, no spaces around it", 10, True, True)
NAME = Rule("one line of up to 120 characters, no spaces around it", 120, True, True)
SLUG_RULE = Rule("up to 60 letters without accents, digits, - and _", 60, True, True, SLUG)
KEY_RULE = Rule("nothing, or the key as it was exported", 36, False, True, KEY)
WORDS = Rule(f"words, up to {LONGEST_WORDS:,} characters, or nothing")
NEEDED_WORDS = Rule(f"words, up to {LONGEST_WORDS:,} characters", is_needed=True)


def shown(text: str, limit: int = 60) -> str:
    """Return a text as it can be shown safely: short, in quotes, unseen characters by number."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return f"‘{''.join(_visible(character) for character in cut)}’"


def alike(text: str) -> str:
    """Return what two texts share that a reader takes for the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def one_of(choices: Collection[object], limit: int = 20) -> str:
    """Name what can be chosen, the first of many."""
    names = "; ".join(str(choice) for choice in islice(choices, limit))
    more = f" and {len(choices) - limit:,} more" if len(choices) > limit else ""
    return f"one of {names}{more}"


def _breaks_a_line(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


def _visible(character: str) -> str:
    is_unseen = unicodedata.category(character) in UNSEEN
    return f"[{_code_point(character)}]" if is_unseen else character


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
