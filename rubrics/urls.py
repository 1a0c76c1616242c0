"""Addresses of frameworks and blueprints."""

from django.urls import path

from rubrics import views

app_name = "rubrics"

urlpatterns = [
    path("frameworks/", views.frameworks, name="frameworks"),
    path("frameworks/library/<slug:slug>/<int:trust_pk>/", views.load, name="load"),
    path("frameworks/versions/<int:pk>/", views.version, name="version"),
    path("frameworks/versions/<int:pk>/publish/", views.publish, name="publish"),
    path("frameworks/versions/<int:pk>/retire/", views.retire, name="retire"),
    path("frameworks/versions/<int:pk>/copy/", views.clone, name="clone"),
    path("frameworks/competencies/<int:pk>/edit/", views.edit_competency, name="edit_competency"),
    path("frameworks/blueprints/", views.blueprints, name="blueprints"),
    path(
        "frameworks/blueprints/ready/<slug:slug>/<int:version_pk>/",
        views.create_blueprint,
        name="create_blueprint",
    ),
    path("frameworks/blueprints/<int:pk>/", views.blueprint, name="blueprint"),
]
