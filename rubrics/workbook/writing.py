"""Write a framework as a workbook that is pleasant to edit; run as a program, from JSON."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from copy import copy

from rubrics.crossmap import HEADINGS, known_parts
from rubrics.exchange import from_json
from rubrics.faults import FileRefused, Problem
from rubrics.scales import SCALES, Scale
from rubrics.texts import FrameworkText, QuestionText
from rubrics.workbook.child import WRITING_CPU_SECONDS, serve
from rubrics.workbook.escapes import cell_length, escape
from rubrics.workbook.layout import (
    COMPETENCIES,
    DATA_SHEETS,
    DIFFICULTIES,
    DOMAINS,
    FORMAT_WORDS,
    FRAMEWORK,
    ITEMS,
    KINDS,
    LONGEST_CELL,
    QUESTIONS,
    READ_ME,
    SCALE_WORDS,
    Column,
    columns_of,
    letter,
    level_name,
    tag_cell,
)

LIVE = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula when it is typed."""

BLUE, PALE, WHITE, GREY = "005EB8", "E8EDEE", "FFFFFF", "768692"
LAST_ROW = 2_001
ONE_LINE = ("slug", "key")
SPEAKS_FOR_ITSELF = ("name", "summary", "text", "good_answer")
NO_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties'
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
# Codes such as 1.1 are text, and Excel need not remark on it in every cell.
NO_REMARKS = (
    b'<ignoredErrors><ignoredError sqref="A1:Z2001" numberStoredAsText="1"/></ignoredErrors>'
)

Values = dict[str, str]


def write(text: FrameworkText) -> bytes:
    """Return the workbook of a framework, the same bytes for the same words.

    Raises FileRefused when a text is longer than a cell can hold, or a probe has several lines.
    """
    from openpyxl import Workbook

    scale = SCALES[text.scale_key]
    rows = {sheet: list(values) for sheet, values in _rows(text).items()}
    _check(text, rows, scale)
    book = Workbook()
    _read_me(book.active, text, scale)
    for sheet in DATA_SHEETS:
        _write_sheet(book.create_sheet(sheet), columns_of(sheet, scale), rows[sheet])
    _validate(book, scale)
    file = io.BytesIO()
    book.save(file)
    return _without_traces(file.getvalue())


def _rows(text: FrameworkText) -> dict[str, Iterable[Values]]:
    every = [(domain, found) for domain in text.domains for found in domain.competencies]
    values = {
        "slug": text.slug,
        "name": text.name,
        "scale": SCALES[text.scale_key].ends,
        "source": text.source,
        "licence_note": text.licence_note,
        "format": FORMAT_WORDS,
    }
    return {
        FRAMEWORK: (
            {"item": item, "value": values[name], "takes": takes} for name, item, takes in ITEMS
        ),
        DOMAINS: (
            {"code": d.code, "name": d.name, "summary": d.summary, "key": d.key}
            for d in text.domains
        ),
        COMPETENCIES: (
            {
                "domain": domain.code,
                "code": found.code,
                "name": found.name,
                "summary": found.summary,
                "key": found.key,
                **{level_name(value): words for value, words in found.levels.items()},
                **{kind: tag_cell(kind, tags) for kind, tags in found.tags.items()},
            }
            for domain, found in every
        ),
        QUESTIONS: (
            _question(found.code, question) for _, found in every for question in found.questions
        ),
    }


def _question(code: str, question: QuestionText) -> Values:
    return {
        "competency": code,
        "kind": KINDS[question.kind],
        "difficulty": DIFFICULTIES[question.difficulty],
        "text": question.text,
        "probes": "\n".join(question.probes),
        "good_answer": question.good_answer,
        "key": question.key,
    }


