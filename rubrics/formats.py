"""The two kinds of file a framework comes and goes in, known by the end of their names."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from rubrics.exchange import from_json, to_json
from rubrics.faults import FileRefused, Problem, shown
from rubrics.texts import FrameworkText
from rubrics.workbook import Reading, read_workbook, write_workbook

MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class Format:
    """One kind of file: how it is called, and how it is read and written."""

    name: str
    content_type: str
    read: Callable[[bytes], Reading]
    write: Callable[[FrameworkText], bytes]


FORMATS = {
    "xlsx": Format(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        read_workbook,
        write_workbook,
    ),
    "json": Format("JSON", "application/json", lambda data: Reading(from_json(data)), to_json),
}
ENDINGS = "a file whose name ends in .xlsx or .json"


def format_of(name: str) -> str:
    """Return the format that a file's name ends in; raises FileRefused when it is no known one."""
    ending = PurePath(name).suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise FileRefused([Problem(f"the name {shown(name)}", ENDINGS)])
    return ending


def read_file(name: str, data: bytes) -> Reading:
    """Return the framework in a file; raises FileRefused with everything that is wrong in it."""
    found = FORMATS[format_of(name)]
    if not data:
        raise FileRefused([Problem("an empty file", f"{found.name} as Quorate exports it")])
    if len(data) > MOST_BYTES:
        raise FileRefused([Problem(f"{len(data):,} bytes", f"up to {MOST_BYTES:,} bytes")])
    return found.read(data)
