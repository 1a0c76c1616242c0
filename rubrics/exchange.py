"""A whole framework as JSON: written the same every time, read strictly, each fault by its path."""

import json
from collections import Counter
from dataclasses import replace

from rubrics.crossmap import HEADINGS, NUMBERED, known_parts
from rubrics.faults import (
    CODE,
    KEY_RULE,
    NAME,
    NEEDED_WORDS,
    SLUG_RULE,
    WORDS,
    FileRefused,
    Problem,
    Rule,
    alike,
    one_of,
    shown,
)
from rubrics.library import DIFFICULTIES, QUESTION_KINDS
from rubrics.scales import SCALES, Scale
from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText

FORMAT = "quorate-framework"
SCHEMA = 1
MOST_BYTES = 5_000_000
MOST_BRACKETS = 100_000
MOST = {"domains": 200, "competencies": 2_000, "questions": 100, "probes": 100}
KINDS = tuple(kind for kind, _, _ in HEADINGS)
NO_JSON = "a framework as Quorate exports it: JSON in UTF-8"
TYPES = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "an object"),
)


class _Object(dict):
    """An object of the file that remembers the keys that stood in it twice."""

    def __init__(self, pairs: list[tuple[str, object]]):
        super().__init__(pairs)
        counted = Counter(key for key, _ in pairs) if len(pairs) > len(self) else {}
        self.twice = sorted(key for key, count in counted.items() if count > 1)


class _NotANumber:
    """NaN or Infinity, which JSON does not have."""

    def __init__(self, name: str):
        self.name = name


def canonical(text: FrameworkText) -> FrameworkText:
    """Return a framework without empty anchors, probes and tags: what says the same is the same."""
    return replace(
        text,
        domains=tuple(
            replace(domain, competencies=tuple(map(_canonical, domain.competencies)))
            for domain in text.domains
        ),
    )


def to_json(text: FrameworkText) -> bytes:
    """Write a framework down, the same bytes for the same words."""
    text = canonical(text)
    content = {
        "format": FORMAT,
        "schema": SCHEMA,
        "slug": text.slug,
        "name": text.name,
        "scale": text.scale_key,
        "source": text.source,
        "licence_note": text.licence_note,
        "domains": [_plain_domain(domain) for domain in text.domains],
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=2)}\n".encode()


def from_json(data: bytes) -> FrameworkText:
    """Read a framework; raises FileRefused with everything that is wrong in the file."""
    problems: list[Problem] = []
    framework = _Reading(_Part(_parsed(data), "", problems)).framework()
    if problems:
        raise FileRefused(problems)
    return framework


def _canonical(competency: CompetencyText) -> CompetencyText:
    levels = {value: words for value, words in sorted(competency.levels.items()) if words.strip()}
    order = {kind: place for place, kind in enumerate(KINDS)}
    tags = sorted(competency.tags.items(), key=lambda item: (order.get(item[0], 99), item[0]))
    questions = tuple(
        replace(question, probes=tuple(probe for probe in question.probes if probe.strip()))
        for question in competency.questions
    )
    held = {kind: list(values) for kind, values in tags if values}
    return replace(competency, levels=levels, tags=held, questions=questions)


def _plain_domain(domain: DomainText) -> dict:
    return {
        "key": domain.key,
        "code": domain.code,
        "name": domain.name,
        "summary": domain.summary,
        "competencies": [_plain_competency(found) for found in domain.competencies],
    }


def _plain_competency(competency: CompetencyText) -> dict:
    return {
        "key": competency.key,
        "code": competency.code,
        "name": competency.name,
        "summary": competency.summary,
        "tags": competency.tags,
        "levels": {str(value): words for value, words in competency.levels.items()},
        "questions": [_plain_question(question) for question in competency.questions],
    }


def _plain_question(question: QuestionText) -> dict:
    return {
        "key": question.key,
        "kind": question.kind,
        "difficulty": question.difficulty,
        "text": question.text,
        "probes": list(question.probes),
        "good_answer": question.good_answer,
    }


