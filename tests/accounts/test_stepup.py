"""Before a step that cannot be taken back a person shows once more who they are."""

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts import stepup
from accounts.middleware import DEMO
from accounts.stepup import confirmed_recently
from config.urls import urlpatterns as every_address
from tests.accounts.conftest import (
    AT,
    PASSWORD,
    code_in,
    prove_again,
    sign_in,
    sign_in_by_code,
)

pytestmark = pytest.mark.django_db
MINUTE = 60
CODE_PAGE = "/accounts/reauthenticate/code/"


def leading_to(path: str, page: str = CODE_PAGE) -> str:
    """Return the address of a page that asks, and leads on afterwards."""
    return f"{page}?{urlencode({'next': path})}"


@confirmed_recently
def _seal(request):
    return HttpResponse(f"{request.method} {request.path} {request.POST.get('reasons', '')}")


@confirmed_recently(allow_get=True)
def _export(request):
    return HttpResponse(f"{request.method}")


@require_POST
@confirmed_recently
def _release(request):
    return HttpResponse("released")


urlpatterns = [
    path("seal/", _seal),
    path("export/", _export),
    path("release/", _release),
    *every_address,
]


@pytest.fixture
def clock():
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(clock, client, member, settings):
    """A member who signed in a moment ago with an e-mailed code, and has no other way."""
    settings.ROOT_URLCONF = "tests.accounts.test_stepup"
    sign_in_by_code(client, member)
    mail.outbox.clear()
    return client


@pytest.fixture
def stale(desk, clock):
    """The same member sixteen minutes later."""
    clock.shift(16 * MINUTE)
    return desk


def ask(desk, following="/seal/") -> str:
    """Open the page that asks for a code; return the code that was sent."""
    assert desk.get(CODE_PAGE, {"next": following}).status_code == 200
    return code_in(mail.outbox[-1])


def give(desk, code, following="/seal/", **more):
    return desk.post(CODE_PAGE, {"code": code, "next": following, **more})


def wrong(code: str) -> str:
    return ("C" if code[0] == "B" else "B") + code[1:]


# Who is asked


def test_fresh_sign_in_passes_unasked(desk, clock):
    assert desk.get("/seal/").content == b"GET /seal/ "
    clock.shift(15 * MINUTE - 1)
    assert desk.post("/seal/", {"reasons": "Agreed"}).content == b"POST /seal/ Agreed"
    assert mail.outbox == []


@pytest.mark.parametrize(("method", "path"), [("get", "/seal/"), ("post", "/release/")])
def test_old_sign_in_is_asked_again(stale, method, path):
    response = getattr(stale, method)(path)
    assert (response.status_code, response.url) == (302, leading_to(path))
    assert mail.outbox == []


def test_page_may_open_freely_where_the_view_says_so(stale):
    assert stale.get("/export/").content == b"GET"
    assert stale.head("/export/").status_code == 200
    assert stale.post("/export/").url == leading_to("/export/")


def test_person_with_a_password_is_asked_for_it(clock, client, officer, settings):
    settings.ROOT_URLCONF = "tests.accounts.test_stepup"
    sign_in(client, officer)
    assert client.get("/seal/").url == leading_to("/seal/", reverse("account_reauthenticate"))
    assert client.get(CODE_PAGE, {"next": "/seal/"}).url == client.get("/seal/").url
    prove_again(client)
    assert client.get("/seal/").content == b"GET /seal/ "
    assert "Your code" not in "".join(letter.subject for letter in mail.outbox)


def test_session_without_any_record_is_asked(clock, client, member, settings):
    settings.ROOT_URLCONF = "tests.accounts.test_stepup"
    client.force_login(member)
    assert client.get("/seal/").url == leading_to("/seal/")


@pytest.mark.parametrize(("is_demo", "status"), [(True, 200), (False, 302)])
def test_demonstration_asks_nobody(stale, settings, is_demo, status):
    session = stale.session
    session[DEMO] = True
    session.save()
    settings.DEBUG = is_demo
    assert stale.get("/seal/").status_code == status