def _check(text: FrameworkText, rows: dict[str, list[Values]], scale: Scale) -> None:
    """Refuse what a cell cannot hold; JSON has no such limits."""
    problems = [
        Problem(
            f"a text of {cell_length(value):,} characters",
            f"up to {LONGEST_CELL:,} in a cell; the JSON file takes it",
            sheet=sheet,
            cell=f"{letter(place)}{number}",
            heading=column.heading,
        )
        for sheet, found in rows.items()
        for number, values in enumerate(found, 2)
        for place, column in enumerate(columns_of(sheet, scale), 1)
        if len(value := values.get(column.name, "")) > LONGEST_CELL // 7
        and cell_length(value) > LONGEST_CELL
    ]
    problems += [
        Problem(
            "a follow-up question of several lines",
            "one line each; the JSON file takes it",
            path=f"Competency {competency.code}",
        )
        for domain in text.domains
        for competency in domain.competencies
        for question in competency.questions
        if any("\n" in probe or "\r" in probe for probe in question.probes)
    ]
    if problems:
        raise FileRefused(problems)


def _write_sheet(sheet, columns: tuple[Column, ...], rows: list[Values]) -> None:
    _head(sheet, columns)
    is_framework = sheet.title == FRAMEWORK
    style = _Style()
    for number, values in enumerate(rows, 2):
        for place, column in enumerate(columns, 1):
            is_quiet = column.name in ("key", "takes") or (is_framework and column.name == "item")
            cell = sheet.cell(number, place)
            style.put(cell, values.get(column.name, ""), is_quiet, column.name not in ONE_LINE)
    if not is_framework:
        for number in range(len(rows) + 2, len(rows) + 52):  # room for new rows, as text
            for place, column in enumerate(columns, 1):
                style.put(sheet.cell(number, place), "", column.name == "key", True)


class _Style:
    """The looks of a cell, each made once and copied: to make it is most of the work."""

    def __init__(self):
        from openpyxl.styles import Alignment, Font

        quiet = Font(name="Arial", size=8, color=GREY)
        self.fonts = {False: Font(name="Arial", size=10), True: quiet}
        self.wrapped = Alignment(vertical="top", wrap_text=True)
        self.straight = Alignment(vertical="top")
        self.made: dict[tuple[bool, bool, bool], object] = {}

    def put(self, cell, text: str, is_quiet: bool, is_wrapped: bool) -> None:
        """Write a text that stays text: never a formula, not even when the cell is edited."""
        if text:
            cell.value = escape(text)
            cell.data_type = "s"
        look = (is_quiet, is_wrapped, text.startswith(LIVE))
        if look in self.made:
            cell._style = copy(self.made[look])
            return
        cell.font = self.fonts[is_quiet]
        cell.alignment = self.wrapped if is_wrapped else self.straight
        cell.number_format = "@"
        cell.quotePrefix = text.startswith(LIVE)
        self.made[look] = copy(cell._style)


def _head(sheet, columns: tuple[Column, ...]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    font = Font(name="Arial", size=10, bold=True, color=WHITE)
    fill = PatternFill("solid", start_color=BLUE)
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place, column.heading)
        cell.font, cell.fill = font, fill
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[letter(place)].width = column.width
    names = [column.name for column in columns]
    held = names.index("name") + 2 if "domain" in names else 2
    sheet.freeze_panes = f"{letter(held)}2"
    _for_print(sheet)


