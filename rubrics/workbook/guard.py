"""What a workbook must be before a cell of it is read: small, plain, nothing in it that acts."""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from xml.parsers import expat

from rubrics.faults import FileRefused, Problem, shown

MOST_PARTS = 200
MOST_INFLATED = 30_000_000
PIECE = 64_000
NO_WORKBOOK = "an Excel workbook (.xlsx) as Quorate exports it"
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE_DOCUMENT, WORKSHEET = "/officeDocument", "/worksheet"
WORKBOOK_TYPE = "spreadsheetml.sheet.main+xml"
FORBIDDEN = (
    (("vbaproject", "vbadata", "xl/macrosheets/", "xl/intlmacrosheets/"), "macros"),
    (("xl/externallinks/",), "links to other files"),
    (("xl/connections", "xl/querytables/"), "a connection to data elsewhere"),
    (("xl/embeddings/", "xl/activex/"), "embedded objects"),
)


@dataclass(frozen=True)
class SheetPart:
    """A sheet by its name, and its XML."""

    name: str
    xml: bytes


@dataclass(frozen=True)
class Package:
    """The parts of a workbook that are read."""

    sheets: tuple[SheetPart, ...]
    strings: bytes | None
    styles: bytes | None


def open_package(data: bytes) -> Package:
    """Return the parts of a workbook; raises FileRefused when it is not a small, plain one."""
    parts = _inflated(data)
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            parse(content)
    _refuse_what_acts(parts)
    book_name = _book(parts)
    related = _related(parts, book_name)
    sheets = []
    for name, state, relation in _sheet_list(parts[book_name]):
        if state != "visible":
            raise refused(f"a hidden sheet, {shown(name)}", "visible sheets only")
        kind, target = related.get(relation, ("", ""))
        if kind.endswith(WORKSHEET) and target in parts:
            sheets.append(SheetPart(name, parts[target]))
    others = {kind.rpartition("/")[2]: parts.get(target) for kind, target in related.values()}
    return Package(tuple(sheets), others.get("sharedStrings"), others.get("styles"))


def refused(found: str, allowed: str, **place: str) -> FileRefused:
    """Return the refusal of a whole file for one reason."""
    return FileRefused([Problem(found, allowed, **place)])


def parse(content: bytes, start=None, end=None, words=None) -> None:
    """Read XML piece by piece; a document type, with which entities begin, is refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = words
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise refused("a part that is not well-formed XML", NO_WORKBOOK) from error


def local(name: str) -> str:
    """Return an element's or attribute's name without its namespace."""
    return name.rpartition(" ")[2]


def _refuse_doctype(*_) -> None:
    raise refused("a document type declaration (DTD)", "a workbook without one")


def _inflated(data: bytes) -> dict[str, bytes]:
    """Return every part, counting what comes out while it comes out."""
    if data.startswith(OLD_OR_LOCKED):
        raise refused(
            "a workbook with a password, or in the format before 2007",
            "an .xlsx workbook without a password",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_parts(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError) as error:
        raise refused("a file that is not a workbook, or is damaged", NO_WORKBOOK) from error
    except Exception as error:  # zlib.error, NotImplementedError, struct.error: a damaged archive
        if isinstance(error, FileRefused | MemoryError):
            raise
        raise refused("a workbook that is damaged", NO_WORKBOOK) from error


def _read_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_PARTS:
        raise refused(f"{len(entries):,} parts", f"up to {MOST_PARTS}")
    parts: dict[str, bytes] = {}
    left = MOST_INFLATED
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise refused("parts locked with a password", "a workbook without a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused("an unusual compression", NO_WORKBOOK)
        if entry.filename in parts:
            raise refused(f"the part {shown(entry.filename)} twice", NO_WORKBOOK)
        pieces = []
        with archive.open(entry) as file:
            while piece := file.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise refused(
                        f"more than {MOST_INFLATED:,} bytes when unpacked", "a smaller workbook"
                    )
                pieces.append(piece)
        parts[entry.filename] = b"".join(pieces)
    return parts


def _refuse_what_acts(parts: dict[str, bytes]) -> None:
    for name in map(str.lower, parts):
        for pieces, words in FORBIDDEN:
            if any(piece in name for piece in pieces):
                raise refused(words, "a workbook without them")
    for name, content in parts.items():
        if name.endswith(".rels"):
            for relation in _elements(content, "Relationship"):
                is_outside = relation.get("TargetMode", "").lower() == "external"
                if is_outside and not relation.get("Type", "").endswith("/hyperlink"):
                    raise refused("links to other files", "a workbook without them")


def _book(parts: dict[str, bytes]) -> str:
    """Return the name of the part that lists the sheets."""
    if "mimetype" in parts:
        raise refused("an OpenDocument file", "the same saved as an Excel workbook (.xlsx)")
    roots = _related(parts, "").values()
    name = next((target for kind, target in roots if kind.endswith(OFFICE_DOCUMENT)), "")
    types = {
        entry.get("PartName", "").lstrip("/"): entry.get("ContentType", "")
        for entry in _elements(parts.get("[Content_Types].xml", b"<x/>"), "Override")
    }
    kind = types.get(name, "")
    if "macroenabled" in kind.lower():
        raise refused("macros", "a workbook without them")
    if name not in parts or not kind.endswith(WORKBOOK_TYPE):
        raise refused("a file that is not an Excel workbook", NO_WORKBOOK)
    return name


def _related(parts: dict[str, bytes], name: str) -> dict[str, tuple[str, str]]:
    """Return what a part points to: relation to kind and name of the other part."""
    folder, own = posixpath.split(name)
    relations = parts.get(posixpath.join(folder, "_rels", f"{own}.rels"), b"<x/>")
    found = {}
    for relation in _elements(relations, "Relationship"):
        target = posixpath.join("/", folder, relation.get("Target", ""))
        whole = posixpath.normpath(target).lstrip("/")
        found[relation.get("Id", "")] = (relation.get("Type", ""), whole)
    return found


def _sheet_list(content: bytes) -> list[tuple[str, str, str]]:
    """Return name, state and relation of every sheet."""
    return [
        (sheet.get("name", ""), sheet.get("state", "visible"), sheet.get("id", ""))
        for sheet in _elements(content, "sheet")
    ]


def _elements(content: bytes, name: str) -> list[dict[str, str]]:
    """Return the attributes of every element of this name."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == name:
            found.append({local(key): value for key, value in attributes.items()})

    parse(content, start)
    return found
