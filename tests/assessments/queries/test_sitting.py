"""Somebody of the office who sits on the panel sees a candidate as a member does."""

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.services import grant_role
from appointments.models import Application
from tests.assessments import worlds
from tests.assessments.worlds import AT, browser


@pytest.mark.parametrize("role", [Role.CHIEF_EXECUTIVE, Role.MEDICAL_DIRECTOR])
def test_office_that_sits_does_not_see_whom_it_is_recused_from(world, role):
    person = world.user(1)
    grant_role(user=person, trust=world.appointment.trust, role=role, by=None, at=AT)
    worlds.recuse(world, 1, 0)
    person = type(person).objects.get(pk=person.pk)
    visible = Application.objects.visible_to(person, at=AT)
    assert [one.pk for one in visible] == [world.applications[1].pk]
    url = reverse("appointments:candidates", args=[world.appointment.pk])
    text = browser(person).get(url).content.decode()
    assert world.applications[1].candidate.name in text
    assert world.applications[0].candidate.name not in text


def test_office_that_does_not_sit_sees_every_candidate(world):
    visible = Application.objects.visible_to(world.chief_executive, at=AT)
    assert {one.pk for one in visible} == {one.pk for one in world.applications}