def test_visitor_is_sent_to_sign_in(client, settings):
    settings.ROOT_URLCONF = "tests.accounts.test_stepup"
    assert client.get("/seal/").url == "/accounts/login/?next=/seal/"
    assert client.get(CODE_PAGE).url == f"/accounts/login/?next={CODE_PAGE}"


SCRIPTS = [
    ({"Accept": "application/json"}, None),
    ({"HX-Request": "true"}, leading_to("http://testserver/export/")),
]


@pytest.mark.parametrize(("headers", "redirect"), SCRIPTS)
def test_script_is_refused_in_json(stale, headers, redirect):
    page = "http://testserver/export/"
    response = stale.post("/seal/", headers={**headers, "Referer": page, "HX-Current-URL": page})
    assert response.status_code == 403
    assert response.json() == {
        "reason": stepup.REASON,
        "url": leading_to("http://testserver/export/"),
    }
    assert response.get("HX-Redirect") == redirect


def test_script_from_elsewhere_names_no_page_to_return_to(stale):
    headers = {"Accept": "application/json", "Referer": "https://evil.example/"}
    assert stale.post("/seal/", headers=headers).json()["url"] == CODE_PAGE


# The code


def test_right_code_leads_on_and_holds_for_fifteen_minutes(stale, clock, member):
    code = ask(stale)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([member.email], "Your code to confirm that it is you")
    assert give(stale, code).url == "/seal/"
    assert stale.get("/seal/").status_code == 200
    clock.shift(15 * MINUTE)
    assert stale.get("/seal/").url == leading_to("/seal/")


@pytest.mark.parametrize("typed", ["{} ", "  {}", "{lower}", "{bare}"])
def test_code_may_be_typed_as_people_do(stale, typed):
    code = ask(stale)
    typed = typed.format(code, lower=code.lower(), bare=code.replace("-", ""))
    assert give(stale, typed).url == "/seal/"


def test_form_sent_too_late_goes_on_as_it_was(stale):
    response = stale.post("/seal/", {"reasons": "Siân’s evidence"})
    assert response.url == leading_to("/seal/")
    code = ask(stale)
    assert give(stale, code).content.decode() == "POST /seal/ Siân’s evidence"
    assert stale.get("/seal/").content == b"GET /seal/ "


def test_opening_the_page_again_neither_sends_another_code_nor_spends_this_one(stale):
    code = ask(stale)
    assert ask(stale) == code
    assert len(mail.outbox) == 1
    assert give(stale, code).url == "/seal/"


def test_page_opened_after_confirming_leads_on_without_sending_the_form(stale):
    stale.post("/seal/", {"reasons": "Agreed"})
    give(stale, ask(stale, "/export/"), "/export/")
    assert stale.get(CODE_PAGE, {"next": "/seal/"}).url == "/seal/"
    assert len(mail.outbox) == 1


def test_wrong_code_is_refused_and_says_how_many_tries_are_left(stale):
    code = ask(stale)
    for tries in ("2 more tries", "1 more try"):
        page = give(stale, wrong(code)).content.decode()
        assert f"you have {tries}." in page
    assert give(stale, code).url == "/seal/"


def test_code_is_void_after_three_wrong_ones(stale):
    code = ask(stale)
    for _ in range(3):
        response = give(stale, wrong(code))
    page = response.content.decode()
    assert "The code was wrong three times and no longer works." in page
    assert 'name="code"' not in page
    assert "This code no longer works" in give(stale, code).content.decode()
    assert stale.get("/seal/").status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(10 * MINUTE - 1, 302), (10 * MINUTE, 200)])
def test_code_lasts_ten_minutes(stale, clock, seconds, status):
    code = ask(stale)
    clock.shift(seconds)
    assert give(stale, code).status_code == status


def test_tries_do_not_make_a_code_last_longer(stale, clock):
    code = ask(stale)
    clock.shift(9 * MINUTE)
    give(stale, wrong(code))
    clock.shift(MINUTE)
    assert give(stale, code).status_code == 200


