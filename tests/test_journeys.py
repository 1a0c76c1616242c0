"""The whole of it as people live it: from the vacancy to the report, in a real browser."""

import io
import json
import re
from itertools import cycle

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Locator, Route, expect
from pypdf import PdfReader

from appointments.models import Appointment
from assessments.models import CandidateReport, Receipt, Score, ScoreSheet
from audit.models import Entry
from audit.verify import verify
from config.demo.people import BY_SLUG
from config.demo.story import SEATS, Story
from panels.access import find_drift
from panels.queries import panel_of
from tests.browser import PASSWORD, PHONE, Site, Visit, offline
from tests.worlds import give_second_factors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CANDIDATES = (
    ("Dr Łukasz Zieliński", "0012301"),
    ("Dr Siân ap Rhys", "0012302"),
    ("Dr 歐陽志明 (Au-Yeung Chi-ming)", "0012303"),
)
NOTE = "Told the family the same day and put the audit right within the month."


# How a member scores


def open_sheets(slug: str) -> list[ScoreSheet]:
    """Return a member's sheets in the order in which they score."""
    return list(
        ScoreSheet.objects.filter(member__person__email=BY_SLUG[slug].email)
        .select_related("application__candidate", "exercise")
        .order_by("exercise__position", "application__position")
    )


def level(block: Locator, value: int) -> Locator:
    """Return the radio of one level."""
    return block.locator(f"[type=radio][value='{value}']")


def evidence(block: Locator) -> Locator:
    """Return the box for a criterion's evidence."""
    return block.get_by_role("textbox", name=re.compile("^Evidence"))


def wait_until_saved(visit: Visit) -> None:
    """Wait until the page says that the server has everything."""
    expect(visit.page.locator("[data-saved-state=saved]")).to_contain_text(
        re.compile(r"Saved at \d\d:\d\d:\d\d")
    )


def score_by_clicking(visit: Visit, sheet: ScoreSheet, values: cycle) -> None:
    """Choose a level of every criterion with the mouse and write the evidence."""
    page = visit.open(f"/scoring/{sheet.pk}/")
    for block in page.locator("[data-criterion]").all():
        level(block, next(values)).locator("xpath=..").click()
        evidence(block).fill(NOTE)
    page.locator("#overall").get_by_text("Appointable", exact=True).click()
    wait_until_saved(visit)


def score_by_keyboard(visit: Visit, sheet: ScoreSheet, values: cycle) -> None:
    """Score with number keys and Enter alone: two keys a criterion."""
    page = visit.open(f"/scoring/{sheet.pk}/")
    first = page.locator("[data-criterion] [type=radio]").first
    first.focus()
    for _ in page.locator("[data-criterion]").all():
        page.keyboard.press(str(next(values)))
        page.keyboard.press("Enter")
    page.keyboard.press("Space")
    wait_until_saved(visit)


def score_without_script(visit: Visit, sheet: ScoreSheet, values: cycle) -> None:
    """Fill the plain form and send it."""
    page = visit.open(f"/scoring/{sheet.pk}/")
    for block in page.locator("[data-criterion]").all():
        level(block, next(values)).check()
        evidence(block).fill(NOTE)
    page.locator("#overall [value=APPOINTABLE]").check()
    visit.press("Save", exact=True)
    visit.sees("Your scores on this sheet are saved.")


def lock(visit: Visit, appointment: Appointment) -> None:
    """Review and lock."""
    visit.open(f"/appointments/{appointment.pk}/review/")
    visit.press("Lock my scores")
    visit.sees("All your scores are locked.")


# The steps of the journey


@pytest.fixture
def story(site) -> Story:
    """A trust with its people, its framework and its blueprint, and nothing else."""
    told = Story(timezone.now())
    told.set_up()
    give_second_factors()
    for slug in ("officer", "chief-executive"):
        told.users[slug].set_password(PASSWORD)
        told.users[slug].save(update_fields=["password"])
    return told


