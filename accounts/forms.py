"""Sign-in forms."""

from allauth.account.forms import RequestLoginCodeForm

from accounts.policies import is_staff


class RequestCodeForm(RequestLoginCodeForm):
    """Ask for a one-time code; staff get none, because e-mail alone is not a second factor.

    To the person asking it looks the same as an unknown address.
    """

    def clean_email(self) -> str:
        """Find the member who may have a code."""
        email = super().clean_email()
        if self._user is not None and is_staff(self._user):
            self._user = None
        return email
