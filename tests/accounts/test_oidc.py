"""A trust's own sign-in opens the accounts that exist, to the people it vouches for."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from accounts import services
from accounts.models import Role, User
from tests.accounts.conftest import AT, is_signed_in

pytestmark = pytest.mark.django_db
ISSUER = "https://login.trust.example"
LOGIN = "/accounts/oidc/trust/login/"


class Answer:
    """What the provider says to one request."""

    status_code = 200
    headers = {"content-type": "application/json"}

    def __init__(self, content):
        self.content = content

    def json(self):
        return self.content

    def raise_for_status(self):
        pass


class Provider:
    """An OpenID Connect provider without a network."""

    def __init__(self, **claims):
        self.claims = {"sub": "subject-1", "name": "Somebody", **claims}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def get(self, url, **kwargs):
        if url.endswith("/openid-configuration"):
            return Answer(
                {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "userinfo_endpoint": f"{ISSUER}/userinfo",
                    "jwks_uri": f"{ISSUER}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        assert url == f"{ISSUER}/userinfo"
        return Answer(self.claims)

    def request(self, method, url, **kwargs):
        assert (method, url) == ("POST", f"{ISSUER}/token")
        return Answer({"access_token": "token", "token_type": "Bearer"})


@pytest.fixture(autouse=True)
def _provider_is_set_up(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "trust",
                    "name": "Ashdown sign-in",
                    "client_id": "quorate",
                    "secret": "secret",
                    "settings": {"server_url": ISSUER},
                }
            ],
        }
    }


@pytest.fixture
def sign_in_with(client, monkeypatch):
    """Go to the provider and come back with these claims."""

    def go(query="", **claims):
        monkeypatch.setattr(
            "accounts.adapter.SocialAccountAdapter.get_requests_session",
            lambda self: Provider(**claims),
        )
        there = client.post(LOGIN + query)
        sent = parse_qs(urlsplit(there.url).query)
        assert there.url.startswith(f"{ISSUER}/authorize?")
        assert sent["code_challenge_method"] == ["S256"]
        return client.get(LOGIN + "callback/", {"code": "code", "state": sent["state"][0]})

    return go


def test_verified_address_signs_in_the_person_who_has_it(client, member, sign_in_with):
    response = sign_in_with(email=member.email.upper(), email_verified=True)
    assert response.url == reverse("home")
    assert client.session["_auth_user_id"] == str(member.pk)
    assert SocialAccount.objects.get().user == member


@pytest.mark.parametrize("verified", [False, None, "false", "true", 0, 1, "", []])
def test_address_that_is_not_plainly_verified_opens_nothing(client, member, sign_in_with, verified):
    response = sign_in_with(email=member.email, email_verified=verified)
    assert response.status_code == 200
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_address_without_a_word_on_verification_opens_nothing(client, member, sign_in_with):
    sign_in_with(email=member.email)
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_unknown_person_gets_no_account(client, sign_in_with):
    response = sign_in_with(email="new@nhs.example", email_verified=True)
    assert response.status_code == 200
    assert not is_signed_in(client)
    assert not User.objects.exists()


def test_person_who_left_is_not_let_in(client, member, sign_in_with):
    services.change_access(user=member, is_active=False, by=None, at=AT)
    sign_in_with(email=member.email, email_verified=True)
    assert not is_signed_in(client)


def test_person_who_left_later_is_not_let_in_again(client, member, sign_in_with):
    sign_in_with(email=member.email, email_verified=True)
    client.post(reverse("account_logout"))
    services.change_access(user=member, is_active=False, by=None, at=AT)
    response = sign_in_with(email=member.email, email_verified=True)
    assert response.url == reverse("account_inactive")
    assert not is_signed_in(client)


def test_staff_need_no_further_factor_here(client, make_person, sign_in_with):
    chief = make_person("Helen Adebayo", Role.CHIEF_EXECUTIVE, has_password=False, has_factor=False)
    sign_in_with(email=chief.email, email_verified=True)
    assert client.get(reverse("home")).status_code == 200


def test_staff_with_a_factor_here_still_give_it(client, officer, sign_in_with):
    response = sign_in_with(email=officer.email, email_verified=True)
    assert response.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_word_of_the_provider_counts_for_that_person_alone(client, make_person, sign_in_with):
    """Records of how somebody else signed in earlier in this browser open nothing."""
    chief = make_person("Helen Adebayo", Role.CHIEF_EXECUTIVE, has_factor=False)
    other = make_person("Marguerite Osei", Role.AUDITOR, has_factor=False)
    sign_in_with(email=chief.email, email_verified=True)
    records = client.session["account_authentication_methods"]
    client.force_login(other)
    session = client.session
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(chief.pk)
    session.save()
    assert client.get(reverse("home")).url == reverse("mfa_index")


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_nobody_ties_another_identity_to_an_account(client, member, sign_in_with, process):
    client.force_login(member)
    response = sign_in_with(f"?process={process}", email="other@trust.example", email_verified=True)
    assert response.url == reverse("home")
    assert not SocialAccount.objects.exists()


def test_unknown_provider_is_not_there(client):
    assert client.get("/accounts/oidc/other/login/").status_code == 404


def test_without_settings_there_is_no_provider(client, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert client.get(LOGIN).status_code == 404
    assert "Ashdown sign-in" not in client.get(reverse("account_login")).content.decode()


def test_sign_in_page_offers_the_provider(client):
    assert "Ashdown sign-in" in client.get(reverse("account_login")).content.decode()
