"""Dates and times as the NHS service manual writes them."""

from datetime import date, datetime

from django import template
from django.utils import dateformat, timezone

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """Write a date in full: Tuesday 8 December 2026."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return dateformat.format(value, "l j F Y")


@register.filter
def clock(value: datetime | None) -> str:
    """Write a local time of day: 9:30am, midday as 12pm."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def moment(value: datetime | None) -> str:
    """Write a date and time in full: Tuesday 8 December 2026, 9:30am."""
    return f"{day(value)}, {clock(value)}" if value else ""
