"""The Celery application. Without a broker short tasks run eagerly, in the caller."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ["DJANGO_SETTINGS_MODULE"] = "predictiondex.settings"

app = Celery("predictiondex")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**options: Any) -> None:
    """Workers log as the site does: Celery sets nothing up when somebody listens here."""
