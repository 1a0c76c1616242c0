"""Forms of signing in, and of people and roles."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.core import context, ratelimit
from django import forms
from django.http import HttpRequest

from accounts import letters
from accounts.models import Role
from accounts.queries import member_who_gets_codes


class RequestCodeForm(RequestLoginCodeForm):
    """Ask for a one-time code; staff get none, because e-mail alone is not a second factor.

    To the person asking it looks the same as an unknown address.
    """

    def clean_email(self) -> str:
        """Find the member who may have a code."""
        email = self.cleaned_data["email"]
        if not ratelimit.consume(context.request, action="request_login_code", key=email.lower()):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = member_who_gets_codes(email)
        return email


class ResetPasswordForm(AllauthResetPasswordForm):
    """Ask for a link to set a password; whose address it is, only the worker looks up."""

    def clean_email(self) -> str:
        """Take any address."""
        return self.cleaned_data["email"].lower()

    def save(self, request: HttpRequest, **kwargs) -> str:
        """Queue the letter."""
        letters.send_password_letter.enqueue(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class ConfirmCodeForm(forms.Form):
    """The code that was e-mailed to somebody who is signed in."""

    code = forms.CharField(
        max_length=40,
        label="Code from the email",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        error_messages={"required": "Enter the code from the email"},
    )


class RolesForm(forms.Form):
    """Which roles a person holds in a trust."""

    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Roles",
        help_text="Without any role a person no longer sees this trust.",
    )


class AddPersonForm(RolesForm):
    """A person who is to hold roles in a trust."""

    name = forms.CharField(
        max_length=120,
        label="Full name",
        error_messages={"required": "Enter the person’s full name"},
    )
    email = forms.EmailField(
        label="Email address",
        help_text="The person signs in with it.",
        error_messages={"required": "Enter the person’s email address"},
    )
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        label="Roles",
        error_messages={"required": "Choose at least one role"},
    )
    field_order = ("name", "email", "roles")
