"""WCAG 2.2 AA on every page that anybody sees: axe, and what axe alone does not find.

The pages are those that the access matrix answers with 200, so that a new one is looked at as soon
as it has its row there. Nothing here changes a row that another test looks at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE, Site, Visit
from tests.test_access_matrix import DOORS, POLICY, VISITORS, Door, Row, routes
from tests.worlds import ANONYMOUS, ROLES, World, empty_database, load_world, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

DIFFER_BY_ROLE = {
    "home",
    "assessments:appointment",
    "panels:panel",
    "appointments:list",
    "appointments:candidates",
    "rubrics:version",
    "assessments:report",
}
"""Routes whose page is another one for each role; of the others one role's page is enough."""

NO_PAGE = {
    "livez": "answers machines",
    "readyz": "answers machines",
    "assessments:paper_pdf": "a file to print; the same criteria stand on assessments:preview",
    "assessments:report_pdf": "a file; its content stands on assessments:report",
    "assessments:board": "a fragment of assessments:appointment, where it is looked at",
    "account_session": "answers scripts",
    "mfa_reauthenticate": "looked at as account_reauthenticate leads to it",
}
"""Routes that answer 200 and are no page of their own, each with the reason."""


@dataclass(frozen=True)
class Look:
    """One page as one person sees it."""

    row: Row | Door
    role: str

    def __str__(self) -> str:
        return f"{self.row} {self.role}"

    def path(self, w: World) -> str:
        args = self.row.args
        return reverse(self.row.name, args=args(w) if callable(args) else args)


def looks() -> list[Look]:
    """Return every page with the people to look at it."""
    found = []
    for row in POLICY:
        roles = [role for role in ROLES if row.get[role] == 200]
        if row.name not in DIFFER_BY_ROLE:
            roles = roles[:1]
        found += [Look(row, role) for role in roles if row.name not in NO_PAGE]
    for door in DOORS:
        roles = [role for role, status in zip(VISITORS, door.get, strict=True) if status == 200]
        found += [Look(door, role) for role in roles[:1] if door.name not in NO_PAGE]
    return found


@pytest.fixture
def _django_db_helper(place) -> None:
    """Let one world serve the whole module: pytest-django would empty the database at each test."""


@pytest.fixture(scope="module")
def place(chromium, django_db_setup, django_db_blocker) -> Iterator[Site]:
    """The running site with a world in it for all tests of this module; emptied at the end."""
    from pytest_django.live_server_helper import LiveServer

    with django_db_blocker.unblock():
        world, server = load_world(), LiveServer("localhost")
        cache.clear()
        opened = Site(chromium, server.url)
        opened.world, opened.people = world, {}
        yield opened
        opened.close()
        server.stop()
        empty_database()


@pytest.fixture
def see(place):
    """Open a page as a role, in that role's own browser, and return the visit."""

    def open_page(role: str, path: str, status: int = 200) -> Visit:
        if role not in place.people:
            place.people[role] = place.visit(place.world.user(role))
        visit = place.people[role]
        visit.complaints.clear()
        visit.page.set_viewport_size(DESK)
        visit.open(path, status)
        return visit

    return open_page


