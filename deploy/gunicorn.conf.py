"""gunicorn for `make run` and for the image: WEB_CONCURRENCY workers, preloaded."""

import gc
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "predictiondex.settings"

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gunicorn.glogging import Logger

from predictiondex.environment import Environment

env = Environment()
try:
    logconfig_dict = settings.LOGGING
    host = env.address("HOST", default="127.0.0.1")
    port = env.number("PORT", default=8000, least=1, most=65_535)
    workers = env.number("WEB_CONCURRENCY", default=2, least=1, most=1024)
    metrics = env.text("METRICS_DIR", default=str(settings.VAR_DIR / "prometheus"), filled=True)
    access_log = env.flag("ACCESS_LOG", default=False)
except ImproperlyConfigured as error:
    sys.exit(f"PredictionDex does not start: {error}")

# Those that work, those that wait for their turn, and one that turns others away.
threads = settings.WEB_THREADS + settings.WEB_QUEUE + 1
bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
# gthread whose threads do not wait for clients, however many are slow.
worker_class = "predictiondex.patient_worker.PatientWorker"
worker_connections = 500
keepalive = 5
# An answer goes through the worker's buffers, and who asked and how is for the application to say.
sendfile = False
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
# The application, its model and its compiled engine are loaded once and shared by forking.
preload_app = True
# The server's own lines look as the application's do.
logconfig_dict["loggers"]["gunicorn.access"]["level"] = "INFO" if access_log else "WARNING"


class logger_class(Logger):  # noqa: N801 - gunicorn's name of the setting
    """Puts the line of a request together only where somebody is to read it."""

    def access(self, *arguments):
        if self.access_log.isEnabledFor(logging.INFO):
            super().access(*arguments)


timeout = 60
graceful_timeout = 20
# A second server on the same machine must not fight over it.
control_socket_disable = True

# What the workers count is added up from files in this folder, which must be there, and empty,
# before anything is imported. A reload of this file leaves the counts as they are.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    counted = Path(metrics, str(port))
    try:
        shutil.rmtree(counted, ignore_errors=True)
        counted.mkdir(parents=True, exist_ok=True)
    except OSError as error:  # read-only or full: no reason not to serve
        counted = Path(tempfile.mkdtemp(prefix="predictiondex-metrics-"))
        print(f"metrics are kept in {counted}: {error}", file=sys.stderr)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted.resolve())
from predictiondex.observability import guarded_metrics  # noqa: E402 - it looks at that folder

guarded_metrics.install()


def child_exit(server, worker):
    """A worker that has ended has no gauges any more; what it counted stays."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_starting(server):
    """Before the port is open and any worker is forked: no visitor waits for a compiler or for a
    model to load, and a proxy asks another server until then."""
    from django.db import connections
    from django.urls import get_resolver

    from battles.play import game as play
    from mlcore.engine.simulate import warm_up
    from mlcore.game import gamedata
    from mlcore.lib import serial_writes
    from mlcore.serving import predict

    # Django imports the views, and all that they need, when the first request comes.
    _views = get_resolver().url_patterns
    try:
        game = gamedata.current()
    except Exception as error:  # the site answers 503 with the reason; do not die here
        server.log.warning("Not warmed up: %s", error)
    else:
        warm_up(game.tables)
        predict.warm_up(game)
        play.warm_up(game)
    # Nobody waits for SQLite's write lock as long as a command does, and never all threads at once.
    serial_writes.queue.places = max(1, threads - 1)
    if connections.settings["default"]["ENGINE"].endswith("sqlite3"):
        connections.settings["default"]["OPTIONS"]["timeout"] = 5
    # A connection made here must not be shared by the workers.
    connections.close_all()
    # What is loaded by now stays: looking through it for garbage takes a tenth of a second, in the
    # middle of a request.
    gc.collect()
    gc.freeze()