def _parsed(data: bytes) -> dict:
    """Return the object a file holds; raises FileRefused when it is not one, or is too much."""
    if len(data) > MOST_BYTES:
        raise _refused(f"{len(data):,} bytes", f"up to {MOST_BYTES:,} bytes")
    if data.count(b"{") + data.count(b"[") > MOST_BRACKETS:
        raise _refused(f"more than {MOST_BRACKETS:,} lists and objects", "fewer")
    try:
        content = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_Object, parse_constant=_NotANumber
        )
    except UnicodeDecodeError as error:
        raise _refused("bytes that are not UTF-8", NO_JSON) from error
    except RecursionError as error:
        raise _refused("lists or objects nested too deeply", NO_JSON) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _refused(f"something that is not JSON at {place} ({error.msg})", NO_JSON) from error
    except ValueError as error:
        raise _refused("a number of too many digits", NO_JSON) from error
    if not isinstance(content, dict):
        raise _refused(_type_of(content), NO_JSON)
    return content


def _refused(found: str, allowed: str) -> FileRefused:
    return FileRefused([Problem(found, allowed)])


def _type_of(value: object) -> str:
    if isinstance(value, _NotANumber):
        return value.name
    if value is None:
        return "null"
    word = next(word for kind, word in TYPES if isinstance(value, kind))
    is_plain = isinstance(value, int) and not isinstance(value, bool)
    return f"the number {value}" if is_plain and abs(value) < 10**9 else word


class _Part:
    """One object of the file and its path: it notes what is wrong instead of stopping there."""

    def __init__(self, values: dict, path: str, problems: list[Problem]):
        self.values, self.path, self.problems = values, path, problems
        self.known: set[str] = set()

    def wrong(self, key: str, found: str, allowed: str) -> None:
        """Note a problem of one key."""
        self.problems.append(Problem(found, allowed, path=self.at(key)))

    def at(self, key: str) -> str:
        """Return the path of a key; one that is no plain word stands in brackets."""
        if not key.isidentifier() and not key.isdecimal():
            return f"{self.path}[{shown(key)}]"
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, kind: type, allowed: str, default, is_needed: bool = False):
        """Return the value of a key when it is of this kind, else the default with a note."""
        self.known.add(key)
        if key not in self.values:
            if is_needed:
                self.wrong(key, "nothing", allowed)
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(key, _type_of(value), allowed)
            return default
        return value

    def text(self, key: str, rule: Rule) -> str:
        """Return a text exactly as it stands."""
        value = self.take(key, str, rule.allowed, None, rule.is_needed)
        if value is None:
            return ""
        if found := rule.fault(value):
            self.wrong(key, found, rule.allowed)
        return value

    def choice(self, key: str, choices) -> str:
        """Return one of the choices."""
        value = self.take(key, str, one_of(choices), None, is_needed=True)
        if value is not None and value not in choices:
            self.wrong(key, shown(value), one_of(choices))
        return value or ""

    def part(self, key: str) -> "_Part":
        """Return the object under a key."""
        return _Part(self.take(key, dict, "an object", {}), self.at(key), self.problems)

    def items(self, key: str) -> list:
        """Return the list under a key."""
        values = self.take(key, list, "a list", [])
        most = MOST.get(key, 100)
        if len(values) > most:
            self.wrong(key, f"a list of {len(values):,}", f"up to {most:,}")
            return []
        return values

    def parts(self, key: str) -> list["_Part"]:
        """Return the objects in the list under a key."""
        found = []
        for number, value in enumerate(self.items(key)):
            path = f"{self.at(key)}[{number}]"
            if isinstance(value, dict):
                found.append(_Part(value, path, self.problems))
            else:
                self.problems.append(Problem(_type_of(value), "an object", path=path))
        return found

    def close(self) -> None:
        """Note every key that nobody asked for, and every key that stands twice."""
        for key in sorted(self.values.keys() - self.known):
            self.wrong(key, "a key that is not known here", one_of(sorted(self.known)))
        for key in getattr(self.values, "twice", ()):
            self.wrong(key, "the same key twice", "each key once")


