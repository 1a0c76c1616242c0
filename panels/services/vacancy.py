"""A vacancy and its panel, made in one step."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from appointments import services as appointments
from appointments.models import Appointment
from panels.services.seats import convene_panel


@transaction.atomic
def create_with_panel(*, by: User | None, at: datetime, **vacancy: Any) -> Appointment:
    """Create an appointment and convene its panel; raises what create_appointment raises."""
    appointment = appointments.create_appointment(**vacancy, by=by, at=at)
    convene_panel(appointment=appointment, by=by, at=at)
    return appointment
