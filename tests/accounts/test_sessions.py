"""A session ends when nobody works, after twelve hours, at sign-out and with a person's access."""

import re

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from accounts import services
from accounts.sessions import extend_idle, ignore_for_idle
from config.urls import urlpatterns as every_address
from tests.accounts.conftest import AT, PASSWORD, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
MINUTE = 60


def _plain(request):
    return HttpResponse("plain")


def _sheet(request):
    extend_idle(request, minutes=60)
    return HttpResponse("sheet")


def _poll(request):
    ignore_for_idle(request)
    return HttpResponse("poll")


urlpatterns = [
    path("plain/", _plain),
    path("sheet/", _sheet),
    path("poll/", _poll),
    *every_address,
]


@pytest.fixture
def clock():
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(clock, client, officer, settings):
    """Staff, signed in, with a plain page, a sheet and a page that asks again by itself."""
    settings.ROOT_URLCONF = "tests.accounts.test_sessions"
    sign_in(client, officer)
    return client


def _is_known(desk, address="/plain/"):
    return desk.get(address).status_code == 200


def test_session_lasts_thirty_idle_minutes(desk, clock):
    clock.shift(30 * MINUTE - 1)
    assert _is_known(desk)
    clock.shift(30 * MINUTE - 1)
    assert _is_known(desk)
    clock.shift(30 * MINUTE + 1)
    assert not _is_known(desk)


def test_cookie_lasts_as_long(desk, clock):
    clock.shift(2 * MINUTE)
    assert desk.get("/plain/").cookies["session"]["max-age"] == 30 * MINUTE
    assert desk.get("/sheet/").cookies["session"]["max-age"] == 60 * MINUTE


def test_end_of_session_is_written_once_a_minute(desk, clock):
    clock.shift(2 * MINUTE)
    assert "session" in desk.get("/plain/").cookies
    clock.shift(30)
    assert "session" not in desk.get("/plain/").cookies
    clock.shift(31)
    assert desk.get("/plain/").cookies["session"]["max-age"] == 30 * MINUTE


def test_session_lasts_sixty_idle_minutes_on_the_sheet(desk, clock):
    assert _is_known(desk, "/sheet/")
    clock.shift(60 * MINUTE - 1)
    assert _is_known(desk, "/sheet/")
    clock.shift(60 * MINUTE + 1)
    assert not _is_known(desk, "/sheet/")


def test_page_after_the_sheet_has_thirty_minutes_again(desk, clock):
    assert _is_known(desk, "/sheet/")
    assert _is_known(desk)
    clock.shift(31 * MINUTE)
    assert not _is_known(desk)


def test_page_that_asks_again_by_itself_keeps_no_session_alive(desk, clock):
    for _ in range(29):
        clock.shift(MINUTE)
        assert _is_known(desk, "/poll/")
    clock.shift(MINUTE + 1)
    assert not _is_known(desk, "/poll/")


def test_session_ends_after_twelve_hours_however_busy(desk, clock):
    for _ in range(12 * 4):
        assert _is_known(desk)
        clock.shift(15 * MINUTE)
    assert _is_known(desk)
    clock.shift(1)
    response = desk.get("/plain/", follow=True)
    assert response.redirect_chain == [(reverse("account_login"), 302)]
    assert "You were signed in for 12 hours. Nothing saved is lost." in response.content.decode()


def test_script_is_told_that_the_session_ended(desk, clock):
    for _ in range(12 * 4 + 1):
        response = desk.get("/sheet/", headers={"Sec-Fetch-Mode": "cors"})
        clock.shift(15 * MINUTE)
    response = desk.post("/sheet/", headers={"Sec-Fetch-Mode": "cors"})
    assert response.status_code == 401
    assert response.json()["url"] == reverse("account_login")


@pytest.mark.parametrize(
    ("headers", "redirect"),
    [({"Accept": "application/json"}, None), ({"HX-Request": "true"}, "/accounts/login/")],
)
def test_script_that_is_signed_out_never_takes_the_sign_in_page_for_an_answer(
    client, headers, redirect
):
    response = client.post(reverse("usersessions_list"), headers=headers)
    assert response.status_code == 401
    assert response.json() == {
        "reason": "You are signed out. Nothing was changed. Sign in and try again.",
        "url": "/accounts/login/",
    }
    assert response.get("HX-Redirect") == redirect


def test_person_who_is_signed_out_comes_back_to_the_page(client):
    response = client.get(reverse("usersessions_list"))
    assert response.url == "/accounts/login/?next=/accounts/sessions/"


def test_access_ends_at_the_next_request(client, member):
    client.force_login(member)
    assert is_signed_in(client)
    services.change_access(user=member, is_active=False, by=None, at=AT)
    assert not is_signed_in(client)


