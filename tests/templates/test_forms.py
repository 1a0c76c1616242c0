"""The form pack `nhsuk`: every control with its label, hint and error tied to it."""

import re

import pytest
from crispy_forms.bootstrap import AppendedText, InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Button, Column, Field, Fieldset, Hidden, Layout, Row, Submit
from django import forms
from django.core.files.base import File
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict
from pytest_django.asserts import assertHTMLEqual

from config import controls

LEVELS = [("1", "Not appointable"), ("3", "Appointable")]


class DateBoxes(forms.MultiWidget):
    def __init__(self):
        parts = ("day", "month", "year")
        super().__init__({part: forms.TextInput() for part in parts})

    def decompress(self, value):
        return [value.day, value.month, value.year] if value else ["", "", ""]


class DateInBoxes(forms.MultiValueField):
    def __init__(self, **kwargs):
        super().__init__(fields=[forms.IntegerField()] * 3, widget=DateBoxes(), **kwargs)

    def compress(self, parts):
        return parts


def draw(source: str, **context) -> str:
    loads = "{% load crispy_forms_tags nhsuk %}"
    return Template(loads + source).render(Context(context))


def form_of(data=None, **fields) -> forms.Form:
    return type("Form", (forms.Form,), fields)(MultiValueDict(data) if data is not None else None)


def field_of(field: forms.Field, data=None, **context) -> str:
    return draw("{{ form.it|as_crispy_field }}", form=form_of(data, it=field), **context)


ERROR = '<span class="nhsuk-u-visually-hidden">Error:</span>'


def test_text_with_hint_and_error_is_described_by_both():
    field = forms.CharField(label="Post", help_text="As advertised", max_length=9)
    assertHTMLEqual(
        field_of(field, {}),
        f"""<div class="nhsuk-form-group nhsuk-form-group--error">
        <label class="nhsuk-label nhsuk-label--s" for="id_it">Post</label>
        <div class="nhsuk-hint" id="id_it_helptext">As advertised</div>
        <span class="nhsuk-error-message" id="id_it_error">{ERROR} Enter post</span>
        <input type="text" name="it" maxlength="9" class="nhsuk-input nhsuk-input--error"
          aria-describedby="id_it_helptext id_it_error" required aria-invalid="true" id="id_it">
        </div>""",
    )


def test_text_without_hint_or_error_is_described_by_nothing():
    assertHTMLEqual(
        field_of(forms.EmailField(label="Email", widget=forms.EmailInput({"placeholder": "x"}))),
        """<div class="nhsuk-form-group">
        <label class="nhsuk-label nhsuk-label--s" for="id_it">Email</label>
        <input type="email" name="it" maxlength="320" class="nhsuk-input" required id="id_it">
        </div>""",
    )


@pytest.mark.parametrize(
    ("field", "classes"),
    [
        (forms.IntegerField(), "nhsuk-input nhsuk-input--error"),
        (
            forms.DateField(widget=forms.DateInput({"type": "date"})),
            "nhsuk-input nhsuk-input--error",
        ),
        (
            forms.CharField(widget=forms.TextInput({"class": "nhsuk-input--width-5"})),
            "nhsuk-input nhsuk-input--width-5 nhsuk-input--error",
        ),
        (forms.ChoiceField(choices=LEVELS), "nhsuk-select nhsuk-select--error"),
        (forms.CharField(widget=forms.Textarea), "nhsuk-textarea nhsuk-textarea--error"),
        (forms.FileField(), "nhsuk-file-upload__input"),
        (
            forms.CharField(widget=forms.PasswordInput),
            "nhsuk-input nhsuk-password-input__input nhsuk-js-password-input-input"
            " nhsuk-input--error",
        ),
    ],
)
def test_control_has_its_classes_label_and_error(field, classes):
    html = field_of(field, {})
    control = re.search(r"<(?:input|select|textarea)[^>]*>", html)[0]
    assert re.search(r'class="([^"]*)"', control)[1] == classes
    assert 'id="id_it"' in control
    assert 'aria-describedby="id_it_error"' in control
    assert 'for="id_it">It</label>' in html


def test_password_offers_to_be_shown():
    html = field_of(forms.CharField(widget=forms.PasswordInput))
    assert 'data-module="nhsuk-password-input"' in html
    assert 'type="button" aria-controls="id_it" aria-label="Show password" hidden>Show<' in html


