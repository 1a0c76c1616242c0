"""What the forms of vacancies and candidates accept, and how they say no."""

import pytest

from appointments.forms import AppointmentForm, CandidateForm, ShortlistForm
from tests.appointments.office import AAC_AT, make_blueprint


def candidate(**changes):
    return CandidateForm(
        {"name": "Dr Siân ap Rhys", "email": "s@mail.example", "gmc_number": "0012345", **changes}
    )


@pytest.mark.parametrize("number", ["0012345", " 0012345 ", "001 2345"])
def test_gmc_number_is_seven_digits_however_spaced(number):
    form = candidate(gmc_number=number)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["gmc_number"] == "0012345"


@pytest.mark.parametrize(
    "number",
    [
        "001234",
        "00123456",
        "C012345",
        "٠٠١٢٣٤٥",
        "\uff10\uff10\uff11\uff12\uff13\uff14\uff15",
        "-012345",
        "0012345;",
    ],
)
def test_gmc_number_refused_with_what_is_allowed(number):
    assert candidate(gmc_number=number).errors == {
        "gmc_number": ["A GMC number has exactly 7 digits, such as 0012345."]
    }


@pytest.mark.parametrize("name", ["O'Brien", "Null", "Ngũgĩ wa Thiong’o", "歐陽志明", "Łukasz"])
def test_name_as_people_write_it(name):
    form = candidate(name=name)
    assert form.is_valid()
    assert form.cleaned_data["name"] == name


def test_name_with_a_line_break_cannot_reach_a_mail_header():
    assert candidate(name="Siân\r\nBcc: all@x.example").errors == {
        "name": ["Write this on one line."]
    }


def test_name_too_long_says_how_long():
    assert "at most 120 characters" in candidate(name="x" * 121).errors["name"][0]


def test_shortlist_form_asks_a_reason_for_a_rejection_only():
    assert ShortlistForm({"is_shortlisted": "yes", "reason": ""}).is_valid()
    assert ShortlistForm({"is_shortlisted": "no", "reason": " "}).errors == {
        "reason": ["Say which essential criterion is not met."]
    }
    assert ShortlistForm({}).errors == {
        "is_shortlisted": ["Choose whether the candidate is shortlisted."]
    }


def vacancy(**changes):
    return {
        "reference": "N-200",
        "post_title": "Consultant in stroke medicine",
        "specialty": "Stroke medicine",
        "posts": "2",
        "has_substantial_teaching": "yes",
        "rule_set_key": "england_nhs_trust",
        "aac_at_0": "2026-12-08",
        "aac_at_1": "09:30",
        **changes,
    }


def form_for(trust, officer, data):
    rules = [("england_nhs_trust", "England: NHS trust")]
    return AppointmentForm(data, trust=trust, by=officer, rule_sets=rules)


def test_appointment_form_gives_what_the_service_asks_for(trust, officer):
    plan = make_blueprint(trust)
    form = form_for(trust, officer, vacancy(blueprint=plan.pk, officer=officer.pk))
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "reference": "N-200",
        "post_title": "Consultant in stroke medicine",
        "specialty": "Stroke medicine",
        "site": "",
        "posts": 2,
        "has_substantial_teaching": True,
        "is_dental": False,
        "rule_set_key": "england_nhs_trust",
        "blueprint": plan,
        "officer": officer,
        "aac_at": AAC_AT,
        "place": "",
    }


def test_appointment_form_refuses_what_is_another_trusts(
    trust, officer, other_trust, other_officer
):
    data = vacancy(
        blueprint=make_blueprint(other_trust).pk,
        officer=other_officer.pk,
        rule_set_key="scotland_2009",
        posts="0",
        aac_at_1="half past",
    )
    assert set(form_for(trust, officer, data).errors) == {
        "blueprint", "officer", "rule_set_key", "posts", "aac_at",
    }  # fmt: skip
