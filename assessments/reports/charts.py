"""Charts as SVG text, for the page (inline, under a strict CSP) and for the PDF (as an image).

Only presentation attributes are used, never `style`; every word is escaped; every chart has a title
and a description, is readable in black and white, and stands beside a table with the same figures.
"""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from assessments.scoring import rounded
from rubrics.scales import Scale

WIDTH, LABELS, RIGHT = 680, 232, 632
ROW, HEAD, FOOT = 32, 42, 4
INK, BLUE, PALE, RULE = "#212b32", "#005eb8", "#aebdca", "#d8dde0"
FONT = "FiraGO, Arial, sans-serif"
EAST_ASIAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
NOT_ASSESSED = "Not assessed"


@dataclass(frozen=True)
class ProfileRow:
    """One competency: the mean of the members' marks and how far they spread; None if unmarked."""

    name: str
    mean: Fraction | None
    minimum: int | None = None
    maximum: int | None = None
    n: int = 0


@dataclass(frozen=True)
class LevelRow:
    """One competency for the candidate: the level nearest the mean and nothing about members."""

    name: str
    level: int | None


@dataclass(frozen=True)
class DotRow:
    """One line of single marks without names, for the discussion."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class RankRow:
    """The places one candidate could take, from best to worst, and the place by the formula."""

    name: str
    best: int
    worst: int
    rank: int


def profile_chart(rows: Iterable[ProfileRow], scale: Scale, *, title="Competency profile") -> str:
    """Bars to the mean, a dot on it, and a whisker from the lowest to the highest member's mark.

    For the panel and its file only: the whisker's ends are single members' marks.
    """
    rows = list(rows)
    parts, told = _axis(scale, len(rows)), []
    for place, row in enumerate(rows):
        y = HEAD + place * ROW + ROW / 2
        parts += _label(row.name, y)
        if row.mean is None:
            parts.append(_text(LABELS + 6, y + 5, NOT_ASSESSED, italic=True))
            told.append(f"{row.name}: not assessed")
            continue
        start, mean = _at(scale.low, scale), _at(row.mean, scale)
        parts.append(_box(start - 4, y - 8, mean - start + 4, 16, PALE))
        lowest, highest = _at(row.minimum, scale), _at(row.maximum, scale)
        parts.append(_line(lowest, y, highest, y, INK, 2))
        parts += [_line(x, y - 6, x, y + 6, INK, 2) for x in (lowest, highest)]
        parts.append(f'<circle cx="{_n(mean)}" cy="{_n(y)}" r="6" fill="{BLUE}" stroke="#ffffff"/>')
        parts.append(_text(WIDTH - 4, y + 5, str(rounded(row.mean)), anchor="end", bold=True))
        told.append(
            f"{row.name}: mean {rounded(row.mean)} of {row.n}, from {row.minimum} to {row.maximum}"
        )
    return _svg(parts, len(rows), title, told)


def level_chart(rows: Iterable[LevelRow], scale: Scale, *, title="Your profile") -> str:
    """The candidate's version: one cell per level, filled to the level reached; no spread."""
    rows = list(rows)
    width = (WIDTH - 4 - LABELS) / len(scale.words)
    parts, told = [], []
    for place, word in enumerate(scale.words):
        parts += _heading(LABELS + (place + 0.5) * width, word, width)
    for place, row in enumerate(rows):
        y = HEAD + place * ROW + ROW / 2
        parts += _label(row.name, y)
        if row.level is None:
            parts.append(_text(LABELS + 6, y + 5, NOT_ASSESSED, italic=True))
            told.append(f"{row.name}: not assessed")
            continue
        for step in range(len(scale.words)):
            level, x = scale.low + step, LABELS + step * width
            fill = BLUE if level == row.level else PALE if level < row.level else "#ffffff"
            parts.append(_box(x + 2, y - 9, width - 4, 18, fill, RULE))
            if level == row.level:
                parts.append(
                    f'<circle cx="{_n(x + width / 2)}" cy="{_n(y)}" r="4" fill="#ffffff"/>'
                )
        told.append(f"{row.name}: {scale.word(row.level)}")
    return _svg(parts, len(rows), title, told)