def test_get_does_not_sign_out(client, member):
    client.force_login(member)
    response = client.get(reverse("account_logout"))
    assert response.status_code == 200
    assert "Clear-Site-Data" not in response
    assert is_signed_in(client)


def test_post_signs_out_and_clears_the_browser(client, member):
    client.force_login(member)
    key = client.session.session_key
    response = client.post(reverse("account_logout"))
    assert response.url == reverse("account_login")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)
    thief = Client()
    thief.cookies["session"] = key
    assert not is_signed_in(thief)


def test_sign_out_needs_the_token_of_the_page(member):
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(member)
    assert desk.post(reverse("account_logout")).status_code == 403
    assert is_signed_in(desk)


def test_pages_of_somebody_known_are_kept_nowhere(client, member):
    assert "no-store" not in client.get(reverse("account_reset_password_done")).get(
        "Cache-Control", ""
    )
    client.force_login(member)
    for name in ("usersessions_list", "account_logout", "account_login"):
        assert client.get(reverse(name))["Cache-Control"] == "no-store, private"
    assert client.post(reverse("account_logout"))["Cache-Control"] == "no-store, private"


def test_sessions_elsewhere_can_be_ended(client, member):
    member.set_password(PASSWORD)
    member.save(update_fields=["password"])
    for desk in (client, other := Client()):
        sign_in(desk, member)
    assert is_signed_in(other)
    assert is_signed_in(client)
    client.post(reverse("usersessions_list"))
    assert is_signed_in(client)
    assert not is_signed_in(other)


# How long it lasts yet: for the page that warns before the end

SESSION = "/accounts/session/"


def _left(response):
    """Return what a page tells the script about the session's end."""
    return int(re.search(r'data-seconds="(\d+)"', response.content.decode()).group(1))


@pytest.fixture
def place(desk):
    """Staff on a page with the frame around it."""
    desk.get(reverse("usersessions_list"))
    return desk


def test_page_tells_when_the_session_ends(place, clock):
    page = reverse("usersessions_list")
    for _ in range(47):
        assert _left(place.get(page)) == 30 * MINUTE
        clock.shift(15 * MINUTE)
    assert _left(place.get(page)) == 15 * MINUTE


def test_page_of_somebody_unknown_tells_nothing(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "data-seconds" not in page
    assert "session.js" not in page


def test_asking_tells_and_is_no_work(place, officer, clock):
    clock.shift(20 * MINUTE)
    found = place.get(SESSION).json()
    assert found.pop("token")
    assert found == {"person": officer.pk, "seconds": 10 * MINUTE, "can_stay": True}
    clock.shift(10 * MINUTE + 1)
    response = place.get(SESSION, headers={"Accept": "application/json"})
    assert response.status_code == 401


@pytest.mark.parametrize(("page", "minutes"), [("/plain/", 30), ("/sheet/", 60)])
def test_staying_gives_as_long_as_the_latest_page(place, clock, page, minutes):
    place.get(page)
    clock.shift(29 * MINUTE)
    place.get("/poll/")
    assert place.post(SESSION).json()["seconds"] == minutes * MINUTE
    assert place.get(SESSION).json()["seconds"] == minutes * MINUTE
    clock.shift(minutes * MINUTE - 1)
    assert _is_known(place)


def test_staying_gives_no_more_than_twelve_hours(place, clock):
    for _ in range(47):
        clock.shift(15 * MINUTE)
        place.get("/plain/")
    clock.shift(10 * MINUTE)
    assert place.get(SESSION).json() | {"token": ""} == {
        "person": int(place.session["_auth_user_id"]),
        "seconds": 5 * MINUTE,
        "can_stay": False,
        "token": "",
    }
    assert place.post(SESSION).json()["seconds"] == 5 * MINUTE


def test_staying_needs_the_token_and_the_answer_carries_one(member):
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(member)
    assert desk.post(SESSION).status_code == 403
    token = desk.get(SESSION).json()["token"]
    assert desk.post(SESSION, headers={"X-CSRFToken": token}).status_code == 200


def test_visitor_is_told_nothing(client):
    assert client.get(SESSION, headers={"Accept": "application/json"}).status_code == 401
    assert client.get(SESSION).url == f"/accounts/login/?next={SESSION}"


def test_new_secret_signs_nobody_out_while_the_former_one_is_listed(place, settings):
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another secret " * 5
    settings.SECRET_KEY_FALLBACKS = [former]
    assert _is_known(place)
    settings.SECRET_KEY_FALLBACKS = []
    settings.SECRET_KEY = "a third secret " * 5
    assert not _is_known(place)
