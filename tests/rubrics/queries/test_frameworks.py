"""Read models of frameworks: counts, pages, and the same number of queries at any size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rubrics import library, queries, services
from rubrics.crossmap import TagLine, TagPart
from rubrics.models import Competency, Level
from rubrics.queries.frameworks import Anchor, MissingPart, TagChoice
from tests.rubrics.conftest import AT, LATER, framework_toml


def counted(run):
    with CaptureQueriesContext(connection) as captured:
        found = run()
    return found, len(captured)


def test_framework_list_counts_each_version_by_itself(blueprint, editor):
    copy = services.clone_version(version=blueprint.version, by=editor, at=LATER)
    Competency.objects.get(domain__version=copy, code="3").delete()
    (row,) = queries.framework_list(editor)
    assert row.framework.name == "Small framework"
    assert [
        (v.number, v.competency_count, v.question_count, v.blueprint_count) for v in row.versions
    ] == [(2, 2, 4, 0), (1, 3, 6, 1)]


def test_framework_list_is_of_own_trusts_by_name(load, other_trust, reader, stranger):
    load(framework_toml(slug="zeal", name="Zeal"))
    load(framework_toml(slug="care", name="Care"))
    load(framework_toml(slug="bold", name="Bold"), trust=other_trust)
    names = [
        [row.framework.name for row in queries.framework_list(person)]
        for person in (reader, stranger)
    ]
    assert names == [["Care", "Zeal"], ["Bold"]]


def test_framework_list_takes_the_same_number_of_queries_at_1_and_at_30_rows(
    load, make_user, trust
):
    load(framework_toml(slug="f-0"))
    reader = make_user("Wei", trust, "AUDITOR")
    rows, first = counted(lambda: queries.framework_list(reader))
    assert len(rows) == 1
    for number in range(1, 30):
        load(framework_toml(slug=f"f-{number}"))
    reader = type(reader).objects.get(pk=reader.pk)
    rows, last = counted(lambda: queries.framework_list(reader))
    assert len(rows) == 30
    assert first == last == 3


def test_version_page_shows_every_word(blueprint):
    page = queries.version_page(blueprint.version)
    assert [block.domain.code for block in page.domains] == ["A", "B"]
    first = page.domains[0].competencies[0]
    assert (first.competency.code, first.has_gaps) == ("1", False)
    assert first.anchors == (
        Anchor(1, "Poor", "Listening at 1"),
        Anchor(2, "Area for concern", "Listening at 2"),
        Anchor(3, "Satisfactory", "Listening at 3"),
        Anchor(4, "Good", "Listening at 4"),
        Anchor(5, "Excellent", "Listening at 5"),
    )
    assert first.tag_lines == (
        TagLine(
            "GMC generic professional capabilities",
            (
                TagPart("gpc", 1, "1 Professional values and behaviours"),
                TagPart("gpc", 6, "6 Patient safety and quality improvement"),
            ),
        ),
        TagLine("NHS values", (TagPart("values", "Compassion", "Compassion"),)),
    )
    assert [question.position for question in first.questions] == [1, 2]
    assert (page.competency_count, page.question_count) == (3, 6)
    assert (page.missing, page.blueprints, page.others) == ((), (blueprint,), ())


def test_version_page_marks_gaps_and_names_other_versions(published, editor):
    copy = services.clone_version(version=published, by=editor, at=LATER)
    Level.objects.filter(competency__domain__version=copy, competency__code="2", value=3).delete()
    page = queries.version_page(copy)
    gaps = [c.has_gaps for block in page.domains for c in block.competencies]
    assert gaps == [False, True, False]
    assert page.domains[0].competencies[1].anchors[2] == Anchor(3, "Satisfactory", "")
    (missing,) = page.missing
    second = Competency.objects.get(domain__version=copy, code="2")
    assert missing == MissingPart("2 Judging has no anchor at 3.", None, second, 3, "it")
    assert page.others == (published,)


def test_version_page_by_tag_leaves_what_touches_it_and_counts_the_rest(draft):
    Competency.objects.filter(code="3").update(tags={"gpc": [5], "values": ["Ours"]})
    page = queries.version_page(draft, "gpc-5")
    shown = [(b.domain.code, [c.competency.code for c in b.competencies]) for b in page.domains]
    assert shown == [("B", ["3"])]
    assert (page.shown_count, page.competency_count, page.question_count) == (1, 3, 6)
    assert page.chosen == TagChoice("gpc-5", "5 Leadership and team working", 1, True)
    assert [(g.heading, [(c.slug, c.count) for c in g.choices]) for g in page.tag_groups] == [
        ("GMC generic professional capabilities", [("gpc-1", 2), ("gpc-5", 1), ("gpc-6", 2)]),
        ("NHS values", [("values-compassion", 2), ("values-ours", 1)]),
    ]


def test_version_page_by_a_tag_that_nothing_touches_is_empty(draft):
    page = queries.version_page(draft, "gpc-99")
    assert (page.domains, page.shown_count, page.chosen) == ((), 0, None)


def test_version_page_compares_with_the_published_version_before_it(published, editor):
    second, third = (
        services.clone_version(version=published, by=editor, at=LATER) for _ in range(2)
    )
    assert queries.version_page(third).previous == published
    assert queries.version_page(published).previous is None
    services.publish_version(version=second, by=editor, at=LATER)
    assert queries.version_page(third).previous == second


def test_version_page_knows_what_can_move_where(draft):
    page = queries.version_page(draft)
    assert [(b.domain.code, b.can_go_up, b.can_go_down) for b in page.domains] == [
        ("A", False, True),
        ("B", True, False),
    ]
    assert [
        (c.competency.code, c.can_go_up, c.can_go_down)
        for block in page.domains
        for c in block.competencies
    ] == [("1", False, True), ("2", True, True), ("3", True, False)]


@pytest.mark.parametrize("read", [queries.version_page, queries.content_of])
def test_reading_a_version_takes_the_same_number_of_queries_at_1_and_at_30_rows(load, read):
    sizes = []
    for count in (1, 30):
        competencies = tuple((f"D{n}", str(n), f"Skill {n}") for n in range(count))
        version = load(framework_toml(slug=f"of-{count}", competencies=competencies))
        version = type(version).objects.select_related("framework").get(pk=version.pk)
        sizes.append(counted(lambda read=read, version=version: read(version))[1])
    assert sizes[0] == sizes[1] <= 6


def test_content_of_follows_positions_not_keys(draft):
    Competency.objects.filter(code="1").update(position=9)
    draft.domains.filter(code="A").update(position=9)
    codes = [[c.code for c in domain.competencies] for domain in queries.content_of(draft)]
    assert codes == [["3"], ["2", "1"]]


def test_fingerprint_changes_with_any_word(draft, editor):
    competency = Competency.objects.get(code="1")
    before = queries.fingerprint(queries.text_of(competency))
    assert queries.fingerprint(queries.text_of(Competency.objects.get(code="1"))) == before
    Level.objects.filter(competency=competency, value=2).update(anchor="New")
    assert queries.fingerprint(queries.text_of(Competency.objects.get(code="1"))) != before


def test_library_offers_what_a_trust_has_not_loaded_to_its_editors(
    trust, editor, reader, stranger, other_trust
):
    path = library.available()["clinical-practice"]
    services.load_library(trust=trust, path=path, by=editor, at=AT)
    offers = [
        [
            (offer.trust, offer.text.slug, offer.competency_count, offer.scale_words)
            for offer in queries.library_offers(person)
        ]
        for person in (editor, reader, stranger)
    ]
    assert offers == [
        [(trust, "medical-leadership", 20, "1 to 5")],
        [],
        [
            (other_trust, "clinical-practice", 10, "1 to 5"),
            (other_trust, "medical-leadership", 20, "1 to 5"),
        ],
    ]


@pytest.mark.parametrize("visible", [queries.visible_versions, queries.visible_competencies])
def test_visible_rows_are_of_own_trusts(visible, draft, reader, stranger, make_user):
    seen = [visible(person).exists() for person in (reader, stranger, make_user("Nobody"))]
    assert seen == [True, False, False]


def test_published_by_is_read_with_the_version(published, reader, editor):
    version = queries.visible_versions(reader).get(pk=published.pk)
    (name, trust), count = counted(
        lambda: (version.published_by.name, version.framework.trust.name)
    )
    assert (name, trust, count) == ("Siân", "Northbridge NHS Foundation Trust", 0)
    assert version.published_at == AT
