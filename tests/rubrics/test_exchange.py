"""A framework as JSON: the same bytes each time, and every fault in a file by its path."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from rubrics import library
from rubrics.exchange import canonical, from_json, to_json
from rubrics.faults import FileRefused
from tests.rubrics.texts import NASTY, frameworks, key, small
from tests.rubrics.workbook.test_round_trip import SLOW


@SLOW
@given(frameworks())
def test_any_framework_comes_back_and_goes_out_as_the_same_bytes(text):
    data = to_json(text)
    assert from_json(data) == text
    assert to_json(from_json(data)) == data


@pytest.mark.parametrize("words", NASTY)
def test_nasty_words_come_back_as_they_were(words):
    text = small(source=words, licence_note=words)
    assert from_json(to_json(text)) == text


@pytest.mark.parametrize("slug", library.available())
def test_library_comes_back(slug):
    text = library.read_framework(library.available()[slug])
    assert from_json(to_json(text)) == canonical(text)


def test_what_says_nothing_is_left_out():
    text = small()
    first = text.domains[0].competencies[0]
    asked = replace(first.questions[0], probes=("Why?", " ", ""))
    full = replace(
        first, levels={3: "x", 1: "", 2: " "}, tags={"values": ["Compassion"], "hlm": []}
    )
    full = replace(full, questions=(asked,))
    found = canonical(replace(text, domains=(replace(text.domains[0], competencies=(full,)),)))
    left = found.domains[0].competencies[0]
    assert (left.levels, left.tags) == ({3: "x"}, {"values": ["Compassion"]})
    assert left.questions[0].probes == ("Why?",)


def test_file_may_begin_with_a_byte_order_mark():
    assert from_json(b"\xef\xbb\xbf" + to_json(small())) == small()


def test_parts_may_leave_out_what_is_empty():
    data = {"format": "quorate-framework", "schema": 1, "slug": "s", "name": "N", "scale": "1-5"}
    data["domains"] = [{"code": "A", "name": "Self", "competencies": [{"code": "1", "name": "X"}]}]
    text = from_json(json.dumps(data).encode())
    assert text.domains[0].competencies[0].levels == {}
    assert to_json(from_json(to_json(text))) == to_json(text)


DOMAIN = "domains[0]"
COMPETENCY = f"{DOMAIN}.competencies[0]"
QUESTION = f"{COMPETENCY}.questions[0]"
WORDS = "words, up to 100,000 characters"
CODE = "one line of up to 10 characters, no spaces around it"
NAME = "one line of up to 120 characters, no spaces around it"
SLUG = "up to 60 letters without accents, digits, - and _"
KEY = "nothing, or the key as it was exported"
SCALES = "one of 1-5; 1-4; 0-5; 1-7; 1-10"
TOP_KEYS = "one of domains; format; licence_note; name; scale; schema; slug; source"
QUESTION_KEYS = "one of difficulty; good_answer; key; kind; probes; text"
GONE = type("Gone", (), {"__repr__": lambda self: "gone"})()

BAD = [
    (["format"], GONE, "format: found nothing. Allowed: quorate-framework."),
    (["format"], "other", "format: found ‘other’. Allowed: quorate-framework."),
    (["format"], 7, "format: found the number 7. Allowed: quorate-framework."),
    (["schema"], 2, "schema: found the number 2. Allowed: 1."),
    (["schema"], "1", "schema: found a text. Allowed: 1."),
    (["schema"], True, "schema: found true or false. Allowed: 1."),
    (["schema"], GONE, "schema: found nothing. Allowed: 1."),
    (["scale"], "1-9", f"scale: found ‘1-9’. Allowed: {SCALES}."),
    (["scale"], 5, f"scale: found the number 5. Allowed: {SCALES}."),
    (["scale"], ["1-5"], f"scale: found a list. Allowed: {SCALES}."),
    (["slug"], "", f"slug: found nothing. Allowed: {SLUG}."),
    (["slug"], "a b", f"slug: found ‘a b’. Allowed: {SLUG}."),
    (["slug"], "../etc", f"slug: found ‘../etc’. Allowed: {SLUG}."),
    (["slug"], "s" * 61, f"slug: found 61 characters. Allowed: {SLUG}."),
    (["slug"], "café", f"slug: found ‘café’. Allowed: {SLUG}."),
    (["slug"], "a\n", f"slug: found ‘a[U+000A]’. Allowed: {SLUG}."),
    (["name"], GONE, f"name: found nothing. Allowed: {NAME}."),
    (["name"], None, f"name: found null. Allowed: {NAME}."),
    (["name"], 4.5, f"name: found a number. Allowed: {NAME}."),
    (["name"], "  ", f"name: found only spaces. Allowed: {NAME}."),
    (["name"], " A", f"name: found ‘ A’. Allowed: {NAME}."),
    (["name"], "A\r\nBcc: x", f"name: found ‘A[U+000D][U+000A]Bcc: x’. Allowed: {NAME}."),
    (["name"], "n" * 121, f"name: found 121 characters. Allowed: {NAME}."),
    (["name"], "a\u2028b", f"name: found ‘a[U+2028]b’. Allowed: {NAME}."),
    (["source"], "\x00", "source: found the character U+0000 in ‘[U+0000]’."
     f" Allowed: {WORDS}, or nothing."),
    (["source"], "\ud800", "source: found the character U+D800 in ‘[U+D800]’."
     f" Allowed: {WORDS}, or nothing."),
    (["source"], "s" * 100_001, f"source: found 100,001 characters. Allowed: {WORDS}, or nothing."),
    (["licence_note"], {}, f"licence_note: found an object. Allowed: {WORDS}, or nothing."),
    (["colour"], "red", f"colour: found a key that is not known here. Allowed: {TOP_KEYS}."),
    (["a b\u202e"], 1, "[‘a b[U+202E]’]: found a key that is not known here."
     f" Allowed: {TOP_KEYS}."),
    (["domains"], {}, "domains: found an object. Allowed: a list."),
    (["domains"], [3], "domains[0]: found the number 3. Allowed: an object."),
    (["domains"], [{"code": "A", "name": "B"}] * 201,
     "domains: found a list of 201. Allowed: up to 200."),
    (["domains", 0, "code"], "A" * 11, f"{DOMAIN}.code: found 11 characters. Allowed: {CODE}."),
    (["domains", 0, "code"], 1, f"{DOMAIN}.code: found the number 1. Allowed: {CODE}."),
    (["domains", 0, "code"], " 1", f"{DOMAIN}.code: found ‘ 1’. Allowed: {CODE}."),
    (["domains", 0, "code"], "B", "domains[1].code: found ‘B’, which stands at domains[0].code too."
     " Allowed: each code once."),
    (["domains", 0, "code"], "\uff22", "domains[1].code: found ‘B’, which stands at domains[0].code"
     " too. Allowed: each code once."),
    (["domains", 0, "key"], "x", f"{DOMAIN}.key: found ‘x’. Allowed: {KEY}."),
    (["domains", 0, "key"], key(2), f"domains[1].key: found ‘{key(2)}’, which stands at"
     " domains[0].key too. Allowed: each key once."),
    (["domains", 0, "level"], 1, f"{DOMAIN}.level: found a key that is not known here."
     " Allowed: one of code; competencies; key; name; summary."),
    (["domains", 0, "competencies", 0, "code"], "b1",
     f"domains[1].competencies[0].code: found ‘B1’, which stands at {COMPETENCY}.code too."
     " Allowed: each code once."),
    (["domains", 0, "competencies", 0, "levels"], [], f"{COMPETENCY}.levels: found a list."
     " Allowed: an object."),
    (["domains", 0, "competencies", 0, "levels", "6"], "x", f"{COMPETENCY}.levels.6: found a key"
     " that is not known here. Allowed: one of 1; 2; 3; 4; 5."),
    (["domains", 0, "competencies", 0, "levels", "3.7"], "x", f"{COMPETENCY}.levels[‘3.7’]: found a"
     " key that is not known here. Allowed: one of 1; 2; 3; 4; 5."),
    (["domains", 0, "competencies", 0, "levels", "٣"], "x", f"{COMPETENCY}.levels.٣: found a key"
     " that is not known here. Allowed: one of 1; 2; 3; 4; 5."),
    (["domains", 0, "competencies", 0, "levels", "3"], 3, f"{COMPETENCY}.levels.3: found the number"
     f" 3. Allowed: {WORDS}."),
    (["domains", 0, "competencies", 0, "levels", "3"], "", f"{COMPETENCY}.levels.3: found nothing."
     f" Allowed: {WORDS}."),
    (["domains", 0, "competencies", 0, "tags"], [1], f"{COMPETENCY}.tags: found a list."
     " Allowed: an object."),
    (["domains", 0, "competencies", 0, "tags", "nhs"], [1], f"{COMPETENCY}.tags.nhs: found a key"
     " that is not known here. Allowed: one of gmp; gpc; hlm; values."),
    (["domains", 0, "competencies", 0, "tags", "gmp"], ["1"], f"{COMPETENCY}.tags.gmp[0]: found"
     " ‘1’. Allowed: one of 1; 2; 3; 4."),
    (["domains", 0, "competencies", 0, "tags", "gmp"], [5], f"{COMPETENCY}.tags.gmp[0]: found the"
     " number 5. Allowed: one of 1; 2; 3; 4."),
    (["domains", 0, "competencies", 0, "tags", "gmp"], [True], f"{COMPETENCY}.tags.gmp[0]: found"
     " true or false. Allowed: one of 1; 2; 3; 4."),
    (["domains", 0, "competencies", 0, "tags", "gmp"], [1.0], f"{COMPETENCY}.tags.gmp[0]: found"
     " a number. Allowed: one of 1; 2; 3; 4."),
    (["domains", 0, "competencies", 0, "tags", "gmp"], [1, 1], f"{COMPETENCY}.tags.gmp[1]: found"
     " the same twice. Allowed: each once."),
    (["domains", 0, "competencies", 0, "questions"], None, f"{COMPETENCY}.questions: found null."
     " Allowed: a list."),
    (["domains", 0, "competencies", 0, "questions", 0, "kind"], "Situational",
     f"{QUESTION}.kind: found ‘Situational’. Allowed: one of PAST_BEHAVIOUR; SITUATIONAL."),
    (["domains", 0, "competencies", 0, "questions", 0, "difficulty"], GONE,
     f"{QUESTION}.difficulty: found nothing. Allowed: one of STANDARD; STRETCH."),
    (["domains", 0, "competencies", 0, "questions", 0, "text"], "",
     f"{QUESTION}.text: found nothing. Allowed: {WORDS}."),
    (["domains", 0, "competencies", 0, "questions", 0, "probes"], "Why?",
     f"{QUESTION}.probes: found a text. Allowed: a list."),
    (["domains", 0, "competencies", 0, "questions", 0, "probes"], ["Why?", 2],
     f"{QUESTION}.probes[1]: found the number 2. Allowed: {WORDS}."),
    (["domains", 0, "competencies", 0, "questions", 0, "probes"], ["x"] * 101,
     f"{QUESTION}.probes: found a list of 101. Allowed: up to 100."),
    (["domains", 0, "competencies", 0, "questions", 0, "score"], 0,
     f"{QUESTION}.score: found a key that is not known here. Allowed: {QUESTION_KEYS}."),
]  # fmt: skip


def edited(path: list, value: object) -> bytes:
    content = json.loads(to_json(small()))
    place = content
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(content).encode()


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        from_json(data)
    return str(caught.value)


@pytest.mark.parametrize(("path", "value", "said"), BAD, ids=lambda value: repr(value)[:40])
def test_fault_in_a_file_is_named_by_its_path(path, value, said):
    assert refusal(edited(path, value)) == said


def test_all_faults_are_named_at_once():
    content = json.loads(edited(["name"], ""))
    content["domains"][0]["code"] = ""
    content["domains"][1]["competencies"][0]["questions"][0]["kind"] = "x"
    assert refusal(json.dumps(content).encode()).splitlines() == [
        f"name: found nothing. Allowed: {NAME}.",
        f"domains[0].code: found nothing. Allowed: {CODE}.",
        "domains[1].competencies[0].questions[0].kind: found ‘x’."
        " Allowed: one of PAST_BEHAVIOUR; SITUATIONAL.",
    ]


JSON = "a framework as Quorate exports it: JSON in UTF-8"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", f"something that is not JSON at line 1, column 1 (Expecting value). Allowed: {JSON}"),
        (b"{", "something that is not JSON at line 1, column 2 (Expecting property name enclosed"
         f" in double quotes). Allowed: {JSON}"),
        (b"[]", f"a list. Allowed: {JSON}"),
        (b"3", f"the number 3. Allowed: {JSON}"),
        (b"null", f"null. Allowed: {JSON}"),
        (b"NaN", f"NaN. Allowed: {JSON}"),
        (b'"x"', f"a text. Allowed: {JSON}"),
        ('{"name": "x"}'.encode("utf-16"), f"bytes that are not UTF-8. Allowed: {JSON}"),
        ('{"name": "é"}'.encode("latin-1"), f"bytes that are not UTF-8. Allowed: {JSON}"),
        (b"[" * 60_000, f"lists or objects nested too deeply. Allowed: {JSON}"),
        (b'{"a":' * 60_000, f"lists or objects nested too deeply. Allowed: {JSON}"),
        (b"[" + b"[]," * 100_001, "more than 100,000 lists and objects. Allowed: fewer"),
        (b'{"schema": ' + b"9" * 5_000 + b"}", f"a number of too many digits. Allowed: {JSON}"),
        (b" " * 5_000_001, "5,000,001 bytes. Allowed: up to 5,000,000 bytes"),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_what_is_no_such_file_is_refused_whole(data, said):
    assert refusal(data) == f"The file: found {said}."


def test_key_that_stands_twice_and_numbers_that_json_has_not_are_named():
    data = to_json(small())
    twice = data.replace(b'"name": "Small framework",', b'"name": "First", "name": "Second",')
    assert refusal(twice) == "name: found the same key twice. Allowed: each key once."
    for word in ("NaN", "Infinity", "-Infinity"):
        wrong = data.replace(b'"schema": 1,', f'"schema": {word},'.encode())
        assert refusal(wrong) == f"schema: found {word}. Allowed: 1."
    huge = data.replace(b'"schema": 1,', b'"schema": 1e999,')
    assert refusal(huge) == "schema: found a number. Allowed: 1."


def test_too_many_competencies_are_refused():
    one = {"name": "X"}
    content = json.loads(to_json(small(domains=())))
    content["domains"] = [
        {
            "code": f"D{d}",
            "name": "D",
            "competencies": [one | {"code": f"{d}.{n}"} for n in range(9)],
        }
        for d in range(3)
    ]
    content["domains"][0]["competencies"] = [one | {"code": f"0.{n}"} for n in range(2_001)]
    assert refusal(json.dumps(content).encode()) == (
        "domains[0].competencies: found a list of 2,001. Allowed: up to 2,000."
    )
    for domain in content["domains"]:
        domain["competencies"] = [one | {"code": f"{domain['code']}.{n}"} for n in range(700)]
    assert refusal(json.dumps(content).encode()) == (
        "domains: found 2,100 competencies. Allowed: up to 2,000."
    )


def test_only_the_first_of_very_many_faults_are_listed():
    content = json.loads(to_json(small(domains=())))
    content["domains"] = [
        {"code": f"D{d}", "competencies": [{} for _ in range(9)]} for d in range(99)
    ]
    with pytest.raises(FileRefused) as caught:
        from_json(json.dumps(content).encode())
    assert (len(caught.value.problems), caught.value.total) == (500, 99 + 99 * 18)
    assert str(caught.value).splitlines()[-1] == "And 1381 more."
