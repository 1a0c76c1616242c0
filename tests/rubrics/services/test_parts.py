"""The parts of a draft: added, changed, moved, removed, each with its ledger row."""

import pytest

from audit.models import Entry
from rubrics import queries, services
from rubrics.models import Competency, Domain, Question
from tests.rubrics.conftest import AT, LATER
from tests.rubrics.services.test_frameworks import entries, ref


def first(model, version):
    path = {
        Domain: "version",
        Competency: "domain__version",
        Question: "competency__domain__version",
    }
    rows = model.objects.filter(**{path[model]: version})
    return services.parts.ROWS[model].get(pk=rows.order_by("position", "pk").first().pk)


def shape(version):
    return [
        (d.code, [(c.code, [q.text[:4] for q in c.questions]) for c in d.competencies])
        for d in queries.content_of(version)
    ]


SMALL = [
    ("A", [("1", ["Past", "Situ"]), ("2", ["Past", "Situ"])]),
    ("B", [("3", ["Past", "Situ"])]),
]
QUESTION = {"kind": "SITUATIONAL", "difficulty": "STRETCH", "good_answer": ""}


def test_parts_are_added_at_the_end_and_recorded(draft, trust, editor):
    done = {"by": editor, "at": LATER}
    domain = services.add_domain(version=draft, code=" C ", name=" Care ", **done)
    competency = services.add_competency(
        domain=domain,
        code="4",
        name="Caring",
        anchors={2: " Cares ", 3: " "},
        tags={"gpc": [2], "hlm": []},
        **done,
    )
    question = services.add_question(
        competency=competency, text=" How? ", probes=("Why?", " ", "Who?"), **QUESTION, **done
    )
    assert shape(draft) == [*SMALL, ("C", [("4", ["How?"])])]
    assert (str(domain), str(competency), competency.tags) == ("C Care", "4 Caring", {"gpc": [2]})
    assert list(competency.levels.values_list("value", "anchor")) == [(2, "Cares")]
    assert (question.probes, question.position) == (["Why?", "Who?"], 1)
    found = entries(trust, "domain.added", "competency.added", "question.added")
    assert [(action, obj, actor, at) for action, obj, actor, at, _ in found] == [
        ("domain.added", ref(domain), ref(editor), LATER),
        ("competency.added", ref(competency), ref(editor), LATER),
        ("question.added", ref(question), ref(editor), LATER),
    ]
    assert [row.change for row in draft.snapshots.order_by("pk")] == [
        "added domain C Care",
        "added competency 4 Caring",
        "added question 1 of 4 Caring",
    ]


def test_update_domain_and_question_change_their_words(draft, trust, editor):
    domain = services.update_domain(
        domain=first(Domain, draft), code="Z", name="Zeal", summary="All", by=editor, at=LATER
    )
    question = services.update_question(
        question=first(Question, draft),
        text="New?",
        probes=("One?",),
        **QUESTION,
        by=editor,
        at=LATER,
    )
    assert (domain.code, domain.name, domain.summary) == ("Z", "Zeal", "All")
    assert (question.kind, question.difficulty, question.text, question.probes) == (
        "SITUATIONAL",
        "STRETCH",
        "New?",
        ["One?"],
    )
    changed = [e[4]["changed"] for e in entries(trust, "domain.changed", "question.changed")]
    assert changed == [
        ["code", "name", "summary"],
        ["kind", "difficulty", "text", "probes", "good_answer"],
    ]


def test_update_competency_changes_code_and_tags_too(draft, trust, editor):
    competency = services.update_competency(
        competency=first(Competency, draft),
        code="9",
        name="Listening",
        summary="What Listening is.",
        anchors={},
        tags={"gpc": [], "values": ["Compassion"]},
        by=editor,
        at=LATER,
    )
    assert (competency.code, competency.tags) == ("9", {"values": ["Compassion"]})
    assert competency.levels.count() == 5
    assert [e[4]["changed"] for e in entries(trust, "competency.changed")] == [["code", "tags"]]


@pytest.mark.parametrize(
    ("model", "step", "expected"),
    [
        (Domain, 1, [SMALL[1], SMALL[0]]),
        (Competency, 1, [("A", [SMALL[0][1][1], SMALL[0][1][0]]), SMALL[1]]),
        (Question, 1, [("A", [("1", ["Situ", "Past"]), SMALL[0][1][1]]), SMALL[1]]),
    ],
)
def test_move_changes_places_and_is_recorded(draft, trust, editor, model, step, expected):
    part = first(model, draft)
    services.move_part(part=part, step=step, by=editor, at=LATER)
    assert shape(draft) == expected
    (entry,) = entries(trust, f"{model._meta.model_name}.moved")
    assert entry[1:] == (ref(part), ref(editor), LATER, {"step": 1, "version": ref(draft)})


