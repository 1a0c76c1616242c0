"""Published versions and frozen blueprints are held still by the database, whatever the route."""

import pytest
from django.db import IntegrityError, connection, transaction

from rubrics import services
from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Domain,
    Exercise,
    Framework,
    FrameworkVersion,
    Level,
    Question,
    VersionStatus,
)
from rubrics.triggers import FROZEN, PUBLISHED
from tests.rubrics.conftest import AT, LATER, framework_toml

OF_VERSION = (Domain, Competency, Level, Question)
OF_BLUEPRINT = (Exercise, Criterion)
PATHS = {
    Domain: "version",
    Competency: "domain__version",
    Level: "competency__domain__version",
    Question: "competency__domain__version",
    Exercise: "blueprint",
    Criterion: "exercise__blueprint",
}
TEXTS = {
    Domain: "name",
    Competency: "name",
    Level: "anchor",
    Question: "text",
    Exercise: "name",
    Criterion: "weight",
}


def row_of(model, owner):
    return model.objects.filter(**{PATHS[model]: owner}).order_by("pk").first()


def spare(model, owner):
    """Return an unsaved row that would fit into the owner but for its being closed."""
    row = row_of(model, owner)
    row.pk = None
    row._state.adding = True
    if model is Criterion:
        row.competency = Competency.objects.get(domain__version=owner.version, code="2")
    for name, value in (("code", "Z"), ("position", 99), ("value", 99)):
        if any(field.name == name for field in model._meta.fields):
            setattr(row, name, value)
    return row