def test_code_works_once(stale, clock, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = MINUTE
    code = ask(stale)
    assert give(stale, code).url == "/seal/"
    clock.shift(2 * MINUTE)
    assert "This code no longer works" in give(stale, code).content.decode()


@pytest.mark.parametrize("typed", ["", "   ", "-", "x" * 1000, "ＢＢＢＢ", "\u202e", "b\x00b"])
def test_nonsense_is_refused_with_words(stale, typed):
    ask(stale)
    response = give(stale, typed)
    assert response.status_code == 200
    assert "nhsuk-error-message" in response.content.decode()


def test_another_code_takes_the_place_of_the_first(stale):
    first = ask(stale)
    response = stale.post(CODE_PAGE, {"resend": "yes", "next": "/seal/"})
    assert response.url == leading_to("/seal/")
    second = code_in(mail.outbox[-1])
    assert first != second
    assert give(stale, first).status_code == 200
    assert give(stale, second).url == "/seal/"


def test_code_of_one_session_is_no_use_in_another(stale, member, clock):
    code = ask(stale)
    thief = Client()
    thief.force_login(member)
    assert "This code no longer works" in give(thief, code).content.decode()


def test_code_is_kept_as_a_digest(stale):
    code = ask(stale)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM django_cache")
        kept = str(cursor.fetchall()) + str(dict(stale.session))
    assert "stepup:" in kept
    assert code not in kept
    assert stale.session.session_key not in kept


def test_six_codes_in_ten_minutes_are_too_many(stale, clock):
    ask(stale)
    for _ in range(4):
        stale.post(CODE_PAGE, {"resend": "yes"})
    assert len(mail.outbox) == 5
    page = stale.post(CODE_PAGE, {"resend": "yes"}, follow=True).content.decode()
    assert "Five codes were sent to you within ten minutes." in page
    assert len(mail.outbox) == 5
    clock.shift(10 * MINUTE)
    stale.post(CODE_PAGE, {"resend": "yes"})
    assert len(mail.outbox) == 6


def test_page_says_so_when_no_code_can_be_sent(stale, clock):
    for _ in range(5):
        stale.post(CODE_PAGE, {"resend": "yes"})
    code = code_in(mail.outbox[-1])
    for _ in range(3):
        give(stale, wrong(code))
    page = stale.get(CODE_PAGE).content.decode()
    assert len(mail.outbox) == 5
    assert "Five codes were sent to you within ten minutes." in page
    assert 'name="code"' not in page


def test_eleventh_try_in_five_minutes_is_not_looked_at(stale, clock):
    for _ in range(5):
        stale.post(CODE_PAGE, {"resend": "yes"})
        code = code_in(mail.outbox[-1])
        for _ in range(2):
            give(stale, wrong(code))
    assert "too many tries" in give(stale, code).content.decode()
    clock.shift(5 * MINUTE)
    assert give(stale, code).url == "/seal/"


def test_limits_are_the_persons_not_the_addresss(stale, make_person, clock):
    for _ in range(6):
        stale.post(CODE_PAGE, {"resend": "yes"})
    neighbour = Client()
    neighbour.force_login(make_person("Chen Wei"))
    before = len(mail.outbox)
    ask(neighbour)
    assert len(mail.outbox) == before + 1


@pytest.mark.parametrize(
    "following",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_next_leads_nowhere_else(stale, following):
    code = ask(stale, following)
    assert "evil" not in stale.get(CODE_PAGE, {"next": following}).content.decode()
    assert give(stale, code, following).url == "/"
    assert stale.get(CODE_PAGE, {"next": following}).url == "/"


def test_code_needs_the_token_of_the_page(member):
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(member)
    desk.get(CODE_PAGE)
    assert give(desk, code_in(mail.outbox[-1])).status_code == 403


# Ways to be confirmed by cannot be added by whoever finds a screen unlocked


@pytest.mark.parametrize(
    "name",
    [
        "account_set_password",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
    ],
)
def test_new_way_to_sign_in_needs_a_confirmation(stale, name):
    address = reverse(name)
    for method in (stale.get, stale.post):
        assert method(address).url == leading_to(address)


def test_password_can_be_set_after_confirming(stale, member):
    address = reverse("account_set_password")
    data = {"password1": PASSWORD, "password2": PASSWORD}
    stale.post(address, data)
    member.refresh_from_db()
    assert not member.has_usable_password()
    give(stale, ask(stale, address), address)
    member.refresh_from_db()
    assert member.check_password(PASSWORD)
