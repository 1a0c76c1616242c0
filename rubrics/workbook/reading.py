"""Read a framework from a workbook, all faults at once; run as a program, into JSON."""

import json
import re
from dataclasses import dataclass, field, replace
from itertools import islice

from rubrics.crossmap import NUMBERED, known_parts
from rubrics.exchange import KINDS as TAG_KINDS
from rubrics.exchange import MOST, to_json
from rubrics.faults import (
    CODE,
    KEY_RULE,
    NAME,
    NEEDED_WORDS,
    SLUG_RULE,
    WORDS,
    FileRefused,
    Rule,
    alike,
    one_of,
    shown,
)
from rubrics.scales import SCALES, Scale
from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText
from rubrics.workbook.cells import Sheet, read_sheet, read_strings, read_styles
from rubrics.workbook.child import serve
from rubrics.workbook.guard import NO_WORKBOOK, open_package, refused
from rubrics.workbook.layout import (
    COMPETENCIES,
    DATA_SHEETS,
    DIFFICULTIES,
    DOMAINS,
    FORMAT_WORDS,
    FRAMEWORK,
    FRAMEWORK_COLUMNS,
    ITEMS,
    KINDS,
    QUESTIONS,
    READ_ME,
    columns_of,
    level_name,
)
from rubrics.workbook.tables import Faults, Row, Table

SCALE_WORDS = {scale.key: scale.ends for scale in SCALES.values()}
FORMAT_RULE = Rule(FORMAT_WORDS, 60, True, True, re.compile(re.escape(FORMAT_WORDS)))
RULES = {
    "slug": SLUG_RULE,
    "name": NAME,
    "source": WORDS,
    "licence_note": WORDS,
    "format": FORMAT_RULE,
}


@dataclass
class _Place:
    """A domain or competency by its code: where it was met, and what hangs on it so far."""

    text: DomainText | CompetencyText
    address: str
    parts: list = field(default_factory=list)


def read(data: bytes) -> tuple[FrameworkText, list[str]]:
    """Return the framework of a workbook and notes on what was read with something left out.

    Raises FileRefused, naming every cell that cannot be taken.
    """
    package = open_package(data)
    strings, styles = read_strings(package.strings), read_styles(package.styles)
    faults, sheets = Faults(), {}
    known = {alike(name): name for name in DATA_SHEETS}
    for part in package.sheets:
        name = known.get(alike(part.name))
        if name in sheets:
            raise refused(f"the sheet {name} twice", "each sheet once")
        if name:
            sheets[name] = read_sheet(name, part.xml, strings, styles)
        elif alike(part.name) != alike(READ_ME):
            faults.notes.append(f"The sheet {shown(part.name)} was not read.")
    missing = [name for name in DATA_SHEETS if name not in sheets]
    if missing:
        raise refused(f"no sheet {' and no sheet '.join(missing)}", NO_WORKBOOK)
    text = _Reading(sheets, faults).framework()
    if faults.problems:
        raise FileRefused(faults.problems, faults.total)
    return text, faults.notes


