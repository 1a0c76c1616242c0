"""Two trusts, the people in them and a small framework of three competencies."""

import json
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Nation, Role, TrustKind
from accounts.services import add_person, create_trust, grant_role
from rubrics import services
from rubrics.models import Competency

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)

COMPETENCIES = (("A", "1", "Listening"), ("A", "2", "Judging"), ("B", "3", "Leading"))


def framework_toml(slug="small", name="Small framework", scale=5, competencies=COMPETENCIES):
    """Return the text of a framework file whose every competency has anchors and two questions."""
    lines = [f'slug = "{slug}"', f'name = "{name}"', f'scale = "1-{scale}"', "year = 2026"]
    lines += ['source = "Ours"', 'edition = "First"', 'licence_note = "Free"']
    last = ""
    for domain, code, title in competencies:
        if domain != last:
            lines += ["[[domains]]", f'code = "{domain}"', f'name = "Domain {domain}"']
            last = domain
        anchors = json.dumps([f"{title} at {value}" for value in range(1, scale + 1)])
        lines += ["[[domains.competencies]]", f'code = "{code}"', f'name = "{title}"']
        lines += [f'summary = "What {title} is."', f"levels = {anchors}"]
        lines += ['tags = { gpc = [1, 6], values = ["Compassion"] }']
        for kind in ("PAST_BEHAVIOUR", "SITUATIONAL"):
            lines += ["[[domains.competencies.questions]]", f'kind = "{kind}"']
            lines += [f'text = "{kind.title()} about {title}?"', 'probes = ["And then?", "Why?"]']
            lines += [f'good_answer = "Good {title}."']
    return "\n".join(lines)


def blueprints_toml(weights=(30, 30, 40), extra="", framework="small"):
    """Return the text of one ready blueprint over the small framework."""
    first, second, third = weights
    return f"""
[[blueprints]]
slug = "plan"
name = "Plan"
framework = "{framework}"
summary = "Two exercises."
[blueprints.rules]
minimum_value = 2
low_value = 3
allowed_low = 1
minimum_total_percent = 60
tie_break = ["3", "1"]
{extra}
[[blueprints.exercises]]
kind = "PRESENTATION"
name = "Talk"
minutes = 20
instructions = "Be brief."
criteria = [{{ competency = "1", weight = {first} }}]
[[blueprints.exercises]]
kind = "PANEL_INTERVIEW"
name = "Interview"
minutes = 45
criteria = [
  {{ competency = "3", weight = {second}, question_kind = "SITUATIONAL", minimum = 3 }},
  {{ competency = "1", weight = {third}, question_kind = "PAST_BEHAVIOUR" }},
]
"""


@pytest.fixture
def make_trust(db):
    def make(slug):
        return create_trust(
            name=f"{slug.title()} NHS Foundation Trust",
            slug=slug,
            nation=Nation.ENGLAND,
            kind=TrustKind.FOUNDATION_TRUST,
            by=None,
            at=AT,
        )

    return make


@pytest.fixture
def trust(make_trust):
    return make_trust("northbridge")


@pytest.fixture
def other_trust(make_trust):
    return make_trust("eastmoor")


@pytest.fixture
def make_user(db):
    def make(name, trust=None, *roles):
        user = add_person(email=f"{name.lower()}@example.org", name=name, by=None, at=AT)
        for role in roles:
            grant_role(user=user, trust=trust, role=role, by=None, at=AT)
        return user

    return make


@pytest.fixture
def editor(make_user, trust):
    return make_user("Siân", trust, Role.FRAMEWORK_EDITOR)


@pytest.fixture
def reader(make_user, trust):
    return make_user("Łukasz", trust, Role.TRUST_ADMINISTRATOR)


@pytest.fixture
def stranger(make_user, other_trust):
    return make_user("Ngũgĩ", other_trust, Role.FRAMEWORK_EDITOR)


@pytest.fixture
def sign_in():
    """Sign a person in who has a second factor."""

    def sign(user):
        factor = {"user": user, "type": Authenticator.Type.TOTP}
        Authenticator.objects.get_or_create(**factor, defaults={"data": {"secret": "unused"}})
        client = Client()
        client.force_login(user)
        return client

    return sign


@pytest.fixture
def write(tmp_path):
    """Write a file of the library and return its path."""

    def save(text, name="small.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return save


@pytest.fixture
def load(write, trust, editor):
    def run(text=None, trust=trust, name="small.toml"):
        path = write(text or framework_toml(), name)
        return services.load_library(trust=trust, path=path, by=editor, at=AT)

    return run


@pytest.fixture
def draft(load):
    return load()


@pytest.fixture
def published(draft, editor):
    return services.publish_version(version=draft, by=editor, at=AT)


@pytest.fixture
def ready_plan(monkeypatch, write):
    """Let the library hold one ready blueprint over the small framework."""

    def place(text=None):
        path = write(text or blueprints_toml(), "blueprints.toml")
        read = services.blueprints.library.read_blueprints
        monkeypatch.setattr("rubrics.library.read_blueprints", lambda: read(path))

    return place


@pytest.fixture
def blueprint(published, trust, editor, ready_plan):
    ready_plan()
    return services.create_blueprint(trust=trust, slug="plan", version=published, by=editor, at=AT)


def address(name, draft, blueprint):
    first = Competency.objects.filter(domain__version=draft).order_by("code").first()
    things = {"edit_competency": first, "blueprint": blueprint}
    if name in ("frameworks", "blueprints"):
        return reverse(f"rubrics:{name}")
    return reverse(f"rubrics:{name}", args=[things.get(name, draft).pk])


@pytest.fixture
def draft_of_published(blueprint, editor):
    return services.clone_version(version=blueprint.version, by=editor, at=AT)


@pytest.fixture
def url(draft_of_published, blueprint):
    return lambda name: address(name, draft_of_published, blueprint)
