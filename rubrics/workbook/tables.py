"""A sheet as a table with known headings: each value is asked for by column, each fault by cell."""

import math
from collections.abc import Iterable, Iterator

from rubrics.faults import MOST_PROBLEMS, Problem, Rule, alike, one_of, shown
from rubrics.workbook.cells import Cell, Sheet
from rubrics.workbook.layout import Column, letter

MOST_EXACT = 10**15
MEANS = {
    "boolean": "true or false",
    "date": "a date, which Excel makes of what looks like one",
    "formatted": "a number that is shown otherwise than it is stored",
}
AS_TEXT = "type it again in a cell with the format Text"


class Faults:
    """Everything that is wrong so far, and what was left out without changing a word."""

    def __init__(self):
        self.problems: list[Problem] = []
        self.total = 0
        self.notes: list[str] = []

    def add(self, problem: Problem) -> None:
        """Count a problem; so many are never read that all are kept."""
        self.total += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


class Table:
    """A sheet whose first row names its columns."""

    def __init__(self, sheet: Sheet, columns: Iterable[Column], faults: Faults):
        self.name, self.faults, self.sheet = sheet.name, faults, sheet
        self.columns: dict[str, Column] = {}
        self.places: dict[int, Column] = {}
        self.strange: set[int] = set()
        self._read_headings(tuple(columns))
        for area in sheet.merged[:1]:
            more = f" and {len(sheet.merged) - 1:,} more" if len(sheet.merged) > 1 else ""
            self.wrong(f"merged cells, {shown(area)}{more}", "cells that are not merged")

    def wrong(self, found: str, allowed: str, cell: str = "", heading: str = "") -> None:
        """Note a problem of this sheet."""
        self.faults.add(Problem(found, allowed, sheet=self.name, cell=cell, heading=heading))

    def rows(self) -> Iterator["Row"]:
        """Yield every row below the headings that says anything."""
        for number, cells in self.sheet.rows.items():
            if number > 1 and any(cell.text.strip() for cell in cells):
                yield Row(self, number, cells)

    def _read_headings(self, columns: tuple[Column, ...]) -> None:
        by_heading = {alike(column.heading): column for column in columns}
        by_value = {c.heading.split()[0]: c for c in columns if c.name.startswith("level ")}
        for cell in self.sheet.rows.get(1, ()):
            if not cell.text.strip():
                continue
            said = alike(cell.text)
            column = by_heading.get(said) or by_value.get(said)
            if column is None or cell.kind == "formula":
                names = one_of([c.heading for c in columns])
                self.wrong(f"the heading {shown(cell.text)}", names, cell.address)
                self.strange.add(cell.column)
            elif column.name in self.columns:
                self.strange.add(cell.column)
                self.wrong(f"the heading {column.heading} twice", "each once", cell.address)
            else:
                self.columns[column.name] = self.places[cell.column] = column
        for column in columns:
            if column.name not in self.columns and column.name not in ("key", "takes"):
                self.wrong(f"no column {column.heading}", "every column, in any order")


class Row:
    """One row of a table."""

    def __init__(self, table: Table, number: int, cells: Iterable[Cell]):
        self.table, self.number = table, number
        self.cells: dict[str, Cell] = {}
        for cell in cells:
            column = table.places.get(cell.column)
            if column:
                self.cells[column.name] = cell
            elif cell.column not in table.strange and cell.text.strip():
                table.strange.add(cell.column)  # named once, not in each row
                table.wrong(
                    f"{shown(cell.text)} in a column without a known heading",
                    "nothing there",
                    cell.address,
                )

    def wrong(self, name: str, found: str, allowed: str) -> None:
        """Note a problem of one cell, whether it holds anything or not."""
        column = self.table.columns.get(name)
        if column is None:  # the missing column is noted already
            return
        place = next(place for place, known in self.table.places.items() if known is column)
        self.table.wrong(found, allowed, f"{letter(place)}{self.number}", column.heading)

    def raw(self, name: str, allowed: str) -> str | None:
        """Return what a cell says, exactly; nothing is '', what is no text is noted and None."""
        cell = self.cells.get(name)
        if cell is None:
            return ""
        if cell.kind == "text":
            return cell.text if cell.text.strip() else ""
        takes_numbers = self.table.columns[name].takes_numbers
        if cell.kind == "number" and takes_numbers and (number := _as_shown(cell.text)):
            return number
        self.wrong(name, _meaning(cell), allowed if cell.kind == "formula" else
                   f"{allowed}; {AS_TEXT}")  # fmt: skip
        return None

    def text(self, name: str, rule: Rule) -> str:
        """Return a text as it stands; one that has to be a line loses the spaces around it."""
        text = self.raw(name, rule.allowed)
        if text is None:
            return ""
        if rule.is_line and text != text.strip():
            text = text.strip()
            place = f"{self.table.name}, {self.cells[name].address}"
            self.table.faults.notes.append(f"{place}: read without the spaces around {shown(text)}")
        if found := rule.fault(text):
            self.wrong(name, found, rule.allowed)
        return text

    def choice(self, name: str, choices: dict[str, str], default: str = "") -> str:
        """Return the stored word for what a cell says; `choices` is stored word to shown word."""
        allowed = one_of(choices.values())
        text = self.raw(name, allowed)
        if text is None:
            return ""
        known = {alike(words): stored for stored, words in choices.items()}
        known |= {alike(stored): stored for stored in choices}
        if not text and default:
            return default
        if alike(text) not in known:
            self.wrong(name, shown(text) if text else "nothing", allowed)
            return ""
        return known[alike(text)]


def _as_shown(number: str) -> str:
    """Return a number as Excel shows it without a format: 1.1, not 1.1000000000000001."""
    try:
        value = float(number)
    except ValueError:
        return ""
    if not math.isfinite(value) or abs(value) >= MOST_EXACT:
        return ""
    return str(int(value)) if value.is_integer() else f"{value:.15g}"


def _meaning(cell: Cell) -> str:
    if cell.kind == "formula":
        return f"the formula {shown(cell.text)}"
    if cell.kind == "number":
        return f"the number {_as_shown(cell.text) or shown(cell.text, 20)}"
    if cell.kind == "error":
        return f"the error {shown(cell.text, 20)}"
    return MEANS[cell.kind]
