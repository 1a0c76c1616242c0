"""How the house is built: one line of dependency, pure modules, single writers, no surprises.

Each test says in words what to do when it fails. Imports are read from the syntax tree, so that
one inside a function counts too.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
LINE = ("config", "assessments", "panels", "appointments", "rubrics", "accounts", "audit")
"""Knowledge flows from right to left: an app imports those to its right and none to its left."""

NOT_SOURCE = {".venv", ".git", "var", "node_modules", "__pycache__", "htmlcov", "test-results"}


@dataclass(frozen=True)
class Import:
    """One name that a file imports, and where."""

    file: str
    line: int
    name: str
    is_at_top: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"

    @property
    def package(self) -> str:
        return self.name.split(".")[0]


def python_files(*folders: str) -> Iterator[Path]:
    """Yield the project's own modules, without migrations."""
    for folder in folders or LINE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Return everything a file imports, inside functions as well."""
    top = set(map(id, tree_of(path).body))
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: write the import in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found += [Import(name_of(path), node.lineno, name, id(node) in top) for name in names]
    return tuple(found)


def all_imports() -> Iterator[Import]:
    for path in python_files():
        yield from imports_of(path)


def matches(file: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(file, pattern) for pattern in patterns)


def test_every_folder_with_models_stands_in_the_line():
    ours = {
        config.name
        for config in apps.get_app_configs()
        if Path(config.path).resolve().parent == ROOT
    }
    assert ours == set(LINE), "Put the app into LINE in tests/test_architecture.py."


def test_imports_follow_the_line():
    wrong = [
        str(one)
        for one in all_imports()
        if one.package in LINE and LINE.index(one.package) < LINE.index(one.file.split("/")[0])
    ]
    assert not wrong, (
        f"An app imports only those to its right in {' → '.join(LINE)}. Move what needs both"
        f" into the left one: {wrong}"
    )


def test_nobody_imports_the_tests():
    assert not [str(one) for one in all_imports() if one.package in ("tests", "pytest")]


def test_imports_have_no_star():
    assert not [str(one) for one in all_imports() if one.name.endswith(".*")]


PURE = {
    "rubrics/scales.py": (),
    "rubrics/crossmap.py": (),
    "rubrics/texts.py": (),
    "rubrics/completeness.py": ("rubrics.scales", "rubrics.texts"),
    "rubrics/editing.py": ("rubrics.scales", "rubrics.texts"),
    "rubrics/diff.py": ("rubrics.crossmap", "rubrics.scales", "rubrics.texts"),
    "rubrics/seats.py": (),
    "rubrics/soundness.py": ("rubrics.scales", "rubrics.seats", "rubrics.texts"),
    "rubrics/checklist.py": ("rubrics.scales", "rubrics.soundness", "rubrics.texts"),
    "rubrics/matrix.py": ("rubrics.texts", "rubrics.scales"),
    "rubrics/faults.py": (),
    "rubrics/exchange.py": (
        "rubrics.crossmap",
        "rubrics.faults",
        "rubrics.library",
        "rubrics.scales",
        "rubrics.texts",
    ),
    "appointments/stages.py": (),
    "panels/composition/*.py": ("panels.composition",),
    "panels/plan.py": (),
    "panels/rulesets/__init__.py": ("panels.composition",),
    "assessments/scoring.py": (),
    "assessments/workings.py": ("assessments.scoring",),
    "assessments/policies.py": ("appointments.stages",),
    "assessments/reports/charts.py": ("assessments.scoring", "rubrics.scales"),
    "assessments/reports/tables.py": (
        "assessments.reports",
        "assessments.scoring",
        "rubrics.scales",
    ),
    "assessments/reports/wording.py": (),
}
"""Modules without Django, database or clock, each with what of ours it may import."""


def test_pure_modules_import_the_standard_library_and_each_other_only():
    wrong, unused = [], set(PURE)
    for path in python_files():
        for pattern, ours in PURE.items():
            if fnmatch(name_of(path), pattern):
                unused.discard(pattern)
                wrong += [
                    str(one)
                    for one in imports_of(path)
                    if one.package not in sys.stdlib_module_names
                    and not any(f"{one.name}.".startswith(f"{allowed}.") for allowed in ours)
                ]
    assert not unused, f"PURE names files that are not there: {sorted(unused)}"
    assert not wrong, f"These modules are pure; hand in what they need as values: {wrong}"


def test_cross_app_keys_have_no_way_back():
    wrong = []
    for model in our_models():
        for field in model._meta.local_fields + model._meta.local_many_to_many:
            other = field.related_model
            if other is None or other._meta.app_label not in LINE:
                continue
            if other._meta.app_label == model._meta.app_label:
                continue
            if not field.remote_field.hidden and not is_grant(model):
                wrong.append(str(field))
    assert not wrong, (
        f"A reverse accessor is an import in disguise: give these keys related_name='+': {wrong}"
    )


def is_grant(model: type[models.Model]) -> bool:
    """Say whether guardian's base class made the model's keys."""
    return model.__name__.endswith("ObjectPermission")


# Single writers

ALLOWED_CALLS = {
    "assign_perm": (),
    "remove_perm": (),
    "bulk_assign_perm": (),
    "bulk_remove_perm": (),
}
WRITERS = {
    "guardian": ("panels/access.py", "appointments/models.py"),
    "AppointmentUserObjectPermission": ("panels/access.py", "appointments/models.py"),
    "ApplicationUserObjectPermission": ("panels/access.py", "appointments/models.py"),
    "django_tasks": ("accounts/background.py",),
}
"""Names that only these files may import: grants are written in panels/access.py alone, and the
task decorator comes from one module."""


@pytest.mark.parametrize("name", WRITERS)
def test_name_is_imported_in_one_place_only(name):
    found = {one.file for one in all_imports() if name in one.name.split(".")}
    assert found, f"{name} is imported nowhere: take it out of WRITERS."
    assert found <= set(WRITERS[name]), f"Only {WRITERS[name]} may import {name}."


def names_in(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr


def test_nobody_calls_guardians_own_writers():
    found = [
        f"{name_of(path)}:{line} {name}"
        for path in python_files()
        for line, name in names_in(path)
        if name in ALLOWED_CALLS
    ]
    assert not found, f"Call panels.access.sync_grants instead: {found}"


LEDGER_WRITERS = {"Entry": ("audit/ledger.py",), "Chain": ("audit/ledger.py",)}
MAKERS = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "delete"}


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node


def root_name(node: ast.AST) -> str:
    """Return the name at the beginning of a chain of attributes and calls."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_ledger_rows_are_made_in_the_ledger_only():
    found = []
    for path in python_files():
        imported = {one.name for one in imports_of(path)}
        for call in calls(path):
            name = root_name(call)
            if f"audit.models.{name}" not in imported:
                continue
            is_made = isinstance(call.func, ast.Name) or (
                isinstance(call.func, ast.Attribute) and call.func.attr in MAKERS
            )
            if name in LEDGER_WRITERS and is_made and name_of(path) not in LEDGER_WRITERS[name]:
                found.append(f"{name_of(path)}:{call.lineno} {name}")
    assert not found, f"Call audit.ledger.record instead: {found}"


