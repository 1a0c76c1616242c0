"""The framework editor's part as they live it: from a published framework to a blueprint of it."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from audit.verify import verify
from config.demo.story import Story
from rubrics.models import Blueprint, Competency, Criterion, FrameworkVersion, VersionStatus
from tests.browser import Site, Visit
from tests.worlds import give_second_factors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FRAMEWORK = "Medical leadership competencies"


@dataclass(frozen=True)
class Rewording:
    """A few words of one competency, as they stand and as the editor wants them."""

    code: str
    name: str
    value: int | None  # of the anchor; None is the summary
    old: str
    new: str

    @property
    def competency(self) -> str:
        """What pages call the competency."""
        return f"{self.code} {self.name}"

    def box(self, editor: Visit) -> Locator:
        """Return the box of the form that holds the words."""
        label = "Summary" if self.value is None else re.compile(f"^{self.value} –")
        return editor.page.get_by_label(label)

    def stored(self, version: FrameworkVersion) -> str:
        """Return the whole text as the database has it."""
        found = Competency.objects.get(domain__version=version, code=self.code)
        return found.summary if self.value is None else found.levels.get(value=self.value).anchor


REWORDINGS = (
    Rewording("1.4", "Acting with integrity", 3, "refusing a favour", "declining gifts"),
    Rewording("2.2", "Building and maintaining relationships", None, "mends", "repairs"),
    Rewording("3.3", "Managing people", 3, "early", "within days"),
    Rewording("4.1", "Ensuring patient safety", 3, "one sensible safeguard", "two safeguards"),
    Rewording(
        "5.1",
        "Identifying the contexts for change",
        4,
        "general practices",
        "primary-care networks",
    ),
)
# The box of a weight, what the ready plan has there, and what the editor wants.
WEIGHTS = (
    ("4.3 Encouraging improvement and innovation in Presentation", "6", "8"),
    ("4.1 Ensuring patient safety in Panel interview", "16", "14"),
)


# The steps of the journey


@pytest.fixture
def story(site) -> Story:
    """A trust with its people, its framework and a blueprint that stands on version 1."""
    told = Story(timezone.now())
    told.set_up()
    give_second_factors()
    return told


def copy_into_a_draft(editor: Visit) -> FrameworkVersion:
    editor.open("/")
    editor.press("Open frameworks", "link")
    editor.press(f"{FRAMEWORK}, Version 1", "link")
    expect(editor.page.get_by_role("heading", level=1)).to_contain_text(f"{FRAMEWORK}, version 1")
    editor.press("Copy into a new draft")
    editor.sees("This is version 2, a draft with every word of version 1.")
    return FrameworkVersion.objects.get(framework__name=FRAMEWORK, number=2)


def reword(editor: Visit, words: Rewording) -> None:
    """Change the words of one competency from the draft's page, and be back there."""
    editor.press(f"Change {words.competency}", "link")
    expect(editor.page.get_by_role("heading", level=1)).to_contain_text(words.competency)
    box = words.box(editor)
    text = box.input_value()
    assert text.count(words.old) == 1, f"“{words.old}” is not once in “{text}”"
    box.fill(text.replace(words.old, words.new))
    editor.press("Save", exact=True)
    editor.sees(f"{words.competency} is saved.")
    editor.sees(f"Last change: changed competency {words.competency}")


def open_anchors(editor: Visit, words: Rewording) -> Locator:
    """Unfold what earns each score of a competency, and return its card."""
    card = editor.page.get_by_role("article", name=words.competency)
    card.get_by_text("What earns each score", exact=True).click()
    return card


def undo_and_do_again(editor: Visit, words: Rewording, before: Rewording) -> None:
    """Take the last change back, see the old words and what is left to undo, then repeat it."""
    editor.press("Undo the last change")
    editor.sees(f"Undone: changed competency {words.competency}.")
    editor.sees(f"Last change: changed competency {before.competency}")
    card = open_anchors(editor, words)
    expect(card.get_by_text(words.old)).to_be_visible()
    expect(card.get_by_text(words.new)).to_have_count(0)
    reword(editor, words)
    expect(open_anchors(editor, words).get_by_text(words.new)).to_be_visible()