def read_the_framework(site: Site, story: Story) -> None:
    editor = site.visit(story.users["framework-editor"])
    editor.open("/")
    editor.press("Open frameworks", "link")
    editor.press("Version 1", "link")
    editor.sees("Ensuring patient safety")


def create_the_appointment(officer: Visit, story: Story) -> Appointment:
    officer.open("/appointments/")
    officer.press("New appointment", "link")
    page = officer.page
    page.get_by_label("Reference").fill("J-1")
    page.get_by_label("Post title").fill("Consultant in acute medicine")
    page.get_by_label("Specialty").fill("Acute internal medicine")
    officer.choose("Does the post have substantial teaching or research?", "No")
    page.get_by_label("Blueprint").select_option(str(story.blueprint.pk))
    page.get_by_label("Date", exact=True).fill(timezone.localdate().isoformat())
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_label("Where does it meet?").fill("Boardroom")
    officer.press("Create appointment")
    officer.sees("Now fill its panel.")
    return Appointment.objects.get(reference="J-1")


def choose_the_shortlist(officer: Visit, appointment: Appointment) -> None:
    officer.open(f"/appointments/{appointment.pk}/candidates/")
    officer.press("Mark as advertised")
    officer.press("Start shortlisting")
    for name, number in CANDIDATES:
        officer.press("Add a candidate", "link")
        officer.page.get_by_label("Name", exact=True).fill(name)
        officer.page.get_by_label("Email address").fill(f"c{number}@demo.quorate.example")
        officer.page.get_by_label("GMC number").fill(number)
        officer.press("Add candidate")
    for name, _ in CANDIDATES:
        officer.press(f"about {name}", "link")
        officer.choose("Is this candidate shortlisted?", "Shortlisted")
        officer.press("Save decision")
    officer.press("Finish shortlisting")
    officer.sees("is now “Shortlisted”")


def convene_the_panel(officer: Visit, appointment: Appointment, story: Story) -> None:
    for seat, slug in SEATS:
        page = officer.open(f"/appointments/{appointment.pk}/panel/invite/?seat={seat}")
        page.get_by_label("Who is asked?").select_option(str(story.people[slug].pk))
        if seat == "COLLEGE":
            page.get_by_label("Who put them forward?").select_option("COLLEGE")
        if slug == "chair":
            page.get_by_label("They take the chair").check()
        officer.press("Send the invitation")
        officer.sees("is invited by")
    invited = [one.to[0] for one in mail.outbox if "Will you sit on the panel" in one.subject]
    assert sorted(invited) == sorted(BY_SLUG[slug].email for _, slug in SEATS)


def accept_and_declare(visit: Visit, appointment: Appointment, interest_in: str = "") -> None:
    visit.open("/")
    visit.press("Answer the invitation", "link")
    visit.choose("Can you sit on this panel?", "Yes, I will be there")
    visit.press("Send your answer")
    for name, _ in CANDIDATES:
        has_interest = name == interest_in
        words = "I have an interest" if has_interest else "I have no interest to declare"
        visit.page.get_by_role("group", name=name).get_by_label(words, exact=True).check()
        if has_interest:
            visit.page.get_by_label(f"What is your interest in {name}?").fill(
                "We trained together."
            )
    visit.press("Save my declarations")
    visit.sees("Your declarations are saved.")


def decide_the_interest(chair: Visit, appointment: Appointment) -> None:
    chair.open("/")
    chair.press("Decide on declared interests", "link")
    chair.press("Read and decide", "link")
    chair.choose("What follows?", "They stay and score this candidate")
    chair.press("Record the decision")


def blind_check(
    site: Site, story: Story, appointment: Appointment, members: dict[str, Visit]
) -> None:
    """See that nothing of the consultant's scores reaches anybody else before all have locked."""
    score = Score.objects.filter(sheet__member__person=story.people["consultant"]).first()
    sheet, others = score.sheet, {**members, "officer": site.visit(story.users["officer"])}
    del others["consultant"]
    for slug, visit in others.items():
        visit.open(f"/appointments/{appointment.pk}/outcome/", status=403)
        visit.open(f"/scoring/{sheet.pk}/", status=404)
        page = visit.open(f"/appointments/{appointment.pk}/")
        assert NOTE not in page.content(), f"{slug} reads the consultant's evidence"
        is_told = slug in ("chair", "officer")
        assert ("Who has locked" in page.content()) is is_told