def faults(page: Page) -> list[str]:
    """Return what axe and our own checks find at both widths."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        found += [f"{size['width']}: {fault}" for fault in (*by_axe(page), *by_us(page))]
    return found


def by_axe(page: Page) -> list[str]:
    response = Axe().run(page, options=AXE).response
    return [
        f"axe {one['id']}: {node['target']}"
        for one in response["violations"]
        for node in one["nodes"]
    ]


OUR_CHECKS = """() => {
  const found = [];
  const isShown = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const shown = selector => [...document.querySelectorAll(selector)].filter(isShown);
  const name = e => (e.outerHTML || "").slice(0, 120);
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    found.push(`scrolls sideways to ${document.documentElement.scrollWidth} of ${width}`);
  }
  if (shown("h1").length !== 1) found.push(`${shown("h1").length} headings of level 1`);
  if (!/.+ - Quorate$/.test(document.title)) found.push(`title "${document.title}"`);
  if (!document.documentElement.lang) found.push("no language");
  for (const e of shown("input:not([type=hidden]), select, textarea")) {
    const label = e.labels && e.labels[0] && e.labels[0].textContent.trim();
    const own = e.getAttribute("aria-label") || e.getAttribute("aria-labelledby");
    if (!label && !own) found.push(`no label: ${name(e)}`);
  }
  for (const e of document.querySelectorAll("th:not([scope])")) found.push(`no scope: ${name(e)}`);
  for (const e of shown("table")) {
    if (!e.caption || !e.caption.textContent.trim()) found.push(`no caption: ${name(e)}`);
  }
  const legends = new Map();
  for (const e of shown("fieldset")) {
    const legend = e.querySelector(":scope > legend")?.textContent.trim();
    if (!legend) found.push(`no legend: ${name(e)}`);
    else if (legends.has(legend)) found.push(`the legend "${legend}" stands twice`);
    legends.set(legend, e);
  }
  for (const e of shown("button, select, summary, input:not([type=hidden]), a.nhsuk-button")) {
    const target = (e.matches("[type=radio], [type=checkbox]") && e.labels[0]) || e;
    const box = target.getBoundingClientRect();
    if (Math.min(box.width, box.height) < 24 && !isAside(e)) {
      found.push(`target of ${Math.round(box.width)} x ${Math.round(box.height)}: ${name(e)}`);
    }
  }
  function isAside(e) {  // a link-like button inside a sentence, or one shown only on focus
    return e.matches(".nhsuk-skip-link") || getComputedStyle(e).position === "absolute";
  }
  for (const e of shown("[aria-describedby]")) {
    for (const id of e.getAttribute("aria-describedby").split(" ")) {
      if (!document.getElementById(id)) found.push(`${id} describes and is not there: ${name(e)}`);
    }
  }
  for (const e of shown("a[href='#'], a:not([href])")) found.push(`leads nowhere: ${name(e)}`);
  return found;
}"""


def by_us(page: Page) -> list[str]:
    return page.evaluate(OUR_CHECKS)


def test_every_page_is_looked_at():
    answering = {row.name for row in POLICY if 200 in row.get.values()}
    answering |= {door.name for door in DOORS if 200 in door.get}
    missing = answering - {look.row.name for look in looks()} - set(NO_PAGE)
    assert not missing, f"Look at these pages, or say in NO_PAGE why not: {sorted(missing)}"
    assert not set(NO_PAGE) - set(routes())


@pytest.mark.parametrize("look", looks(), ids=str)
def test_page_can_be_used_by_everybody(place, see, look):
    visit = see(look.role, look.path(place.world))
    assert faults(visit.page) == []
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("staffing", lambda w: "/nothing-here/", 404),
        ("chair", lambda w: reverse("assessments:outcome", args=[w.today.pk]), 403),
        (ANONYMOUS, lambda w: "/accounts/login/?next=/", 200),
    ],
)
def test_refusal_can_be_read_by_everybody(place, see, role, path, status):
    visit = see(role, path(place.world), status)
    assert faults(visit.page) == []
    assert visit.complaints == []


def test_titles_tell_pages_apart(place):
    titles: dict[str, set[str]] = {}
    for look in looks():
        client = signed_in(place.world.user(look.role))
        page = client.get(look.path(place.world)).content.decode()
        title = page.split("<title>")[1].split("</title>")[0].strip()
        titles.setdefault(title, set()).add(look.row.name)
    same = {title: names for title, names in titles.items() if len(names - SAME_PAGE) > 1}
    assert same == {}


SAME_PAGE = {"accounts:roles_of_trust"}
"""Another address of a page that has one already."""


# Forms that were filled in wrongly


WRONG = {
    "appointments:add_candidate": ("staffing", "Add candidate"),
    "appointments:decide_shortlist": ("staffing", "Save decision"),
    "appointments:cancel": ("staffing", "Cancel this appointment"),
    "panels:create_appointment": ("staffing", "Create appointment"),
    "panels:add_person": ("staffing", "Save"),
    "panels:invite": ("staffing", "Send the invitation"),
    "panels:respond": ("member", "Send your answer"),
    "assessments:recommend": ("chair", "Seal the recommendation"),
    "assessments:decide": ("chief_executive", "Record my decision"),
    "accounts:add_person": ("administrator", None),
    "account_request_login_code": (ANONYMOUS, "Send the code"),
}
"""Forms that refuse to be sent empty, with who fills them in and the button."""


@pytest.mark.parametrize("name", WRONG)
def test_errors_are_tied_to_their_fields(place, see, name):
    role, button = WRONG[name]
    row = [row for row in (*POLICY, *DOORS) if row.name == name][-1]
    if name == "appointments:add_candidate":
        row = next(one for one in POLICY if one.name == name)
    visit = see(role, Look(row, role).path(place.world))
    page = visit.page
    main = page.get_by_role("main")
    target = main.get_by_role("button", name=button) if button else main.get_by_role("button")
    with page.expect_navigation():
        target.last.click()
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_be_visible()
    assert page.title().startswith("Error: ")
    for href in [link.get_attribute("href") for link in summary.locator("a").all()]:
        assert page.locator(f"[id='{href.removeprefix('#')}']").count() == 1, href
    assert faults(page) == []
    assert visit.complaints == []


# The score sheet


def own_sheets(place: Site) -> list[str]:
    """Return the addresses of the member's open sheets."""
    from assessments.models import ScoreSheet

    sheets = ScoreSheet.objects.filter(
        member__person=place.world.story.people["consultant"],
        application__appointment=place.world.today,
    ).order_by("pk")
    return [reverse("assessments:sheet", args=[sheet.pk]) for sheet in sheets]


