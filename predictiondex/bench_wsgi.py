"""The bare server of ``manage.py bench --api``: the same framework without a line of ours.

No middleware, and REST framework with its own parser and error handler: the most to be had.
"""

import os

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")


def application() -> WSGIHandler:
    # Before anything of REST framework is imported: its classes read their settings then.
    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = "predictiondex.bench_bare"
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "UNAUTHENTICATED_USER": None,
    }
    return get_wsgi_application()