class _Reading:
    """A file while it is read: its scale, and the codes and keys met so far with their paths."""

    def __init__(self, top: _Part):
        self.top = top
        self.scale: Scale | None = None
        self.met: dict[tuple[str, str], str] = {}
        self.competency_count = 0

    def framework(self) -> FrameworkText:
        top = self.top
        if top.take("format", str, FORMAT, "", is_needed=True) not in ("", FORMAT):
            top.wrong("format", shown(top.values["format"]), FORMAT)
        if top.take("schema", int, str(SCHEMA), SCHEMA, is_needed=True) != SCHEMA:
            top.wrong("schema", _type_of(top.values["schema"]), str(SCHEMA))
        scale_key = top.choice("scale", SCALES)
        self.scale = SCALES.get(scale_key)
        framework = FrameworkText(
            slug=top.text("slug", SLUG_RULE),
            name=top.text("name", NAME),
            scale_key=scale_key,
            source=top.text("source", WORDS),
            licence_note=top.text("licence_note", WORDS),
            domains=tuple(self._domain(part) for part in top.parts("domains")),
        )
        top.close()
        if self.competency_count > MOST["competencies"]:
            most = f"up to {MOST['competencies']:,}"
            top.wrong("domains", f"{self.competency_count:,} competencies", most)
        return framework

    def _domain(self, part: _Part) -> DomainText:
        domain = DomainText(
            key=self._key(part),
            code=self._code(part, "domain"),
            name=part.text("name", NAME),
            summary=part.text("summary", WORDS),
            competencies=tuple(self._competency(inner) for inner in part.parts("competencies")),
        )
        part.close()
        return domain

    def _competency(self, part: _Part) -> CompetencyText:
        self.competency_count += 1
        competency = CompetencyText(
            key=self._key(part),
            code=self._code(part, "competency"),
            name=part.text("name", NAME),
            summary=part.text("summary", WORDS),
            tags=self._tags(part.part("tags")),
            levels=self._levels(part.part("levels")),
            questions=tuple(self._question(inner) for inner in part.parts("questions")),
        )
        part.close()
        return competency

    def _levels(self, part: _Part) -> dict[int, str]:
        """Return the anchors; a value that is not on the scale is a key not known here."""
        values = self.scale.values if self.scale else range(11)
        levels = {v: part.text(str(v), NEEDED_WORDS) for v in values if str(v) in part.values}
        part.known |= {str(value) for value in values}
        part.close()
        return levels

    def _tags(self, part: _Part) -> dict[str, list]:
        tags = {kind: self._tag_values(part, kind) for kind in KINDS if kind in part.values}
        part.known |= set(KINDS)
        part.close()
        return {kind: values for kind, values in tags.items() if values}

    def _tag_values(self, part: _Part, kind: str) -> list:
        allowed = [tag.value for tag in known_parts(kind)]
        found: list = []
        for number, value in enumerate(part.items(kind)):
            path, is_kind = f"{part.at(kind)}[{number}]", type(value) is type(allowed[0])
            if not is_kind or value not in allowed:
                said = shown(value) if isinstance(value, str) else _type_of(value)
                names = [f"{v:d}" if kind in NUMBERED else v for v in allowed]
                part.problems.append(Problem(said, one_of(names), path=path))
            elif value in found:
                part.problems.append(Problem("the same twice", "each once", path=path))
            else:
                found.append(value)
        return found

    def _question(self, part: _Part) -> QuestionText:
        question = QuestionText(
            key=self._key(part),
            kind=part.choice("kind", QUESTION_KINDS),
            difficulty=part.choice("difficulty", DIFFICULTIES),
            text=part.text("text", NEEDED_WORDS),
            probes=self._probes(part),
            good_answer=part.text("good_answer", WORDS),
        )
        part.close()
        return question

    def _probes(self, part: _Part) -> tuple[str, ...]:
        found = []
        for number, value in enumerate(part.items("probes")):
            fault = NEEDED_WORDS.fault(value) if isinstance(value, str) else _type_of(value)
            if fault:
                path = f"{part.at('probes')}[{number}]"
                part.problems.append(Problem(fault, NEEDED_WORDS.allowed, path=path))
            found.append(value)
        return tuple(found)

    def _code(self, part: _Part, word: str) -> str:
        code = part.text("code", CODE)
        self._once(part, "code", (word, alike(code)), shown(code))
        return code

    def _key(self, part: _Part) -> str:
        key = part.text("key", KEY_RULE)
        self._once(part, "key", ("key", key), shown(key))
        return key

    def _once(self, part: _Part, name: str, what: tuple[str, str], said: str) -> None:
        """Note what stands a second time, with the path of the first."""
        if not what[1]:
            return
        first = self.met.setdefault(what, part.at(name))
        if first != part.at(name):
            part.wrong(name, f"{said}, which stands at {first} too", f"each {name} once")