def _for_print(sheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _validate(book, scale: Scale) -> None:
    """Offer what a cell takes as a list, and say beside the others what they take."""
    codes, competencies = f"{DOMAINS}!$A$2:$A$201", f"{COMPETENCIES}!$B$2:$B${LAST_ROW}"
    lists = {
        (COMPETENCIES, "domain"): codes,
        (QUESTIONS, "competency"): competencies,
        (QUESTIONS, "kind"): _choices(KINDS.values()),
        (QUESTIONS, "difficulty"): _choices(DIFFICULTIES.values()),
    }
    for sheet in (DOMAINS, COMPETENCIES, QUESTIONS):
        for place, column in enumerate(columns_of(sheet, scale), 1):
            if column.name in SPEAKS_FOR_ITSELF or column.name.startswith("level"):
                continue
            area = f"{letter(place)}2:{letter(place)}{LAST_ROW}"
            _rule(book[sheet], area, column, lists.get((sheet, column.name)))
    scale_row = 2 + [name for name, _, _ in ITEMS].index("scale")
    column = Column("scale", "Scale", ITEMS[scale_row - 2][2], 0)
    _rule(book[FRAMEWORK], f"B{scale_row}", column, _choices(SCALE_WORDS))


def _rule(sheet, area: str, column: Column, choices: str | None) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(
        type="list" if choices else None,
        formula1=choices,
        allow_blank=True,
        showInputMessage=True,
        showErrorMessage=bool(choices),
        promptTitle=column.heading[:32],
        prompt=column.takes[:255],
        errorTitle=f"{column.heading}: not in the list",
        error=column.takes[:225],
    )
    rule.add(area)
    sheet.add_data_validation(rule)


def _choices(words: Iterable[str]) -> str:
    return f'"{",".join(words)}"'


def _read_me(sheet, text: FrameworkText, scale: Scale) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.title = READ_ME
    for letters, width in (("A", 16), ("B", 38), ("C", 90)):
        sheet.column_dimensions[letters].width = width
    for number, (kind, *values) in enumerate(_guide(text, scale), 1):
        for place, value in enumerate(values, 1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type, cell.number_format = escape(value), "s", "@"
            cell.quotePrefix = value.startswith(LIVE)
            is_bold = kind in ("title", "heading", "table")
            cell.font = Font(name="Arial", size=16 if kind == "title" else 10, bold=is_bold)
            cell.alignment = Alignment(vertical="top", wrap_text=kind in ("row", "table"))
            if kind == "table":
                cell.fill = PatternFill("solid", start_color=PALE)
    sheet.sheet_view.showGridLines = False
    _for_print(sheet)


def _guide(text: FrameworkText, scale: Scale) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the sheet Read me, each with how it is set."""
    yield "title", text.name[:200]
    yield ("line", "This workbook holds one framework. Change it here, save it as an Excel"
           " workbook (.xlsx) and import it in Quorate under Frameworks.")  # fmt: skip
    yield ("line", "Before anything is written, Quorate shows what would change and names every"
           " cell it cannot take. A file is taken whole or not at all.")  # fmt: skip
    yield ("blank",)
    yield "heading", "How to edit"
    for line in (
        "Change words in any cell below a heading. Alt and Enter begin a new line in a cell.",
        "Add a row anywhere; leave its key empty. Rows without words are passed over.",
        "Delete a whole row to remove what it says. Move a row to change the order.",
        "Keep the headings and the names of the sheets. The order of the columns does not matter.",
        "Use no formulas, no merged cells and no hidden sheets: the file would be refused.",
        "An empty cell means that nothing is said. It is never a zero.",
    ):
        yield "line", f"• {line}"
    yield ("blank",)
    yield "heading", "What each column takes"
    yield "table", "Sheet", "Column", "What it takes"
    for name, takes in ((item, takes) for _, item, takes in ITEMS):
        yield "row", FRAMEWORK, name, takes
    for sheet in (DOMAINS, COMPETENCIES, QUESTIONS):
        for column in columns_of(sheet, scale):
            yield "row", sheet, column.heading, column.takes
    yield ("blank",)
    yield "heading", "Links to outside frameworks"
    yield "table", "Sheet", "Column", "What can be chosen"
    for kind, heading, _ in HEADINGS:
        for part in known_parts(kind):
            yield "row", COMPETENCIES, heading, part.name


def _without_traces(data: bytes) -> bytes:
    """Return a workbook that names no author, program or time, so that it is the same each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = NO_PROPERTIES.encode()
            elif part.filename == "docProps/app.xml":
                content = _without_program(content)
            elif part.filename.startswith("xl/worksheets/sheet"):
                content = content.replace(b"</worksheet>", NO_REMARKS + b"</worksheet>")
            clean = zipfile.ZipInfo(part.filename)
            clean.compress_type, clean.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(clean, content)
    return file.getvalue()


def _without_program(content: bytes) -> bytes:
    opening, closing = content.index(b"<Properties"), content.index(b">", content.index(b"<Prop"))
    start = content[opening : closing + 1].rstrip(b"/>")
    return content[:opening] + start + b"/>"


if __name__ == "__main__":
    serve(lambda data: write(from_json(data)), WRITING_CPU_SECONDS)
