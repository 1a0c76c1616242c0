"""Quorate's addresses and the floor: bare, and behind Quorate's own middleware."""

from django.urls import path

from benchmarks.floor.views import insert
from config.urls import urlpatterns as quorate

urlpatterns = [path("floor/bare/", insert), path("floor/signed-in/", insert), *quorate]
