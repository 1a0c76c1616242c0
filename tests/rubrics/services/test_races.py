"""Two people at the same moment: one is first, the other is told, nothing is written twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audit.models import Entry
from rubrics import queries, services
from rubrics.models import Blueprint, Competency, FrameworkVersion
from tests.rubrics.conftest import LATER

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*changes):
    """Run changes in threads that start together; return each one's result or exception class."""
    start = Barrier(len(changes))

    def run(change):
        start.wait(timeout=20)
        try:
            return change()
        except Exception as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(changes)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, c) for c in changes]]


def count(action):
    return Entry.objects.filter(action=action).count()


def test_version_published_twice_at_once_is_published_once(draft, editor, reader):
    found = at_once(
        lambda: services.publish_version(version=draft, by=editor, at=LATER),
        lambda: services.publish_version(version=draft, by=reader, at=LATER),
    )
    assert sorted(map(str, found)) == sorted(["version 1", str(services.VersionNotDraft)])
    assert count("version.published") == 1


def test_versions_copied_at_once_get_numbers_of_their_own(published, editor, reader):
    found = at_once(
        lambda: services.clone_version(version=published, by=editor, at=LATER).number,
        lambda: services.clone_version(version=published, by=reader, at=LATER).number,
    )
    assert sorted(found) == [2, 3]
    assert count("version.cloned") == 2


def test_competency_edited_at_once_keeps_one_and_tells_the_other(draft, editor, reader):
    competency = Competency.objects.select_related("domain").get(code="1")
    seen = queries.fingerprint(queries.text_of(competency))

    def edit(name, by):
        return services.update_competency(
            competency=competency, name=name, summary="", anchors={}, seen=seen, by=by, at=LATER
        ).name

    found = at_once(lambda: edit("One", editor), lambda: edit("Two", reader))
    stored = Competency.objects.get(code="1").name
    assert sorted(map(str, found)) == sorted([stored, str(services.PartChanged)])
    assert count("competency.changed") == 1


def test_competency_edited_while_its_version_is_published_is_in_it_or_refused(draft, editor):
    competency = Competency.objects.select_related("domain").get(code="1")
    edited, published = at_once(
        lambda: (
            services.update_competency(
                competency=competency, name="New", summary="", anchors={}, by=editor, at=LATER
            ).name
        ),
        lambda: services.publish_version(version=draft, by=editor, at=LATER).status,
    )
    stored = Competency.objects.get(code="1").name
    assert published == FrameworkVersion.objects.get(pk=draft.pk).status == "PUBLISHED"
    assert (edited, stored) in [("New", "New"), (services.VersionNotDraft, "Listening")]


def test_one_change_undone_twice_at_once_is_undone_once(draft, editor, reader):
    competency = Competency.objects.select_related("domain").get(code="1")
    for name in ("One", "Two"):
        services.update_competency(
            competency=competency, name=name, summary="", anchors={}, by=editor, at=LATER
        )
    seen = queries.last_change(draft).pk
    found = at_once(
        *[
            lambda by=by: services.undo_last_change(version=draft, seen=seen, by=by, at=LATER)
            for by in (editor, reader)
        ]
    )
    assert sorted(map(str, found)) == sorted(
        ["changed competency 1 One", str(services.PartChanged)]
    )
    assert Competency.objects.get(code="1").name == "One"
    assert count("version.undone") == draft.snapshots.count() == 1


def test_change_made_while_another_is_undone_comes_before_or_after_it_whole(draft, editor, reader):
    first, second = Competency.objects.select_related("domain").order_by("code")[:2]
    services.update_competency(
        competency=first, name="One", summary="", anchors={}, by=editor, at=LATER
    )
    seen = queries.last_change(draft).pk
    undone, changed = at_once(
        lambda: services.undo_last_change(version=draft, seen=seen, by=reader, at=LATER),
        lambda: (
            services.update_competency(
                competency=second, name="New", summary="", anchors={}, by=editor, at=LATER
            ).name
        ),
    )
    names = [Competency.objects.get(pk=found.pk).name for found in (first, second)]
    assert changed == "New"
    assert (undone, names) in [
        ("changed competency 1 Listening", ["Listening", "New"]),
        (services.PartChanged, ["One", "New"]),
    ]


def test_framework_started_twice_at_once_is_started_once(trust, editor, reader):
    found = at_once(
        *[
            lambda by=by: services.start_framework(
                trust=trust, name="New", scale_key="1-5", by=by, at=LATER
            )
            for by in (editor, reader)
        ]
    )
    assert sorted(map(str, found)) == sorted(["version 1", str(services.NameTaken)])
    assert count("framework.started") == 1


def test_blueprint_frozen_twice_at_once_is_recorded_once(blueprint):
    moments = at_once(
        *[
            lambda: (
                services.freeze_blueprint(
                    blueprint=Blueprint.objects.get(pk=blueprint.pk), by=None, at=LATER
                ).frozen_at
            )
        ]
        * 2
    )
    assert moments == [LATER, LATER]
    assert count("blueprint.frozen") == 1