def choose(page: Page, value: int) -> None:
    block = page.locator("[data-criterion]").first
    block.locator(f"[type=radio][value='{value}']").locator("xpath=..").click()


def test_sheet_that_is_filled_and_saved_can_be_used_by_everybody(place, see):
    page = see("member", own_sheets(place)[0]).page
    blocks = page.locator("[data-criterion]").all()
    page.locator("[data-criterion] [type=radio]").first.focus()
    for _ in blocks:
        for key in ("4", "Enter"):
            page.keyboard.press(key)
    expect(page.locator("[data-saved-state=saved]")).to_contain_text("Saved at")
    done = page.locator("[data-done]").inner_text()
    assert done == str(len(blocks)), "two keys a criterion are enough"
    page.locator("[data-criterion] [type=checkbox]").first.check()
    blocks[1].locator("[value=not_assessed]").locator("xpath=..").click()
    assert faults(page) == []


def test_sheet_that_conflicts_can_be_used_by_everybody(place, see):
    visit = see("member", own_sheets(place)[1])
    other = visit.new_page()
    other.goto(visit.page.url)
    choose(other, 5)
    expect(other.locator("[data-saved-state=saved]")).to_contain_text("Saved at")
    other.close()
    choose(visit.page, 2)
    expect(visit.page.locator("[data-saved-state=changed]")).to_be_visible()
    assert faults(visit.page) == []


def test_sheet_that_waits_for_the_network_can_be_used_by_everybody(place, see):
    page = see("member", own_sheets(place)[2]).page
    page.route("**/criteria/**", lambda route: route.abort())
    choose(page, 3)
    expect(page.locator("[data-saved-state=kept]")).to_be_visible()
    assert faults(page) == []
    page.unroute("**/criteria/**")
    expect(page.locator("[data-saved-state=saved]")).to_be_visible()


def test_sheet_with_errors_can_be_used_by_everybody(place):
    visit = place.visit(place.world.users["member"], java_script_enabled=False)
    page = visit.open(own_sheets(place)[3])
    with_script = place.visit(place.world.users["member"])
    with_script.open(own_sheets(place)[3])
    with_script.page.evaluate(
        "document.querySelector('[data-criterion] [name$=-version]').value = '7';"
        "HTMLFormElement.prototype.submit.call(document.querySelector('[data-sheet]'))"
    )
    with_script.page.wait_for_load_state()
    expect(with_script.page.locator(".nhsuk-error-summary")).to_be_visible()
    assert with_script.page.title().startswith("Error: ")
    assert faults(with_script.page) == []
    assert page.locator("[data-criterion]").count() > 0


