"""What has to happen once in every process."""

from functools import cache

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django_prometheus.db import common

from mlcore.lib import serial_writes


class PredictionDexConfig(AppConfig):
    name = "predictiondex"
    verbose_name = "PredictionDex"

    def ready(self) -> None:
        # The instrumented SQLite backend makes a new class for every statement, always the same;
        # that takes longer than most statements.
        common.ExportingCursorWrapper = cache(common.ExportingCursorWrapper)
        connection_created.connect(_bound_the_queue)


def _bound_the_queue(connection: BaseDatabaseWrapper, **signal: object) -> None:
    """Statements that wait for SQLite's write lock are counted."""
    watch = serial_writes.queue.watch
    if connection.vendor == "sqlite" and watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)
