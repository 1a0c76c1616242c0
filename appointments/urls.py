"""Addresses of the office's list of appointments and of their candidates."""

from django.urls import path

from appointments import views

app_name = "appointments"

urlpatterns = [
    path("appointments/", views.appointments, name="list"),
    path("appointments/<int:pk>/candidates/", views.candidates, name="candidates"),
    path("appointments/<int:pk>/candidates/new/", views.add_candidate, name="add_candidate"),
    path(
        "appointments/<int:pk>/candidates/<int:application_pk>/shortlist/",
        views.decide_shortlist,
        name="decide_shortlist",
    ),
    path(
        "appointments/<int:pk>/candidates/<int:application_pk>/withdraw/",
        views.withdraw,
        name="withdraw",
    ),
    path("appointments/<int:pk>/stage/", views.move_stage, name="move_stage"),
    path("appointments/<int:pk>/cancel/", views.cancel, name="cancel"),
]
