"""The directory."""

import json
from datetime import date

import pytest

from audit.models import Entry
from panels import services
from panels.models import Person
from panels.services import people
from tests.appointments.office import AT
from tests.panels.seated import invite, make_person


def entry(trust):
    found = Entry.objects.filter(chain_id=f"trust:{trust.pk}").order_by("-sequence").first()
    return found.action, json.loads(found.old or "null"), json.loads(found.new or "null")


def test_add_person_unsaid_stays_unknown(trust, officer):
    person = services.add_person(
        trust=trust, name=" Siân ", email=" Sian@Mail.example ", by=officer, at=AT
    )
    assert (person.name, person.email) == ("Siân", "sian@mail.example")
    facts = {name: getattr(person, name) for name in people.FACTS}
    assert set(facts.values()) == {None, ""}
    assert facts["works_in"] == ""


def test_add_person_ledger_holds_facts_but_no_name(appointment, trust):
    make_person(appointment, "Siân Llewellyn", "sian@mail.example", job_title="Solicitor")
    action, _, new = entry(trust)
    assert (action, new["training_expires_on"], new["is_dentist"]) == (
        "directory.person_added",
        "2027-12-31",
        False,
    )
    assert "Siân" not in json.dumps(new, ensure_ascii=False)
    assert "Solicitor" not in json.dumps(new)


def test_add_person_email_in_any_case_is_one_person(appointment):
    make_person(appointment, "Siân", "sian@mail.example")
    with pytest.raises(services.EmailTaken, match="Siân is already in the directory"):
        make_person(appointment, "Other", "SIAN@mail.example")
    assert Person.objects.count() == 1


def test_change_person_records_only_what_changed(appointment, trust, officer):
    person = make_person(appointment, "Siân", "sian@mail.example", is_doctor=None)
    services.change_person(
        person=person, is_doctor=True, is_dentist=False, employer="Acme", by=officer, at=AT
    )
    action, old, new = entry(trust)
    assert (action, old) == ("directory.person_changed", {"is_doctor": None})
    assert (new["is_doctor"], new["fields"]) == (True, ["employer", "is_doctor"])
    assert Person.objects.get().employer == "Acme"


def test_change_person_nothing_changed_writes_nothing(appointment, trust, officer):
    person = make_person(appointment, "Siân", "sian@mail.example")
    before = Entry.objects.count()
    services.change_person(
        person=person,
        email="sian@mail.example",
        training_expires_on=date(2027, 12, 31),
        by=officer,
        at=AT,
    )
    assert Entry.objects.count() == before


def test_change_person_email_stays_once_they_sign_in(panel, officer):
    person = make_person(panel.appointment, "Siân", "sian@mail.example")
    invite(panel, person)
    with pytest.raises(services.EmailFixed, match="signs in with sian"):
        services.change_person(person=person, email="new@mail.example", by=officer, at=AT)


def test_change_person_email_of_somebody_else(appointment, officer):
    make_person(appointment, "Siân", "sian@mail.example")
    other = make_person(appointment, "Ngũgĩ", "ngugi@mail.example")
    with pytest.raises(services.EmailTaken):
        services.change_person(person=other, email="SIAN@mail.example", by=officer, at=AT)
