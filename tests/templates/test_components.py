"""The parts pages are made of: what they say, and to whom."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from pytest_django.asserts import assertHTMLEqual

TEMPLATES = Path(__file__).parents[2] / "templates"
OURS = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
ERROR_PAGES = [
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
    "503.html",
]
TRUST = SimpleNamespace(name="Northbrook University Hospitals NHS Trust")


class Person:
    is_authenticated = True

    def __str__(self):
        return "Łukasz Wiśniewski"


def draw(source: str, **context) -> str:
    return Template("{% load nhsuk %}" + source).render(Context(context))


def page(body: str = "", **context) -> str:
    source = f'{{% extends "base.html" %}}{{% block title %}}Board{{% endblock %}}{body}'
    return Template(source).render(Context(context))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_base_without_trust_shows_the_product_alone_and_no_account():
    html = page()
    header = html[html.index("<header") : html.index("</header>")]
    assert words(header) == "Quorate consultant appointments"
    assert "<title>Board - Quorate</title>" in html
    assert words(html[html.index("<footer") : html.index("</footer>")]) == "Quorate"


def test_base_with_trust_shows_its_name_the_person_and_their_pages():
    links = [
        SimpleNamespace(label="Home", url="/", is_current=False),
        SimpleNamespace(label="Appointments", url="/appointments/", is_current=True),
    ]
    html = page(trust=TRUST, user=Person(), navigation=links, is_demo=True, app_version="0.1.0")
    header = html[html.index("<header") : html.index("</header>")]
    assert words(header) == (
        "Northbrook University Hospitals NHS Trust Quorate consultant appointments "
        "Signed in as Łukasz Wiśniewski Sign out Home Appointments Show More pages "
        "Demonstration Synthetic people only"
    )
    assert re.findall(r'href="([^"]+)" aria-current="true"', header) == ["/appointments/"]
    assert (
        '<form class="nhsuk-header__account-form" action="/accounts/logout/" method="post">'
        in header
    )
    assert "Quorate 0.1.0, run by Northbrook University Hospitals NHS Trust" in html


def test_base_messages_become_one_banner_for_each_level():
    said = [
        Message(constants.SUCCESS, "Locked."),
        Message(constants.ERROR, "Not sent to <b>."),
        Message(constants.ERROR, "Nothing was lost."),
    ]
    html = page(messages=said)
    main = html[html.index("<main") : html.index("</main>")]
    assert words(main) == "Done Locked. There is a problem Not sent to &lt;b&gt;. Nothing was lost."
    assert re.findall(r'role="(\w+)"', main) == ["alert", "alert"]


def test_base_message_without_urgency_is_a_region():
    html = page(messages=[Message(constants.INFO, "Dr Siân Ellis has declined.")])
    assert 'aria-labelledby="message-1-title" role="region"' in html


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_needs_no_context(name):
    html = render_to_string(name)
    heading = re.search(r"<h1[^>]*>([^<]+)</h1>", html)[1]
    assert f"<title>{heading} - Quorate</title>" in html


def test_forbidden_page_gives_the_reason():
    html = render_to_string("403.html", {"exception": "The college assessor's seat is vacant."})
    main = html[html.index("<main") : html.index("</main>")]
    assert words(main) == (
        "You cannot do this now The college assessor&#x27;s seat is vacant. "
        "Nothing was changed, and nothing you saved is lost. Go to the home page"
    )


def test_breadcrumbs_lead_back_to_the_parent():
    html = draw('{% breadcrumbs "Appointments" "/a/" post "/a/7/" %}', post="Acute & general")
    assert re.findall(r'__link" href="([^"]+)">([^<]+)<', html) == [
        ("/", "Home"),
        ("/a/", "Appointments"),
        ("/a/7/", "Acute &amp; general"),
    ]
    assert words(html).endswith("Back to Acute &amp; general")


def test_breadcrumbs_with_a_label_and_no_address_are_refused():
    with pytest.raises(ValueError, match="zip"):
        draw('{% breadcrumbs "Appointments" %}')


def test_pagination_keeps_the_rest_of_the_address():
    request = RequestFactory().get("/a/?sort=-aac&page=3")
    page_obj = Paginator(range(100), 10).get_page(3)
    html = render_to_string("components/pagination.html", {"page_obj": page_obj}, request)
    assert re.findall(r'href="([^"]+)"', html) == [
        f"?sort=-aac&amp;page={number}" for number in (2, 1, 2, 3, 4, 10, 4)
    ]
    assert re.findall(r'aria-label="Page (\d+)" aria-current="page"', html) == ["3"]
    assert words(html) == "Previous page 1 2 3 4 … 10 Next page 21 to 30 of 100"


def test_pagination_of_a_single_page_is_nothing():
    context = {"page_obj": Paginator(range(3), 10).get_page(1)}
    assert render_to_string("components/pagination.html", context).strip() == ""


@pytest.mark.parametrize(
    ("sort", "order", "target"),
    [
        ("aac", ' aria-sort="ascending"', "?sort=-aac"),
        ("-aac", ' aria-sort="descending"', "?sort=aac"),
        ("post", "", "?sort=aac"),
    ],
)
def test_sort_header_turns_the_order_round_and_starts_at_the_first_page(sort, order, target):
    context = {"label": "AAC", "key": "aac", "sort": sort}
    assertHTMLEqual(
        render_to_string("components/sort_header.html", context, RequestFactory().get("/?page=4")),
        f'<th scope="col" class="q-sort"{order}>'
        f'<a class="q-sort__link" href="{target}">AAC</a></th>',
    )


def test_ticks_say_the_state_in_words_with_source_and_remedy():
    ticks = [
        {"state": "HOLDS", "text": "A lay chair sits.", "source": "Schedule 1", "mend": ""},
        {"state": "FAILS", "text": "No assessor.", "source": "", "mend": "Invite one."},
        {"state": "CANNOT_TELL", "text": "Training.", "source": "HR42", "mend": "Ask."},
    ]
    html = render_to_string("components/ticks.html", {"ticks": ticks})
    assert words(html) == (
        "Holds A lay chair sits. Schedule 1 Fails No assessor. To mend it: Invite one. "
        "Cannot tell Training. To mend it: Ask. HR42"
    )
    assert re.findall(r"q-icon--(\w+)", html) == ["tick", "cross", "question"]


def test_seats_are_named_for_those_who_do_not_see_them():
    seats = [
        {"short": "CH", "label": "Lay chair", "is_filled": True},
        {"short": "CA", "label": "College assessor", "is_filled": False},
    ]
    html = render_to_string("components/seats.html", {"seats": seats})
    assert words(html) == "CH Lay chair: filled CA College assessor: vacant"


@pytest.mark.parametrize("state", ["SAVED", "SAVING", "KEPT", "CHANGED"])
def test_saved_state_has_words_and_its_own_icon_and_is_announced(state):
    html = render_to_string("components/saved_state.html", {"state": state, "text": "Saved 10:42"})
    assert f'role="status" data-saved-state="{state}"' in html
    assert f"q-saved__icon--{state.lower()}" in html
    assert words(html) == "Saved 10:42"


def test_action_card_leads_to_one_next_action():
    html = render_to_string(
        "components/action_card.html",
        {
            "title": "Score Dr Okafor",
            "meta": "Today",
            "action_url": "/s/1",
            "action_label": "Score",
        },
    )
    assert words(html) == "Score Dr Okafor Today Score : Score Dr Okafor"
    assert re.findall(r'href="([^"]+)"', html) == ["/s/1"]


def test_summary_list_names_what_each_link_changes():
    rows = [
        {"key": "Chair", "value": "Łukasz", "action_url": "/c", "action_label": "Change"},
        {"key": "Room", "value": "2\nNorth <wing>"},
    ]
    html = render_to_string("components/summary_list.html", {"rows": rows})
    assert words(html) == "Chair Łukasz Change Chair Room 2 North &lt;wing&gt;"


def test_block_tags_wrap_their_content():
    html = draw(
        '{% details summary="Probes" %}<p>{{ a }}</p>{% enddetails %}'
        '{% callout heading="Closed" %}<p>{{ a }}</p>{% endcallout %}'
        '{% panel heading="Dates" action_label="Change" action_url="/d" %}{{ a }}{% endpanel %}',
        a="<x>",
    )
    assert words(html) == "Probes &lt;x&gt; Important: Closed &lt;x&gt; Dates Change &lt;x&gt;"


def test_allauth_page_that_is_not_ours_comes_out_in_our_look():
    provider = SimpleNamespace(name="Northbrook")
    context = {
        "form": type("Form", (forms.Form,), {"code": forms.CharField()})(),
        "account": SimpleNamespace(get_provider=provider),
        "site": SimpleNamespace(name="Quorate"),
        "redirect_field": "",
    }
    html = render_to_string("socialaccount/signup.html", context)
    assert re.search(r"<title>\s*Signup\s* - Quorate</title>", html)
    assert re.search(r'<h1 class="nhsuk-heading-l">\s*Sign Up\s*</h1>', html)
    assert 'class="nhsuk-input"' in html
    assert '<button class="nhsuk-button" type="submit" data-module="nhsuk-button">' in html


@pytest.mark.parametrize("name", OURS)
def test_template_compiles_and_has_nothing_inline(name):
    assert get_template(name)
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    if name.startswith(("documents/", "mail/")):
        return
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