def recommend_and_decide(site: Site, story: Story, appointment: Appointment, chair: Visit) -> None:
    chair.open("/")
    chair.press("Record the recommendation", "link")
    first, second, third = (name for name, _ in CANDIDATES)
    for name, verdict, preference in (
        (first, "Recommended for appointment", "1"),
        (second, "Suitable; reserve", "2"),
        (third, "Not suitable", ""),
    ):
        chair.choose(f"{name}: what does the panel find?", verdict)
        chair.page.get_by_label(f"{name}: order of preference").fill(preference)
    chair.page.get_by_label("The panel’s reasons").fill("Agreed after comparing the evidence.")
    chair.press("Seal the recommendation")
    chair.sees("The recommendation is sealed")
    executive = site.visit()
    executive.sign_in_as_staff(BY_SLUG["chief-executive"].email)
    executive.press("Decide on the recommendation", "link")
    executive.step_up()
    executive.step_up()
    executive.choose("Do you accept the panel’s recommendation?", "Yes, I accept it")
    executive.press("Record my decision")
    executive.sees("accepted the recommendation")


def release_the_reports(officer: Visit, appointment: Appointment) -> None:
    reports = CandidateReport.objects.filter(application__appointment=appointment)
    for report in reports.order_by("application__position"):
        page = officer.open(f"/reports/{report.pk}/review/")
        page.get_by_label("Strengths").fill("Openness about errors, shown with figures.")
        page.get_by_label("Next steps").fill("Shadow the divisional team for a budget round.")
        officer.press("Save and read the report")
        officer.press("Release this report")
        officer.step_up()
        officer.sees("Released")


def text_of_pdf(content: bytes) -> str:
    """Return the words of a PDF, in one line."""
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()
    )


def test_journey_from_vacancy_to_report(site, story):
    read_the_framework(site, story)
    officer = site.visit()
    officer.sign_in_as_staff(BY_SLUG["officer"].email)
    appointment = create_the_appointment(officer, story)
    choose_the_shortlist(officer, appointment)
    convene_the_panel(officer, appointment, story)

    # Everybody answers and declares; the assessor has an interest, which the chair decides about.
    chair = site.visit(java_script_enabled=False)
    chair.sign_in_with_code(BY_SLUG["chair"].email)
    members = {"chair": chair} | {
        slug: site.visit(story.users[slug], **({"viewport": PHONE} if slug == "assessor" else {}))
        for _, slug in SEATS
        if slug != "chair"
    }
    for slug, visit in members.items():
        interest_in = CANDIDATES[1][0] if slug == "assessor" else ""
        accept_and_declare(visit, appointment, interest_in)
    decide_the_interest(chair, appointment)
    officer.open(f"/appointments/{appointment.pk}/panel/")
    officer.sees("Nothing stops this Advisory Appointments Committee.")
    officer.open(f"/appointments/{appointment.pk}/open/")
    officer.press("Open scoring")
    officer.sees("Scoring is open.")

    # Two members score in the browser with script, one without, two through the services.
    values = cycle((4, 3, 5, 4, 4, 3))
    consultant, assessor = members["consultant"], members["assessor"]
    for sheet in open_sheets("consultant"):
        score_by_clicking(consultant, sheet, values)
    blind_check(site, story, appointment, members)
    for sheet in open_sheets("assessor"):
        score_by_keyboard(assessor, sheet, cycle((3, 4)))
    for sheet in open_sheets("chair"):
        score_without_script(chair, sheet, values)
    for slug in ("assessor", "consultant", "chair"):
        lock(members[slug], appointment)
    blind_check(site, story, appointment, members)
    story.score(panel_of(appointment), ("chief-executive", "medical-director"))

    recommend_and_decide(site, story, appointment, chair)
    release_the_reports(officer, appointment)
    for report in CandidateReport.objects.filter(application__appointment=appointment):
        with report.pdf.open("rb") as file:
            text = text_of_pdf(file.read())
        name = report.application.candidate.name
        assert name.replace(" ", "") in text.replace(" ", ""), f"{name} is not in {text[:200]}"
        others = {other for other, _ in CANDIDATES} - {name}
        assert not [other for other in others if other in text]
        with officer.page.expect_download() as download:
            officer.open(f"/reports/{report.pk}/")
            officer.page.get_by_role("button", name="Download the PDF").click()
        assert download.value.path().read_bytes()[:5] == b"%PDF-"
    assert verify().faults == ()
    assert find_drift() == ([], [])
    complaints = [complaint for visit in site.visits for complaint in visit.complaints]
    assert complaints == []


