"""Every address of Quorate."""

from django.urls import include, path

from config import health, home, ledger

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("assessments.urls")),
    path("", include("panels.urls")),
    path("", include("appointments.urls")),
    path("", include("rubrics.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("accounts.sign_in")),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<str:key>/", ledger.chain, name="ledger_chain"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