def compare_with_version_1(editor: Visit) -> None:
    """See every changed word marked, and nothing else listed as changed."""
    editor.press("What changed since version 1", "link")
    page = editor.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("from version 1 to version 2")
    row = page.get_by_role("row", name=re.compile("^Competencies"))
    assert row.get_by_role("cell").all_inner_texts() == ["0", "0", "0", "5", "0"]
    assert page.get_by_role("article").count() == len(REWORDINGS)
    for words in REWORDINGS:
        card = page.get_by_role("article").filter(has_text=words.competency)
        expect(card.get_by_text("Reworded", exact=True)).to_be_visible()
        for mark, text, line in (
            ("del", words.old, "line-through"),
            ("ins", words.new, "underline"),
        ):
            marks = card.locator(mark)
            said = re.sub(r"\[(?:removed|added): |\]", "", " ".join(marks.all_text_contents()))
            assert said.split() == text.split(), f"{mark} of {words.competency}"
            expect(marks.first).to_be_visible()
            expect(marks.first).to_have_css("text-decoration-line", line)


def publish(editor: Visit, draft: FrameworkVersion) -> None:
    editor.open(f"/frameworks/versions/{draft.pk}/")
    editor.sees("Everything is there.")
    editor.press("Publish this version")
    editor.sees(f"{FRAMEWORK}, version 2, is published.")
    main = editor.page.get_by_role("main")
    expect(main.get_by_text("Published", exact=True)).to_be_visible()
    for gone in ("Publish this version", "Undo the last change"):
        expect(editor.page.get_by_role("button", name=gone)).to_have_count(0)
    expect(main.get_by_role("link", name=re.compile("^Change"))).to_have_count(0)


def take_a_ready_plan(editor: Visit, version: FrameworkVersion) -> Blueprint:
    editor.open("/frameworks/")
    editor.press("Blueprints", "link", exact=True)
    plan = editor.page.locator(".q-panel").filter(has_text="Make it ours: Consultant AAC")
    expect(plan).to_contain_text(f"On {FRAMEWORK}, version 2.")
    with editor.page.expect_navigation():
        plan.get_by_role("button").click()
    editor.sees("Consultant AAC, version 2 is yours.")
    editor.sees(f"{FRAMEWORK}, version 2")
    return Blueprint.objects.get(version=version)


def change_two_weights(editor: Visit) -> None:
    """Give with one hand and take with the other; the sum follows before anything is saved."""
    editor.press("Change the weights", "link")
    line = editor.page.locator("[data-sum]")
    expect(line).to_have_text("The weights sum to 100.")
    for (label, there, wanted), sum_in_words in zip(
        WEIGHTS, ("The weights sum to 102: 2 too many.", "The weights sum to 100."), strict=True
    ):
        box = editor.page.get_by_label(label, exact=True)
        expect(box).to_have_value(there)
        box.fill(wanted)
        box.press("Tab")
        expect(line).to_have_text(sum_in_words)
    expect(editor.page.locator("[data-total]")).to_have_text("100")
    editor.press("Save the weights")
    editor.sees("The weights are saved and sum to 100.")


def seat_the_scorers(editor: Visit) -> None:
    """Leave an exercise to one seat, which the checklist counts against it, then to two."""
    card = editor.page.get_by_role("article", name="Presentation")
    for before, seat, after, held in (
        ("Every member", "College assessor", "College assessor", 10),
        ("College assessor", "Medical director", "College assessor, Medical director", 11),
    ):
        expect(card).to_contain_text(f"Scored by: {before}.")
        editor.press("Change Presentation", "link")
        editor.page.get_by_label(seat, exact=True).check()
        editor.press("Save", exact=True)
        editor.sees("Presentation is saved.")
        expect(card).to_contain_text(f"Scored by: {after}.")
        editor.sees(f"How structured it is: {held} of 15 hold")