def dot_plot(rows: Iterable[DotRow], scale: Scale, *, title="Marks without names") -> str:
    """Every mark as a dot, equal marks side by side, and the mean as an upright line."""
    rows = list(rows)
    parts, told = _axis(scale, len(rows)), []
    for place, row in enumerate(rows):
        y = HEAD + place * ROW + ROW / 2
        parts += _label(row.name, y)
        if not row.values:
            parts.append(_text(LABELS + 6, y + 5, NOT_ASSESSED, italic=True))
            told.append(f"{row.name}: not assessed")
            continue
        mean = Fraction(sum(row.values), len(row.values))
        x = _at(mean, scale)
        parts.append(_line(x, y - 13, x, y + 13, INK, 3))
        for value, count in sorted(Counter(row.values).items()):
            parts += [
                f'<circle cx="{_n(_at(value, scale) + shift)}" cy="{_n(y)}" r="6" '
                f'fill="{BLUE}" stroke="#ffffff"/>'
                for shift in _beside(count)
            ]
        parts.append(_text(WIDTH - 4, y + 5, str(rounded(mean)), anchor="end", bold=True))
        told.append(f"{row.name}: {', '.join(map(str, sorted(row.values)))}")
    return _svg(parts, len(rows), title, told)


def rank_range_chart(rows: Iterable[RankRow], *, title="Places each candidate could take") -> str:
    """A bar over the places a candidate could take, first place left, and a dot on the rank."""
    rows = list(rows)
    last = max((row.worst for row in rows), default=1)
    scale = Scale("places", tuple(f"Place {place}" for place in range(1, last + 1)))
    parts, told = _axis(scale, len(rows)), []
    for place, row in enumerate(rows):
        y = HEAD + place * ROW + ROW / 2
        parts += _label(row.name, y)
        best, worst = _at(row.best, scale), _at(row.worst, scale)
        parts.append(_box(best - 9, y - 8, worst - best + 18, 16, PALE))
        x = _at(row.rank, scale)
        parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="6" fill="{BLUE}" stroke="#ffffff"/>')
        told.append(f"{row.name}: place {row.rank}, could be {row.best} to {row.worst}")
    return _svg(parts, len(rows), title, told)


def data_uri(svg: str) -> str:
    """The chart as an address for `<img src>`, which is how xhtml2pdf draws SVG."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def size_of(svg: str) -> tuple[int, int]:
    """Width and height of one of our charts in its own units."""
    width, height = svg.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()
    return int(width), int(height)


def _at(value, scale: Scale) -> float:
    """The x of a value; a scale of one level stands at the left."""
    span = max(1, scale.high - scale.low)
    return LABELS + 20 + float(Fraction(value) - scale.low) / span * (RIGHT - LABELS - 44)


def _axis(scale: Scale, rows: int) -> list[str]:
    width = (RIGHT - LABELS - 44) / max(1, scale.high - scale.low)
    parts = []
    for step, word in enumerate(scale.words):
        x = _at(scale.low + step, scale)
        parts += _heading(x, word, width)
        parts.append(_line(x, HEAD - 2, x, HEAD + rows * ROW, RULE, 1))
    return parts


def _heading(x: float, word: str, width: float) -> list[str]:
    lines = _wrapped(word, max(4, int(width / 6.3)), 2)
    top = HEAD - 10 - 14 * (len(lines) - 1)
    return [
        _text(x, top + 14 * place, line, anchor="middle", size=12)
        for place, line in enumerate(lines)
    ]


def _label(name: str, y: float) -> list[str]:
    lines = _wrapped(name, 31, 2)
    top = y + 5 - 7.5 * (len(lines) - 1)
    return [_text(0, top + 15 * place, line) for place, line in enumerate(lines)]


def _wrapped(text: str, width: int, most: int) -> list[str]:
    """Break text at spaces into at most `most` lines; a line that is cut ends with an ellipsis."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width and len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return [line if len(line) <= width + 1 else line[: width - 1].rstrip() + "…" for line in lines]


def _beside(count: int) -> Sequence[float]:
    """Shifts that put equal dots side by side, closer when there are many."""
    gap = min(13.0, 60 / count)
    return [gap * (place - (count - 1) / 2) for place in range(count)]


def _svg(parts: list[str], rows: int, title: str, told: list[str]) -> str:
    height = HEAD + rows * ROW + FOOT
    said = "; ".join(told) + "." if told else "Nothing to show."
    name = f"chart-{crc32('|'.join([title, said]).encode()):08x}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="app-chart" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family={quoteattr(FONT)} font-size="14" '
        f'fill="{INK}"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(said)}</desc>{"".join(parts)}</svg>'
    )


def _text(x, y, words, *, anchor="start", size=14, bold=False, italic=False) -> str:
    looks = ' font-weight="bold"' * bold + ' font-style="italic"' * italic
    font = "STSong-Light" if EAST_ASIAN.search(words) else FONT
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{size}"{looks} '
        f"font-family={quoteattr(font)}>{escape(words)}</text>"
    )


def _line(x1, y1, x2, y2, colour, width) -> str:
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
        f'stroke="{colour}" stroke-width="{width}"/>'
    )


def _box(x, y, width, height, fill, stroke="none") -> str:
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
        f'fill="{fill}" stroke="{stroke}"/>'
    )


def _n(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")
