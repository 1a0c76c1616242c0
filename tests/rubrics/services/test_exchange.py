"""What importing a file does to a trust's frameworks, and what it leaves in the ledger."""

import hashlib
from dataclasses import replace

import pytest

from audit.models import Entry
from rubrics import services
from rubrics.exchange import canonical, from_json, to_json
from rubrics.faults import FileRefused
from rubrics.models import Framework, FrameworkVersion, VersionStatus
from rubrics.queries import framework_text_of
from rubrics.queries.exchange import plan_import
from tests.rubrics.conftest import AT, LATER
from tests.rubrics.texts import NASTY, key, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(trust, editor):
    def run(text, **values):
        held = {"trust": trust, "file_name": "small.xlsx", "by": editor, "at": LATER}
        return services.import_framework(text=text, **held | values)

    return run


@pytest.fixture
def brought(bring):
    return bring(small()).version


def actions() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def reworded(text, name="Listening closely"):
    first = text.domains[0]
    changed = replace(first.competencies[0], name=name)
    domain = replace(first, competencies=(changed, *first.competencies[1:]))
    return replace(text, domains=(domain, *text.domains[1:]))


def test_import_of_an_unknown_slug_makes_a_framework(bring, trust, editor):
    done = bring(small())
    assert done.plan.outcome == "NEW_FRAMEWORK"
    assert framework_text_of(done.version) == small()
    assert (done.version.number, done.version.status) == (1, VersionStatus.DRAFT)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.actor) == ("framework.imported", f"user:{editor.pk}")
    assert "name_digest" in entry.new
    assert "change_digest" in entry.new


def test_import_replaces_the_draft_and_can_be_undone(bring, brought, editor):
    done = bring(reworded(small()))
    assert (done.plan.outcome, done.version) == ("REPLACES_DRAFT", brought)
    assert framework_text_of(done.version) == reworded(small())
    assert Entry.objects.latest("pk").action == "version.imported"
    undone = services.undo_last_change(version=done.version, by=editor, at=LATER)
    assert undone == "imported small.xlsx"
    assert framework_text_of(FrameworkVersion.objects.get()) == small()


def test_import_after_publishing_makes_a_new_draft(bring, brought, editor):
    services.publish_version(version=brought, by=editor, at=AT)
    before = framework_text_of(FrameworkVersion.objects.get(number=1))
    done = bring(reworded(before))
    assert (done.plan.outcome, done.version.number) == ("NEW_VERSION", 2)
    assert framework_text_of(done.version) == reworded(before)
    assert framework_text_of(FrameworkVersion.objects.get(number=1)) == before
    entry = Entry.objects.latest("pk")
    assert entry.action == "version.imported"
    assert '"from":"frameworkversion:' in entry.new
    services.undo_last_change(version=done.version, by=editor, at=LATER)
    assert framework_text_of(FrameworkVersion.objects.get(number=2)) == before


@pytest.mark.parametrize("status", ["DRAFT", "PUBLISHED"])
def test_import_of_the_same_words_changes_nothing(bring, brought, editor, status):
    if status == "PUBLISHED":
        services.publish_version(version=brought, by=editor, at=AT)
    count = len(actions())
    done = bring(small())
    assert (done.plan.outcome, done.version) == ("UNCHANGED", brought)
    assert len(actions()) == count
    assert FrameworkVersion.objects.count() == 1
    assert not brought.snapshots.exists()


def test_same_words_as_a_retired_version_make_a_new_draft(bring, brought, editor):
    services.publish_version(version=brought, by=editor, at=AT)
    services.retire_version(version=FrameworkVersion.objects.get(), by=editor, at=AT)
    done = bring(small())
    assert (done.plan.outcome, done.version.number) == ("NEW_VERSION", 2)
    assert framework_text_of(done.version) == small()


def test_file_without_keys_is_known_again_by_its_codes(bring, brought):
    bare = from_json(to_json(small()).replace(b'"key": "', b'"key": "').replace(b"\r", b""))
    for number in (1, 2, 10, 11, 12, 20, 21, 22):
        bare = from_json(to_json(bare).replace(key(number).encode(), b""))
    assert bring(bare).plan.outcome == "UNCHANGED"


def test_file_of_another_trust_comes_back_as_the_same_parts_each_time(bring, brought):
    data = to_json(small())
    for number in (1, 2, 10, 11, 12, 20, 21, 22):
        data = data.replace(key(number).encode(), key(number + 500).encode())
    strange = from_json(data)
    assert bring(strange).plan.outcome == "UNCHANGED"
    done = bring(reworded(strange))
    assert [t.reworded for t in done.plan.tallies] == [0, 1, 0, 0]
    assert bring(reworded(strange)).plan.outcome == "UNCHANGED"


