"""Addresses of the people directory, panels and declarations."""

from django.urls import path

from panels import views

app_name = "panels"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.add_person, name="add_person"),
    path("people/<int:pk>/", views.change_person, name="change_person"),
    path("appointments/new/", views.create_appointment, name="create_appointment"),
    path("appointments/<int:pk>/panel/", views.panel, name="panel"),
    path("appointments/<int:pk>/panel/convene/", views.convene, name="convene"),
    path("appointments/<int:pk>/panel/invite/", views.invite, name="invite"),
    path(
        "appointments/<int:pk>/panel/members/<int:member_pk>/",
        views.change_member,
        name="change_member",
    ),
    path(
        "appointments/<int:pk>/panel/members/<int:member_pk>/chair/",
        views.name_chair,
        name="name_chair",
    ),
    path(
        "appointments/<int:pk>/panel/members/<int:member_pk>/stand-down/",
        views.stand_down,
        name="stand_down",
    ),
    path(
        "appointments/<int:pk>/panel/local-consultant/",
        views.local_consultant,
        name="local_consultant",
    ),
    path("appointments/<int:pk>/panel/plan/", views.interview_plan, name="interview_plan"),
    path("appointments/<int:pk>/panel/respond/", views.respond, name="respond"),
    path("appointments/<int:pk>/panel/declarations/", views.declarations, name="declarations"),
    path("appointments/<int:pk>/panel/interests/", views.interests, name="interests"),
    path(
        "appointments/<int:pk>/panel/interests/<int:declaration_pk>/",
        views.decide_declaration,
        name="decide_declaration",
    ),
]
