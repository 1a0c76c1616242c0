"""Frameworks as plain text: a small one, a large one, and any that hypothesis can think of."""

from uuid import UUID

from hypothesis import strategies as st

from rubrics.crossmap import HEADINGS, known_parts
from rubrics.exchange import MOST, canonical
from rubrics.faults import alike
from rubrics.library import DIFFICULTIES, QUESTION_KINDS
from rubrics.scales import SCALES
from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText

NASTY = (
    "=SUM(A1:A9)",
    "=1+1",
    "+44 20 7946 0000",
    "-1",
    "@import",
    "\tindented",
    "\rreturn",
    "'quoted",
    "'=quoted",
    "one\ntwo\r\nthree\rfour",
    "caf\u00e9",
    "cafe\u0301",
    "\U0001f469\u200d⚕\ufe0f",
    "مرحبا بالعالم",
    "\u202eturned",
    "Null",
    "O'Brien",
    "None",
    "TRUE",
    "007",
    "1.10",
    "1e5",
    "0",
    "_x000D_",
    "_x005F_x000D_",
    "_x0041_",
    "x005F_",
    "a\x0bb\x0cc\x1fd",
    "\ufffe\uffff",
    "<b>&amp;</b>]]>",
    "{{ 7 }}{% csrf_token %}",
    "  spaces around  ",
    "Łukasz Żółć, Siân, Ngũgĩ, 王小明",
    "1/2",
    "2026-12-08",
    "#REF!",
    "e" + "\u0301" * 500,
    "very long " * 1_500,
)


def key(number: int) -> str:
    return str(UUID(int=number))


def small(**values) -> FrameworkText:
    """Return a framework of two domains, three competencies and three questions."""

    def competency(number, code, name, *questions):
        return CompetencyText(
            code=code,
            name=name,
            summary=f"What {name} is.",
            tags={"gpc": [1, 6], "values": ["Compassion"]},
            levels={value: f"{name} at {value}" for value in range(1, 6)},
            questions=questions,
            key=key(number),
        )

    asked = [
        QuestionText(
            kind, "STANDARD", f"Question {number}?", ("And then?", "Why?"), "Good.", key(n)
        )
        for number, (n, kind) in enumerate(
            [(20, "PAST_BEHAVIOUR"), (21, "SITUATIONAL"), (22, "SITUATIONAL")], 1
        )
    ]
    first = competency(10, "A1", "Listening", *asked[:2])
    domains = (
        DomainText("A", "Self", "About oneself.", (first, competency(11, "A2", "Judging")), key(1)),
        DomainText("B", "Others", "", (competency(12, "B1", "Leading", asked[2]),), key(2)),
    )
    held = {"slug": "small", "name": "Small framework", "scale_key": "1-5", "source": "Ours"}
    return FrameworkText(**held | {"licence_note": "Free", "domains": domains} | values)


def large(competencies: int = 1_000) -> FrameworkText:
    """Return a framework of many competencies, each with anchors and two questions."""
    words = "Explains what was done, why, and what changed for the patients of the service. " * 2
    every = [
        CompetencyText(
            code=f"C{number}",
            name=f"Competency {number}",
            summary=words,
            tags={"gpc": [1, 5], "hlm": ["Engaging the team"]},
            levels={value: f"{number}.{value} {words}" for value in range(1, 6)},
            questions=tuple(
                QuestionText(
                    kind, "STANDARD", f"{kind} {number}? {words}", ("Why?", "And then?"), words
                )
                for kind in QUESTION_KINDS
            ),
        )
        for number in range(1, competencies + 1)
    ]
    domains = tuple(
        DomainText(f"D{place}", f"Domain {place}", "", tuple(every[place::20]))
        for place in range(20)
    )
    return FrameworkText("large", "Large framework", "1-5", "Ours", "Free", domains)


STORABLE = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
LINE = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
WORDS = st.one_of(st.sampled_from(NASTY), st.text(STORABLE, max_size=60)).filter(
    lambda text: text == "" or bool(text.strip())
)
NEEDED = WORDS.filter(bool)
PROBES = NEEDED.filter(lambda text: "\n" not in text and "\r" not in text)


def lines(limit: int) -> st.SearchStrategy[str]:
    nasty = [text for text in NASTY if len(text) <= limit and text == text.strip()]
    nasty = [text for text in nasty if not any(c in text for c in "\n\r\t\x0b\x0c\x1f")]
    made = st.text(LINE, min_size=1, max_size=limit).map(str.strip).filter(bool)
    return st.one_of(st.sampled_from(nasty), made)


def tags() -> st.SearchStrategy[dict[str, list]]:
    kinds = {
        kind: st.lists(
            st.sampled_from([p.value for p in known_parts(kind)]), unique=True, max_size=4
        )
        for kind, _, _ in HEADINGS
    }
    return st.fixed_dictionaries(kinds)


@st.composite
def frameworks(draw) -> FrameworkText:
    """Any framework that the program can hold, without parts that say nothing."""
    numbers = iter(range(1, 10_000))
    scale = SCALES[draw(st.sampled_from(sorted(SCALES)))]
    codes = draw(st.lists(lines(10), unique_by=alike, min_size=1, max_size=6))

    def question() -> QuestionText:
        return QuestionText(
            kind=draw(st.sampled_from(QUESTION_KINDS)),
            difficulty=draw(st.sampled_from(DIFFICULTIES)),
            text=draw(NEEDED),
            probes=tuple(draw(st.lists(PROBES, max_size=3))),
            good_answer=draw(WORDS),
            key=draw(st.sampled_from(["", key(next(numbers))])),
        )

    def competency(code: str) -> CompetencyText:
        return CompetencyText(
            code=code,
            name=draw(lines(120)),
            summary=draw(WORDS),
            tags=draw(tags()),
            levels=draw(st.dictionaries(st.sampled_from(scale.values), NEEDED)),
            questions=tuple(question() for _ in range(draw(st.integers(0, 2)))),
            key=draw(st.sampled_from(["", key(next(numbers))])),
        )

    places = [draw(st.integers(0, 2)) for _ in codes]
    domains = tuple(
        DomainText(
            code=code,
            name=draw(lines(120)),
            summary=draw(WORDS),
            competencies=tuple(
                competency(inner) for inner, at in zip(codes, places, strict=True) if at == place
            ),
            key=draw(st.sampled_from(["", key(next(numbers))])),
        )
        for place, code in enumerate(codes[:3])
    )
    framework = FrameworkText(
        slug=draw(st.from_regex(r"[-a-zA-Z0-9_]{1,60}", fullmatch=True)),
        name=draw(lines(120)),
        scale_key=scale.key,
        source=draw(WORDS),
        licence_note=draw(WORDS),
        domains=domains,
    )
    assert len(domains) <= MOST["domains"]
    return canonical(framework)
