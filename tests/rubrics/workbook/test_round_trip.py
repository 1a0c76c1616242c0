"""What is written into a workbook is what is read from it, letter by letter."""

import io
import re
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings

from rubrics import library
from rubrics.exchange import canonical, to_json
from rubrics.faults import FileRefused
from rubrics.scales import SCALES
from rubrics.workbook import read_workbook, write_workbook
from rubrics.workbook.escapes import escape, unescape
from rubrics.workbook.reading import read
from rubrics.workbook.writing import write
from tests.rubrics.texts import NASTY, STORABLE, frameworks, small

SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@SLOW
@given(frameworks())
def test_any_framework_comes_back_from_a_workbook_as_it_was(text):
    found, _ = read(write(text))
    assert found == text
    assert to_json(found) == to_json(text)


@pytest.mark.parametrize("words", NASTY)
def test_nasty_words_come_back_from_every_column_as_they_were(words):
    text = small()
    domain = text.domains[0]
    question = domain.competencies[0].questions[0]
    probe = re.sub(r"[\r\n]", " ", words)
    fields = {"text": words, "good_answer": words, "probes": (probe,)}
    asked = type(question)(**vars(question) | fields)
    first = domain.competencies[0]
    levels = dict.fromkeys(range(1, 6), words)
    held = {"summary": words, "levels": levels, "questions": (asked,)}
    changed = type(first)(**vars(first) | held)
    domain = type(domain)(**vars(domain) | {"summary": words, "competencies": (changed,)})
    text = small(source=words, licence_note=words, domains=(domain,))
    assert read(write(text)) == (text, [])


@pytest.mark.parametrize("slug", library.available())
def test_library_comes_back_through_the_child_process(slug):
    text = canonical(library.read_framework(library.available()[slug]))
    data = write_workbook(text)
    assert read_workbook(data).text == text
    assert write_workbook(text) == data


@pytest.mark.parametrize("key", SCALES)
def test_every_scale_comes_back(key):
    text = small(scale_key=key, domains=())
    assert read(write(text)) == (text, [])


def test_text_is_escaped_only_where_a_workbook_needs_it():
    assert escape("a_x000D_b\r") == "a_x005F_x000D_b_x000D_"
    assert escape("plain_x text_") == "plain_x text_"


@SLOW
@given(STORABLE)
def test_escapes_are_undone(text):
    assert unescape(escape(text)) == text
    assert unescape(escape(f"_x{text}_x0041_")) == f"_x{text}_x0041_"


def parts(text) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(write(text))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_workbook_names_nobody_and_hides_nothing():
    found = parts(small())
    assert "creator" not in found["docProps/core.xml"]
    assert "Application" not in found["docProps/app.xml"]
    everything = "".join(found.values())
    assert not re.findall(
        r'hidden="[^0]|state="(?:very)?[hH]idden|<definedName |openpyxl', everything
    )
    assert not [name for name in found if "comment" in name or "vba" in name]


def test_words_that_look_like_formulas_are_text_that_stays_text():
    found = parts(small(source="=1+1", licence_note="@cmd"))
    sheets = "".join(xml for name, xml in found.items() if "sheets/sheet" in name)
    assert "=1+1" in sheets
    assert "<f>" not in sheets
    assert "<f " not in sheets
    cell = re.search(r'<c r="B5" s="(\d+)" t="inlineStr">', found["xl/worksheets/sheet2.xml"])
    looks = re.findall(r"<xf [^>]*>", found["xl/styles.xml"].partition("<cellXfs")[2])
    assert 'quotePrefix="1"' in looks[int(cell[1])]
    assert 'numFmtId="49"' in looks[int(cell[1])]


def test_workbook_is_laid_out_for_editing():
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(write(small())))
    assert book.sheetnames == ["Read me", "Framework", "Domains", "Competencies", "Questions"]
    sheet = book["Competencies"]
    assert [cell.value for cell in sheet[1]] == [
        "Domain",
        "Code",
        "Name",
        "Summary",
        "1 Poor",
        "2 Area for concern",
        "3 Satisfactory",
        "4 Good",
        "5 Excellent",
        "GMC generic professional capabilities",
        "Good medical practice 2024",
        "Healthcare Leadership Model",
        "NHS values",
        "Key",
    ]
    assert sheet.freeze_panes == "D2"
    assert sheet["J2"].value == "1 Professional values and behaviours\n6 " + (
        "Patient safety and quality improvement"
    )
    assert sheet["E2"].alignment.wrap_text
    lists = {
        (sheet.title, str(rule.sqref)): rule.formula1
        for sheet in book
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists == {
        ("Framework", "B4"): '"1 to 5,1 to 4,0 to 5,1 to 7,1 to 10"',
        ("Competencies", "A2:A2001"): "Domains!$A$2:$A$201",
        ("Questions", "A2:A2001"): "Competencies!$B$2:$B$2001",
        ("Questions", "B2:B2001"): '"Past behaviour,Situational"',
        ("Questions", "C2:C2001"): '"Standard,Stretch"',
    }


def test_text_longer_than_a_cell_is_refused_by_its_cell():
    text = small(source="\U0001f600" * 16_384)
    with pytest.raises(FileRefused) as caught:
        write_workbook(text)
    assert str(caught.value) == (
        "Framework, row 5, column B (Value): found a text of 32,768 characters."
        " Allowed: up to 32,767 in a cell; the JSON file takes it."
    )
    fits = small(source="\U0001f600" * 16_383)
    assert read(write(fits))[0] == fits


def test_follow_up_of_two_lines_is_refused_by_its_competency():
    text = small()
    first = text.domains[0].competencies[0]
    asked = type(first.questions[0])(**vars(first.questions[0]) | {"probes": ("Why?\nHow?",)})
    held = type(first)(**vars(first) | {"questions": (asked,)})
    domain = type(text.domains[0])(**vars(text.domains[0]) | {"competencies": (held,)})
    with pytest.raises(FileRefused) as caught:
        write(small(domains=(domain,)))
    assert str(caught.value) == (
        "Competency A1: found a follow-up question of several lines."
        " Allowed: one line each; the JSON file takes it."
    )
