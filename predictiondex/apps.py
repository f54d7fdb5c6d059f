"""What has to happen once in every process."""

from functools import cache

from django.apps import AppConfig
from django_prometheus.db import common


class PredictionDexConfig(AppConfig):
    name = "predictiondex"
    verbose_name = "PredictionDex"

    def ready(self) -> None:
        # The instrumented SQLite backend makes a new class for every statement, always the same;
        # that takes longer than most statements.
        common.ExportingCursorWrapper = cache(common.ExportingCursorWrapper)
