"""The commands that write a framework to a file and read one from a file."""

import json

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from rubrics.exchange import to_json
from rubrics.models import Framework, FrameworkVersion
from rubrics.queries import framework_text_of
from tests.rubrics.texts import small
from tests.rubrics.workbook.books import plain, with_cell

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    def call(*args):
        call_command(*map(str, args))
        return capsys.readouterr().out

    return call


@pytest.fixture
def file(tmp_path):
    def write(data, name):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def failure(*args) -> str:
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, args))
    return str(caught.value)


TALLIES = """  domain: 2 (2 added, 0 removed, 0 moved, 0 reworded)
  competency: 3 (3 added, 0 removed, 0 moved, 0 reworded)
  anchor: 15 (15 added, 0 removed, 0 moved, 0 reworded)
  question: 3 (3 added, 0 removed, 0 moved, 0 reworded)
"""


@pytest.mark.parametrize("name", ["small.xlsx", "Small.JSON"])
def test_import_says_what_it_did_and_does_it_once(trust, run, file, name):
    path = file(plain() if name.endswith("x") else to_json(small()), name)
    assert run("import_framework", path) == (
        f"Small framework, version 1, is a new framework, as a draft.\n{TALLIES}It is draft.\n"
    )
    assert framework_text_of(FrameworkVersion.objects.get()) == small()
    again = run("import_framework", path, "--publish")
    assert again.startswith(
        "Small framework, version 1, says all this already; nothing was changed.\n"
    )
    assert again.endswith("It is published.\n")
    count = Entry.objects.count()
    assert run("import_framework", path, "--publish").endswith("It is published.\n")
    assert Entry.objects.count() == count


def test_import_names_what_a_draft_is_missing_and_does_not_publish_it(trust, run, file):
    path = file(with_cell("Competencies", "E2", None), "small.xlsx")
    assert failure("import_framework", path, "--publish") == (
        "Small framework, version 1, is not complete. A1 Listening has no anchor at 1."
        "\nNothing was imported."
    )
    assert not Framework.objects.exists()
    assert "  Missing: A1 Listening has no anchor at 1.\n" in run("import_framework", path)


def test_import_follows_a_published_version_and_replaces_a_draft(trust, run, file):
    run("import_framework", file(plain(), "a.xlsx"), "--publish")
    path = file(with_cell("Competencies", "C2", "Hearing"), "b.xlsx")
    said = run("import_framework", path)
    assert said.startswith("Small framework, version 2, is a new draft after version 1.\n")
    assert "  competency: 3 (0 added, 0 removed, 0 moved, 1 reworded)\n" in said
    said = run("import_framework", file(plain(), "a.xlsx"))
    assert said.startswith(
        "Small framework, version 2, was a draft and says now what the file says.\n"
    )
    changes = FrameworkVersion.objects.get(number=2).snapshots.order_by("pk")
    assert [kept.change for kept in changes] == ["imported b.xlsx", "imported a.xlsx"]


def test_import_says_what_it_left_out(trust, run, file):
    path = file(with_cell("Competencies", "C2", " Listening "), "a.xlsx")
    assert run("import_framework", path).startswith(
        "Competencies, C2: read without the spaces around ‘Listening’\nSmall framework, version 1,"
    )


def test_import_of_a_faulty_file_names_every_problem_and_writes_nothing(trust, file):
    content = json.loads(to_json(small()))
    content["name"], content["scale"] = "", "1-9"
    path = file(json.dumps(content).encode(), "small.json")
    assert failure("import_framework", path) == (
        "scale: found ‘1-9’. Allowed: one of 1-5; 1-4; 0-5; 1-7; 1-10.\n"
        "name: found nothing. Allowed: one line of up to 120 characters, no spaces around it.\n"
        "Nothing was imported."
    )
    assert not Framework.objects.exists()
    assert not Entry.objects.filter(action__contains="import").exists()