def test_plan_says_in_numbers_what_would_change(bring, brought, trust):
    text = small()
    first, second = text.domains
    listening, judging = first.competencies
    asked, other = listening.questions
    changed = replace(
        listening,
        levels={1: "New words", 2: "Listening at 2", 3: "Listening at 3"},
        questions=(replace(asked, text="Reworded?"),),
    )
    leading = replace(second.competencies[0], code="B9", key=key(99))
    text = replace(
        text,
        name="Renamed",
        scale_key="1-4",
        domains=(
            replace(first, competencies=(changed,)),
            replace(second, name="Others too", competencies=(judging, leading)),
        ),
    )
    text = replace(text, domains=tuple(map(on_four, text.domains)))
    plan = plan_import(trust, text)
    assert [(t.word, t.total, t.added, t.removed, t.moved, t.reworded) for t in plan.tallies] == [
        ("domain", 2, 0, 0, 0, 1),
        ("competency", 3, 1, 1, 1, 0),
        ("anchor", 11, 4, 8, 0, 1),
        ("question", 2, 0, 1, 1, 1),
    ]
    assert plan.details == (("Name", "Small framework", "Renamed"), ("Scale", "1 to 5", "1 to 4"))
    assert plan.missing == ("A1 Listening has no anchor at 4.",)
    assert not plan.is_reordered
    assert other.key not in to_json(plan.after).decode()


def on_four(domain):
    return replace(
        domain,
        competencies=tuple(
            replace(c, levels={v: words for v, words in c.levels.items() if v < 5})
            for c in domain.competencies
        ),
    )


def test_plan_says_that_only_the_order_changes(bring, brought, trust):
    text = small()
    plan = plan_import(trust, replace(text, domains=text.domains[::-1]))
    assert plan.is_reordered
    assert plan.outcome == "REPLACES_DRAFT"
    assert all(t.added == t.removed == t.moved == t.reworded == 0 for t in plan.tallies)


def test_plan_takes_as_many_queries_for_a_large_framework(bring, trust, django_assert_num_queries):
    from tests.rubrics.texts import large

    bring(small())
    with django_assert_num_queries(7):
        plan_import(trust, reworded(small()))
    bring(large(40))
    with django_assert_num_queries(7):
        plan_import(trust, large(30))


def test_import_of_what_somebody_changed_since_is_refused(bring, brought, trust):
    seen = plan_import(trust, reworded(small())).seen
    bring(reworded(small(), "Somebody else's words"))
    count = len(actions())
    with pytest.raises(services.PartChanged):
        bring(reworded(small()), seen=seen)
    assert len(actions()) == count
    assert bring(reworded(small()), seen=plan_import(trust, small()).seen).version == brought


def test_import_under_the_name_of_another_framework_is_refused(bring, brought):
    with pytest.raises(services.NameTaken) as caught:
        bring(small(slug="other", name="SMALL framework"))
    assert str(caught.value) == (
        "There already is a framework called SMALL framework, with another slug than other."
        " Change the name in the file."
    )
    assert Framework.objects.count() == 1


def test_import_into_one_trust_leaves_the_other_alone(bring, brought, other_trust):
    done = bring(reworded(small()), trust=other_trust)
    assert done.plan.outcome == "NEW_FRAMEWORK"
    assert framework_text_of(brought) == small()
    assert framework_text_of(done.version) == reworded(small())


@pytest.mark.parametrize("file_format", ["xlsx", "json"])
def test_export_then_import_changes_nothing(bring, published, editor, file_format):
    from rubrics.formats import read_file

    data = services.export_version(version=published, file_format=file_format, by=editor, at=LATER)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.object) == ("version.exported", f"frameworkversion:{published.pk}")
    assert hashlib.sha256(data).hexdigest() in entry.new
    text = read_file(f"x.{file_format}", data).text
    assert text == canonical(framework_text_of(published))
    assert bring(text).plan.outcome == "UNCHANGED"
    again = services.export_version(version=published, file_format=file_format, by=editor, at=LATER)
    assert again == data


def test_export_that_a_file_cannot_hold_leaves_no_row(bring, editor):
    version = bring(small(source="x" * 40_000)).version
    count = len(actions())
    with pytest.raises(FileRefused):
        services.export_version(version=version, file_format="xlsx", by=editor, at=LATER)
    assert len(actions()) == count


@pytest.mark.parametrize("words", NASTY)
def test_nasty_words_come_through_the_database_as_they_were(bring, words):
    text = small(source=words, licence_note=words)
    first = text.domains[0]
    held = replace(first.competencies[0], levels=dict.fromkeys(range(1, 6), words), questions=())
    text = replace(text, domains=(replace(first, summary=words, competencies=(held,)),))
    assert framework_text_of(bring(text).version) == text
