"""What pages and the `nhsuk` form pack need beyond plain templates: NHS.UK controls and blocks."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from config import controls

register = template.Library()


@register.simple_tag
def control(bound):
    """Return what `nhsuk/field.html` needs to draw one form field."""
    return controls.Control(bound)


@register.simple_tag
def field(bound, label="", hint="", classes="", wrapper="", **attributes) -> SafeString:
    """Draw one field, with its own label, hint, classes or HTML attributes where they are given."""
    attributes = {name.replace("_", "-"): value for name, value in attributes.items()}
    if classes:
        attributes["class"] = classes
    drawn = controls.Control(bound, label=label, hint=hint, attributes=attributes)
    context = {"field": bound, "drawn": drawn, "wrapper_class": wrapper, "form_show_labels": True}
    return render_to_string("nhsuk/field.html", context)


@register.simple_tag
def error_summary(*forms) -> SafeString:
    """List the errors of forms and formsets, each linked to the control it is about."""
    return _summary(forms)


@register.simple_tag(takes_context=True)
def page_error_summary(context) -> SafeString:
    """List the errors of the page's own `form` and `formset` above its heading."""
    return _summary(_page_forms(context))


@register.simple_tag
def pending_error_summary(form) -> SafeString:
    """List the errors of a form that the page has not listed yet."""
    return _summary([] if getattr(form, "is_summary_shown", False) else [form])


@register.simple_tag(takes_context=True)
def error_prefix(context) -> str:
    """Begin the title of a page that shows errors, as the NHS service manual asks."""
    return "Error: " if controls.list_errors(_page_forms(context)) else ""


def _page_forms(context) -> list:
    candidates = (context.get("form"), context.get("formset"))
    return [form for form in candidates if hasattr(form, "errors")]


def _summary(forms) -> SafeString:
    errors = controls.list_errors(forms)
    for form in forms:
        form.is_summary_shown = True
    if not errors:
        return SafeString("")
    return render_to_string("components/error_summary.html", {"errors": errors})


@register.filter
def button_classes(classes: str) -> str:
    """Return the NHS.UK classes of a crispy button, without crispy's own Bootstrap ones."""
    kept = [name for name in classes.split() if name != "btn" and not name.startswith("btn-")]
    return " ".join(["nhsuk-button", *kept])


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*labels_and_urls) -> dict:
    """Draw the way back: Home, then label and address in turn, down to the parent of this page."""
    pairs = zip(labels_and_urls[::2], labels_and_urls[1::2], strict=True)
    crumbs = [{"label": "Home", "url": "/"}]
    crumbs += [{"label": label, "url": url} for label, url in pairs]
    return {"crumbs": crumbs}


@register.filter
def nearby_pages(page) -> list:
    """Return the page numbers worth a link, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.simple_block_tag
def details(content, summary, is_open=False) -> SafeString:
    """Fold content away under a summary."""
    return render_to_string(
        "components/details.html", {"summary": summary, "content": content, "is_open": is_open}
    )


@register.simple_block_tag
def callout(content, heading, level=2) -> SafeString:
    """Warn in a yellow box; the heading says of what."""
    return render_to_string(
        "components/callout.html", {"heading": heading, "content": content, "level": level}
    )


@register.simple_block_tag
def panel(content, heading, level=2, action_label="", action_url="") -> SafeString:
    """Draw a white card with a heading, its content and at most one link beside the heading."""
    context = {"heading": heading, "content": content, "level": level}
    context |= {"action_label": action_label, "action_url": action_url}
    return render_to_string("components/panel.html", context)