def test_textarea_with_a_limit_counts_its_characters():
    html = field_of(forms.CharField(max_length=400, widget=forms.Textarea))
    assert 'data-module="nhsuk-character-count" data-maxlength="400"' in html
    assert 'aria-describedby="id_it-info"' in html
    assert 'id="id_it-info">You can enter up to 400 characters</div>' in html


def test_radios_are_a_fieldset_with_legend_hint_and_error():
    field = forms.ChoiceField(
        label="Suitable?", help_text="Your own view", choices=LEVELS, widget=forms.RadioSelect
    )
    field.choice_hints = {"3": "No doubt remains"}
    assertHTMLEqual(
        field_of(field, {}),
        f"""<div class="nhsuk-form-group nhsuk-form-group--error">
        <fieldset class="nhsuk-fieldset" aria-describedby="id_it_helptext id_it_error">
        <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">Suitable?</legend>
        <div class="nhsuk-hint" id="id_it_helptext">Your own view</div>
        <span class="nhsuk-error-message" id="id_it_error">{ERROR}
          Choose an answer to ‘Suitable?’</span>
        <div class="nhsuk-radios" data-module="nhsuk-radios">
        <div class="nhsuk-radios__item">
          <input class="nhsuk-radios__input" id="id_it_0" name="it" type="radio" value="1" required>
          <label class="nhsuk-label nhsuk-radios__label" for="id_it_0">Not appointable</label></div>
        <div class="nhsuk-radios__item">
          <input class="nhsuk-radios__input" id="id_it_1" name="it" type="radio" value="3" required
            aria-describedby="id_it_1_hint">
          <label class="nhsuk-label nhsuk-radios__label" for="id_it_1">Appointable</label>
          <div class="nhsuk-hint nhsuk-radios__hint" id="id_it_1_hint">No doubt remains</div></div>
        </div></fieldset></div>""",
    )


def test_radios_keep_what_was_chosen_and_escape_what_was_typed():
    choices = [('"><b>', "<i>"), ("2", "Two")]
    field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    html = field_of(field, {"it": ['"><b>']})
    chosen = re.findall(r"<input[^>]* checked[^>]*>", html)
    assert [re.search(r'value="([^"]*)"', tag)[1] for tag in chosen] == ["&quot;&gt;&lt;b&gt;"]
    assert "<b>" not in html
    assert "<i>" not in html


def test_radios_leave_out_the_empty_choice_of_a_model():
    choices = [("", "---------"), ("2", "Two")]
    html = field_of(forms.ChoiceField(choices=choices, widget=forms.RadioSelect))
    assert re.findall(r'value="([^"]*)"', html) == ["2"]


def test_checkboxes_keep_every_choice_that_was_ticked():
    choices = [("1", "Northbrook"), ("2", "Vale"), ("3", "Wexcombe")]
    field = forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
    html = field_of(field, {"it": ["1", "3"]})
    assert 'class="nhsuk-checkboxes"' in html
    assert [
        (re.search(r'value="(\d)"', tag)[1], " checked" in tag)
        for tag in re.findall(r'<input class="nhsuk-checkboxes__input"[^>]*>', html)
    ] == [("1", True), ("2", False), ("3", True)]


def test_single_checkbox_stands_before_its_label():
    field = forms.BooleanField(label="My own score", help_text="Until you lock")
    assertHTMLEqual(
        field_of(field, {}),
        f"""<div class="nhsuk-form-group nhsuk-form-group--error">
        <span class="nhsuk-error-message" id="id_it_error">{ERROR} Tick ‘My own score’</span>
        <div class="nhsuk-checkboxes" data-module="nhsuk-checkboxes">
        <div class="nhsuk-checkboxes__item">
        <input type="checkbox" name="it" class="nhsuk-checkboxes__input" required
          aria-describedby="id_it_helptext id_it_error" aria-invalid="true" id="id_it">
        <label class="nhsuk-label nhsuk-checkboxes__label" for="id_it">My own score</label>
        <div class="nhsuk-hint nhsuk-checkboxes__hint" id="id_it_helptext">Until you lock</div>
        </div></div></div>""",
    )


