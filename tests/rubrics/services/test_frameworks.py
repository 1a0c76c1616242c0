"""Framework versions: loaded, edited, published, retired, copied, each with its ledger row."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.ledger import digest
from audit.models import Chain, Entry
from rubrics import library, queries, services
from rubrics.models import (
    Competency,
    Domain,
    Framework,
    FrameworkVersion,
    Level,
    Question,
    VersionStatus,
)
from tests.rubrics.conftest import AT, LATER, framework_toml


def entries(trust, *actions):
    """Return what the trust's chain says about these actions: object, actor, moment, new."""
    found = Entry.objects.filter(chain=f"trust:{trust.pk}", action__in=actions)
    return [
        (e.action, e.object, e.actor, e.at, json.loads(e.new or "{}"))
        for e in found.order_by("sequence")
    ]


def ref(row):
    return f"{row._meta.model_name}:{row.pk}"


def competency_of(version, code="1"):
    return Competency.objects.select_related("domain__version").get(
        domain__version=version, code=code
    )


def anchors_of(competency):
    return dict(competency.levels.order_by("value").values_list("value", "anchor"))


# Loading


def test_load_library_stores_every_word_as_a_draft(load, write, trust, editor):
    version = load()
    text = library.read_framework(write(framework_toml()))
    assert (version.number, version.status, version.scale_key) == (1, "DRAFT", "1-5")
    framework = version.framework
    assert (framework.trust, framework.slug, framework.name) == (trust, "small", "Small framework")
    assert (framework.source, framework.licence_note) == ("Ours, First, 2026", "Free")
    assert queries.content_of(version) == text.domains
    assert entries(trust, "version.loaded") == [
        (
            "version.loaded",
            ref(version),
            ref(editor),
            AT,
            {"framework": ref(framework), "number": 1, "library_digest": text.digest},
        )
    ]


def test_load_library_again_returns_the_same_version_and_writes_nothing(load, trust):
    first = load()
    before = Entry.objects.count()
    assert load() == first
    assert FrameworkVersion.objects.count() == 1
    assert Entry.objects.count() == before


def test_load_library_again_returns_the_same_version_after_it_was_edited_and_published(
    load, editor
):
    version = load()
    services.update_competency(
        competency=competency_of(version),
        name="Hearing",
        summary="",
        anchors={},
        by=editor,
        at=AT,
    )
    services.publish_version(version=version, by=editor, at=AT)
    assert load() == version
    assert Competency.objects.get(code="1").name == "Hearing"


def test_load_library_with_changed_words_makes_the_next_draft(load):
    first = load()
    second = load(framework_toml().replace("Judging at 4", "Judging finely"))
    assert (second.framework, second.number, second.status) == (first.framework, 2, "DRAFT")
    assert anchors_of(competency_of(second, "2"))[4] == "Judging finely"
    assert anchors_of(competency_of(first, "2"))[4] == "Judging at 4"


def test_load_library_after_retirement_makes_a_new_draft(load, published, editor):
    services.retire_version(version=published, by=editor, at=LATER)
    again = load()
    assert (again.number, again.status) == (2, "DRAFT")


def test_load_library_for_two_trusts_makes_two_frameworks(load, other_trust):
    mine, theirs = load(), load(trust=other_trust)
    assert mine.framework.trust != theirs.framework.trust
    assert (mine.number, theirs.number) == (1, 1)


def test_load_library_of_a_faulty_file_writes_nothing(load):
    with pytest.raises(library.LibraryError, match="competency 2, name: is missing"):
        load(framework_toml().replace('name = "Judging"', ""))
    assert Framework.objects.count() == 0


def test_load_library_takes_the_same_number_of_queries_for_any_size(load):
    sizes = []
    for count in (2, 30):
        competencies = tuple(("A", str(number), f"Skill {number}") for number in range(count))
        text = framework_toml(slug=f"of-{count}", competencies=competencies)
        with CaptureQueriesContext(connection) as captured:
            load(text)
        sizes.append(len(captured))
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("slug", ["medical-leadership", "clinical-practice"])
def test_starter_library_can_be_loaded_and_published(slug, trust, editor):
    path = library.available()[slug]
    version = services.load_library(trust=trust, path=path, by=editor, at=AT)
    published = services.publish_version(version=version, by=editor, at=AT)
    assert published.status == VersionStatus.PUBLISHED
    assert queries.content_of(published) == library.read_framework(path).domains


# Publishing and retiring


def test_publish_version_freezes_and_records_who_and_what(draft, trust, editor):
    version = services.publish_version(version=draft, by=editor, at=LATER)
    stored = FrameworkVersion.objects.get(pk=draft.pk)
    for found in (version, stored):
        assert (found.status, found.published_at, found.published_by) == (
            "PUBLISHED",
            LATER,
            editor,
        )
    ((action, thing, actor, at, new),) = entries(trust, "version.published")
    assert (action, thing, actor, at) == ("version.published", ref(version), ref(editor), LATER)
    assert new.keys() == {"framework", "number", "content_digest"}
    assert len(new["content_digest"]) == 64


