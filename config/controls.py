"""How a Django form field becomes an NHS.UK control: its kind, its classes, ids and errors."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

# The first kind whose widget class matches is drawn; a subclass stands before its base.
KINDS = (
    ("checkboxes", forms.CheckboxSelectMultiple),
    ("radios", forms.RadioSelect),
    ("checkbox", forms.CheckboxInput),
    ("file", forms.FileInput),
    ("select", forms.Select),
    ("textarea", forms.Textarea),
    ("password", forms.PasswordInput),
    ("boxes", forms.MultiWidget),
)
CLASSES = {
    "input": "nhsuk-input",
    "password": "nhsuk-input nhsuk-password-input__input nhsuk-js-password-input-input",
    "select": "nhsuk-select",
    "textarea": "nhsuk-textarea",
    "file": "nhsuk-file-upload__input",
}
GROUPS = ("radios", "checkboxes", "boxes")
BOX_LABELS = {
    "_day": "Day",
    "_month": "Month",
    "_year": "Year",
    "_0": "Date",
    "_1": "Time",
}
REQUESTS = {
    "select": "Choose from ‘{}’",
    "radios": "Choose an answer to ‘{}’",
    "checkboxes": "Tick at least one of ‘{}’",
    "checkbox": "Tick ‘{}’",
    "file": "Choose a file for ‘{}’",
}
# Codes of Django's own messages, which do not name the field they are about.
BUILT_IN_CODES = {
    "invalid",
    "invalid_choice",
    "invalid_list",
    "invalid_date",
    "invalid_time",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "max_digits",
    "max_decimal_places",
    "step_size",
    "max_whole_digits",
    "missing",
    "empty",
    "invalid_extension",
    "invalid_image",
    "incomplete",
}
BOX_WIDTHS = {"_day": 2, "_month": 2, "_year": 4}


@dataclass(frozen=True)
class Option:
    """One radio or checkbox of a group."""

    id: str
    label: str
    hint: str
    tag: SafeString


@dataclass(frozen=True)
class Box:
    """One of the inputs that make up a date, or a date and a time."""

    id: str
    label: str
    tag: SafeString


class Control:
    """A bound field as `nhsuk/field.html` draws it; hint=None leaves the field's own one out."""

    def __init__(
        self, bound, *, label: str = "", hint: str | None = "", attributes: dict | None = None
    ):
        self.bound = bound
        self.kind = kind_of(bound.field.widget)
        self.label = label or bound.label
        self.hint = bound.help_text if hint == "" else hint or ""
        if not self.hint:
            bound.help_text = ""  # or Django would point to a hint that is not there
        self.attributes = attributes or {}
        self.errors = messages_of(bound)

    @property
    def template(self) -> str:
        """The template of this kind of control."""
        return f"nhsuk/controls/{self.kind}.html"

    @property
    def id(self) -> str:
        """The id of the control, or of the group."""
        return self.bound.field.widget.attrs.get("id") or self.bound.auto_id

    @property
    def hint_id(self) -> str:
        """The id of the hint; the one Django itself would name."""
        return f"{self.bound.auto_id}_helptext"

    @property
    def error_id(self) -> str:
        """The id of the error message; the one Django itself would name."""
        return f"{self.bound.auto_id}_error"

    @property
    def is_group(self) -> bool:
        """Whether the control is a fieldset of several inputs."""
        return self.kind in GROUPS

    @property
    def is_marked_optional(self) -> bool:
        """Whether the label says so: only where the form also asks for something."""
        field = self.bound.field
        if field.required or field.disabled or self.kind == "checkbox":
            return False
        return "optional" not in str(self.label) and any(
            other.required for other in self.bound.form.fields.values()
        )

    @property
    def maximum_length(self) -> int | None:
        """How many characters a text area takes, if that is limited."""
        limit = self.bound.field.widget.attrs.get("maxlength")
        return int(limit) if self.kind == "textarea" and limit else None

    @property
    def module(self) -> str:
        """The NHS.UK script that looks after this control, if one does."""
        if self.maximum_length:
            return "nhsuk-character-count"
        return "nhsuk-password-input" if self.kind == "password" else ""

    @property
    def described_by(self) -> str:
        """The ids of what explains the control, in the order they are read out."""
        ids = []
        if self.hint:
            ids.append(self.hint_id)
        if self.errors:
            ids.append(self.error_id)
        if self.maximum_length:
            ids.append(f"{self.id}-info")
        own = self.bound.field.widget.attrs.get("aria-describedby")
        return " ".join([*ids, own] if own else ids)

    @property
    def group_classes(self) -> str:
        """Classes a form gave its radio, checkbox or date widget: they go on the group."""
        return self._classes()

    @property
    def widget(self) -> SafeString:
        """The input itself, with NHS.UK classes and its explanations tied to it."""
        attrs = {"placeholder": False, **self.attributes, "class": self._classes()}
        if self.described_by:
            attrs["aria-describedby"] = self.described_by
        widget = None
        if self.kind == "file":
            widget = forms.FileInput(attrs=self.bound.field.widget.attrs)
        return self.bound.as_widget(widget=widget, attrs=attrs)

    @property
    def checkbox(self) -> SafeString:
        """The input of a single checkbox."""
        attrs = {**self.attributes, "class": f"nhsuk-checkboxes__input {self._classes()}".strip()}
        if self.described_by:
            attrs["aria-describedby"] = self.described_by
        return self.bound.as_widget(attrs=attrs)

    @property
    def options(self) -> list[Option]:
        """The radios or checkboxes of a group."""
        hints = getattr(self.bound.field, "choice_hints", {})
        options = []
        for bound in self.bound.subwidgets:
            data = bound.data
            value = "" if data["value"] is None else str(data["value"])
            if value == "" and data["label"] == "---------":
                continue
            attrs = {name: item for name, item in data["attrs"].items() if name != "class"}
            attrs |= self.attributes | {"aria-invalid": None, "aria-describedby": None}
            hint = hints.get(data["value"], hints.get(value, ""))
            if hint:
                attrs["aria-describedby"] = f"{attrs['id']}_hint"
            attrs |= {
                "class": f"nhsuk-{self.kind}__input",
                "type": data["type"],
                "name": data["name"],
                "value": value,
            }
            tag = format_html("<input{}>", flatatt(attrs))
            options.append(Option(attrs["id"], data["label"], hint, tag))
        return options

    @property
    def boxes(self) -> list[Box]:
        """The inputs of a date in three boxes, or of a date and a time."""
        widget = self.bound.field.widget
        attrs = self.bound.build_widget_attrs({"id": self.id})
        context = widget.get_context(self.bound.html_name, self.bound.value(), attrs)
        boxes = []
        for suffix, part in zip(widget.widgets_names, context["widget"]["subwidgets"], strict=True):
            classes = ["nhsuk-input", "nhsuk-date-input__input"]
            classes.append(f"nhsuk-input--width-{BOX_WIDTHS.get(suffix, 10)}")
            if self.errors:
                classes.append("nhsuk-input--error")
            part["attrs"]["class"] = " ".join(classes)
            if suffix in BOX_WIDTHS:
                part["attrs"]["inputmode"] = "numeric"
            tag = self.bound.form.renderer.render(part["template_name"], {"widget": part})
            label = BOX_LABELS.get(suffix, suffix.strip("_").capitalize())
            boxes.append(Box(part["attrs"]["id"], label, SafeString(tag.strip())))
        return boxes

    @property
    def file_name(self) -> str:
        """The name of the file that is already kept, if there is one."""
        kept = self.bound.initial
        return PurePosixPath(str(kept.name)).name if getattr(kept, "name", None) else ""

    @property
    def clear_name(self) -> str:
        """The name of the box that removes the kept file, where it may be removed."""
        widget = self.bound.field.widget
        may_clear = isinstance(widget, forms.ClearableFileInput) and not self.bound.field.required
        return widget.clear_checkbox_name(self.bound.html_name) if may_clear else ""

    def _classes(self) -> str:
        names = [CLASSES.get(self.kind, "")]
        names.append(self.bound.field.widget.attrs.get("class", ""))
        names.append(self.attributes.get("class", ""))
        if self.maximum_length:
            names.append("nhsuk-js-character-count")
        if self.errors and self.kind in ("input", "password"):
            names.append("nhsuk-input--error")
        elif self.errors and self.kind in ("select", "textarea"):
            names.append(f"nhsuk-{self.kind}--error")
        return " ".join(name for name in names if name)


