"""What each kind of person is sent when a password is asked for at their address."""

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts import services
from accounts.letters import password_link
from tests.accounts.conftest import AT

pytestmark = pytest.mark.django_db


def _ask(client, email):
    client.post(reverse("account_reset_password"), {"email": email})
    return [(letter.to, letter.subject) for letter in mail.outbox]


def test_staff_get_a_link(client, officer):
    assert _ask(client, officer.email.upper()) == [
        ([officer.email], "Choose your password for Quorate")
    ]


def test_members_are_told_that_they_need_none(client, member):
    assert _ask(client, member.email) == [([member.email], "How you sign in to Quorate")]
    assert reverse("account_request_login_code") in mail.outbox[0].body
    assert "password/reset/key" not in mail.outbox[0].body


def test_nobody_else_gets_anything(client, officer):
    services.change_access(user=officer, is_active=False, by=None, at=AT)
    assert _ask(client, officer.email) == []
    assert _ask(client, "nobody@nhs.example") == []


def test_sixth_asking_in_ten_minutes_is_refused(client, officer):
    for _ in range(5):
        _ask(client, officer.email)
    response = client.post(reverse("account_reset_password"), {"email": officer.email})
    assert response.status_code == 429
    assert len(mail.outbox) == 5


@pytest.mark.parametrize(("days", "is_open"), [(2, True), (4, False)])
def test_link_works_for_three_days(client, officer, days, is_open):
    with time_machine.travel(AT, tick=False) as clock:
        link = password_link(officer)
        clock.shift(days * 24 * 60 * 60)
        page = client.get(link[link.index("/accounts/") :], follow=True)
        assert ('name="password1"' in page.content.decode()) is is_open


def test_new_password_ends_the_sessions_that_the_old_one_opened(client, officer):
    client.force_login(officer)
    officer.set_password("another three words")
    officer.save(update_fields=["password"])
    assert client.get(reverse("usersessions_list")).status_code == 302
