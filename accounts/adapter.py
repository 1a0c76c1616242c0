"""How allauth behaves here: nobody signs up by themselves, and letters go through our own post."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from accounts import mail
from accounts.models import User
from accounts.queries import active_user
from accounts.sealing import seal, unseal

logger = logging.getLogger("quorate.accounts")


class AccountAdapter(DefaultAccountAdapter):
    """People are added by medical staffing or a trust administrator, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Queue a letter: the page takes equally long whether the mail server is quick or slow."""
        known = {"request": self.request, "email": email}
        mail.post(self.render_mail(template_prefix, email, known | context))

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and note whose session began."""
        super().login(request, user)
        logger.info("user:%s signed in", user.pk)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password without saying whose, since people type passwords as names."""
        logger.warning("a wrong address or password was refused")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the page about one's own sign-in."""
        return reverse("mfa_index")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by account alone, by whatever host name the site is reached."""
        return credentials.get("email", "").strip().lower()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The trust's own sign-in opens accounts that exist; it makes none and joins none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Refuse sign-up."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Find the person by an address that the provider says, with a true true, is verified."""
        for address in sociallogin.email_addresses:
            user = active_user(address.email) if address.verified is True else None
            if user is not None:
                return user, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse to tie another identity to the account that is signed in now."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(redirect("home"))


class MFAAdapter(DefaultMFAAdapter):
    """Keep the secrets of second factors unreadable in the database."""

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read a sealed secret."""
        return unseal(encrypted_text)