class _Reading:
    """A workbook while it is read."""

    def __init__(self, sheets: dict[str, Sheet], faults: Faults):
        self.sheets, self.faults = sheets, faults
        self.keys: set[str] = set()
        self.domains: dict[str, _Place] = {}
        self.competencies: dict[str, _Place] = {}

    def framework(self) -> FrameworkText:
        settings = self._settings()
        scale = SCALES.get(settings["scale"]) or self._scale_of_headings()
        for row in self._rows(DOMAINS, scale, MOST["domains"]):
            self._domain(row)
        for row in self._rows(COMPETENCIES, scale, MOST["competencies"]):
            self._competency(row, scale)
        for row in self._rows(QUESTIONS, scale, MOST["competencies"] * MOST["questions"]):
            self._question(row)
        return FrameworkText(
            slug=settings["slug"],
            name=settings["name"],
            scale_key=settings["scale"],
            source=settings["source"],
            licence_note=settings["licence_note"],
            domains=tuple(
                replace(place.text, competencies=tuple(self._whole(found) for found in place.parts))
                for place in self.domains.values()
            ),
        )

    def _whole(self, place: _Place) -> CompetencyText:
        return replace(place.text, questions=tuple(place.parts))

    def _rows(self, sheet: str, scale: Scale | None, most: int) -> list[Row]:
        """Return the rows of a sheet; which headings competencies need, only a scale can say."""
        if scale is None and sheet != DOMAINS:
            return []
        columns = columns_of(sheet, scale or SCALES["1-5"])
        table = Table(self.sheets[sheet], columns, self.faults)
        rows = list(table.rows())
        if len(rows) > most:
            table.wrong(f"{len(rows):,} rows", f"up to {most:,}")
            return []
        return rows

    def _settings(self) -> dict[str, str]:
        table = Table(self.sheets[FRAMEWORK], FRAMEWORK_COLUMNS, self.faults)
        names = {alike(item): name for name, item, _ in ITEMS}
        found: dict[str, str] = {}
        for row in table.rows():
            said = row.raw("item", "the name of a setting") or ""
            name = names.get(alike(said))
            if name is None or name in found:
                what = f"{shown(said)} twice" if name else shown(said)
                row.wrong("item", what, one_of([item for _, item, _ in ITEMS]))
            elif name == "scale":
                found[name] = self._scale(row)
            else:
                found[name] = row.text("value", RULES[name])
        for name, item, _ in ITEMS:
            if name not in found and "item" in table.columns:
                table.wrong(f"no row for {item}", f"a row whose item is {item}")
            found.setdefault(name, "")
        return found

    def _scale(self, row: Row) -> str:
        """Return the key of a scale, also written as 1-5 or with a dash."""
        cell = row.cells.get("value")
        if cell and cell.kind == "text":
            said = re.sub(r"\s*[-–]\s*", " to ", cell.text.strip())
            key = next((key for key, words in SCALE_WORDS.items() if words == alike(said)), "")
            if key:
                return key
        return row.choice("value", SCALE_WORDS)

    def _scale_of_headings(self) -> Scale | None:
        """Return a scale that the headings fit, so that a wrong one hides no other problem."""
        said = {alike(cell.text) for cell in self.sheets[COMPETENCIES].rows.get(1, ())}
        for scale in sorted(SCALES.values(), key=lambda scale: -len(scale.values)):
            if {alike(f"{value} {scale.word(value)}") for value in scale.values} <= said:
                return scale
        return None

    def _domain(self, row: Row) -> None:
        text = DomainText(
            code=row.text("code", CODE),
            name=row.text("name", NAME),
            summary=row.text("summary", WORDS),
            competencies=(),
            key=self._key(row),
        )
        self._once(row, self.domains, text)

    def _competency(self, row: Row, scale: Scale) -> None:
        levels = {value: row.text(level_name(value), WORDS) for value in scale.values}
        text = CompetencyText(
            code=row.text("code", CODE),
            name=row.text("name", NAME),
            summary=row.text("summary", WORDS),
            tags={kind: tags for kind in TAG_KINDS if (tags := self._tags(row, kind))},
            levels={value: words for value, words in levels.items() if words},
            questions=(),
            key=self._key(row),
        )
        domain = self._parent(row, "domain", self.domains, DOMAINS)
        place = self._once(row, self.competencies, text)
        if domain and place:
            domain.parts.append(place)

    def _question(self, row: Row) -> None:
        probes = row.raw("probes", WORDS.allowed) or ""
        lines = [line.removesuffix("\r") for line in probes.split("\n")]
        row.text("probes", WORDS)
        text = QuestionText(
            kind=row.choice("kind", KINDS),
            difficulty=row.choice("difficulty", DIFFICULTIES, default="STANDARD"),
            text=row.text("text", NEEDED_WORDS),
            probes=tuple(line for line in lines if line.strip()),
            good_answer=row.text("good_answer", WORDS),
            key=self._key(row),
        )
        if len(text.probes) > MOST["probes"]:
            row.wrong("probes", f"{len(text.probes):,} lines", f"up to {MOST['probes']}")
        competency = self._parent(row, "competency", self.competencies, COMPETENCIES)
        if competency is None:
            return
        competency.parts.append(text)
        if len(competency.parts) == MOST["questions"] + 1:
            allowed = f"up to {MOST['questions']} for one competency"
            row.wrong("competency", f"question {len(competency.parts)}", allowed)

    def _once(self, row: Row, met: dict[str, _Place], text) -> _Place | None:
        """Keep a part by its code; note a code that is there already, with where."""
        if not text.code:
            return None
        address = row.cells["code"].address
        first = met.setdefault(alike(text.code), _Place(text, address))
        if first.address != address:
            found = f"{shown(text.code)}, which stands in {first.address} too"
            row.wrong("code", found, "each code once")
            return None
        return first

    def _parent(self, row: Row, name: str, met: dict[str, _Place], sheet: str) -> _Place | None:
        said = row.raw(name, f"a code of the sheet {sheet}")
        place = met.get(alike(said or ""))
        if place is None and said is not None:
            codes = [found.text.code for found in islice(met.values(), 10)]
            more = f" and {len(met) - 10:,} more" if len(met) > 10 else ""
            known = f": {'; '.join(codes)}{more}" if codes else ", which has none"
            allowed = f"a code of the sheet {sheet}{known}"
            row.wrong(name, shown(said) if said else "nothing", allowed)
        return place

    def _key(self, row: Row) -> str:
        """Return a row's key; in a copied row it counts as empty."""
        key = row.text("key", KEY_RULE)
        if key in self.keys:
            place = f"{row.table.name}, row {row.number}"
            self.faults.notes.append(f"{place}: a copy of another row, so it counts as new")
            return ""
        self.keys.add(key)
        return key

    def _tags(self, row: Row, kind: str) -> list:
        parts = known_parts(kind)
        allowed = one_of([part.name for part in parts])
        said = row.raw(kind, allowed)
        found: list = []
        for entry in _entries(said or ""):
            part = next((p for p in parts if alike(entry) in _ways_to_say(p)), None)
            if part is None:
                row.wrong(kind, shown(entry), allowed)
            elif part.value in found:
                row.wrong(kind, f"{shown(entry)} twice", "each once")
            else:
                found.append(part.value)
        return found


def _ways_to_say(part) -> set[str]:
    said = {alike(part.name)}
    if part.kind in NUMBERED:
        said |= {str(part.value), alike(part.name.partition(" ")[2])}
    return said


def _entries(said: str) -> list[str]:
    """Return the entries of a cell: one a line, or parted by semicolons, or numbers by commas."""
    divider = r"[\n;,]" if re.fullmatch(r"[0-9\s,;]*", said) else r"[\n;]"
    return [entry.strip() for entry in re.split(divider, said) if entry.strip()]


def answer(data: bytes) -> bytes:
    """Return a framework and the notes on it as JSON."""
    text, notes = read(data)
    reply = {"framework": to_json(text).decode(), "notes": notes[:200]}
    return json.dumps(reply).encode()


if __name__ == "__main__":
    serve(answer)
