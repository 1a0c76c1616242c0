"""The addresses of signing in: those of allauth that make sense here, under allauth's own names.

There is none for signing up, for e-mail addresses of one's own choice or for joining accounts:
people are added by their trust, at the address the trust knows.
"""

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as socialaccount
from django.urls import include, path, re_path

from accounts import views
from accounts.stepup import confirmed_recently

# Without these, whoever finds a screen unlocked could give themselves a way to be confirmed by.
set_password = confirmed_recently(account.password_set)
activate_totp = confirmed_recently(totp.activate_totp)
add_webauthn = confirmed_recently(webauthn.add_webauthn)
generate_codes = confirmed_recently(recovery_codes.generate_recovery_codes)

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("login/code/", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("logout/", views.SignOutView.as_view(), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path(
        "reauthenticate/code/",
        views.reauthenticate_by_code,
        name="account_reauthenticate_by_code",
    ),
    path("session/", views.session, name="account_session"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", set_password, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/totp/activate/", activate_totp, name="mfa_activate_totp"),
    path("2fa/webauthn/add/", add_webauthn, name="mfa_add_webauthn"),
    path("2fa/recovery-codes/generate/", generate_codes, name="mfa_generate_recovery_codes"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("trust/cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("trust/error/", socialaccount.login_error, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