# What the web process loads

HEAVY = {
    "pandas": ("*/importers/*.py", "*/workbook/*.py", "assessments/reports/xlsx.py"),
    "openpyxl": ("*/importers/*.py", "*/workbook/*.py", "assessments/reports/xlsx.py"),
    "xhtml2pdf": ("assessments/reports/pdf.py",),
    "reportlab": ("assessments/reports/pdf.py",),
    "numpy": ("*/importers/*.py", "assessments/statistics/*.py"),
    "scipy": ("assessments/statistics/*.py",),
}


@pytest.mark.parametrize("package", HEAVY)
def test_heavy_package_is_imported_only_where_it_is_needed(package):
    found = [one for one in all_imports() if one.package == package]
    wrong = [str(one) for one in found if not matches(one.file, HEAVY[package])]
    assert not wrong, f"{package} is for {HEAVY[package]} only: {wrong}"


def test_web_process_loads_nothing_heavy():
    code = (
        "import sys, config.wsgi, django.urls\n"
        "django.urls.get_resolver().url_patterns\n"
        f"print(sorted(set({sorted(HEAVY)}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env=web_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]", "Import it inside the function that needs it."


def web_environment() -> dict[str, str]:
    import os

    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }


# Inside an app


def test_views_name_no_manager():
    found = [
        f"{name_of(path)}:{line}"
        for path in python_files()
        if path.stem == "views" or "views" in path.parts
        for line, name in names_in(path)
        if name in ("objects", "_default_manager", "_base_manager")
    ]
    assert not found, f"Ask queries.py or a QuerySet method that knows the person: {found}"


