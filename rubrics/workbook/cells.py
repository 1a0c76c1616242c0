"""The cells of a sheet, streamed out of its XML: only those that hold something are kept.

openpyxl is not used for reading: a cell in the last column of the last row exhausts its memory, a
row number of two thousand million keeps it busy for ever, a string index of -1 silently gives
another cell's text, and text with x005F_ in it comes back changed.
"""

import re
from dataclasses import dataclass, field

from rubrics.faults import FileRefused
from rubrics.workbook.escapes import unescape
from rubrics.workbook.guard import local, parse, refused
from rubrics.workbook.layout import letter

MOST_ROWS, MOST_COLUMNS = 20_000, 100
LAST_ROW = 1_048_576
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
WHOLE = re.compile(r"[0-9]{1,9}")
# Built-in formats by number: General, 0 and Text show a number as it is; these show a date.
PLAIN_FORMATS = {"0", "1", "49"}
DATE_FORMATS = {str(n) for n in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))}
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
KINDS = {"s": "text", "inlineStr": "text", "str": "text", "b": "boolean", "e": "error", "d": "date"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something: `kind` is text, number, boolean, error, date or formula."""

    row: int
    column: int
    kind: str
    text: str

    @property
    def address(self) -> str:
        """Its address: E7."""
        return f"{letter(self.column)}{self.row}"


@dataclass
class Sheet:
    """The rows of a sheet that hold anything, in their order; and the areas that are merged."""

    name: str
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


def read_strings(content: bytes | None) -> list[str]:
    """Return the table of texts that cells point into; readings of Chinese words are left out."""
    strings: list[str] = []
    if content is None:
        return strings
    words: list[str] = []
    state = {"in": False, "aside": 0}

    def start(tag, _attributes):
        name = local(tag)
        if name == "si":
            words.clear()
        state["aside"] += name == "rPh"
        state["in"] = name == "t" and not state["aside"]

    def end(tag):
        name = local(tag)
        state["aside"] -= name == "rPh"
        state["in"] = False
        if name == "si":
            strings.append(unescape("".join(words)))

    parse(content, start, end, lambda text: words.append(text) if state["in"] else None)
    return strings


def read_styles(content: bytes | None) -> list[str]:
    """Return how each style shows a number: general, date or other."""
    shown: list[str] = []
    if content is None:
        return shown
    custom: dict[str, str] = {}
    state = {"in": False}

    def start(tag, attributes):
        name = local(tag)
        if name == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            state["in"] = True
        elif name == "xf" and state["in"]:
            shown.append(_shown_as(attributes.get("numFmtId", "0"), custom))

    def end(tag):
        if local(tag) == "cellXfs":
            state["in"] = False

    parse(content, start, end)
    return shown


def _shown_as(number: str, custom: dict[str, str]) -> str:
    """Return how a number format shows a number: general, date or other."""
    if number in PLAIN_FORMATS:
        return "general"
    code = QUOTED.sub("", custom.get(number, "")).lower()
    is_date = "general" not in code and re.search("[dmyhs]", code)
    return "date" if is_date or number in DATE_FORMATS else "other"


def read_sheet(name: str, xml: bytes, strings: list[str], styles: list[str]) -> Sheet:
    """Return what a sheet holds; raises FileRefused when it is damaged or holds too much."""
    stream = _SheetStream(name, strings, styles)
    parse(xml, stream.start, stream.end, stream.words)
    return stream.sheet


class _SheetStream:
    """A sheet while its XML goes by."""

    def __init__(self, name: str, strings: list[str], styles: list[str]):
        self.sheet, self.strings, self.styles = Sheet(name), strings, styles
        self.row, self.column = 0, 0
        self.kind, self.style, self.is_formula = "", 0, False
        self.pieces: list[str] = []
        self.formula: list[str] = []
        self.in_formula = False
        self.is_kept, self.aside = False, 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        if name == "row":
            self._begin_row(attributes.get("r", ""))
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self.is_formula, self.in_formula = True, True
        elif name == "mergeCell":
            self.sheet.merged.append(attributes.get("ref", ""))
        self.aside += name == "rPh"
        self.is_kept = name in ("v", "t", "f") and not self.aside

    def words(self, text: str) -> None:
        """Text goes by."""
        if self.is_kept:
            (self.formula if self.in_formula else self.pieces).append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = local(tag)
        self.aside -= name == "rPh"
        self.is_kept = self.in_formula = False
        if name == "c":
            self._keep("".join(self.pieces))

    def _begin_row(self, number: str) -> None:
        row = int(number) if WHOLE.fullmatch(number) else 0 if number else self.row + 1
        if not self.row < row <= LAST_ROW:
            raise self._damaged(f"the row number {number[:20]} after row {self.row}")
        self.row, self.column = row, 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r", "")
        found = ADDRESS.fullmatch(address)
        column = _number(found[1]) if found else self.column + 1
        if (address and not found) or (found and int(found[2]) != self.row):
            raise self._damaged(f"the address {address[:20]} in row {self.row}")
        if column <= self.column:
            raise self._damaged(f"the address {address[:20]} out of order")
        self.column, self.kind = column, attributes.get("t", "n")
        style = attributes.get("s", "0")
        self.style = int(style) if WHOLE.fullmatch(style) else 0
        self.is_formula = False
        self.pieces.clear()
        self.formula.clear()

    def _keep(self, text: str) -> None:
        if not text and not self.is_formula:
            return
        if self.row > MOST_ROWS or self.column > MOST_COLUMNS:
            raise refused(
                f"something at {letter(self.column)}{self.row}",
                f"up to {MOST_ROWS:,} rows and {MOST_COLUMNS} columns",
                sheet=self.sheet.name,
            )
        cells = self.sheet.rows.setdefault(self.row, [])
        cells.append(Cell(self.row, self.column, *self._value(text)))

    def _value(self, text: str) -> tuple[str, str]:
        if self.is_formula:
            return "formula", f"={''.join(self.formula)}"
        if self.kind == "s":
            return "text", self._string(text)
        if self.kind == "n":
            shown = self.styles[self.style] if self.style < len(self.styles) else "general"
            return {"date": "date", "other": "formatted"}.get(shown, "number"), text
        if self.kind not in KINDS:
            raise self._damaged(f"a cell of the unknown kind {self.kind[:20]}")
        return KINDS[self.kind], unescape(text) if KINDS[self.kind] == "text" else text

    def _string(self, index: str) -> str:
        """Return the text of the table; no index outside it is ever followed."""
        if not WHOLE.fullmatch(index.strip()) or int(index) >= len(self.strings):
            raise self._damaged(
                f"a text numbered {index[:20]} at {letter(self.column)}{self.row}, where the table"
                f" has {len(self.strings):,}"
            )
        return self.strings[int(index)]

    def _damaged(self, found: str) -> FileRefused:
        allowed = "a workbook as Excel or LibreOffice saves it"
        return refused(found, allowed, sheet=self.sheet.name)


def _number(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number
