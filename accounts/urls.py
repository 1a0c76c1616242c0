"""People and roles, and the demonstration's way in."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("roles/", views.people_and_roles, name="people_and_roles"),
    path("roles/<slug:slug>/", views.people_and_roles, name="roles_of_trust"),
    path("roles/<slug:slug>/add/", views.add_person, name="add_person"),
    path("roles/<slug:slug>/<int:pk>/", views.person_roles, name="person_roles"),
    path("demo/<slug:slug>/", views.demo_sign_in, name="demo_sign_in"),
]