def test_date_in_three_boxes_labels_each_and_keeps_what_was_typed():
    html = field_of(DateInBoxes(label="AAC"), {"it_day": ["40"], "it_year": ["x"]})
    assert re.findall(r'for="([^"]+)">([^<]+)</label>', html) == [
        ("id_it_0", "Day"),
        ("id_it_1", "Month"),
        ("id_it_2", "Year"),
    ]
    assert re.findall(r'name="(it_\w+)"', html) == ["it_day", "it_month", "it_year"]
    assert re.findall(r' value="([^"]*)"', html) == ["40", "x"]
    assert html.count('inputmode="numeric"') == 3


def test_file_that_is_kept_is_named_and_may_be_removed_where_it_is_optional():
    kept = File(None, name="private/2026/references <1>.pdf")
    form = form_of(it=forms.FileField(label="Pack", required=False))
    form.initial = {"it": kept}
    html = draw("{{ form.it|as_crispy_field }}", form=form)
    assert "<strong>references &lt;1&gt;.pdf</strong>" in html
    assert 'type="checkbox" name="it-clear"' in html
    form.fields["it"].required = True
    assert "it-clear" not in draw("{{ form.it|as_crispy_field }}", form=form)


def test_hidden_field_is_only_an_input():
    html = field_of(forms.CharField(widget=forms.HiddenInput, initial="7"))
    assertHTMLEqual(html, '<input type="hidden" name="it" value="7" id="id_it">')


def test_optional_is_said_only_where_the_form_also_asks_for_something():
    both = form_of(name=forms.CharField(), note=forms.CharField(required=False))
    assert re.findall(r'_(\w+)">([^<]+)</label>', draw("{{ form|crispy }}", form=both)) == [
        ("name", "Name"),
        ("note", "Note (optional)"),
    ]
    assert "optional" not in draw(
        "{{ form|crispy }}", form=form_of(note=forms.CharField(required=False))
    )


def test_field_tag_replaces_label_hint_and_attributes():
    form = form_of(code=forms.CharField(help_text="Old"))
    html = draw(
        '{% field form.code label="Your code" hint="8 letters" classes="nhsuk-input--code"'
        ' inputmode="text" data_part=1 %}',
        form=form,
    )
    assertHTMLEqual(
        html,
        """<div class="nhsuk-form-group">
        <label class="nhsuk-label nhsuk-label--s" for="id_code">Your code</label>
        <div class="nhsuk-hint" id="id_code_helptext">8 letters</div>
        <input type="text" name="code" inputmode="text" data-part="1" required id="id_code"
          class="nhsuk-input nhsuk-input--code" aria-describedby="id_code_helptext"></div>""",
    )
    assert "nhsuk-hint" not in draw("{% field form.code hint=None %}", form=form)


TARGETS = [
    (forms.CharField(), "id_it"),
    (forms.CharField(widget=forms.TextInput({"id": "own"})), "own"),
    (forms.ChoiceField(choices=LEVELS), "id_it"),
    (forms.ChoiceField(choices=LEVELS, widget=forms.RadioSelect), "id_it_0"),
    (forms.MultipleChoiceField(choices=LEVELS, widget=forms.CheckboxSelectMultiple), "id_it_0"),
    (forms.BooleanField(), "id_it"),
    (DateInBoxes(), "id_it_0"),
    (forms.FileField(), "id_it"),
    (forms.CharField(widget=forms.HiddenInput), ""),
]


@pytest.mark.parametrize(("field", "target"), TARGETS)
def test_error_link_goes_to_a_control_that_is_there(field, target):
    form = form_of({}, it=field)
    assert [error["target"] for error in controls.list_errors([form])] == [target]
    if target:
        assert f'id="{target}"' in draw("{{ form.it|as_crispy_field }}", form=form)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (forms.CharField(label="Post title"), "Enter post title"),
        (forms.CharField(label="GMC number"), "Enter GMC number"),
        (forms.ChoiceField(label="Site", choices=LEVELS), "Choose from ‘Site’"),
        (forms.FileField(label="Pack"), "Choose a file for ‘Pack’"),
        (forms.CharField(label="Post", error_messages={"required": "Say which."}), "Say which."),
    ],
)
def test_empty_field_says_what_to_do(field, text):
    form = form_of({}, it=field)
    assert controls.list_errors([form]) == [{"target": "id_it", "text": text}]
    assert controls.messages_of(form["it"]) == [text]


