"""Opening a panel keeps the check it was opened on."""

import pytest

from panels import services
from panels.models import Panel
from panels.services import CompositionFails
from tests.appointments.office import AT, LATER
from tests.panels.services import ledger


def test_open_panel_keeps_every_finding(panel, declared, officer):
    services.open_panel(panel=panel, by=officer, at=AT, override_reason="not needed")
    kept = Panel.objects.get()
    assert (kept.opened_at, kept.opened_by, kept.override_reason) == (AT, officer, "")
    assert {finding["state"] for finding in kept.composition if finding["stops"]} == {"HOLDS"}
    quorum = next(finding for finding in kept.composition if finding["rule"] == "QUORUM")
    assert quorum["words"] == "Quorate: 5 of 5 core seats are filled by someone in the room."
    assert ledger.last(panel.appointment) == (
        "panel.opened",
        None,
        {"rule_set": "england_nhs_trust", "blockers": [], "is_overridden": False},
    )


def test_open_panel_refused_says_what_is_wrong(panel, declared, officer):
    services.stand_down(member=declared["COLLEGE"], reason="Train", by=officer, at=AT)
    with pytest.raises(CompositionFails) as failure:
        services.open_panel(panel=panel, by=officer, at=AT, override_reason="  ")
    rules = {finding.rule for finding in failure.value.composition.blockers}
    assert rules == {"SEAT.COLLEGE", "PROFESSIONAL_MAJORITY", "QUORUM"}
    assert Panel.objects.get().opened_at is None


def test_open_panel_overridden_by_name_and_reason(panel, declared, officer):
    services.stand_down(member=declared["COLLEGE"], reason="Train", by=officer, at=AT)
    services.open_panel(panel=panel, by=officer, at=AT, override_reason="The college agreed")
    assert Panel.objects.get().override_reason == "The college agreed"
    _, _, new = ledger.last(panel.appointment)
    assert (new["is_overridden"], new["blockers"]) == (
        True,
        ["SEAT.COLLEGE", "PROFESSIONAL_MAJORITY", "QUORUM"],
    )
    assert "override_reason_digest" in new


def test_open_panel_whoever_has_not_answered_is_not_taken_as_here(panel, invited, officer):
    with pytest.raises(CompositionFails) as failure:
        services.open_panel(panel=panel, by=officer, at=AT)
    (quorum,) = failure.value.composition.about("QUORUM")
    assert quorum.state == "CANNOT_TELL"


def test_open_panel_twice(panel, declared, officer):
    services.open_panel(panel=panel, by=officer, at=AT)
    with pytest.raises(services.OpenAlready):
        services.open_panel(panel=panel, by=officer, at=LATER)
    assert Panel.objects.get().opened_at == AT
