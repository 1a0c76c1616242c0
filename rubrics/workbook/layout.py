"""The sheets of a framework's workbook and their columns: what is written is what is read."""

from collections.abc import Iterable
from dataclasses import dataclass

from rubrics.crossmap import HEADINGS, NUMBERED, known_parts
from rubrics.diff import DIFFICULTIES, KINDS
from rubrics.exchange import FORMAT, SCHEMA
from rubrics.scales import SCALES, Scale

READ_ME, FRAMEWORK, DOMAINS = "Read me", "Framework", "Domains"
COMPETENCIES, QUESTIONS = "Competencies", "Questions"
DATA_SHEETS = (FRAMEWORK, DOMAINS, COMPETENCIES, QUESTIONS)
LONGEST_CELL = 32_767
FORMAT_WORDS = f"{FORMAT} {SCHEMA}"
SCALE_WORDS = {scale.ends: scale.key for scale in SCALES.values()}

__all__ = ["DIFFICULTIES", "KINDS"]


@dataclass(frozen=True)
class Column:
    """One column: its name in the program, its heading, what it takes and how wide it is.

    `takes_numbers` is for codes and tags: Excel makes a number of what looks like one.
    """

    name: str
    heading: str
    takes: str
    width: int
    takes_numbers: bool = False


ITEM = Column("item", "Item", "The name of the setting. Leave it as it is.", 18)
VALUE = Column("value", "Value", "What you may change.", 70, takes_numbers=True)
TAKES = Column("takes", "What it takes", "An explanation. It is not read back.", 70)
FRAMEWORK_COLUMNS = (ITEM, VALUE, TAKES)

NAME_TAKES = "One line of up to 120 characters."
WORDS_TAKE = "Words, on several lines if you like. May be empty."
KEY = Column(
    "key",
    "Key",
    "By this the program knows the row again. Leave it as it is; leave it empty in a new row."
    " A copied row counts as new.",
    14,
)

ITEMS = (
    ("slug", "Slug", "Names the framework in the program: letters, digits and hyphens. Leave it,"
     " and the file comes back as a draft of the same framework; another one makes a new one."),
    ("name", "Name", NAME_TAKES),
    ("scale", "Scale", f"One of: {'; '.join(SCALE_WORDS)}. Each score needs its column on the"
     " sheet Competencies."),
    ("source", "Source", "Where the competencies come from. May be empty."),
    ("licence_note", "Licence note", "Whether you may use the words, and on what terms. May be"
     " empty."),
    ("format", "Format", "Says how this workbook is laid out. Leave it as it is."),
)  # fmt: skip

DOMAIN_COLUMNS = (
    Column("code", "Code", "Up to 10 characters, each code once.", 10, True),
    Column("name", "Name", NAME_TAKES, 36),
    Column("summary", "Summary", WORDS_TAKE, 70),
    KEY,
)

QUESTION_COLUMNS = (
    Column("competency", "Competency", "The code of a competency.", 13, True),
    Column("kind", "Kind", f"One of: {'; '.join(KINDS.values())}.", 16),
    Column(
        "difficulty",
        "Difficulty",
        f"One of: {'; '.join(DIFFICULTIES.values())}. Empty stands for Standard.",
        12,
    ),
    Column("text", "Question", "The question as it is asked.", 60),
    Column("probes", "To follow up", "One follow-up question a line. May be empty.", 60),
    Column("good_answer", "What good looks like", WORDS_TAKE, 60),
    KEY,
)


def competency_columns(scale: Scale) -> tuple[Column, ...]:
    """Return the columns of the sheet Competencies, one for each value of a scale."""
    return (
        Column("domain", "Domain", "The code of a domain on the sheet Domains.", 10, True),
        Column("code", "Code", "Up to 10 characters, each code once.", 10, True),
        Column("name", "Name", NAME_TAKES, 30),
        Column("summary", "Summary", WORDS_TAKE, 45),
        *(
            Column(
                level_name(value),
                f"{value} {scale.word(value)}",
                f"The behaviour that earns a score of {value}. A draft may leave it empty.",
                42,
            )
            for value in scale.values
        ),
        *(Column(kind, heading, _tags_take(kind), 28, True) for kind, heading, _ in HEADINGS),
        KEY,
    )


def level_name(value: int) -> str:
    """Return the name of the column of one value of the scale."""
    return f"level {value}"


def columns_of(sheet: str, scale: Scale) -> tuple[Column, ...]:
    """Return the columns of a sheet for a framework on this scale."""
    return {
        FRAMEWORK: FRAMEWORK_COLUMNS,
        DOMAINS: DOMAIN_COLUMNS,
        COMPETENCIES: competency_columns(scale),
        QUESTIONS: QUESTION_COLUMNS,
    }[sheet]


def tag_cell(kind: str, values: Iterable[int | str]) -> str:
    """Write the tags of one heading into a cell, one a line."""
    names = {part.value: part.name for part in known_parts(kind)}
    return "\n".join(names.get(value, str(value)) for value in values)


def letter(column: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _tags_take(kind: str) -> str:
    is_numbered = kind in NUMBERED
    what = "The number, or the number and the name" if is_numbered else "The name"
    return f"{what}, one a line, from the list on the sheet Read me. May be empty."
