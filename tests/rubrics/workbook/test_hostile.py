"""Files made to do harm are refused in words, in seconds, within the memory of a child process."""

import io
import json
import random
import subprocess
import sys
import time
import zipfile
import zlib

import pytest

from rubrics.faults import FileRefused
from rubrics.workbook import child, read_workbook, write_workbook
from rubrics.workbook.reading import read
from tests.rubrics.texts import small
from tests.rubrics.workbook.books import edited, part_of, plain, repacked, replaced, unpacked

NO_WORKBOOK = "an Excel workbook (.xlsx) as Quorate exports it"
SAVED = "a workbook as Excel or LibreOffice saves it"
DATA = b"<sheetData>"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(
        b'<!ENTITY lol%d "%s">' % (n, (b"&lol%d;" % (n - 1) if n > 1 else b"&lol;") * 10)
        for n in range(1, 10)
    )
    + b"]><x>&lol9;</x>"
)
COMPETENCIES, STRINGS = part_of("Competencies"), "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
SHARED = (
    b'<Relationship Id="rS" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def in_sheet(rows: bytes, sheet: str = "Competencies"):
    """Return a change that puts these rows at the end of a sheet."""
    return {part_of(sheet): replaced(b"</sheetData>", rows + b"</sheetData>")}


def external(kind: str) -> dict:
    relation = (
        f'<Relationship Id="x" Type="http://x/{kind}" Target="file:///etc/passwd"'
        ' TargetMode="External"/></Relationships>'
    )
    return {RELATIONS: replaced(b"</Relationships>", relation.encode())}


def with_string(index: str) -> dict:
    cell = f'<row r="200"><c r="A200" t="s"><v>{index}</v></c></row>'
    table = b'<sst xmlns="x"><si><t>A</t></si><si><r><t>B</t></r></si></sst>'
    return in_sheet(cell.encode()) | {
        STRINGS: table,
        RELATIONS: replaced(b"</Relationships>", SHARED),
    }


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    zeros = b"0" * 1_000_000
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


def stored_bomb() -> bytes:
    return repacked({"xl/media/x.bin": b"0" * 31_000_000})


def lying_size() -> bytes:
    """A part whose directory says that it is small."""
    data = bytearray(repacked({"xl/media/zz.bin": b"0" * 40_000_000}))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/media/zz.bin"))
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(plain())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def truncated() -> bytes:
    return plain()[:-400]


def flipped() -> bytes:
    data = bytearray(repacked({}, zipfile.ZIP_STORED))
    at = data.index(b"Listening at 3")
    data[at] ^= 1
    return bytes(data)


def hidden(state: str):
    def change(book):
        book["Domains"].sheet_state = state

    return lambda: edited(change)


def twice() -> bytes:
    file = io.BytesIO(plain())
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(COMPETENCIES, b"<worksheet/>")
    return file.getvalue()


FILES = {
    "billion laughs in a sheet": (
        lambda: repacked({COMPETENCIES: LAUGHS}),
        "The file: found a document type declaration (DTD). Allowed: a workbook without one.",
    ),
    "billion laughs in a part nobody reads": (
        lambda: repacked({"docProps/custom.xml": LAUGHS}),
        "The file: found a document type declaration (DTD). Allowed: a workbook without one.",
    ),
    "document type in UTF-16": (
        lambda: repacked({COMPETENCIES: LAUGHS.decode().encode("utf-16")}),
        "The file: found a document type declaration (DTD). Allowed: a workbook without one.",
    ),
    "external entity": (
        lambda: repacked(
            {COMPETENCIES: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}
        ),
        "The file: found a document type declaration (DTD). Allowed: a workbook without one.",
    ),
    "zip bomb": (
        stored_bomb,
        "The file: found more than 30,000,000 bytes when unpacked. Allowed: a smaller workbook.",
    ),
    "zip bomb that lies about its size": (
        lying_size,
        f"The file: found a file that is not a workbook, or is damaged. Allowed: {NO_WORKBOOK}.",
    ),
    "many parts": (
        lambda: repacked({f"xl/media/{number}.png": b"" for number in range(200)}),
        "The file: found 213 parts. Allowed: up to 200.",
    ),
    "the same part twice": (
        twice,
        f"The file: found the part ‘{COMPETENCIES}’ twice. Allowed: {NO_WORKBOOK}.",
    ),
    "unusual compression": (
        lambda: repacked({}, zipfile.ZIP_BZIP2),
        f"The file: found an unusual compression. Allowed: {NO_WORKBOOK}.",
    ),
    "macros": (
        lambda: repacked({"xl/vbaProject.bin": b"x"}),
        "The file: found macros. Allowed: a workbook without them.",
    ),
    "a workbook of the kind with macros": (
        lambda: repacked(
            {
                "[Content_Types].xml": replaced(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            }
        ),
        "The file: found macros. Allowed: a workbook without them.",
    ),
    "a sheet of old macros": (
        lambda: repacked({"xl/macrosheets/sheet1.xml": b"<x/>"}),
        "The file: found macros. Allowed: a workbook without them.",
    ),
    "external link": (
        lambda: repacked({"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "The file: found links to other files. Allowed: a workbook without them.",
    ),
    "relation to a file outside": (
        lambda: repacked(external("oleObject")),
        "The file: found links to other files. Allowed: a workbook without them.",
    ),
    "connection": (
        lambda: repacked({"xl/connections.xml": b"<x/>"}),
        "The file: found a connection to data elsewhere. Allowed: a workbook without them.",
    ),
    "embedded file": (
        lambda: repacked({"xl/embeddings/oleObject1.bin": b"x"}),
        "The file: found embedded objects. Allowed: a workbook without them.",
    ),
    "password, as Excel sets it": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000,
        "The file: found a workbook with a password, or in the format before 2007."
        " Allowed: an .xlsx workbook without a password.",
    ),
    "password, as zip sets it": (
        encrypted,
        "The file: found parts locked with a password. Allowed: a workbook without a password.",
    ),
    "hidden sheet": (
        hidden("hidden"),
        "The file: found a hidden sheet, ‘Domains’. Allowed: visible sheets only.",
    ),
    "very hidden sheet": (
        hidden("veryHidden"),
        "The file: found a hidden sheet, ‘Domains’. Allowed: visible sheets only.",
    ),
    "row two thousand million": (
        lambda: repacked(in_sheet(b'<row r="2000000000"><c t="str"><v>x</v></c></row>')),
        f"Sheet Competencies: found the row number 2000000000 after row 54. Allowed: {SAVED}.",
    ),
    "row of many digits": (
        lambda: repacked(in_sheet(b'<row r="' + b"9" * 5_000 + b'"/>')),
        f"Sheet Competencies: found the row number {'9' * 20} after row 54. Allowed: {SAVED}.",
    ),
    "row minus one": (
        lambda: repacked(in_sheet(b'<row r="-1"><c t="str"><v>x</v></c></row>')),
        f"Sheet Competencies: found the row number -1 after row 54. Allowed: {SAVED}.",
    ),
    "rows out of order": (
        lambda: repacked(in_sheet(b'<row r="3"><c r="A3" t="str"><v>x</v></c></row>')),
        f"Sheet Competencies: found the row number 3 after row 54. Allowed: {SAVED}.",
    ),
    "last cell of all": (
        lambda: repacked(
            in_sheet(b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>')
        ),
        "Sheet Competencies: found something at XFD1048576."
        " Allowed: up to 20,000 rows and 100 columns.",
    ),
    "row too many": (
        lambda: repacked(in_sheet(b'<row r="20001"><c r="A20001" t="str"><v>x</v></c></row>')),
        "Sheet Competencies: found something at A20001."
        " Allowed: up to 20,000 rows and 100 columns.",
    ),
    "column too many": (
        lambda: repacked(in_sheet(b'<row r="90"><c r="CW90" t="str"><v>x</v></c></row>')),
        "Sheet Competencies: found something at CW90. Allowed: up to 20,000 rows and 100 columns.",
    ),
    "address of another row": (
        lambda: repacked(in_sheet(b'<row r="90"><c r="A91" t="str"><v>x</v></c></row>')),
        f"Sheet Competencies: found the address A91 in row 90. Allowed: {SAVED}.",
    ),
    "address that is none": (
        lambda: repacked(in_sheet(b'<row r="90"><c r="A1:B2" t="str"><v>x</v></c></row>')),
        f"Sheet Competencies: found the address A1:B2 in row 90. Allowed: {SAVED}.",
    ),
    "the same cell twice": (
        lambda: repacked(
            in_sheet(b'<row r="90"><c r="A90"/><c r="A90" t="str"><v>x</v></c></row>')
        ),
        f"Sheet Competencies: found the address A90 out of order. Allowed: {SAVED}.",
    ),
    "cell of an unknown kind": (
        lambda: repacked(in_sheet(b'<row r="90"><c r="A90" t="zz"><v>x</v></c></row>')),
        f"Sheet Competencies: found a cell of the unknown kind zz. Allowed: {SAVED}.",
    ),
    "everything merged": (
        lambda: repacked(
            {
                COMPETENCIES: replaced(
                    b"</sheetData>",
                    b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
                )
            }
        ),
        "Sheet Competencies: found merged cells, ‘A1:XFD1048576’."
        " Allowed: cells that are not merged.",
    ),
    "string minus one": (
        lambda: repacked(with_string("-1")),
        "Sheet Competencies: found a text numbered -1 at A200, where the table has 2."
        f" Allowed: {SAVED}.",
    ),
    "string outside the table": (
        lambda: repacked(with_string("2")),
        "Sheet Competencies: found a text numbered 2 at A200, where the table has 2."
        f" Allowed: {SAVED}.",
    ),
    "string without a number": (
        lambda: repacked(with_string("x")),
        "Sheet Competencies: found a text numbered x at A200, where the table has 2."
        f" Allowed: {SAVED}.",
    ),
    "the same sheet twice": (
        lambda: repacked({"xl/workbook.xml": replaced(b'name="Read me"', b'name="competencies"')}),
        "The file: found the sheet Competencies twice. Allowed: each sheet once.",
    ),
    "no list of sheets": (
        lambda: repacked({"xl/workbook.xml": None}),
        f"The file: found a file that is not an Excel workbook. Allowed: {NO_WORKBOOK}.",
    ),
    "no relations": (
        lambda: repacked({"_rels/.rels": None}),
        f"The file: found a file that is not an Excel workbook. Allowed: {NO_WORKBOOK}.",
    ),
    "no kinds of parts": (
        lambda: repacked({"[Content_Types].xml": None}),
        f"The file: found a file that is not an Excel workbook. Allowed: {NO_WORKBOOK}.",
    ),
    "sheet that is no XML": (
        lambda: repacked({COMPETENCIES: b"<worksheet><c"}),
        f"The file: found a part that is not well-formed XML. Allowed: {NO_WORKBOOK}.",
    ),
    "OpenDocument": (
        lambda: repacked({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        "The file: found an OpenDocument file."
        " Allowed: the same saved as an Excel workbook (.xlsx).",
    ),
    "another archive": (
        lambda: repacked(dict.fromkeys(unpacked()) | {"hello.txt": b"hello"}),
        f"The file: found a file that is not an Excel workbook. Allowed: {NO_WORKBOOK}.",
    ),
    "text": (
        lambda: b"Domain,Code,Name\r\nA,1,x\r\n",
        f"The file: found a file that is not a workbook, or is damaged. Allowed: {NO_WORKBOOK}.",
    ),
    "picture": (
        lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
        f"The file: found a file that is not a workbook, or is damaged. Allowed: {NO_WORKBOOK}.",
    ),
    "PDF": (
        lambda: b"%PDF-1.7\n" + b"x" * 500,
        f"The file: found a file that is not a workbook, or is damaged. Allowed: {NO_WORKBOOK}.",
    ),
    "cut short": (
        truncated,
        f"The file: found a file that is not a workbook, or is damaged. Allowed: {NO_WORKBOOK}.",
    ),
    "one bit changed": (
        flipped,
        f"The file: found a file that is not a workbook, or is damaged. Allowed: {NO_WORKBOOK}.",
    ),
    "more than 5 MB": (
        lambda: b"PK" + b"0" * 5_000_000,
        "The file: found 5,000,002 bytes. Allowed: up to 5,000,000 bytes.",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_file_is_refused_in_words_and_in_seconds(name):
    make, said = FILES[name]
    data = make()
    begun = time.monotonic()
    with pytest.raises(FileRefused) as caught:
        read_workbook(data)
    assert str(caught.value).splitlines()[0] == said
    assert time.monotonic() - begun < 10


MEASURE = """
import pathlib, resource, sys
from rubrics.faults import FileRefused
from rubrics.workbook import read_workbook
for name in sys.argv[1:]:
    try:
        read_workbook(pathlib.Path(name).read_bytes())
    except FileRefused:
        print("refused")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def test_memory_of_a_child_stays_within_its_limit(tmp_path):
    """In a process of its own: the system keeps one greatest size for all children together."""
    hostile = ("zip bomb", "last cell of all", "everything merged", "billion laughs in a sheet")
    paths = [tmp_path / str(number) for number in range(len(hostile))]
    for path, name in zip(paths, hostile, strict=True):
        path.write_bytes(FILES[name][0]())
    command = [sys.executable, "-c", MEASURE, *map(str, paths)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert said[:-1] == ["refused"] * len(hostile)
    assert 0 < int(said[-1]) < child.MEMORY


def heavy_sheet() -> bytes:
    """Two million tiny cells within all other limits."""
    row = b"<row>" + b"<c><v>1</v></c>" * 99 + b"</row>"
    return repacked(
        {COMPETENCIES: b"<worksheet><sheetData>" + row * 19_000 + b"</sheetData></worksheet>"}
    )


def test_file_that_needs_too_much_time_or_memory_is_stopped():
    data = heavy_sheet()
    begun = time.monotonic()
    with pytest.raises(FileRefused) as caught:
        read_workbook(data)
    assert time.monotonic() - begun < 10
    assert str(caught.value) == str(child.TOO_MUCH)


@pytest.mark.parametrize(
    "program",
    [
        "x = [0] * 10**9",
        "x = bytearray(10**9)",
        "while True: pass",
        "import os; os.kill(os.getpid(), 9)",
        "import sys; sys.stdout.write('x')",
        "import os; os._exit(3)",
    ],
)
def test_child_that_ends_badly_is_a_refusal(monkeypatch, tmp_path, program):
    module = (
        "from rubrics.workbook import child\n"
        f"def run(data):\n    {program}\n    return b'done'\nchild.serve(run, cpu_seconds=1)\n"
    )
    (tmp_path / "odd_child.py").write_text(module)
    path = f"{tmp_path}:{child.ROOT}"
    monkeypatch.setattr(child, "ROOT", path)
    real = subprocess.run
    monkeypatch.setattr(
        subprocess, "run", lambda *args, **kwargs: real(*args, **kwargs | {"cwd": tmp_path})
    )
    if "stdout" in program:  # what is printed by the way does not get into the answer
        assert child._ask("odd_child", b"", 60) == b"done"
        return
    with pytest.raises(FileRefused) as caught:
        child._ask("odd_child", b"", 60)
    assert str(caught.value) == f"{child.TOO_MUCH}"


def test_child_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(child, "SECONDS", 0.01)
    with pytest.raises(FileRefused) as caught:
        read_workbook(plain())
    assert str(caught.value) == str(child.TOO_MUCH)


@pytest.mark.parametrize(
    "event", ["import socket; socket.create_connection(('127.0.0.1', 9))",
              "import subprocess; subprocess.run(['true'])",
              "import os; os.system('true')"]
)  # fmt: skip
def test_child_opens_no_connection_and_starts_no_program(tmp_path, event):
    module = f"from rubrics.workbook.child import serve\ndef run(data):\n    {event}\nserve(run)\n"
    (tmp_path / "odd.py").write_text(module)
    done = subprocess.run(
        [child.sys.executable, str(tmp_path / "odd.py")],
        input=b"",
        capture_output=True,
        env={"PYTHONPATH": str(child.ROOT)},
        check=True,
    )
    assert json.loads(done.stdout[1:])["problems"][0]["found"] == "a workbook that is damaged"


def test_hyperlinks_that_excel_makes_of_addresses_are_taken():
    def change(book):
        book["Domains"]["C2"].hyperlink = "https://example.org/"

    text, _ = read(edited(change))
    assert text == small()


def test_texts_of_the_table_are_read_with_their_runs_and_without_readings():
    rows = (
        b'<row r="200"><c r="A200" t="s"><v>0</v></c><c r="B200" t="s"><v>1</v></c>'
        b'<c r="C200" t="s"><v>2</v></c></row>'
    )
    table = (
        '<sst xmlns="x"><si><t>A</t></si><si><r><t>A</t></r><r><t>_x0033_</t></r></si>'
        "<si><t>王</t><rPh><t>wang</t></rPh></si></sst>"
    )
    changes = in_sheet(rows) | {
        STRINGS: table.encode(),
        RELATIONS: replaced(b"</Relationships>", SHARED),
    }
    text, _ = read(repacked(changes))
    last = text.domains[0].competencies[-1]
    assert (last.code, last.name) == ("A3", "王")


def test_empty_formatted_cells_anywhere_say_nothing():
    rows = b'<row r="1048576" ht="15"><c r="XFD1048576" s="1"/></row>'
    assert read(repacked(in_sheet(rows)))[0] == small()


def test_thousand_mutated_files_are_read_or_refused():
    """Seeded, so that a fault comes back; in this process, for a crash here would be one there."""
    chance = random.Random(20_261_208)
    original, parts = plain(), unpacked()
    refusals = []
    for number in range(1_000):
        if number % 2:
            data = bytearray(original)
            for _ in range(chance.randint(1, 8)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            data = bytes(data)
        else:
            name = chance.choice(sorted(parts))
            content = bytearray(parts[name])
            for _ in range(chance.randint(1, 5)):
                content[chance.randrange(len(content))] = chance.choice(b'<>"&/=09AZaz- \x00')
            data = repacked({name: bytes(content)}, zipfile.ZIP_STORED)
        try:
            read(data)
        except FileRefused as refusal:
            refusals.append(refusal)
    assert len(refusals) > 300
    assert all(refusal.problems for refusal in refusals)


def test_writing_in_a_child_answers_with_the_refusal_of_a_cell():
    with pytest.raises(FileRefused) as caught:
        write_workbook(small(source="x" * 40_000))
    assert caught.value.problems[0].cell == "B5"
