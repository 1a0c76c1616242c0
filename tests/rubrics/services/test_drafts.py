"""A draft as a whole: replaced, described, put on another scale, and every change undone."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from rubrics import queries, services
from rubrics.models import Competency, Domain, DraftSnapshot, Question
from rubrics.services.drafts import KEPT_SNAPSHOTS
from rubrics.texts import DomainText
from tests.rubrics.conftest import AT, LATER, framework_toml
from tests.rubrics.services.test_frameworks import entries, ref


def text_of(version):
    version.refresh_from_db()
    version.framework.refresh_from_db()
    return queries.framework_text_of(version)


def rows_of(version):
    """Return the rows of every part by its key, so that one sees which rows stayed."""
    found = {}
    for rows in (
        Domain.objects.filter(version=version),
        Competency.objects.filter(domain__version=version),
        Question.objects.filter(competency__domain__version=version),
    ):
        found |= {row.key: (type(row).__name__, row.pk) for row in rows}
    return found


def competency_of(version, code="1"):
    return Competency.objects.select_related("domain__version__framework").get(
        domain__version=version, code=code
    )


# Replacing


def test_replace_content_writes_the_new_words_and_keeps_the_rows_that_stay(draft, trust, editor):
    before, rows = text_of(draft), rows_of(draft)
    first, second = before.domains
    one, two = first.competencies
    swapped = replace(one, code="2", questions=tuple(reversed(one.questions)), tags={"gmp": [2]})
    renamed = replace(two, code="1", levels={1: "Only one"}, questions=())
    after = replace(
        before,
        name="Renamed",
        domains=(
            replace(second, code="A", competencies=(*second.competencies, swapped)),
            replace(first, code="B", competencies=(renamed,)),
            DomainText("C", "New", "", ()),
        ),
    )
    services.replace_content(version=draft, text=after, by=editor, at=LATER, change="imported x")
    stored = text_of(draft)
    new_domain = stored.domains[-1]
    assert stored == replace(after, domains=(*after.domains[:-1], new_domain))
    assert (new_domain.code, new_domain.name, bool(new_domain.key)) == ("C", "New", True)
    stayed = {key: row for key, row in rows_of(draft).items() if str(key) != new_domain.key}
    assert stayed.items() <= rows.items()
    assert len(rows) - len(stayed) == 2
    (entry,) = entries(trust, "version.replaced")
    assert entry[:4] == ("version.replaced", ref(draft), ref(editor), LATER)
    assert set(entry[4]) == {"framework", "number", "change_digest"}


def test_replace_content_without_keys_knows_the_parts_again(draft, editor):
    before, rows = text_of(draft), rows_of(draft)
    bare = tuple(
        replace(
            d,
            key="",
            competencies=tuple(
                replace(c, key="", questions=tuple(replace(q, key="") for q in c.questions))
                for c in d.competencies
            ),
        )
        for d in before.domains
    )
    same = replace(before, domains=bare)
    services.replace_content(version=draft, text=same, by=editor, at=LATER, change="imported")
    assert text_of(draft) == before
    assert rows_of(draft) == rows


def test_replace_content_with_the_same_words_writes_nothing(draft, editor):
    before = Entry.objects.count()
    services.replace_content(
        version=draft, text=text_of(draft), by=editor, at=LATER, change="imported"
    )
    assert Entry.objects.count() == before
    assert not DraftSnapshot.objects.exists()


def test_replace_content_of_a_published_version_is_refused(published, editor):
    text = replace(text_of(published), name="Other")
    with pytest.raises(services.VersionNotDraft):
        services.replace_content(version=published, text=text, by=editor, at=LATER, change="x")
    assert text_of(published).name == "Small framework"


def test_replace_content_leaves_other_versions_alone(published, editor):
    copy = services.clone_version(version=published, by=editor, at=AT)
    before = queries.content_of(published)
    empty = replace(text_of(copy), domains=())
    services.replace_content(version=copy, text=empty, by=editor, at=LATER, change="emptied")
    assert queries.content_of(copy) == ()
    assert queries.content_of(published) == before


def test_replace_content_takes_the_same_number_of_queries_for_any_size(load, editor):
    counts = []
    for size in (2, 20):
        rows = tuple((f"D{n}", str(n), f"Skill {n}") for n in range(size))
        version = load(framework_toml(slug=f"of-{size}", competencies=rows))
        text = text_of(version)
        turned = replace(text, domains=tuple(replace(d, summary="New") for d in text.domains[::-1]))
        with CaptureQueriesContext(connection) as captured:
            services.replace_content(version=version, text=turned, by=editor, at=LATER, change="x")
        counts.append(len(captured))
    assert counts[0] == counts[1]


# Details and scale


def details(draft, editor, **given):
    words = {"name": "Small framework", "source": "Ours, First, 2026", "licence_note": "Free"}
    return services.update_details(version=draft, **words | given, by=editor, at=LATER)


def test_update_details_changes_the_framework_and_records_it(draft, trust, editor):
    details(draft, editor, name=" Łukasz’s ", source="")
    assert vars(text_of(draft)).items() >= {"name": "Łukasz’s", "source": ""}.items()
    (entry,) = entries(trust, "framework.changed")
    assert entry[4]["changed"] == ["name", "source"]
    assert "Łukasz" not in json.dumps(entry[4])


def test_update_details_seen_in_another_state_is_refused(draft, editor):
    seen = queries.details_fingerprint(draft.framework)
    details(draft, editor, name="Theirs", seen=seen)
    with pytest.raises(services.PartChanged):
        details(draft, editor, name="Mine", seen=seen)
    assert text_of(draft).name == "Theirs"


def test_update_details_with_no_name_or_a_name_in_use_is_refused(draft, load, editor):
    load(framework_toml(slug="other", name="Other"))
    with pytest.raises(services.NameMissing):
        details(draft, editor, name=" ")
    with pytest.raises(services.NameTaken):
        details(draft, editor, name="other")
    assert text_of(draft).name == "Small framework"


def test_change_scale_keeps_the_anchors_it_still_has(draft, trust, editor):
    services.change_scale(version=draft, scale_key="1-4", by=editor, at=LATER)
    draft.refresh_from_db()
    levels = {tuple(c.levels) for d in queries.content_of(draft) for c in d.competencies}
    assert (draft.scale_key, levels) == ("1-4", {(1, 2, 3, 4)})
    (entry,) = entries(trust, "version.scale_changed")
    assert entry[4] | {"framework": ""} == {
        "framework": "",
        "number": 1,
        "from": "1-5",
        "to": "1-4",
    }
    services.change_scale(version=draft, scale_key="1-7", by=editor, at=LATER)
    draft.refresh_from_db()
    assert [item.text for item in queries.version_page(draft).missing] == [
        f"{name} has no anchor at 5, 6 and 7." for name in ("1 Listening", "2 Judging", "3 Leading")
    ]


def test_change_scale_to_an_unknown_or_a_changed_one_is_refused(draft, editor):
    with pytest.raises(services.UnknownScale):
        services.change_scale(version=draft, scale_key="1-9", by=editor, at=LATER)
    with pytest.raises(services.PartChanged):
        services.change_scale(version=draft, scale_key="1-4", seen="0-5", by=editor, at=LATER)
    assert text_of(draft).scale_key == "1-5"


# Undoing


def test_undo_puts_back_what_was_and_says_what_was_undone(draft, trust, editor, reader):
    before, rows = text_of(draft), rows_of(draft)
    services.remove_part(part=competency_of(draft), by=editor, at=AT)
    services.change_scale(version=draft, scale_key="0-5", by=editor, at=AT)
    undo = [services.undo_last_change(version=draft, by=reader, at=LATER) for _ in range(2)]
    assert undo == ["changed the scale to 0 to 5", "removed competency 1 Listening"]
    assert text_of(draft) == before
    assert rows_of(draft).keys() == rows.keys()
    assert not DraftSnapshot.objects.exists()
    with pytest.raises(services.NothingToUndo):
        services.undo_last_change(version=draft, by=reader, at=LATER)
    found = entries(trust, "version.undone")
    assert [(actor, at) for _, _, actor, at, _ in found] == [(ref(reader), LATER)] * 2


def test_undo_of_another_change_than_was_shown_undoes_nothing(draft, editor):
    services.change_scale(version=draft, scale_key="0-5", by=editor, at=AT)
    seen = queries.last_change(draft).pk
    services.change_scale(version=draft, scale_key="1-7", by=editor, at=AT)
    with pytest.raises(services.PartChanged):
        services.undo_last_change(version=draft, seen=seen, by=editor, at=LATER)
    assert text_of(draft).scale_key == "1-7"


def test_undo_leaves_the_details_that_another_draft_changed(draft, editor):
    other = services.clone_version(version=draft, by=editor, at=AT)
    services.remove_part(part=competency_of(draft), by=editor, at=AT)
    details(other, editor, name="New name")
    services.undo_last_change(version=draft, by=editor, at=LATER)
    assert text_of(draft).name == "New name"
    services.undo_last_change(version=other, by=editor, at=LATER)
    assert text_of(draft).name == "Small framework"


def test_only_the_latest_changes_are_kept_and_none_once_published(draft, editor):
    for number in range(KEPT_SNAPSHOTS + 2):
        details(draft, editor, source=f"Source {number}")
    assert draft.snapshots.count() == KEPT_SNAPSHOTS
    for _ in range(KEPT_SNAPSHOTS):
        services.undo_last_change(version=draft, by=editor, at=LATER)
    assert text_of(draft).source == "Source 1"
    details(draft, editor, source="Last")
    services.publish_version(version=draft, by=editor, at=LATER)
    assert draft.snapshots.count() == 0
    with pytest.raises(services.VersionNotDraft):
        services.undo_last_change(version=draft, by=editor, at=LATER)


def test_a_change_with_a_long_name_is_kept_short(draft, editor):
    long = "x" * 300
    text = replace(text_of(draft), name="Other")
    services.replace_content(version=draft, text=text, by=editor, at=LATER, change=long)
    assert queries.last_change(draft).change == "x" * 199 + "…"


def edit(version, kind, place, word, by):
    """Make one edit of this kind on the part at this place, if the draft has one."""
    domains = list(Domain.objects.filter(version=version).order_by("position", "pk"))
    competencies = list(
        Competency.objects.filter(domain__version=version)
        .select_related("domain__version__framework")
        .order_by("domain__position", "position", "pk")
    )
    questions = list(
        Question.objects.filter(competency__domain__version=version)
        .select_related("competency__domain__version__framework")
        .order_by("pk")
    )
    done = {"by": by, "at": LATER}
    parts = {"d": domains, "c": competencies, "q": questions}[kind[0]]
    if kind == "dadd":
        code = queries.free_code(version)
        services.add_domain(version=version, code=code, name=word, **done)
        return
    if not parts:
        return
    part = parts[place % len(parts)]
    if kind.endswith(("up", "down")):
        services.move_part(part=part, step=-1 if kind.endswith("up") else 1, **done)
    elif kind.endswith("remove"):
        services.remove_part(part=part, **done)
    elif kind == "dcadd":
        code = queries.free_code(version, part)
        services.add_competency(domain=part, code=code, name=word, anchors={2: word}, **done)
    elif kind == "cchange":
        services.update_competency(
            competency=part, name=word, summary="", anchors={1: "", 2: word}, **done
        )
    elif kind == "cqadd":
        services.add_question(
            competency=part, kind="SITUATIONAL", difficulty="STRETCH", text=word, **done
        )


EDITS = st.tuples(
    st.sampled_from(
        [f"d{verb}" for verb in ("add", "up", "down", "remove", "cadd")]
        + [f"c{verb}" for verb in ("change", "up", "down", "remove", "qadd")]
        + [f"q{verb}" for verb in ("up", "down", "remove")]
    ),
    st.integers(0, 9),
    st.sampled_from(["Łukasz", "Siân’s", "陳"]),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=st.lists(EDITS, min_size=1, max_size=7), scale=st.sampled_from(["1-5", "0-5", "1-4"]))
def test_any_edits_followed_by_as_many_undos_restore_every_word(draft, editor, edits, scale):
    states = [text_of(draft)]
    services.change_scale(version=draft, scale_key=scale, by=editor, at=LATER)
    for step in edits:
        states.append(text_of(draft))
        edit(draft, *step, editor)
    states.append(text_of(draft))
    made = [old for old, new in pairwise(states) if old != new]
    assert draft.snapshots.count() == len(made)
    for expected in reversed(made):
        services.undo_last_change(version=draft, by=editor, at=LATER)
        assert text_of(draft) == expected
    assert text_of(draft) == states[0]