def test_publish_version_twice_is_refused_and_the_first_stays(draft, trust, editor, reader):
    services.publish_version(version=draft, by=editor, at=AT)
    with pytest.raises(services.VersionNotDraft) as caught:
        services.publish_version(version=draft, by=reader, at=LATER)
    assert str(caught.value) == (
        "Small framework, version 1, is published and never changes."
        " Make a copy of it to change its words."
    )
    stored = FrameworkVersion.objects.get(pk=draft.pk)
    assert (stored.published_at, stored.published_by) == (AT, editor)
    assert len(entries(trust, "version.published")) == 1


def test_publish_version_names_every_missing_anchor(draft, trust, editor):
    Level.objects.filter(competency__code="1", value__in=(2, 4)).delete()
    Level.objects.filter(competency__code="3", value=5).update(anchor="  ")
    with pytest.raises(services.VersionIncomplete) as caught:
        services.publish_version(version=draft, by=editor, at=AT)
    assert caught.value.missing == (
        "1 Listening has no anchor at 2 and 4.",
        "3 Leading has no anchor at 5.",
    )
    assert str(caught.value) == (
        "Small framework, version 1, is not complete. 1 Listening has no anchor at 2 and 4."
        " 3 Leading has no anchor at 5."
    )
    assert FrameworkVersion.objects.get(pk=draft.pk).status == "DRAFT"
    assert entries(trust, "version.published") == []


def test_publish_version_without_competencies_is_refused(draft, editor):
    Domain.objects.all().delete()
    with pytest.raises(services.VersionIncomplete) as caught:
        services.publish_version(version=draft, by=editor, at=AT)
    assert caught.value.missing == ("It has no competency yet.",)


def test_retire_version_keeps_the_rest_and_records(published, trust, editor):
    version = services.retire_version(version=published, by=editor, at=LATER)
    stored = FrameworkVersion.objects.get(pk=published.pk)
    assert (version.status, stored.status, stored.published_at) == ("RETIRED", "RETIRED", AT)
    assert entries(trust, "version.retired") == [
        (
            "version.retired",
            ref(version),
            ref(editor),
            LATER,
            {"framework": ref(version.framework), "number": 1},
        )
    ]


def test_retire_version_of_a_draft_or_twice_is_refused(draft, trust, editor):
    with pytest.raises(services.VersionNotPublished) as caught:
        services.retire_version(version=draft, by=editor, at=AT)
    assert str(caught.value) == "Small framework, version 1, is draft, not published."
    services.publish_version(version=draft, by=editor, at=AT)
    services.retire_version(version=draft, by=editor, at=AT)
    with pytest.raises(services.VersionNotPublished, match="is retired, not published"):
        services.retire_version(version=draft, by=editor, at=LATER)
    assert len(entries(trust, "version.retired")) == 1


# Copying


def test_clone_version_copies_every_word_into_the_next_draft(published, trust, editor):
    copy = services.clone_version(version=published, by=editor, at=LATER)
    assert (copy.framework, copy.number, copy.status) == (published.framework, 2, "DRAFT")
    assert (copy.scale_key, copy.library_digest, copy.published_at) == ("1-5", "", None)
    assert queries.content_of(copy) == queries.content_of(published)
    counts = [
        model.objects.filter(**{path: copy}).count()
        for model, path in (
            (Domain, "version"),
            (Competency, "domain__version"),
            (Level, "competency__domain__version"),
            (Question, "competency__domain__version"),
        )
    ]
    assert counts == [2, 3, 15, 6]
    assert entries(trust, "version.cloned") == [
        (
            "version.cloned",
            ref(copy),
            ref(editor),
            LATER,
            {"framework": ref(copy.framework), "number": 2, "from": ref(published)},
        )
    ]


def test_clone_version_leaves_the_original_alone_when_the_copy_changes(published, editor):
    copy = services.clone_version(version=published, by=editor, at=LATER)
    before = queries.content_of(published)
    services.update_competency(
        competency=competency_of(copy),
        name="Hearing",
        summary="New",
        anchors={1: "", 2: "Changed"},
        by=editor,
        at=LATER,
    )
    assert queries.content_of(published) == before
    assert queries.content_of(copy) != before


def test_clone_version_of_an_incomplete_draft_keeps_its_gaps(draft, editor):
    Level.objects.filter(competency__code="1", value=3).delete()
    copy = services.clone_version(version=draft, by=editor, at=LATER)
    assert list(anchors_of(competency_of(copy))) == [1, 2, 4, 5]
    assert services.clone_version(version=draft, by=editor, at=LATER).number == 3


def test_clone_version_takes_the_same_number_of_queries_for_any_size(load, editor):
    sizes = []
    for count in (2, 30):
        competencies = tuple(("A", str(number), f"Skill {number}") for number in range(count))
        version = load(framework_toml(slug=f"of-{count}", competencies=competencies))
        with CaptureQueriesContext(connection) as captured:
            services.clone_version(version=version, by=editor, at=LATER)
        sizes.append(len(captured))
    assert sizes[0] == sizes[1]


