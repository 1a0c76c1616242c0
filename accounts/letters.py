"""Letters about signing in; neither they nor how long they take tell who has an account."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest
from django.urls import reverse

from accounts import mail
from accounts.background import task
from accounts.models import User
from accounts.policies import is_staff
from accounts.queries import active_user


def password_link(user: User) -> str:
    """Return the link by which a person sets a password, once, within PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(user)
    parts = {"uidb36": user_pk_to_url_str(user), "key": key}
    return mail.link(reverse("account_reset_password_from_key", kwargs=parts))


@task()
def send_password_letter(email: str) -> None:
    """Send staff a link to set a password, tell members that they need none, and others nothing.

    The worker decides, so that asking takes the page equally long for every address.
    """
    user = active_user(email)
    if user is None:
        return
    if is_staff(user):
        context = {"user": user, "link": password_link(user)}
        mail.send("set_password", user.email, "Choose your password for Quorate", context)
    else:
        context = {"user": user, "link": mail.link(reverse("account_request_login_code"))}
        mail.send("no_password", user.email, "How you sign in to Quorate", context)


def post_decoy(request: HttpRequest) -> None:
    """Do what sending a sign-in code takes, for an address that gets none."""
    adapter = get_adapter(request)
    adapter.send_mail("account/email/login_code", [], {"code": adapter.generate_login_code()})