def kind_of(widget: forms.Widget) -> str:
    """Return which kind of control draws a widget."""
    return next((kind for kind, base in KINDS if isinstance(widget, base)), "input")


def messages_of(bound) -> list[str]:
    """Return a field's error messages; Django's bare "required" becomes what to do."""
    return [text for _, text in _coded_messages(bound)]


def _coded_messages(bound) -> list[tuple[str | None, str]]:
    """Return (code, text) of each error of a field."""
    bare = str(forms.Field.default_error_messages["required"])
    return [
        (error.code, _ask_for(bound) if text == bare else text)
        for error in bound.errors.as_data()
        for text in error.messages
    ]


def _ask_for(bound) -> str:
    """Say what to do about a field that was left empty."""
    label = str(bound.label)
    kind = kind_of(bound.field.widget)
    if kind in REQUESTS:
        return REQUESTS[kind].format(label)
    is_word = len(label) > 1 and label[1].islower()
    return f"Enter {label[0].lower() + label[1:] if is_word else label}"


def _summarise(bound, code: str | None, text: str) -> str:
    """Return a message that can stand alone, away from its field."""
    label = str(bound.label)
    stands_alone = code not in BUILT_IN_CODES or label.lower() in text.lower()
    return text if stands_alone else f"{label}: {text}"


def error_target(bound) -> str:
    """Return the id an error link goes to: a group's first input, nothing for a hidden field."""
    if bound.is_hidden or not bound.auto_id:
        return ""
    own = bound.field.widget.attrs.get("id") or bound.auto_id
    return bound.id_for_label or f"{own}_0"


def list_errors(forms_and_formsets) -> list[dict]:
    """Return every error of forms and formsets, in page order, with the id it links to."""
    errors = []
    for form in forms_and_formsets:
        if hasattr(form, "management_form"):
            errors += [{"target": "", "text": text} for text in form.non_form_errors()]
            errors += list_errors(form.forms)
            continue
        errors += [{"target": "", "text": text} for text in form.non_field_errors()]
        for bound in form:
            errors += [
                {"target": error_target(bound), "text": _summarise(bound, code, text)}
                for code, text in _coded_messages(bound)
            ]
    return errors