def test_summary_names_the_field_that_djangos_own_message_leaves_out():
    form = form_of({"it": ["x"]}, it=forms.IntegerField(label="Minutes"))
    assert controls.messages_of(form["it"]) == ["Enter a whole number."]
    assert controls.list_errors([form]) == [
        {"target": "id_it", "text": "Minutes: Enter a whole number."}
    ]


def test_summary_lists_form_errors_first_and_without_a_link():
    form = form_of({}, it=forms.CharField())
    form.add_error(None, "The panel has met.")
    html = draw("{% error_summary form %}", form=form)
    assert re.findall(r"<li>(.*?)</li>", html) == [
        "The panel has met.",
        '<a href="#id_it">Enter it</a>',
    ]


def test_summary_of_a_formset_links_into_each_of_its_forms():
    class One(forms.Form):
        weight = forms.IntegerField()

    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-weight": "x"}
    formset = forms.formset_factory(One, extra=0)(data)
    html = draw("{{ formset|crispy }}", formset=formset)
    assert re.findall(r'href="#([^"]+)">([^<]+)<', html) == [
        ("id_form-0-weight", "Weight: Enter a whole number."),
        ("id_form-1-weight", "Enter weight"),
    ]
    assert 'name="form-TOTAL_FORMS"' in html
    assert re.findall(r"legend--m\">([^<]+)<", html) == ["Entry 1", "Entry 2"]


def test_page_lists_the_errors_of_its_form_once_and_says_so_in_its_title():
    body = (
        '{% extends "base.html" %}{% load crispy_forms_tags %}{% block title %}New{% endblock %}'
        "{% block content %}<h1>New</h1>{{ form|crispy }}{% endblock %}"
    )
    bad = Template(body).render(Context({"form": form_of({}, it=forms.CharField())}))
    assert bad.count("There is a problem") == 1
    assert bad.index("There is a problem") < bad.index("<h1>")
    assert "<title>Error: New - Quorate</title>" in bad
    good = Template(body).render(Context({"form": form_of(it=forms.CharField())}))
    assert "There is a problem" not in good
    assert "<title>New - Quorate</title>" in good


def test_second_form_of_a_page_lists_its_own_errors():
    class Second(forms.Form):
        helper = FormHelper()
        it = forms.CharField()

    html = draw("{% crispy second %}", second=Second({}))
    assert html.count("There is a problem") == 1


class LaidOut(forms.Form):
    first = forms.CharField()
    last = forms.CharField()
    weight = forms.IntegerField()
    sits = forms.ChoiceField(choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_id = "laid"
        self.helper.layout = Layout(
            Fieldset(
                "Who",
                Row(Column("first"), Column(Field("last", css_class="nhsuk-input--width-10"))),
                AppendedText("weight", "%", css_class="nhsuk-input--width-3"),
                InlineRadios("sits"),
            )
        )
        self.helper.add_input(Submit("save", "Save changes"))
        self.helper.add_input(Button("leave", "Leave", css_class="nhsuk-button--secondary"))
        self.helper.add_input(Hidden("step", "2"))


def test_crispy_layout_draws_fieldset_row_suffix_and_buttons():
    html = draw("{% crispy form %}", form=LaidOut(), csrf_token="t0ken")
    assert '<form id="laid" method="post" novalidate>' in html
    assert 'name="csrfmiddlewaretoken" value="t0ken"' in html
    assert html.count('class="q-row__item"') == 2
    assert 'class="nhsuk-input nhsuk-input--width-10"' in html
    assert 'aria-hidden="true">%</div>' in html
    assert 'class="nhsuk-radios nhsuk-radios--inline"' in html
    assert re.findall(r"<button[^>]*class=\"([^\"]+)\"[^>]*>([^<]+)<", html) == [
        ("nhsuk-button", "Save changes"),
        ("nhsuk-button nhsuk-button--secondary", "Leave"),
    ]
    assert '<input type="hidden" name="step" value="2">' in html


def test_crispy_form_by_get_carries_no_token_and_no_tag_when_told():
    form = LaidOut()
    form.helper.form_method = "get"
    assert "csrfmiddlewaretoken" not in draw("{% crispy form %}", form=form, csrf_token="t0ken")
    form.helper.form_tag = False
    assert "<form" not in draw("{% crispy form %}", form=form, csrf_token="t0ken")