# Editing


def edit(version, by, code="1", **changes):
    words = {"name": "Listening", "summary": "What Listening is.", "anchors": {}} | changes
    return services.update_competency(
        competency=competency_of(version, code), by=by, at=LATER, **words
    )


def test_update_competency_changes_words_and_anchors(draft, editor):
    edit(draft, editor, name=" Hearing ", summary="", anchors={1: "", 2: " New \n", 5: "Best"})
    competency = competency_of(draft)
    assert (competency.name, competency.summary) == ("Hearing", "")
    assert anchors_of(competency) == {
        2: "New",
        3: "Listening at 3",
        4: "Listening at 4",
        5: "Best",
    }
    edit(draft, editor, anchors={1: "Back again"})
    assert anchors_of(competency)[1] == "Back again"
    assert anchors_of(competency_of(draft, "2")) == {n: f"Judging at {n}" for n in range(1, 6)}


def test_update_competency_records_what_changed_by_digest_only(draft, trust, editor):
    competency = edit(draft, editor, name="Hearing", anchors={2: "Changed words", 3: ""})
    ((action, thing, actor, at, new),) = entries(trust, "competency.changed")
    assert (action, thing, actor, at) == (
        "competency.changed",
        ref(competency),
        ref(editor),
        LATER,
    )
    chain = Chain.objects.get(key=f"trust:{trust.pk}")
    assert new == {
        "changed": ["name", "anchor_2", "anchor_3"],
        "version": ref(draft),
        "name_digest": digest(chain, "Hearing"),
        "anchor_2_digest": digest(chain, "Changed words"),
    }


def test_update_competency_with_the_same_words_records_nothing(draft, trust, editor):
    edit(draft, editor, anchors={n: f"Listening at {n}" for n in range(1, 6)})
    assert entries(trust, "competency.changed") == []


@pytest.mark.parametrize("is_retired", [False, True])
def test_update_competency_of_a_closed_version_is_refused(published, trust, editor, is_retired):
    if is_retired:
        services.retire_version(version=published, by=editor, at=LATER)
    before = queries.content_of(published)
    with pytest.raises(services.VersionNotDraft):
        edit(published, editor, name="Hearing", anchors={1: "New"})
    assert queries.content_of(published) == before
    assert entries(trust, "competency.changed") == []


def test_update_competency_published_meanwhile_is_refused_whatever_the_caller_read(draft, editor):
    stale = competency_of(draft)
    services.publish_version(version=draft, by=editor, at=AT)
    assert stale.domain.version.status == "DRAFT"
    with pytest.raises(services.VersionNotDraft):
        services.update_competency(
            competency=stale, name="Hearing", summary="", anchors={}, by=editor, at=LATER
        )


def test_update_competency_seen_in_another_state_is_refused(draft, editor):
    seen = queries.fingerprint(queries.text_of(competency_of(draft)))
    edit(draft, editor, name="Hearing", seen=seen)
    with pytest.raises(services.PartChanged):
        edit(draft, editor, name="Attending", seen=seen)
    assert competency_of(draft).name == "Hearing"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "  "}, services.NameMissing),
        ({"anchors": {6: "Beyond"}}, services.ValueOffScale),
        ({"anchors": {0: "Below"}}, services.ValueOffScale),
    ],
)
def test_update_competency_without_a_name_or_off_the_scale_is_refused(
    draft, editor, changes, error
):
    before = queries.content_of(draft)
    with pytest.raises(error):
        edit(draft, editor, **changes)
    assert queries.content_of(draft) == before


# Starting from nothing


def test_start_framework_makes_an_empty_draft(trust, editor):
    version = services.start_framework(
        trust=trust, name=" Łukasz’s Siân ", scale_key="0-5", source="Ours", by=editor, at=LATER
    )
    framework = version.framework
    assert (version.number, version.status, version.scale_key) == (1, "DRAFT", "0-5")
    assert (framework.trust, framework.name, framework.source) == (trust, "Łukasz’s Siân", "Ours")
    assert framework.slug == "ukaszs-sian"
    assert queries.content_of(version) == ()
    ((action, obj, actor, at, _),) = entries(trust, "framework.started")
    assert (action, obj, actor, at) == ("framework.started", ref(version), ref(editor), LATER)


def test_start_framework_gives_each_an_address_of_its_own(trust, editor):
    slugs = [
        services.start_framework(
            trust=trust, name=name, scale_key="1-5", by=editor, at=LATER
        ).framework.slug
        for name in ("陳美玲", "陳", "Care", "Care!")
    ]
    assert slugs == ["framework", "framework-2", "care", "care-2"]


@pytest.mark.parametrize(
    ("name", "error"), [(" ", services.NameMissing), ("small FRAMEWORK", services.NameTaken)]
)
def test_start_framework_without_a_name_of_its_own_is_refused(draft, trust, editor, name, error):
    with pytest.raises(error):
        services.start_framework(trust=trust, name=name, scale_key="1-5", by=editor, at=LATER)
    assert Framework.objects.count() == 1
