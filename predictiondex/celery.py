"""The Celery application. Without a broker short tasks run eagerly, in the caller."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")

app = Celery("predictiondex")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