def test_locked_sheet_can_be_read_by_everybody(place, see):
    sheet = place.world.sheet("consultant", place.world.scored)
    page = see("member", reverse("assessments:sheet", args=[sheet.pk])).page
    expect(page.get_by_text("It can be read, and no longer changed.")).to_be_visible()
    assert (
        page.locator("[data-criterion] :is(input, textarea):enabled:not([type=hidden])").count()
        == 0
    )
    assert faults(page) == []


def test_each_criterion_has_its_own_fieldset_and_legend(place, see):
    page = see("member", own_sheets(place)[0]).page
    criteria = page.locator("[data-criterion]").count()
    legends = page.locator("[data-criterion] fieldset > legend").all_inner_texts()
    assert len(legends) == len(set(legends)) == criteria > 1


FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = (e.matches(".q-level__input") ? e.closest("label") : e).getBoundingClientRect();
  const head = document.querySelector(".q-sheet-head");
  const top = head.getBoundingClientRect();
  const room = innerHeight - top.height;
  const isBehind = !head.contains(e) && box.top < top.bottom - 1 && box.bottom > top.top + 1;
  const parts = [e, e.nextElementSibling, e.closest("label")].filter(Boolean);
  const isMarked = parts.some(part => {
    const style = getComputedStyle(part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none";
  });
  return {
    name: e.outerHTML.slice(0, 100),
    isUnderTheHead: isBehind && (box.bottom <= top.bottom + 1 || box.height < room),
    isOffScreen: box.bottom <= 0 || box.top >= innerHeight,
    isMarked,
  };
}"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_focus_is_visible_and_never_under_the_head_of_the_sheet(place, see, size, key):
    page = see("member", own_sheets(place)[0]).page
    page.set_viewport_size(size)
    if key == "Shift+Tab":
        page.locator(".q-sheet-actions a").focus()
    wrong, steps = [], 0
    for _ in range(60):
        page.keyboard.press(key)
        focus = page.evaluate(FOCUSED)
        if focus is None:
            break
        steps += 1
        if focus["isUnderTheHead"] or focus["isOffScreen"] or not focus["isMarked"]:
            wrong.append(focus)
    assert steps > 10
    assert wrong == []


def test_number_keys_can_be_switched_off(place, see):
    page = see("member", own_sheets(place)[0]).page
    page.get_by_label("Number keys score the criterion you are in").uncheck()
    radio = page.locator("[data-criterion] [type=radio]").first
    was = page.locator("[data-criterion]").first.locator("[type=radio]:checked").count()
    radio.focus()
    page.keyboard.press("2")
    now = page.locator("[data-criterion]").first.locator("[type=radio]:checked").count()
    assert now == was


def test_saved_state_is_a_live_region(place, see):
    page = see("member", own_sheets(place)[0]).page
    line = page.locator("[data-saved-state]")
    expect(line.locator("xpath=ancestor-or-self::*[@role='status' or @aria-live]")).to_have_count(1)


# What a broken page would look like to these checks


def test_checks_find_what_they_are_for(place, see):
    page = see("staffing", "/").page
    page.evaluate(
        """() => {
          const main = document.querySelector("main");
          main.innerHTML = '<h1>A</h1><h1>B</h1><input><div class="wide">x</div>'
            + '<table><tr><th>C</th></tr></table><fieldset></fieldset>'
            + '<button class="small">.</button><a>D</a><p aria-describedby="gone">E</p>';
          main.querySelector(".wide").style.width = "3000px";
          const small = main.querySelector(".small");
          Object.assign(small.style, {padding: 0, fontSize: "4px", lineHeight: 1, minHeight: 0});
          document.title = "x";
        }"""
    )
    found = " ".join(by_us(page))
    for part in (
        "scrolls sideways",
        "2 headings",
        "title",
        "no label",
        "no scope",
        "no caption",
        "no legend",
        "target of",
        "leads nowhere",
        "gone describes",
    ):
        assert part in found, part
    assert any("label" in fault for fault in by_axe(page))