def read_the_checklist(editor: Visit) -> None:
    """See that the plan is ready, and its fifteen parts of structure, each with an answer."""
    page = editor.page
    expect(page.get_by_role("main").get_by_text("Ready", exact=True)).to_be_visible()
    editor.sees("Appointments can be planned with it.")
    expect(page.get_by_role("heading", name="Before it can be used")).to_have_count(0)
    expect(page.get_by_role("heading", name="How structured it is: 11 of 15 hold")).to_be_visible()
    assert page.locator(".q-tick").count() == 15
    page.get_by_text("What holds", exact=True).click()
    expect(page.locator(".q-tick--holds").first).to_be_visible()


def preview_the_sheet(editor: Visit) -> None:
    """Read the adapted anchors where members will."""
    editor.press("See the score sheets as members will", "link")
    expect(editor.page.get_by_role("heading", level=1)).to_have_text(
        "The score sheet as members see it"
    )
    for words in REWORDINGS:
        if words.value is not None:  # a criterion with a question shows that, not the summary
            sheet = editor.page.locator("[data-criterion]").filter(has_text=words.competency)
            anchor = sheet.last.locator(".q-level").filter(has_text=words.new)
            expect(anchor).to_be_visible()
            assert anchor.locator("[type=radio]").get_attribute("value") == str(words.value)
            expect(sheet.filter(has_text=words.old)).to_have_count(0)


def export_and_import_unchanged(editor: Visit, version: FrameworkVersion, folder: Path) -> None:
    editor.open(f"/frameworks/versions/{version.pk}/")
    page, fold = editor.page, "Take this version out as a file, or bring a file back"
    page.get_by_text(fold).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export to Excel").click()
    file = folder / download.value.suggested_filename
    assert file.name == f"{version.framework.slug}-v2.xlsx"
    download.value.save_as(file)
    editor.press("Import a file", "link")
    with page.expect_file_chooser() as chooser:
        page.get_by_label("The file").click()
    chooser.value.set_files(file)
    expect(page.get_by_label("The file")).to_contain_text(file.name)
    editor.press("Check this file")
    expect(page.get_by_role("heading", level=1)).to_contain_text("This file changes nothing")
    editor.sees(f"{FRAMEWORK}, version 2, says all this already.")
    expect(page.get_by_role("button", name="Import as a draft")).to_have_count(0)


def test_journey_of_the_framework_editor(site: Site, story: Story, tmp_path: Path):
    user = story.users["framework-editor"]
    editor = site.visit(user)
    draft = copy_into_a_draft(editor)
    for words in REWORDINGS:
        reword(editor, words)
    undo_and_do_again(editor, REWORDINGS[-1], before=REWORDINGS[-2])
    compare_with_version_1(editor)
    publish(editor, draft)

    blueprint = take_a_ready_plan(editor, draft)
    change_two_weights(editor)
    seat_the_scorers(editor)
    read_the_checklist(editor)
    preview_the_sheet(editor)
    export_and_import_unchanged(editor, draft, tmp_path)

    first, second = draft.framework.versions.order_by("number")
    assert (first.status, second.status) == (VersionStatus.PUBLISHED, VersionStatus.PUBLISHED)
    assert second.published_by == user
    for words in REWORDINGS:
        old = words.stored(first)
        assert words.old in old
        assert words.stored(second) == old.replace(words.old, words.new)
    blueprint.refresh_from_db()
    assert (blueprint.number, blueprint.version, blueprint.is_ready) == (2, second, True)
    presentation, interview = blueprint.exercises.order_by("position")
    assert presentation.scoring_seats == ["COLLEGE", "MD"]
    assert interview.scoring_seats == []
    weights = {
        (one.exercise_id, one.competency.code): one.weight
        for one in Criterion.objects.filter(exercise__blueprint=blueprint).select_related(
            "competency"
        )
    }
    assert weights[presentation.pk, "4.3"] == 8
    assert weights[interview.pk, "4.1"] == 14
    assert sum(weights.values()) == 100
    assert story.blueprint.version == first
    assert verify().faults == ()
    assert editor.complaints == []