LAYERS = ("models", "queries", "policies", "services", "forms", "views")
LOWER = {
    "models": ("queries", "services", "forms", "views"),
    "queries": ("services", "forms", "views"),
    "policies": ("services", "forms", "views"),
    "services": ("forms", "views"),
    "forms": ("views",),
}
NOT_LOWER = {"assessments/queries/standing.py": "assessments.services.decision"}
"""Whether a seal is good is told by the service that makes it."""


def layer_of(file: str) -> str:
    parts = file.removesuffix(".py").split("/")
    return parts[1] if len(parts) > 1 else ""


def test_layers_of_an_app_look_down_only():
    wrong = []
    for one in all_imports():
        app, layer = one.file.split("/")[0], layer_of(one.file)
        target = one.name.split(".")
        if target[0] != app or len(target) < 2 or layer not in LOWER:
            continue
        if target[1] in LOWER[layer] and not one.name.startswith(NOT_LOWER.get(one.file, "-")):
            wrong.append(str(one))
    assert not wrong, (
        f"Inside an app: pure < models < queries, policies < services < forms < views: {wrong}"
    )


CLOCK = (
    "*/views.py",
    "*/views/*.py",
    "*/management/commands/*.py",
    "*/tasks.py",
    "*/middleware.py",
    "config/home.py",
    "config/ledger.py",
    "accounts/sessions.py",  # when a session ends, for the middleware
    "accounts/mail.py",  # the task that sends letters, when it tries again
    "accounts/adapter.py",  # allauth's own moments of signing in
)
"""The clock is read at the edge only; everything within is handed `at`."""


def test_clock_is_read_at_the_edge_only():
    clocks = {("timezone", "now"), ("datetime", "now"), ("date", "today"), ("datetime", "utcnow")}
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in python_files()
        if not matches(name_of(path), CLOCK)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and (root_name(call.func), call.func.attr) in clocks
    ]
    assert not found, f"Take `at` as an argument instead of reading the clock: {found}"


def test_models_override_neither_saving_nor_deleting_nor_order():
    wrong = []
    for model in our_models():
        wrong += [
            f"{model.__name__}.{name}()" for name in ("save", "delete") if name in vars(model)
        ]
        if model._meta.ordering:
            wrong.append(f"{model.__name__}.Meta.ordering")
    assert not wrong, f"Write a service, or order the query: {wrong}"


SIGNALS = ("audit/apps.py",)


def test_signals_are_for_triggers_only():
    found = [
        str(one)
        for one in all_imports()
        if ("signals" in one.name.split(".") or "dispatch" in one.name.split("."))
        and one.file not in SIGNALS
    ]
    assert not found, f"Call the service instead of a signal: {found}"


NAMELESS = {"common", "core", "utils", "util", "helpers", "helper", "misc", "base", "lib", "tools"}


def test_modules_are_named_by_what_they_are_about():
    found = [name_of(path) for path in python_files(*LINE, "tests") if path.stem in NAMELESS]
    found += [
        name_of(path)
        for folder in LINE
        for path in (ROOT / folder).rglob("*")
        if path.is_dir() and path.name in NAMELESS
    ]
    assert not found, f"Name the room by its subject: {found}"


LONGEST = 450


