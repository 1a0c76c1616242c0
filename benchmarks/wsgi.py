"""Quorate and the bare floor in one process: the floor's requests pass no middleware at all."""

import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test.utils import override_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
quorate = get_wsgi_application()
with override_settings(MIDDLEWARE=[]):
    bare = WSGIHandler()


def application(environ: dict, start_response):
    """Answer a request by the handler it is for."""
    handler = bare if environ["PATH_INFO"].startswith("/floor/bare/") else quorate
    return handler(environ, start_response)
