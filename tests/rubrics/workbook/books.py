"""Workbooks edited as a person would, by cell, or as nobody would, part by part."""

import io
import zipfile
from collections.abc import Callable
from functools import cache

from rubrics.texts import FrameworkText
from rubrics.workbook.writing import write
from tests.rubrics.texts import small

SHEETS = ("Read me", "Framework", "Domains", "Competencies", "Questions")


@cache
def plain() -> bytes:
    """Return the workbook of the small framework."""
    return write(small())


def edited(change: Callable, text: FrameworkText | None = None) -> bytes:
    """Return the workbook as it is saved after a change by openpyxl."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(write(text) if text else plain()))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_cell(sheet: str, address: str, value: object, number_format: str = "") -> bytes:
    """Return the workbook with another value in one cell."""

    def change(book):
        cell = book[sheet][address]
        cell.value = value
        if isinstance(value, str) and not value.startswith("=") and cell.data_type != "e":
            cell.data_type = "s"
        if isinstance(value, int | float):
            cell.number_format = number_format or "General"

    return edited(change)


def repacked(changes: dict[str, object], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the workbook with parts added, changed by a function, or (None) taken out."""
    parts = unpacked()
    for name, change in changes.items():
        if change is None:
            del parts[name]
        else:
            parts[name] = change(parts[name]) if callable(change) else change
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def unpacked(data: bytes | None = None) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data or plain())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def part_of(sheet: str) -> str:
    return f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml"


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Return a change of one part that finds what it changes."""

    def change(content: bytes) -> bytes:
        assert content.count(old) >= 1, old
        return content.replace(old, new, 1)

    return change
