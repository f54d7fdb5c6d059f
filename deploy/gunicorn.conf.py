"""gunicorn for `make run` and for the image: WEB_CONCURRENCY workers, preloaded."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
# The application, its model and its compiled engine are loaded once and shared by forking.
preload_app = True
accesslog = "-" if os.environ.get("ACCESS_LOG", "0") == "1" else None
timeout = 60
graceful_timeout = 20


def post_fork(server, worker):
    """A connection made while preloading must not be shared by workers."""
    from django.db import connections

    connections.close_all()