def test_files_stay_short():
    long = {
        name_of(path): lines
        for path in python_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long, f"Split these by subject, they are over {LONGEST} lines: {long}"


def test_modules_say_what_they_are_for():
    silent = [
        name_of(path)
        for path in python_files()
        if path.read_text(encoding="utf-8").strip() and ast.get_docstring(tree_of(path)) is None
    ]
    assert not silent, f"Give these one sentence of purpose: {silent}"


# How each model belongs to a trust

OF_ALL = "belongs to no trust: "
MODELS = {
    "accounts.Trust": "",
    "accounts.User": OF_ALL + "a person may work for several; roles and panels tie them to trusts",
    "accounts.TrustRole": "trust",
    "rubrics.Framework": "trust",
    "rubrics.FrameworkVersion": "framework__trust",
    "rubrics.Domain": "version__framework__trust",
    "rubrics.Competency": "domain__version__framework__trust",
    "rubrics.Level": "competency__domain__version__framework__trust",
    "rubrics.Question": "competency__domain__version__framework__trust",
    "rubrics.DraftSnapshot": "version__framework__trust",
    "rubrics.RetiredQuestion": "trust",
    "rubrics.QuestionUse": "trust",
    "rubrics.Blueprint": "trust",
    "rubrics.Exercise": "blueprint__trust",
    "rubrics.Criterion": "exercise__blueprint__trust",
    "appointments.Appointment": "trust",
    "appointments.Candidate": "trust",
    "appointments.Application": "appointment__trust",
    "appointments.AppointmentUserObjectPermission": "content_object__trust",
    "appointments.ApplicationUserObjectPermission": "content_object__appointment__trust",
    "panels.Person": "trust",
    "panels.Panel": "appointment__trust",
    "panels.Member": "panel__appointment__trust",
    "panels.QuestionAssignment": "panel__appointment__trust",
    "panels.Declaration": "application__appointment__trust",
    "assessments.ScoreSheet": "application__appointment__trust",
    "assessments.Score": "sheet__application__appointment__trust",
    "assessments.Receipt": "sheet__application__appointment__trust",
    "assessments.Recommendation": "panel__appointment__trust",
    "assessments.RecommendedCandidate": "application__appointment__trust",
    "assessments.Decision": "recommendation__panel__appointment__trust",
    "assessments.CandidateReport": "application__appointment__trust",
    "audit.Chain": OF_ALL + "its key names the trust or the appointment, so that it can be erased",
    "audit.Entry": OF_ALL + "by its chain",
    "audit.SignedHead": OF_ALL + "by its chain",
}
"""The path from every model to its trust; `visible_to` and its kin follow it."""


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in LINE]


def test_every_model_names_its_way_to_a_trust():
    found = {model._meta.label for model in our_models()}
    missing, gone = sorted(found - set(MODELS)), sorted(set(MODELS) - found)
    assert not missing, (
        f"Say in MODELS of tests/test_architecture.py how a row of {', '.join(missing)} is tied"
        " to its trust, and scope every query of it by that path."
    )
    assert not gone, f"Take these out of MODELS, they are gone: {', '.join(gone)}"


@pytest.mark.parametrize(
    "label", [label for label, path in MODELS.items() if path and not path.startswith(OF_ALL)]
)
def test_way_to_the_trust_can_be_walked_and_is_never_empty(label):
    model = apps.get_model(label)
    for name in MODELS[label].split("__"):
        field = model._meta.get_field(name)
        assert field.many_to_one or field.one_to_one, f"{label}: {name} is no key"
        assert not field.null, f"{label}: {name} may be empty, so the row may belong to no trust"
        model = field.related_model
    assert model._meta.label == "accounts.Trust"


# What must not stand in the repository

PLACES = re.compile(
    r"/work/(?:shared|main)"
    r"|/root/|/home/[a-z]"
    r"|https?://[^\s\"'<>]*(?:pypi|artifactory|nexus|registry|mirror)[^\s\"'<>]*"
    r"|(?:index-url|extra-index-url|trusted-host)[\s=]+https?://[^\s\"'<>]*"
)
HARMLESS = re.compile(r"https?://(?:(?:www\.)?pypi\.org|[a-z.]*\.?example)(?:[/\"'\s]|$)")
SELF = "tests/test_architecture.py"


def committed_files() -> list[Path]:
    """Return the files that the repository holds or would hold, as text or not."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not NOT_SOURCE & set(path.relative_to(ROOT).parts)
        ]
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_repository_names_no_machine_and_no_registry():
    found = []
    for path in committed_files():
        if name_of(path) == SELF:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{name_of(path)}:{number} {match.group()}"
            for number, line in enumerate(text.splitlines(), 1)
            for match in PLACES.finditer(line)
            if not HARMLESS.search(match.group())
        ]
    assert not found, f"These paths and addresses exist on one machine only: {found}"


def test_pattern_of_places_finds_what_it_is_for():
    for text in (
        "/work/shared/x",
        "/root/.cache",
        "https://registry.internal/simple",
        "--index-url=https://packages.internal/simple",
    ):
        assert PLACES.search(text), text


def test_templates_hold_no_script_and_no_style_of_their_own():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son[a-z]+=\"", re.I)
    documents = ("templates/mail/", "templates/documents/")
    found = [
        f"{name_of(path)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if not name_of(path).startswith(documents)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if inline.search(line)
    ]
    assert not found, f"The content security policy refuses these: {found}"
