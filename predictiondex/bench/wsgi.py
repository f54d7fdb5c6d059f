"""The bare servers of ``manage.py bench --api``: views of the same framework that do nothing.

``alone`` is the most to be had: no middleware, REST framework with its own parser and error
handler. ``behind_middleware`` keeps what every request to the site passes - its id, its metrics,
compression, security headers - and so shows what is left for an endpoint to spend.
"""

import os

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")


def alone() -> WSGIHandler:
    settings.MIDDLEWARE = []
    return behind_middleware()


def behind_middleware() -> WSGIHandler:
    # Before anything of REST framework is imported: its classes read their settings then.
    settings.ROOT_URLCONF = "predictiondex.bench.bare"
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "UNAUTHENTICATED_USER": None,
    }
    return get_wsgi_application()
