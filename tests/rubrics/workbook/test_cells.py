"""Every cell that cannot be taken is named: sheet, row, column, heading, found, allowed."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from rubrics.faults import FileRefused
from rubrics.workbook.reading import read
from tests.rubrics.texts import key, small
from tests.rubrics.workbook.books import edited, with_cell

CODE = "one line of up to 10 characters, no spaces around it"
NAME = "one line of up to 120 characters, no spaces around it"
WORDS = "words, up to 100,000 characters"
SLUG = "up to 60 letters without accents, digits, - and _"
AGAIN = "; type it again in a cell with the format Text"
PASTE = ""
SCALES = "one of 1 to 5; 1 to 4; 0 to 5; 1 to 7; 1 to 10"
GMP = (
    "one of 1 Knowledge, skills and development; 2 Patients, partnership and communication;"
    " 3 Colleagues, culture and safety; 4 Trust and professionalism"
)
VALUES = (
    "one of Working together for patients; Respect and dignity; Commitment to quality of care;"
    " Compassion; Improving lives; Everyone counts"
)
SITUATION = "one of Past behaviour; Situational"
DOMAIN_CODES = "a code of the sheet Domains: A; B"
CODES = "a code of the sheet Competencies: A1; A2; B1"
ANCHOR = "Competencies, row 2, column G (3 Satisfactory)"
WHEN = datetime(2026, 3, 4, tzinfo=UTC).replace(tzinfo=None)

BAD = [
    # what an anchor may not be
    ("Competencies", "G2", 0, f"{ANCHOR}: found the number 0."
     f" Allowed: {WORDS}, or nothing{AGAIN}."),
    ("Competencies", "G2", 4, f"{ANCHOR}: found the number 4."
     f" Allowed: {WORDS}, or nothing{AGAIN}."),
    ("Competencies", "G2", -1, f"{ANCHOR}: found the number -1."
     f" Allowed: {WORDS}, or nothing{AGAIN}."),
    ("Competencies", "G2", 4.5, f"{ANCHOR}: found the number 4.5."
     f" Allowed: {WORDS}, or nothing{AGAIN}."),
    ("Competencies", "G2", True, f"{ANCHOR}: found true or false."
     f" Allowed: {WORDS}, or nothing{AGAIN}."),
    ("Competencies", "G2", date(2026, 5, 4), f"{ANCHOR}: found a date, which Excel makes of what"
     f" looks like one. Allowed: {WORDS}, or nothing{AGAIN}."),
    ("Competencies", "G2", "#REF!", f"{ANCHOR}: found the error ‘#REF!’."
     f" Allowed: {WORDS}, or nothing{AGAIN}."),
    ("Competencies", "G2", "=A1", f"{ANCHOR}: found the formula ‘=A1’."
     f" Allowed: {WORDS}, or nothing."),
    ("Competencies", "G2", '=HYPERLINK("http://x.example")', f"{ANCHOR}: found the formula ‘=HYPERLINK(\"http://x.example\")’."
     f" Allowed: {WORDS}, or nothing."),
    ("Competencies", "G2", "x_x0000_", f"{ANCHOR}: found the character U+0000 in ‘x[U+0000]’."
     f" Allowed: {WORDS}, or nothing."),
    ("Competencies", "G2", "x_xD800_", f"{ANCHOR}: found the character U+D800 in ‘x[U+D800]’."
     f" Allowed: {WORDS}, or nothing."),
    ("Competencies", "E2", "=1+1", "Competencies, row 2, column E (1 Poor): found the formula"
     " ‘=1+1’."
     f" Allowed: {WORDS}, or nothing."),
    # codes
    ("Competencies", "B2", None, "Competencies, row 2, column B (Code): found nothing."
     f" Allowed: {CODE}."),
    ("Competencies", "B2", "   ", "Competencies, row 2, column B (Code): found nothing."
     f" Allowed: {CODE}."),
    ("Competencies", "B2", "A" * 11, "Competencies, row 2, column B (Code): found 11 characters."
     f" Allowed: {CODE}."),
    ("Competencies", "B2", "A\n1", "Competencies, row 2, column B (Code): found ‘A[U+000A]1’."
     f" Allowed: {CODE}."),
    ("Competencies", "B2", "a2", "Competencies, row 3, column B (Code): found ‘A2’, which stands in"
     " B2 too. Allowed: each code once."),
    ("Competencies", "B4", "Ａ２", "Competencies, row 4, column B (Code): found ‘Ａ２’, which"
     " stands in B3 too. Allowed: each code once."),
    ("Competencies", "B2", (1.1, "0.00"), "Competencies, row 2, column B (Code): found a number"
     f" that is shown otherwise than it is stored. Allowed: {CODE}{AGAIN}."),
    ("Competencies", "B2", 10.0**16, "Competencies, row 2, column B (Code): found the number"
     f" ‘1e+16’. Allowed: {CODE}{AGAIN}."),
    ("Competencies", "B2", WHEN, "Competencies, row 2, column B (Code): found a date, which Excel"
     f" makes of what looks like one. Allowed: {CODE}{AGAIN}."),
    ("Competencies", "B2", False, "Competencies, row 2, column B (Code): found true or false."
     f" Allowed: {CODE}{AGAIN}."),
    ("Domains", "A2", None, f"Domains, row 2, column A (Code): found nothing. Allowed: {CODE}."),
    ("Domains", "A3", "A", "Domains, row 3, column A (Code): found ‘A’, which stands in A2 too."
     " Allowed: each code once."),
    ("Domains", "A3", "=A2", "Domains, row 3, column A (Code): found the formula ‘=A2’."
     f" Allowed: {CODE}."),
    # names
    ("Competencies", "C2", None, "Competencies, row 2, column C (Name): found nothing."
     f" Allowed: {NAME}."),
    ("Competencies", "C2", "n" * 121, "Competencies, row 2, column C (Name): found 121 characters."
     f" Allowed: {NAME}."),
    ("Competencies", "C2", 2026, "Competencies, row 2, column C (Name): found the number 2026."
     f" Allowed: {NAME}{AGAIN}."),
    ("Competencies", "C2", "a\nb", "Competencies, row 2, column C (Name): found ‘a[U+000A]b’."
     f" Allowed: {NAME}."),
    ("Domains", "B2", None, f"Domains, row 2, column B (Name): found nothing. Allowed: {NAME}."),
    ("Domains", "B2", "#N/A", "Domains, row 2, column B (Name): found the error ‘#N/A’."
     f" Allowed: {NAME}{AGAIN}."),
    ("Domains", "C2", 7, f"Domains, row 2, column C (Summary): found the number 7."
     f" Allowed: {WORDS}, or nothing{AGAIN}."),
    # where things belong
    ("Competencies", "A2", "C", "Competencies, row 2, column A (Domain): found ‘C’."
     f" Allowed: {DOMAIN_CODES}."),
    ("Competencies", "A2", None, "Competencies, row 2, column A (Domain): found nothing."
     f" Allowed: {DOMAIN_CODES}."),
    ("Competencies", "A2", "Α", "Competencies, row 2, column A (Domain): found ‘Α’."
     f" Allowed: {DOMAIN_CODES}."),
    ("Competencies", "A2", "=Domains!A2", "Competencies, row 2, column A (Domain): found the"
     " formula ‘=Domains!A2’."
     " Allowed: a code of the sheet Domains."),
    ("Questions", "A2", "Z9", "Questions, row 2, column A (Competency): found ‘Z9’."
     f" Allowed: {CODES}."),
    ("Questions", "A2", None, "Questions, row 2, column A (Competency): found nothing."
     f" Allowed: {CODES}."),
    ("Questions", "A2", True, "Questions, row 2, column A (Competency): found true or false."
     f" Allowed: a code of the sheet Competencies{AGAIN}."),
    # choices
    ("Questions", "B2", "Behaviour", "Questions, row 2, column B (Kind): found ‘Behaviour’."
     f" Allowed: {SITUATION}."),
    ("Questions", "B2", None, f"Questions, row 2, column B (Kind): found nothing."
     f" Allowed: {SITUATION}."),
    ("Questions", "B2", 1, "Questions, row 2, column B (Kind): found the number 1."
     f" Allowed: {SITUATION}{AGAIN}."),
    ("Questions", "B2", '=IF(1,"Situational","")', "Questions, row 2, column B (Kind): found the"
     f" formula ‘=IF(1,\"Situational\",\"\")’. Allowed: {SITUATION}."),
    ("Questions", "C2", "Hard", "Questions, row 2, column C (Difficulty): found ‘Hard’."
     " Allowed: one of Standard; Stretch."),
    ("Questions", "C2", 0, "Questions, row 2, column C (Difficulty): found the number 0."
     f" Allowed: one of Standard; Stretch{AGAIN}."),
    ("Questions", "D2", None, f"Questions, row 2, column D (Question): found nothing."
     f" Allowed: {WORDS}."),
    ("Questions", "D2", 12, "Questions, row 2, column D (Question): found the number 12."
     f" Allowed: {WORDS}{AGAIN}."),
    ("Questions", "E2", "\n".join("abc"[n % 3] for n in range(101)), "Questions, row 2, column E"
     " (To follow up): found 101 lines. Allowed: up to 100."),
    ("Questions", "F2", True, "Questions, row 2, column F (What good looks like): found true or"
     f" false. Allowed: {WORDS}, or nothing{AGAIN}."),
    # links to outside frameworks
    ("Competencies", "K2", "5", "Competencies, row 2, column K (Good medical practice 2024): found"
     f" ‘5’. Allowed: {GMP}."),
    ("Competencies", "K2", 0, "Competencies, row 2, column K (Good medical practice 2024): found"
     f" ‘0’. Allowed: {GMP}."),
    ("Competencies", "K2", 3.7, "Competencies, row 2, column K (Good medical practice 2024): found"
     f" ‘3.7’. Allowed: {GMP}."),
    ("Competencies", "K2", -1, "Competencies, row 2, column K (Good medical practice 2024): found"
     f" ‘-1’. Allowed: {GMP}."),
    ("Competencies", "K2", "4½", "Competencies, row 2, column K (Good medical practice 2024): found"
     f" ‘4½’. Allowed: {GMP}."),
    ("Competencies", "K2", "٣", "Competencies, row 2, column K (Good medical practice 2024): found"
     f" ‘٣’. Allowed: {GMP}."),
    ("Competencies", "K2", "1 Trust and professionalism", "Competencies, row 2, column K (Good"
     f" medical practice 2024): found ‘1 Trust and professionalism’. Allowed: {GMP}."),
    ("Competencies", "K2", "1\n1", "Competencies, row 2, column K (Good medical practice 2024):"
     " found ‘1’ twice. Allowed: each once."),
    ("Competencies", "M2", "Kindness", "Competencies, row 2, column M (NHS values): found"
     f" ‘Kindness’. Allowed: {VALUES}."),
    ("Competencies", "M2", date(2026, 5, 4), "Competencies, row 2, column M (NHS values): found a"
     f" date, which Excel makes of what looks like one. Allowed: {VALUES}{AGAIN}."),
    # keys
    ("Competencies", "N2", "mine", "Competencies, row 2, column N (Key): found ‘mine’."
     " Allowed: nothing, or the key as it was exported."),
    ("Domains", "D2", 12, "Domains, row 2, column D (Key): found the number 12."
     f" Allowed: nothing, or the key as it was exported{AGAIN}."),
    # headings
    ("Competencies", "G1", "3 Good", "Competencies, row 1, column G: found the heading ‘3 Good’."
     " Allowed: one of Domain; Code; Name; Summary; 1 Poor; 2 Area for concern; 3 Satisfactory;"
     " 4 Good; 5 Excellent; GMC generic professional capabilities; Good medical practice 2024;"
     " Healthcare Leadership Model; NHS values; Key."),
    ("Domains", "C1", "Sumary", "Domains, row 1, column C: found the heading ‘Sumary’."
     " Allowed: one of Code; Name; Summary; Key."),
    ("Domains", "C1", "=B1", "Domains, row 1, column C: found the heading ‘=B1’."
     " Allowed: one of Code; Name; Summary; Key."),
    ("Domains", "C1", "Name", "Domains, row 1, column C: found the heading Name twice."
     " Allowed: each once."),
    ("Domains", "C1", None, "Sheet Domains: found no column Summary."
     " Allowed: every column, in any order."),
    ("Domains", "E3", "note", "Domains, row 3, column E: found ‘note’ in a column without a known"
     " heading. Allowed: nothing there."),
    ("Domains", "E3", "=1", "Domains, row 3, column E: found ‘=1’ in a column without a known"
     " heading. Allowed: nothing there."),
    # the framework itself
    ("Framework", "B2", None, "Framework, row 2, column B (Value): found nothing."
     f" Allowed: {SLUG}."),
    ("Framework", "B2", "a b", "Framework, row 2, column B (Value): found ‘a b’."
     f" Allowed: {SLUG}."),
    ("Framework", "B3", None, "Framework, row 3, column B (Value): found nothing."
     f" Allowed: {NAME}."),
    ("Framework", "B3", "=B2", f"Framework, row 3, column B (Value): found the formula ‘=B2’."
     f" Allowed: {NAME}."),
    ("Framework", "B4", "1 to 6", f"Framework, row 4, column B (Value): found ‘1 to 6’."
     f" Allowed: {SCALES}."),
    ("Framework", "B4", None, f"Framework, row 4, column B (Value): found nothing."
     f" Allowed: {SCALES}."),
    ("Framework", "B4", date(2026, 5, 1), "Framework, row 4, column B (Value): found a date, which"
     f" Excel makes of what looks like one. Allowed: {SCALES}{AGAIN}."),
    ("Framework", "B7", "quorate-framework 2", "Framework, row 7, column B (Value): found"
     " ‘quorate-framework 2’. Allowed: quorate-framework 1."),
    ("Framework", "A3", "Title", "Framework, row 3, column A (Item): found ‘Title’."
     " Allowed: one of Slug; Name; Scale; Source; Licence note; Format."),
    ("Framework", "A3", "Slug", "Framework, row 3, column A (Item): found ‘Slug’ twice."
     " Allowed: one of Slug; Name; Scale; Source; Licence note; Format."),
    ("Framework", "A9", "x", "Framework, row 9, column A (Item): found ‘x’."
     " Allowed: one of Slug; Name; Scale; Source; Licence note; Format."),
]  # fmt: skip


def problems(data: bytes) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        read(data)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("sheet", "address", "value", "said"), BAD, ids=[f"{b[0]}-{b[1]}-{b[2]!r}"[:50] for b in BAD]
)
def test_cell_that_cannot_be_taken_is_named(sheet, address, value, said):
    value, number_format = value if isinstance(value, tuple) else (value, "")
    found = problems(with_cell(sheet, address, value, number_format))
    assert found[0] == said
    # A code that is not there is missed where it is used; nothing else follows from one fault.
    follows = ("a code of the sheet", "no column", "no row", "without a known heading")
    assert all(any(words in other for words in follows) for other in found[1:])


def test_all_faults_are_named_at_once():
    def change(book):
        book["Framework"]["B4"] = "1 to 6"
        book["Domains"]["B2"] = None
        book["Competencies"]["C4"] = "=A1"
        book["Questions"]["B4"] = "Other"

    assert [line.partition(":")[0] for line in problems(edited(change))] == [
        "Framework, row 4, column B (Value)",
        "Domains, row 2, column B (Name)",
        "Competencies, row 4, column C (Name)",
        "Questions, row 4, column B (Kind)",
    ]


def test_anchors_shifted_by_a_column_are_named():
    def change(book):
        book["Competencies"].delete_cols(5)

    assert problems(edited(change)) == [
        "Sheet Competencies: found no column 1 Poor. Allowed: every column, in any order."
    ]


def test_another_scale_needs_its_columns():
    assert problems(with_cell("Framework", "B4", "1 to 4"))[0].startswith(
        "Competencies, row 1, column I: found the heading ‘5 Excellent’."
    )


def test_merged_cells_are_refused_by_their_area():
    def change(book):
        book["Competencies"].merge_cells("C2:C3")
        book["Competencies"].merge_cells("D2:D3")

    assert problems(edited(change))[0] == (
        "Sheet Competencies: found merged cells, ‘C2:C3’ and 1 more."
        " Allowed: cells that are not merged."
    )


@pytest.mark.parametrize("sheet", ["Framework", "Domains", "Competencies", "Questions"])
def test_sheet_that_is_gone_is_named(sheet):
    def change(book):
        del book[sheet]

    assert problems(edited(change)) == [
        f"The file: found no sheet {sheet}."
        " Allowed: an Excel workbook (.xlsx) as Quorate exports it."
    ]


def test_only_the_first_of_very_many_faults_are_listed():
    def change(book):
        for number in range(2, 700):
            book["Questions"][f"B{number}"] = "x"

    with pytest.raises(FileRefused) as caught:
        read(edited(change))
    assert (len(caught.value.problems), caught.value.total) == (500, 3 + 695 * 3)


def test_more_competencies_than_a_framework_holds_are_refused():
    def change(book):
        for number in range(2, 2_004):
            for letter, value in (("A", "A"), ("B", f"c{number}"), ("C", "Name")):
                book["Competencies"][f"{letter}{number}"] = value

    found = problems(edited(change, small(domains=small().domains[:1])))
    assert found[0] == "Sheet Competencies: found 2,002 rows. Allowed: up to 2,000."


# What is messy and meant: taken without help


def taken(change, text=None):
    return read(edited(change, text))


def test_cells_left_empty_are_missing_anchors_of_a_draft():
    def change(book):
        book["Competencies"]["E2"] = None
        book["Competencies"]["F2"] = "   "

    text, notes = taken(change)
    assert list(text.domains[0].competencies[0].levels) == [3, 4, 5]
    assert notes == []


def test_spaces_around_a_code_or_a_name_are_left_out_and_said():
    def change(book):
        book["Competencies"]["B2"] = " A1 "
        book["Competencies"]["C2"] = "Listening\n"
        book["Competencies"]["A2"] = " a "
        book["Competencies"]["E2"] = "  kept  "

    text, notes = taken(change)
    first = text.domains[0].competencies[0]
    assert (first.code, first.name, first.levels[1]) == ("A1", "Listening", "  kept  ")
    assert notes == [
        "Competencies, B2: read without the spaces around ‘A1’",
        "Competencies, C2: read without the spaces around ‘Listening’",
    ]


def test_codes_that_excel_made_numbers_are_read_as_they_are_shown():
    def change(book):
        for address, value in (("B2", 1.1), ("B3", 2), ("B4", 1.1 + 2.2)):
            book["Competencies"][address].value = value
            book["Competencies"][address].number_format = "General"
        for number, value in ((2, 1.1), (3, 2), (4, 2)):
            book["Questions"][f"A{number}"].value = value
            book["Questions"][f"A{number}"].number_format = "General"

    text, _ = taken(change)
    codes = [found.code for domain in text.domains for found in domain.competencies]
    assert codes == ["1.1", "2", "3.3"]
    assert [len(found.questions) for found in text.domains[0].competencies] == [1, 2]


def test_choices_are_read_in_any_case_and_as_they_are_stored():
    def change(book):
        for number, kind in ((2, "past behaviour "), (3, "SITUATIONAL"), (4, "Situational")):
            book["Questions"][f"B{number}"] = kind
        book["Questions"]["C2"] = None
        book["Questions"]["C3"] = "stretch"
        book["Framework"]["B4"] = "1–5"

    text, notes = taken(change)
    asked = text.domains[0].competencies[0].questions
    assert [(q.kind, q.difficulty) for q in asked] == [
        ("PAST_BEHAVIOUR", "STANDARD"),
        ("SITUATIONAL", "STRETCH"),
    ]
    assert (text.scale_key, notes) == ("1-5", [])


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        ("5, 1", [5, 1]),
        ("5; 1", [5, 1]),
        ("5\n\n1\n", [5, 1]),
        (5, [5]),
        ("leadership AND team working", [5]),
        ("5  Leadership and team working; 1", [5, 1]),
        ("５", [5]),
        (None, None),
    ],
)
def test_links_are_read_by_number_and_by_name(said, tags):
    text, _ = read(with_cell("Competencies", "J2", said))
    assert text.domains[0].competencies[0].tags.get("gpc") == tags


def test_columns_in_another_order_and_rows_between_are_taken():
    def change(book):
        sheet = book["Domains"]
        rows = [[cell.value for cell in row] for row in sheet["A1:D3"]]
        sheet.delete_rows(1, 60)
        for number, values in zip((1, 5, 9), rows, strict=True):
            for place, value in enumerate(reversed(values), 1):
                sheet.cell(number, place, value)
        book["Competencies"]["E1"] = "1"
        book.create_sheet("Notes")["A1"] = "=1+1"

    text, notes = taken(change)
    assert text == small()
    assert notes == ["The sheet ‘Notes’ was not read."]


def test_copied_row_counts_as_new():
    def change(book):
        sheet = book["Questions"]
        for place in range(1, 8):
            sheet.cell(5, place, sheet.cell(2, place).value)

    text, notes = taken(change)
    assert [q.key for q in text.domains[0].competencies[0].questions] == [key(20), key(21), ""]
    assert notes == ["Questions, row 5: a copy of another row, so it counts as new"]


def test_rows_that_moved_and_keep_their_keys_are_the_same_parts():
    def change(book):
        book["Competencies"]["A2"] = "B"
        book["Competencies"]["B2"] = "B0"
        for number in (2, 3):
            book["Questions"][f"A{number}"] = "B0"

    text, _ = taken(change)
    assert [found.key for found in text.domains[1].competencies] == [key(10), key(12)]
    assert UUID(text.domains[1].competencies[0].questions[0].key) == UUID(int=20)


def test_words_from_windows_keep_their_line_ends_and_follow_ups_lose_them():
    def change(book):
        book["Questions"]["D2"] = "one_x000D_\ntwo"
        book["Questions"]["E2"] = "Why?_x000D_\nHow?"

    text, _ = taken(change)
    asked = text.domains[0].competencies[0].questions[0]
    assert (asked.text, asked.probes) == ("one\r\ntwo", ("Why?", "How?"))