# What is saved, and what is said about it


@pytest.fixture
def consultant(site, live_world) -> Visit:
    """A member with one sheet to score, at their own browser."""
    visit = site.visit(live_world.users["member"])
    visit.world, visit.sheet = live_world, live_world.sheet("consultant")
    visit.open(f"/scoring/{visit.sheet.pk}/")
    return visit


def first_block(page):
    """Return the first criterion of a sheet."""
    return page.locator("[data-criterion]").first


def choose(page, value: int) -> None:
    """Choose a level of the first criterion."""
    level(first_block(page), value).locator("xpath=..").click()


def saved(sheet: ScoreSheet) -> list[tuple]:
    """Return what the database holds of a sheet, with how often each score was written."""
    rows = Score.objects.filter(sheet=sheet).order_by("criterion__position")
    return list(rows.values_list("value", "evidence", "version"))


def times_saved(sheet: ScoreSheet) -> tuple[int, int]:
    """Return how many changes were acknowledged, and how many the ledger has."""
    entries = Entry.objects.filter(
        action="score.saved", actor=f"user:{sheet.member.person.user_id}"
    )
    return Receipt.objects.filter(sheet=sheet).count(), entries.count()


def test_tap_is_saved_and_the_page_says_when(consultant):
    page, sheet = consultant.page, consultant.sheet
    before = times_saved(sheet)
    choose(page, 4)
    wait_until_saved(consultant)
    said = page.locator("[data-saved-state]").inner_text()
    at = timezone.localtime(Score.objects.get(sheet=sheet).saved_at)
    assert f"{at:%H:%M:%S}" in said
    assert saved(sheet) == [(4, "", 1)]
    assert times_saved(sheet) == (before[0] + 1, before[1] + 1)
    page.reload()
    assert level(first_block(page), 4).is_checked()
    assert page.locator("[data-done]").inner_text() == "1"


def test_change_made_offline_is_saved_once_when_the_network_returns(consultant):
    page, sheet = consultant.page, consultant.sheet
    before = times_saved(sheet)
    with offline(consultant):
        choose(page, 3)
        expect(page.locator("[data-saved-state=kept]")).to_contain_text("Not saved yet")
        expect(first_block(page).locator("[data-state]")).to_contain_text("Not saved yet")
        assert saved(sheet) == []
    wait_until_saved(consultant)
    assert saved(sheet) == [(3, "", 1)]
    assert times_saved(sheet) == (before[0] + 1, before[1] + 1)


def test_several_changes_made_offline_leave_the_last_one(consultant):
    page, sheet = consultant.page, consultant.sheet
    with offline(consultant):
        for value in (1, 2, 5):
            choose(page, value)
        evidence(first_block(page)).fill(NOTE)
        expect(page.locator("[data-saved-state=kept]")).to_be_visible()
    wait_until_saved(consultant)
    value, written, _ = saved(sheet)[0]
    assert (value, written) == (5, NOTE)


