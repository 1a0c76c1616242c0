"""Five minutes before a session ends the page says so, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = 60
ACCOUNT = "/accounts/sessions/"


@pytest.fixture
def person():
    return User.objects.create_user("sian@nhs.example", name="Siân ap Rhys")


@pytest.fixture
def desk(site, person):
    return site.visit(person)


def warning(page):
    return page.get_by_role("alertdialog")


def short_sessions(settings, minutes=5):
    settings.SESSION_COOKIE_AGE = minutes * MINUTE


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_warning_says_how_long_and_holds_the_focus(site, person, settings, size):
    short_sessions(settings)
    visit = site.visit(person, viewport=size)
    page = visit.open(ACCOUNT)
    expect(warning(page)).to_have_accessible_name("You will be signed out in 5 minutes")
    expect(warning(page)).to_have_accessible_description(re.compile("What you saved stays saved"))
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    within = "document.activeElement.closest('dialog') || document.activeElement === document.body"
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(f"!!({within})")
    box = warning(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert visit.complaints == []


@pytest.mark.parametrize("how", ["click", "Enter", "Escape"])
def test_staying_closes_the_warning_and_keeps_what_was_typed(desk, settings, how):
    short_sessions(settings)
    page = desk.open("/accounts/password/set/?next=/")
    expect(warning(page)).to_be_visible()
    page.evaluate("document.querySelector('[name=password1]').value = 'three words of mine'")
    short_sessions(settings, 30)
    with page.expect_response("**/accounts/session/") as answer:
        if how == "click":
            page.get_by_role("button", name="Stay signed in").click()
        else:
            page.keyboard.press(how)
    assert answer.value.request.method == "POST"
    assert answer.value.json()["seconds"] == 30 * MINUTE
    expect(warning(page)).to_be_hidden()
    expect(page.locator("[name=password1]")).to_have_value("three words of mine")


def test_signing_out_from_the_warning(desk, settings):
    short_sessions(settings)
    page = desk.open(ACCOUNT)
    with page.expect_navigation():
        warning(page).get_by_role("button", name="Sign out").click()
    assert "/accounts/login/" in page.url


def test_warning_comes_five_minutes_before_the_end_and_not_earlier(desk):
    page = desk.page
    page.clock.install()
    desk.open(ACCOUNT)
    asked = []
    page.on("request", lambda one: asked.append(one.method) if "/session/" in one.url else None)
    page.clock.fast_forward("24:59")
    page.wait_for_timeout(100)
    assert asked == []
    with page.expect_response("**/accounts/session/"):
        page.clock.fast_forward("00:02")
    expect(warning(page)).to_be_hidden()  # the server knows of no idle time: another tab worked
    assert asked == ["GET"]


def test_end_is_said_and_signing_in_again_elsewhere_brings_the_form_back(site, person):
    visit = site.visit(person)
    page = visit.page
    page.clock.install()
    visit.open("/accounts/password/set/")
    page.get_by_label("New password", exact=True).fill("three words of mine")
    page.get_by_label("New password again").fill("three words of mine")
    visit.context.clear_cookies(name="session")
    page.clock.fast_forward("25:01")
    expect(warning(page)).to_have_accessible_name("Siân ap Rhys is signed out")
    with visit.context.expect_page() as opened:
        warning(page).get_by_role("link", name="Sign in again (opens in a new tab)").click()
    visit.page = opened.value
    visit.sign_in_with_code(person.email)
    expect(warning(page)).to_be_hidden()
    with page.expect_navigation():
        page.get_by_role("button", name="Set password").click()
    person.refresh_from_db()
    assert person.check_password("three words of mine")


def test_somebody_else_who_signs_in_does_not_take_over_the_page(site, person):
    visit = site.visit(person)
    page = visit.open(ACCOUNT)
    other = User.objects.create_user("chen@nhs.example", name="Chen Wei")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    visit.context.clear_cookies(name="session")
    visit.page = visit.new_page()
    visit.sign_in_with_code(other.email)
    expect(warning(page)).to_have_accessible_name("Siân ap Rhys is signed out")
    assert page.locator("[name=csrfmiddlewaretoken]").first.input_value() == token


def test_twelve_hours_cannot_be_made_longer(desk, settings):
    settings.SESSION_MAXIMUM_AGE = 4 * MINUTE
    page = desk.open(ACCOUNT)
    expect(warning(page)).to_have_accessible_name("You will be signed out in 4 minutes")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    page.get_by_role("button", name="Go on until then").click()
    expect(warning(page)).to_be_hidden()


def test_no_connection_is_said(desk, settings):
    short_sessions(settings)
    page = desk.open(ACCOUNT)
    expect(warning(page)).to_be_visible()
    desk.context.route("**/accounts/session/", lambda route: route.abort())
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_text("No connection. Try again in a moment.")).to_be_visible()
    expect(warning(page)).to_be_visible()


def test_page_works_without_javascript(site, person, settings):
    short_sessions(settings)
    visit = site.visit(person, java_script_enabled=False)
    page = visit.open(ACCOUNT)
    expect(page.get_by_role("alertdialog", include_hidden=True)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
