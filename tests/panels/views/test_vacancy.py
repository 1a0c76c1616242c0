"""The page that makes an appointment with its panel."""

from django.urls import reverse

from appointments.models import Appointment
from panels.models import Panel
from tests.appointments.office import browser, make_blueprint

URL = "panels:create_appointment"


def typed(blueprint, officer, **changes):
    return {
        "reference": "N-300",
        "post_title": "Consultant in stroke medicine",
        "specialty": "Stroke medicine",
        "posts": "1",
        "has_substantial_teaching": "no",
        "rule_set_key": "england_nhs_trust",
        "blueprint": blueprint.pk,
        "officer": officer.pk,
        "aac_at_0": "2026-12-08",
        "aac_at_1": "09:30",
        "place": "Boardroom",
        **changes,
    }


def test_create_appointment_makes_it_with_its_panel(trust, officer):
    data = typed(make_blueprint(trust), officer)
    reply = browser(officer).post(reverse(URL), data)
    made = Appointment.objects.get()
    assert reply.url == reverse("panels:panel", args=[made.pk])
    assert (made.trust, Panel.objects.get().appointment) == (trust, made)


def test_create_appointment_sent_twice_is_made_once(trust, officer):
    data, client = typed(make_blueprint(trust), officer), browser(officer)
    client.post(reverse(URL), data)
    page = client.post(reverse(URL), data)
    assert "There is already an appointment with the reference N-300." in page.text
    assert Appointment.objects.count() == 1


def test_create_appointment_offers_the_nations_rules_and_the_trusts_own(
    trust, officer, other_trust
):
    make_blueprint(other_trust)
    make_blueprint(trust)
    form = browser(officer).get(reverse(URL)).context["form"]
    assert [key for key, _ in form.fields["rule_set_key"].choices] == [
        "england_nhs_trust", "england_foundation_trust",
    ]  # fmt: skip
    assert form.fields["blueprint"].queryset.get().trust == trust
    assert form.fields["officer"].initial == officer.pk


def test_create_appointment_without_a_blueprint_says_what_to_do(trust, officer):
    page = browser(officer).get(reverse(URL))
    assert "There is no blueprint yet" in page.text
    assert "Create appointment" not in page.text


def test_create_appointment_is_for_medical_staffing(trust, officer, auditor):
    data = typed(make_blueprint(trust), officer)
    assert browser(auditor).get(reverse(URL)).status_code == 404
    assert browser(auditor).post(reverse(URL), data).status_code == 404
    assert not Appointment.objects.exists()