def test_leaving_with_unsaved_changes_asks_first(consultant):
    page = consultant.page
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    with offline(consultant):
        choose(page, 3)
        expect(page.locator("[data-saved-state=kept]")).to_be_visible()
        page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_reply_swallowed_after_the_commit_is_not_saved_twice(consultant):
    page, sheet = consultant.page, consultant.sheet
    before, swallowed = times_saved(sheet), []

    def swallow(route: Route) -> None:
        if swallowed:
            route.continue_()
            return
        swallowed.append(route.fetch().status)
        route.abort()

    page.route("**/criteria/**", swallow)
    choose(page, 4)
    wait_until_saved(consultant)
    assert swallowed == [200]
    assert saved(sheet) == [(4, "", 1)]
    assert times_saved(sheet) == (before[0] + 1, before[1] + 1)


def test_busy_server_is_tried_again(consultant):
    page, sheet = consultant.page, consultant.sheet
    refused = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(503)
        route.fulfill(status=503, body="busy")

    page.route("**/criteria/**", refuse_once)
    choose(page, 2)
    expect(page.locator("[data-saved-state=kept]")).to_contain_text("Not saved yet")
    wait_until_saved(consultant)
    assert saved(sheet) == [(2, "", 1)]


def test_refused_change_says_so_and_is_not_called_saved(consultant):
    page = consultant.page
    page.route(
        "**/criteria/**",
        lambda route: route.fulfill(status=422, body=json.dumps({"error": "Not like this."})),
    )
    choose(page, 2)
    expect(first_block(page).locator("[data-state]")).to_contain_text("Not saved: Not like this.")
    expect(page.locator("[data-saved-state]")).to_contain_text("Not saved")


def in_two_tabs(consultant: Visit):
    """Let another tab save a 5 after this one was opened; return this tab."""
    page, other = consultant.page, consultant.new_page()
    other.goto(page.url)
    choose(other, 5)
    expect(other.locator("[data-saved-state=saved]")).to_contain_text("Saved at")
    other.close()
    choose(page, 2)
    expect(page.locator("[data-saved-state=changed]")).to_contain_text("Changed elsewhere")
    return page


@pytest.mark.parametrize(
    ("button", "held"),
    [("Keep what is here", [(2, "", 2)]), ("Take what is saved there", [(5, "", 1)])],
)
def test_change_in_another_tab_shows_both_and_overwrites_nothing(consultant, button, held):
    page = in_two_tabs(consultant)
    block = first_block(page)
    expect(block.locator("[data-state]")).to_contain_text("Saved there: 5")
    assert level(block, 2).is_checked()
    assert saved(consultant.sheet) == [(5, "", 1)]
    block.get_by_role("button", name=button).click()
    expect(page.locator("[data-saved-state=saved]")).to_be_visible()
    value = held[0][0]
    expect(level(block, value)).to_be_checked()
    assert saved(consultant.sheet) == held


def test_session_that_ends_loses_nothing(consultant):
    page, sheet = consultant.page, consultant.sheet
    cookies = consultant.context.cookies()
    consultant.context.clear_cookies(name="session")
    choose(page, 4)
    expect(first_block(page).locator("[data-state]")).to_contain_text("Your session has ended")
    consultant.context.add_cookies(cookies)
    wait_until_saved(consultant)
    assert saved(sheet) == [(4, "", 1)]


def test_plain_form_refused_for_another_tab_keeps_what_was_typed(site, live_world):
    visit = site.visit(live_world.users["member"], java_script_enabled=False)
    sheet = live_world.sheet("consultant")
    page = visit.open(f"/scoring/{sheet.pk}/")
    other = visit.new_page()
    other.goto(page.url)
    for tab, value in ((other, 5), (page, 2)):
        level(first_block(tab), value).check()
        evidence(first_block(tab)).fill(f"I heard {value}.")
        tab.get_by_role("button", name="Save", exact=True).click()
    expect(first_block(page)).to_contain_text("Saved elsewhere: 5")
    assert level(first_block(page), 2).is_checked()
    assert evidence(first_block(page)).input_value() == "I heard 2."
    assert saved(sheet) == [(5, "I heard 5.", 1)]
    page.get_by_role("button", name="Save", exact=True).click()
    visit.sees("Your scores on this sheet are saved.")
    assert saved(sheet) == [(2, "I heard 2.", 2)]
