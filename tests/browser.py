"""A real browser for the tests that need one: who sits at it, what they see, what went wrong.

Debian's Chromium or whichever `QUORATE_CHROMIUM` names. Without one the tests are skipped with one
clear line; with QUORATE_REQUIRE_BROWSER=1 they fail instead.
"""

import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

if TYPE_CHECKING:  # a fault in the apps is told by the tests that meet it, not by every test
    from accounts.models import User

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no Chromium was found, so nothing was tried in a browser: install chromium, or name one in"
    " QUORATE_CHROMIUM"
)
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
PASSWORD = "correct horse battery staple"
# The design system's stylesheet names a font that the content security policy does not load.
HARMLESS = re.compile(r"assets\.nhs\.uk|ERR_INTERNET_DISCONNECTED|ERR_FAILED")


def chromium_path() -> str | None:
    """Return the browser to use: the one named, one of the system's, or Playwright's own."""
    kept = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    found = [
        os.environ.get("QUORATE_CHROMIUM"),
        "/usr/bin/chromium",
        *map(shutil.which, NAMES),
        *map(str, sorted(kept.glob("chromium-*/chrome-linux*/chrome"), reverse=True)),
    ]
    return next((path for path in found if path and Path(path).exists()), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip every browser test at once, so that each file says so in one line."""
    if chromium_path() is None and os.environ.get("QUORATE_REQUIRE_BROWSER") != "1":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    path = chromium_path()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Site:
    """The running site and the people at it."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.visits: list[Visit] = []

    def visit(self, user: "User | None" = None, **options) -> "Visit":
        """Open a browser of somebody's own, signed in where `user` is given."""
        options = {"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/London"} | options
        context = self.browser.new_context(base_url=self.url, **options)
        context.set_default_timeout(10_000)
        if user is not None:
            from tests.worlds import session_key

            context.add_cookies(
                [
                    {
                        "name": settings.SESSION_COOKIE_NAME,
                        "value": session_key(user),
                        "url": self.url,
                    }
                ]
            )
        visit = Visit(self, context)
        self.visits.append(visit)
        return visit

    def close(self) -> None:
        """Close every browser, and wait for the server's threads to let go of the database."""
        for visit in self.visits:
            visit.context.close()
        until = time.monotonic() + 10
        while time.monotonic() < until and any(
            thread.name.endswith("(process_request_thread)") for thread in threading.enumerate()
        ):
            time.sleep(0.02)


class Visit:
    """Somebody at their own browser; everything its console says is kept."""

    def __init__(self, site: Site, context: BrowserContext) -> None:
        self.site, self.context = site, context
        self.complaints: list[str] = []
        context.route(re.compile(r"^https?://(?!(localhost|127\.0\.0\.1)[:/])"), refuse)
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def _listen(self, message) -> None:
        where = message.location.get("url", "") if message.location else ""
        if message.type in ("error", "warning") and not HARMLESS.search(message.text + where):
            self.complaints.append(f"{message.type} {message.text} {where}")

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a page and check how it answers."""
        response = self.page.goto(path)
        assert response.status == status, f"{path} answered {response.status}, not {status}"
        if status != 200:
            self.complaints = [c for c in self.complaints if f"status of {status}" not in c]
        return self.page

    def press(self, name: str, role: str = "button", exact: bool = False) -> None:
        """Press a button or follow a link by its words, and wait for the page that follows."""
        target = self.page.get_by_role(role, name=name, exact=exact).first
        with self.page.expect_navigation():
            if role == "link":  # its middle may be words that only screen readers get
                target.press("Enter")
            else:
                target.click()

    def choose(self, group: str, label: str) -> None:
        """Choose a radio of a group by their words."""
        fieldset = self.page.get_by_role("group", name=group)
        fieldset.get_by_label(label, exact=True).check()

    def sees(self, text: str) -> None:
        """Wait until the page shows a text."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def sign_in_with_code(self, email: str) -> None:
        """Sign in as an invited member does: with a one-time code from an e-mail."""
        self.open("/accounts/login/")
        self.press("Email me a sign-in code", "link")
        self.page.get_by_label("Email address").fill(email)
        before = len(mail.outbox)
        self.press("Send the code")
        letter = next(one for one in mail.outbox[before:] if one.to == [email])
        code = re.search(r"sign-in code is:\s+(\S+)", letter.body).group(1)
        self.page.get_by_label("Code from the email").fill(code)
        self.press("Continue")

    def sign_in_as_staff(self, email: str) -> None:
        """Sign in as staff do: with a password and a code from their authenticator app."""
        self.open("/accounts/login/")
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign in", exact=True)
        from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

        from tests.worlds import TOTP_SECRET

        code = format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))
        self.page.get_by_label("Code from your authenticator app").fill(code)
        self.press("Sign in", exact=True)

    def step_up(self) -> None:
        """Give the password again where a page asks for it."""
        if "/reauthenticate" in self.page.url:
            self.page.get_by_label("Your password").fill(PASSWORD)
            self.press("Confirm")


def refuse(route: Route) -> None:
    """Let nothing out of the machine."""
    route.abort()


@pytest.fixture
def site(chromium, live_server, settings) -> Iterator[Site]:
    """The running site with an empty database, which is emptied again after the test."""
    settings.SITE_URL = live_server.url
    cache.clear()
    opened = Site(chromium, live_server.url)
    yield opened
    opened.close()


@pytest.fixture
def live_world(site):
    """A whole world in the database of the running site."""
    from tests.worlds import load_world

    return load_world()


@contextmanager
def offline(visit: Visit, pattern: str = "**/scoring/**") -> Iterator[None]:
    """Cut the network for what matches, as a hospital's Wi-Fi does."""
    visit.context.route(pattern, refuse)
    try:
        yield
    finally:
        visit.context.unroute(pattern, refuse)