def execute(sql, values=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def insert_by_sql(row):
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    columns, marks = ", ".join(f.column for f in fields), ", ".join(["%s"] * len(fields))
    execute(f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({marks})", values)


def update_in_bulk(row):
    setattr(row, TEXTS[type(row)], "7")
    type(row).objects.bulk_update([row], [TEXTS[type(row)]])


CHANGES = {
    "create": lambda model, owner: spare(model, owner).save(),
    "bulk_create": lambda model, owner: model.objects.bulk_create([spare(model, owner)]),
    "insert_sql": lambda model, owner: insert_by_sql(spare(model, owner)),
    "update": lambda model, owner: model.objects.filter(pk=row_of(model, owner).pk).update(
        **{TEXTS[model]: "7"}
    ),
    "bulk_update": lambda model, owner: update_in_bulk(row_of(model, owner)),
    "update_sql": lambda model, owner: execute(
        f"UPDATE {model._meta.db_table} SET {TEXTS[model]} = '7' WHERE id = %s",
        [row_of(model, owner).pk],
    ),
    "delete": lambda model, owner: row_of(model, owner).delete(),
    "delete_query": lambda model, owner: model.objects.filter(pk=row_of(model, owner).pk).delete(),
}


def delete_by_sql(model, owner):
    execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [row_of(model, owner).pk])


def refused(message, change, *args):
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        change(*args)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("model", OF_VERSION)
def test_row_of_a_published_version_is_held(published, model, change):
    before = list(model.objects.order_by("pk").values())
    refused(PUBLISHED, change, model, published)
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("model", OF_VERSION)
def test_row_of_a_draft_is_free(draft, model, change):
    before = list(model.objects.order_by("pk").values())
    change(model, draft)
    assert list(model.objects.order_by("pk").values()) != before


@pytest.mark.parametrize("model", OF_VERSION)
def test_row_of_a_published_version_is_not_deleted_by_sql(published, model):
    refused(PUBLISHED, delete_by_sql, model, published)


@pytest.mark.parametrize("model", OF_VERSION)
def test_row_of_a_retired_version_is_held(published, editor, model):
    services.retire_version(version=published, by=editor, at=LATER)
    refused(PUBLISHED, CHANGES["update_sql"], model, published)


@pytest.mark.parametrize("model", OF_VERSION)
def test_row_of_a_draft_cannot_be_moved_into_a_published_version(published, editor, model):
    draft = services.clone_version(version=published, by=editor, at=LATER)
    row = row_of(model, draft)
    parent = model._meta.get_field(PATHS[model].split("__")[0])
    target = getattr(row_of(model, published), parent.attname)
    values = {parent.attname: target}
    values |= {"code": "Z"} if hasattr(row, "code") else {}
    values |= {"value": 99} if model is Level else {"position": 99}
    with pytest.raises(IntegrityError, match=PUBLISHED), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize("model", OF_VERSION)
def test_row_of_a_published_version_cannot_be_moved_out(published, editor, model):
    draft = services.clone_version(version=published, by=editor, at=LATER)
    parent = model._meta.get_field(PATHS[model].split("__")[0])
    target = getattr(row_of(model, draft), parent.attname)
    with pytest.raises(IntegrityError, match=PUBLISHED), transaction.atomic():
        model.objects.filter(pk=row_of(model, published).pk).update(**{parent.attname: target})


@pytest.mark.parametrize(
    "values",
    [
        {"status": VersionStatus.DRAFT, "published_at": None},
        {"number": 7},
        {"scale_key": "1-4"},
        {"published_at": LATER},
        {"library_digest": "0" * 64},
        {"status": VersionStatus.RETIRED, "scale_key": "1-4"},
        {"status": VersionStatus.RETIRED, "number": 7},
        {"status": VersionStatus.RETIRED, "published_at": LATER},
        {"status": VersionStatus.RETIRED, "published_by": None},
        {"status": VersionStatus.RETIRED, "library_digest": ""},
    ],
)
def test_published_version_itself_only_retires(published, values):
    version = FrameworkVersion.objects.filter(pk=published.pk)
    with pytest.raises(IntegrityError, match=PUBLISHED), transaction.atomic():
        version.update(**values)
    assert version.update(status=VersionStatus.RETIRED) == 1
    with pytest.raises(IntegrityError, match=PUBLISHED), transaction.atomic():
        version.update(status=VersionStatus.PUBLISHED)


def test_published_version_does_not_change_its_framework(published, trust):
    other = Framework.objects.create(trust=trust, slug="other", name="Other")
    version = FrameworkVersion.objects.filter(pk=published.pk)
    with pytest.raises(IntegrityError, match=PUBLISHED), transaction.atomic():
        version.update(framework=other, status=VersionStatus.RETIRED)


def test_published_version_is_not_deleted(published):
    refused(PUBLISHED, published.delete)
    refused(
        PUBLISHED, execute, "DELETE FROM rubrics_frameworkversion WHERE id = %s", [published.pk]
    )
    assert FrameworkVersion.objects.filter(pk=published.pk).exists()


def test_draft_version_is_deleted_with_all_its_words(draft):
    draft.delete()
    assert [model.objects.count() for model in OF_VERSION] == [0, 0, 0, 0]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("model", OF_BLUEPRINT)
def test_row_of_a_frozen_blueprint_is_held(blueprint, model, change):
    services.freeze_blueprint(blueprint=blueprint, by=None, at=LATER)
    before = list(model.objects.order_by("pk").values())
    refused(FROZEN, change, model, blueprint)
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("model", OF_BLUEPRINT)
def test_row_of_an_unfrozen_blueprint_is_free(blueprint, model, change):
    before = list(model.objects.order_by("pk").values())
    change(model, blueprint)
    assert list(model.objects.order_by("pk").values()) != before


@pytest.mark.parametrize("model", OF_BLUEPRINT)
def test_row_of_a_frozen_blueprint_is_not_deleted_by_sql(blueprint, model):
    services.freeze_blueprint(blueprint=blueprint, by=None, at=LATER)
    refused(FROZEN, delete_by_sql, model, blueprint)


@pytest.mark.parametrize("model", OF_BLUEPRINT)
def test_row_cannot_be_moved_into_or_out_of_a_frozen_blueprint(blueprint, trust, editor, model):
    other = services.create_blueprint(
        trust=trust, slug="plan", version=blueprint.version, by=editor, at=AT
    )
    services.freeze_blueprint(blueprint=blueprint, by=None, at=LATER)
    parent = PATHS[model].split("__")[0]
    frozen, free = row_of(model, blueprint), row_of(model, other)
    Criterion.objects.filter(exercise__blueprint=other).exclude(pk=free.pk).delete()
    for row, target in ((free, frozen), (frozen, free)):
        values = {parent: getattr(target, parent), "position": 99}
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize(
    "values", [{"frozen_at": None}, {"name": "Other"}, {"minimum_value": 1}, {"tie_break": []}]
)
def test_frozen_blueprint_itself_is_held(blueprint, values):
    found = Blueprint.objects.filter(pk=blueprint.pk)
    assert found.update(minimum_value=3) == 1
    services.freeze_blueprint(blueprint=blueprint, by=None, at=LATER)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        found.update(**values)
    refused(FROZEN, execute, "DELETE FROM rubrics_blueprint WHERE id = %s", [blueprint.pk])


def test_publishing_one_version_leaves_the_drafts_of_others_free(load, editor):
    first = load()
    second = load(framework_toml(slug="second"), name="second.toml")
    services.publish_version(version=first, by=editor, at=AT)
    assert Level.objects.filter(competency__domain__version=second).update(anchor="New") == 15
