"""The texts of a framework and of ready blueprints, read from TOML and checked to the last key."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rubrics.scales import SCALES
from rubrics.texts import (
    BlueprintText,
    CompetencyText,
    CriterionText,
    DomainText,
    ExerciseText,
    FrameworkText,
    QuestionText,
    digest,
    with_library_keys,
)

__all__ = [
    "BLUEPRINTS",
    "DIFFICULTIES",
    "EXERCISE_KINDS",
    "QUESTION_KINDS",
    "TAGS",
    "BlueprintText",
    "CompetencyText",
    "CriterionText",
    "DomainText",
    "ExerciseText",
    "FrameworkText",
    "LibraryError",
    "QuestionText",
    "available",
    "digest",
    "read_blueprints",
    "read_framework",
]

FOLDER = Path(__file__).with_name("library")
BLUEPRINTS = FOLDER / "blueprints.toml"

QUESTION_KINDS = ("PAST_BEHAVIOUR", "SITUATIONAL")
DIFFICULTIES = ("STANDARD", "STRETCH")
EXERCISE_KINDS = (
    "SHORTLISTING",
    "PRESENTATION",
    "STATION",
    "PANEL_INTERVIEW",
    "STAKEHOLDER_GROUP",
)
TAGS = {"gpc": int, "gmp": int, "hlm": str, "values": str}


class LibraryError(ValueError):
    """A library file that cannot be used; `problems` names each by file, place and key."""

    def __init__(self, problems: Iterable[str]):
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def available() -> dict[str, Path]:
    """Return the frameworks that come with the program: slug to file."""
    files = sorted(path for path in FOLDER.glob("*.toml") if path != BLUEPRINTS)
    return {path.stem.replace("_", "-"): path for path in files}


def addition(slug: str, domains: Iterable[DomainText]) -> FrameworkText | None:
    """Return a starter framework whose domains may join these, or None: its codes must be free."""
    path = available().get(slug)
    if path is None:
        return None
    text = read_framework(path)
    taken = {domain.code for domain in domains}
    return None if taken & {domain.code for domain in text.domains} else text


def additions(domains: Iterable[DomainText]) -> tuple[FrameworkText, ...]:
    """Return every starter framework whose domains may join these."""
    domains = tuple(domains)
    found = (addition(slug, domains) for slug in available())
    return tuple(text for text in found if text is not None)


def read_framework(path: Path | str) -> FrameworkText:
    """Return the framework of a file; raises LibraryError with everything that is wrong in it."""
    top = _open(path)
    scale_key = top.choice("scale", SCALES)
    scale = SCALES.get(scale_key)
    edition, year = top.text("edition", is_needed=False), top.whole("year", is_needed=False)
    described = [top.text("source", is_needed=False), edition, str(year or "")]
    framework = FrameworkText(
        slug=top.text("slug", limit=60),
        name=top.text("name", limit=120),
        scale_key=scale_key,
        source=", ".join(part for part in described if part),
        licence_note=top.text("licence_note", is_needed=False),
        domains=tuple(_domain(table, scale) for table in top.tables("domains", "domain")),
    )
    top.close("language", "written_on")
    competencies = [c for domain in framework.domains for c in domain.competencies]
    top.once("domain", (domain.code for domain in framework.domains))
    top.once("competency", (competency.code for competency in competencies))
    top.refuse_if_wrong()
    return with_library_keys(framework)


def read_blueprints(path: Path | str = BLUEPRINTS) -> dict[str, BlueprintText]:
    """Return ready blueprints by slug; raises LibraryError with everything that is wrong."""
    top = _open(path)
    found = [_blueprint(table) for table in top.tables("blueprints", "blueprint", label="slug")]
    top.close()
    top.once("blueprint", (blueprint.slug for blueprint in found))
    top.refuse_if_wrong()
    return {blueprint.slug: blueprint for blueprint in found}


def _domain(table: "_Table", scale) -> DomainText:
    domain = DomainText(
        code=table.text("code", limit=10),
        name=table.text("name", limit=120),
        summary=table.text("summary", is_needed=False),
        competencies=tuple(
            _competency(inner, scale) for inner in table.tables("competencies", "competency")
        ),
    )
    table.close()
    return domain


def _competency(table: "_Table", scale) -> CompetencyText:
    anchors = table.texts("levels")
    if scale and len(anchors) != len(scale.values):
        table.wrong("levels", f"has {len(anchors)} texts, the scale needs {len(scale.values)}")
        scale = None
    questions = table.tables("questions", "question", label="", is_needed=False)
    competency = CompetencyText(
        code=table.text("code", limit=10),
        name=table.text("name", limit=120),
        summary=table.text("summary", is_needed=False),
        tags=_tags(table),
        levels=dict(zip(scale.values, anchors, strict=True)) if scale else {},
        questions=tuple(_question(inner) for inner in questions),
    )
    table.close()
    return competency


def _tags(table: "_Table") -> dict[str, list]:
    given = table.take("tags", dict, "a table", default={})
    for key, values in given.items():
        if key not in TAGS:
            table.wrong("tags", f"{key} is not one of {', '.join(TAGS)}")
        elif not isinstance(values, list) or any(type(v) is not TAGS[key] for v in values):
            kind = "numbers" if TAGS[key] is int else "names"
            table.wrong("tags", f"{key} must be a list of {kind}")
    return given


def _question(table: "_Table") -> QuestionText:
    question = QuestionText(
        kind=table.choice("kind", QUESTION_KINDS),
        difficulty=table.choice("difficulty", DIFFICULTIES, default="STANDARD"),
        text=table.text("text"),
        probes=table.texts("probes", is_needed=False),
        good_answer=table.text("good_answer", is_needed=False),
    )
    table.close()
    return question


def _blueprint(table: "_Table") -> BlueprintText:
    rules = table.table("rules")
    blueprint = BlueprintText(
        slug=table.text("slug", limit=60),
        name=table.text("name", limit=120),
        framework=table.text("framework"),
        summary=table.text("summary", is_needed=False),
        exercises=tuple(
            _exercise(inner) for inner in table.tables("exercises", "exercise", label="name")
        ),
        minimum_value=rules.whole("minimum_value", is_needed=False),
        low_value=rules.whole("low_value", is_needed=False),
        allowed_low=rules.whole("allowed_low", is_needed=False),
        minimum_total_percent=rules.whole("minimum_total_percent", up_to=100, is_needed=False),
        tie_break=rules.texts("tie_break", is_needed=False),
    )
    rules.close()
    table.close()
    _check_plan(table, rules, blueprint)
    return blueprint


def _check_plan(table: "_Table", rules: "_Table", blueprint: BlueprintText) -> None:
    total = sum(criterion.weight for criterion in blueprint.criteria)
    if total != 100:
        table.wrong("weight", f"the weights sum to {total}, not 100")
    if (blueprint.low_value is None) != (blueprint.allowed_low is None):
        rules.wrong("low_value", "low_value and allowed_low stand together or not at all")
    scored = {criterion.competency for criterion in blueprint.criteria}
    for code in blueprint.tie_break:
        if code not in scored:
            rules.wrong("tie_break", f"{code} is not scored in this blueprint")


def _exercise(table: "_Table") -> ExerciseText:
    exercise = ExerciseText(
        kind=table.choice("kind", EXERCISE_KINDS),
        name=table.text("name", limit=80),
        minutes=table.whole("minutes", at_least=1),
        instructions=table.text("instructions", is_needed=False),
        criteria=tuple(
            _criterion(inner) for inner in table.tables("criteria", "criterion", label="competency")
        ),
    )
    table.close("presenting_minutes", "questions_minutes")
    table.once("criterion", (criterion.competency for criterion in exercise.criteria))
    return exercise


def _criterion(table: "_Table") -> CriterionText:
    criterion = CriterionText(
        competency=table.text("competency"),
        weight=table.whole("weight", at_least=1, up_to=100),
        question_kind=table.choice("question_kind", QUESTION_KINDS, default=""),
        minimum=table.whole("minimum", is_needed=False),
    )
    table.close()
    return criterion


def _open(path: Path | str) -> "_Table":
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LibraryError([f"{path.name}: cannot be read ({error.strerror})"]) from error
    except ValueError as error:
        raise LibraryError([f"{path.name}: is not TOML in UTF-8 ({error})"]) from error
    return _Table(content, path.name, [])


class _Table:
    """One table of a file and where it stands: it notes what is wrong instead of stopping there."""

    def __init__(self, values: dict, place: str, problems: list[str]):
        self.values, self.place, self.problems = values, place, problems
        self.known: set[str] = set()

    def wrong(self, key: str, what: str) -> None:
        """Note a problem of one key."""
        self.problems.append(f"{self.place}, {key}: {what}")

    def take(self, key: str, kind: type, words: str, default, is_needed: bool = False):
        """Return the value of a key when it is of this kind, else the default with a note."""
        self.known.add(key)
        value = self.values.get(key)
        if value is None:
            if is_needed:
                self.wrong(key, "is missing")
            return default
        if type(value) is not kind:
            self.wrong(key, f"must be {words}")
            return default
        return value

    def text(self, key: str, *, limit: int | None = None, is_needed: bool = True) -> str:
        """Return a text without surrounding space."""
        value = self.take(key, str, "a text", "", is_needed).strip()
        if is_needed and not value and isinstance(self.values.get(key), str):
            self.wrong(key, "is empty")
        if limit and len(value) > limit:
            self.wrong(key, f"has {len(value)} characters, {limit} fit")
        return value

    def texts(self, key: str, *, is_needed: bool = True) -> tuple[str, ...]:
        """Return a list of texts, none of them empty."""
        values = self.take(key, list, "a list of texts", [], is_needed)
        for number, value in enumerate(values, 1):
            if not isinstance(value, str) or not value.strip():
                self.wrong(key, f"entry {number} must be a text that is not empty")
        return tuple(value.strip() for value in values if isinstance(value, str))

    def whole(
        self, key: str, *, at_least: int = 0, up_to: int = 32_767, is_needed: bool = True
    ) -> int | None:
        """Return a whole number within its limits."""
        value = self.take(key, int, "a whole number", None, is_needed)
        if value is not None and not at_least <= value <= up_to:
            self.wrong(key, f"is {value}, must be from {at_least} to {up_to}")
        return value if value is not None or not is_needed else 0

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Return one of the choices."""
        value = self.take(key, str, "a text", default or "", is_needed=default is None)
        if key in self.values and isinstance(self.values[key], str) and value not in choices:
            self.wrong(key, f"{value!r} is not one of {', '.join(choices)}")
        return value

    def table(self, key: str) -> "_Table":
        """Return the table under a key."""
        return _Table(self.take(key, dict, "a table", {}), f"{self.place}, {key}", self.problems)

    def tables(
        self, key: str, word: str, *, label: str = "code", is_needed: bool = True
    ) -> list["_Table"]:
        """Return the tables under a key, each placed by its label or by its number."""
        values = self.take(key, list, "a list of tables", [], is_needed)
        if is_needed and self.values.get(key) == []:
            self.wrong(key, "is empty")
        found = []
        for number, value in enumerate(values, 1):
            if not isinstance(value, dict):
                self.wrong(key, f"entry {number} must be a table")
                continue
            place = f"{self.place}, {word} {value.get(label) or number}"
            found.append(_Table(value, place, self.problems))
        return found

    def close(self, *ignored: str) -> None:
        """Note every key that nobody asked for: a misspelt key is never passed over."""
        for key in sorted(self.values.keys() - self.known - set(ignored)):
            self.wrong(key, "is not known here")

    def once(self, word: str, codes: Iterable[str]) -> None:
        """Note every code that stands twice."""
        for code, count in Counter(codes).items():
            if count > 1:
                self.problems.append(f"{self.place}, {word} {code}: stands here {count} times")

    def refuse_if_wrong(self) -> None:
        """Raise LibraryError when anything was noted."""
        if self.problems:
            raise LibraryError(self.problems)