def test_move_at_the_end_changes_and_records_nothing(draft, editor):
    before = Entry.objects.count()
    for model in (Domain, Competency, Question):
        services.move_part(part=first(model, draft), step=-1, by=editor, at=LATER)
    assert shape(draft) == SMALL
    assert Entry.objects.count() == before


def test_move_of_an_order_that_changed_is_refused(draft, editor):
    seen = queries.version_page(draft).order
    part = first(Domain, draft)
    services.move_part(part=part, step=1, seen=seen, by=editor, at=LATER)
    with pytest.raises(services.PartChanged):
        services.move_part(part=part, step=-1, seen=seen, by=editor, at=LATER)
    assert shape(draft) == [SMALL[1], SMALL[0]]


@pytest.mark.parametrize(
    ("model", "named", "expected"),
    [
        (Domain, "domain A Domain A", [SMALL[1]]),
        (Competency, "competency 1 Listening", [("A", [SMALL[0][1][1]]), SMALL[1]]),
        (
            Question,
            "question 1 of 1 Listening",
            [("A", [("1", ["Situ"]), SMALL[0][1][1]]), SMALL[1]],
        ),
    ],
)
def test_remove_takes_a_part_with_all_that_hangs_on_it(
    draft, trust, editor, model, named, expected
):
    part = first(model, draft)
    assert services.remove_part(part=part, by=editor, at=LATER) == named
    assert shape(draft) == expected
    (entry,) = entries(trust, f"{model._meta.model_name}.removed")
    assert entry[1:] == (ref(part), ref(editor), LATER, {"version": ref(draft)})


def test_remove_of_what_changed_meanwhile_is_refused(draft, editor):
    domain = first(Domain, draft)
    seen = queries.version_page(draft).domains[0].seen
    services.remove_part(part=first(Competency, draft), by=editor, at=LATER)
    with pytest.raises(services.PartChanged):
        services.remove_part(part=domain, seen=seen, by=editor, at=LATER)
    assert [code for code, _ in shape(draft)] == ["A", "B"]


def test_what_was_removed_meanwhile_can_be_neither_changed_nor_added_to(draft, editor):
    competency = first(Competency, draft)
    services.remove_part(part=competency, by=editor, at=LATER)
    done = {"by": editor, "at": LATER}
    with pytest.raises(services.PartChanged):
        services.update_competency(
            competency=competency, name="New", summary="", anchors={}, **done
        )
    with pytest.raises(services.PartChanged):
        services.add_question(competency=competency, text="How?", **QUESTION, **done)
    with pytest.raises(services.PartChanged):
        services.move_part(part=competency, step=1, **done)


def test_codes_are_used_once(draft, editor):
    done = {"by": editor, "at": LATER}
    with pytest.raises(services.CodeTaken, match="Another domain of this version has the code B"):
        services.add_domain(version=draft, code="B", name="Again", **done)
    with pytest.raises(services.CodeTaken):
        services.update_domain(
            domain=first(Domain, draft), code="B", name="Mine", summary="", **done
        )
    with pytest.raises(services.CodeTaken):
        services.add_competency(domain=first(Domain, draft), code="3", name="Again", **done)
    assert shape(draft) == SMALL


def test_parts_without_words_are_refused(draft, editor):
    done = {"by": editor, "at": LATER}
    for words in ({"code": "C", "name": " "}, {"code": " ", "name": "Care"}):
        with pytest.raises(services.NameMissing):
            services.add_domain(version=draft, **words, **done)
    with pytest.raises(services.TextMissing):
        services.add_question(competency=first(Competency, draft), text=" ", **QUESTION, **done)
    with pytest.raises(services.ValueOffScale):
        services.add_competency(
            domain=first(Domain, draft), code="9", name="New", anchors={6: "x"}, **done
        )
    assert shape(draft) == SMALL


@pytest.mark.parametrize("model", [Domain, Competency, Question])
def test_parts_of_a_published_version_neither_move_nor_go(published, editor, model):
    part = first(model, published)
    for change in (
        lambda: services.move_part(part=part, step=1, by=editor, at=LATER),
        lambda: services.remove_part(part=part, by=editor, at=LATER),
    ):
        with pytest.raises(services.VersionNotDraft):
            change()
    assert shape(published) == SMALL


def test_nothing_is_added_to_a_published_version(published, editor):
    done = {"by": editor, "at": AT}
    with pytest.raises(services.VersionNotDraft):
        services.add_domain(version=published, code="C", name="Care", **done)
    with pytest.raises(services.VersionNotDraft):
        services.add_competency(domain=first(Domain, published), code="9", name="New", **done)
    with pytest.raises(services.VersionNotDraft):
        services.add_question(
            competency=first(Competency, published), text="How?", **QUESTION, **done
        )
    assert shape(published) == SMALL