@pytest.mark.parametrize(
    "name", ["small.csv", "small.xls", "small.xlsm", "small.ods", "small", ".x"]
)
def test_import_of_another_kind_of_file_is_refused_by_its_name(trust, file, name):
    assert failure("import_framework", file(b"x", name)) == (
        f"The file: found the name ‘{name}’. Allowed: a file whose name ends in .xlsx or .json."
        "\nNothing was imported."
    )


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b"", "found an empty file. Allowed: JSON as Quorate exports it."),
        ("a.xlsx", b"", "found an empty file. Allowed: Excel as Quorate exports it."),
        ("a.json", b"x" * 5_000_001, "found 5,000,001 bytes. Allowed: up to 5,000,000 bytes."),
        ("a.json", b"PK\x03\x04", "found something that is not JSON at line 1, column 1 (Expecting"
         " value). Allowed: a framework as Quorate exports it: JSON in UTF-8."),
        ("a.xlsx", b"{}", "found a file that is not a workbook, or is damaged."
         " Allowed: an Excel workbook (.xlsx) as Quorate exports it."),
    ],
)  # fmt: skip
def test_import_of_a_file_under_a_wrong_name_is_refused(trust, file, name, data, said):
    assert (
        failure("import_framework", file(data, name)) == f"The file: {said}\nNothing was imported."
    )


def test_import_of_a_file_that_is_not_there_fails(trust, tmp_path):
    path = tmp_path / "gone.xlsx"
    assert failure("import_framework", path) == (
        f"{path}: No such file or directory. Nothing was imported."
    )


def test_trust_has_to_be_named_when_there_are_several(trust, other_trust, run, file):
    path = file(plain(), "a.xlsx")
    assert failure("import_framework", path) == (
        f"Say which trust with --trust: {other_trust.slug}, {trust.slug}. Nothing was done."
    )
    assert failure("import_framework", path, "--trust", "nowhere") == (
        "There is no trust nowhere. Nothing was done."
    )
    run("import_framework", path, "--trust", other_trust.slug)
    assert Framework.objects.get().trust == other_trust


def test_command_without_any_trust_says_so(db, file):
    assert failure("import_framework", file(plain(), "a.xlsx")) == (
        "There is no trust yet. Nothing was done."
    )


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_export_writes_the_version_asked_for_or_the_newest(trust, run, file, tmp_path, ending):
    run("import_framework", file(plain(), "a.xlsx"), "--publish")
    run("import_framework", file(with_cell("Competencies", "C2", "Hearing"), "b.xlsx"))
    first, newest = tmp_path / f"first.{ending}", tmp_path / f"newest.{ending}"
    kind = {"xlsx": "Excel", "json": "JSON"}[ending]
    assert run("export_framework", "small", newest, "--trust", trust.slug) == (
        f"Small framework, version 2, is in {newest} ({kind}).\n"
    )
    assert run("export_framework", "small", first, "--version", 1) == (
        f"Small framework, version 1, is in {first} ({kind}).\n"
    )
    assert first.read_bytes() == (plain() if ending == "xlsx" else to_json(small()))
    assert newest.read_bytes() != first.read_bytes()
    rows = Entry.objects.filter(action="version.exported").values_list("actor", flat=True)
    assert list(rows) == ["system", "system"]


def test_export_of_what_is_not_there_fails(trust, run, file, tmp_path):
    path = tmp_path / "x.json"
    assert failure("export_framework", "small", path) == (
        "There is no framework small. Nothing was written."
    )
    run("import_framework", file(plain(), "a.xlsx"))
    assert failure("export_framework", "small", path, "--version", 2) == (
        "There is no version 2 of the framework small. Nothing was written."
    )
    assert failure("export_framework", "small", tmp_path / "x.csv") == (
        "The file: found the name ‘x.csv’. Allowed: a file whose name ends in .xlsx or .json."
        "\nNothing was written."
    )
    assert failure("export_framework", "small", tmp_path / "no" / "x.json") == (
        f"{tmp_path}/no/x.json: No such file or directory. Nothing was written."
    )
    assert not path.exists()
    assert not Entry.objects.filter(action="version.exported").exists()
