"""The invitation: who, when, where, one link, and no candidate."""

import re

import pytest
from django.core import mail

from panels.mail import preview_invitation
from panels.services import SeatTaken
from tests.panels.seated import invite, make_person


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://quorate.north.example"


@pytest.fixture
def sent(panel, candidates):
    def send(seat="", name="Mr Ngũgĩ Kamau", email="ngugi@mail.example", **changes):
        person = make_person(panel.appointment, name, email)
        invite(panel, person, seat, **changes)
        return mail.outbox[-1]

    return send


def test_invitation_says_what_when_where_and_one_thing_to_do(sent, appointment):
    message = sent("COLLEGE")
    assert (message.to, message.subject) == (
        ["ngugi@mail.example"],
        "Will you sit on the panel for Consultant in acute medicine?",
    )
    assert message.body.strip() == (
        "Dear Mr Ngũgĩ Kamau,\n\n"
        "North NHS Trust asks you to sit on the Advisory Appointments Committee for this post:\n\n"
        "Consultant in acute medicine\n"
        "Tuesday 8 December 2026, 9:30am\n"
        "Boardroom\n\n"
        "You would sit as college assessor.\n\n"
        "Please say whether you can:\n"
        f"https://quorate.north.example/appointments/{appointment.pk}/panel/respond/\n\n"
        "Sign in with this email address. You need no password: we email you a code each time."
        "\n\n"
        "If you did not expect this message, please tell Priya Nair at officer@north.example.\n\n"
        "Priya Nair\n"
        "Medical staffing, North NHS Trust\n\n"
        "--\nQuorate, consultant appointments\nhttps://quorate.north.example"
    )


def test_invitation_both_parts_have_one_link_and_no_candidate(sent):
    message = sent("COLLEGE")
    (html, kind) = message.alternatives[0]
    assert kind == "text/html"
    for part in (message.body, html):
        assert part.count("/panel/respond/") == 1
        assert set(re.findall(r"https://[^/\"<\s]*", part)) == {"https://quorate.north.example"}
        assert "Tuesday 8 December 2026, 9:30am" in part
        for secret in ("Okafor", "Nguyễn", "0012345", "mail.example/"):
            assert secret not in part


def test_invitation_to_a_deputy_and_to_an_additional_member(sent):
    deputy = sent("CE", is_deputy=True)
    assert "You would sit as deputy for the chief executive." in deputy.body
    extra = sent(email="extra@mail.example", name="Siân")
    assert "You would be an additional member." in extra.body


def test_invitation_to_somebody_with_a_password(sent, officer):
    assert "Sign in as you usually do." in sent(email=officer.email, name="Priya").body


def test_invitation_markup_in_a_name_is_text(sent):
    html, _ = sent(name="<script>x</script> & Sons").alternatives[0]
    assert "<script>x" not in html
    assert "&lt;script&gt;x&lt;/script&gt; &amp; Sons" in html


def test_invitation_is_not_sent_when_nobody_is_invited(panel, invited):
    mail.outbox.clear()
    person = make_person(panel.appointment, "Rajesh", "r@mail.example")
    with pytest.raises(SeatTaken):
        invite(panel, person, "CE")
    assert mail.outbox == []


def test_preview_is_what_is_sent_but_for_the_name(panel, sent):
    shown = preview_invitation(panel, "COLLEGE")
    assert shown == sent("COLLEGE").body.strip().replace("Mr Ngũgĩ Kamau", "[name]")
