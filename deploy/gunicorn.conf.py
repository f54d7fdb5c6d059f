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
# A second server on the same machine must not fight over it.
control_socket_disable = True


def when_ready(server):
    """Before any worker is forked: no visitor waits for a compiler or for a model to load."""
    from django.db import connections

    from battles import play
    from mlcore import gamedata, predictor
    from mlcore.engine.simulate import warm_up

    try:
        game = gamedata.current()
    except Exception as error:  # the site answers 503 with the reason; do not die here
        server.log.warning("Not warmed up: %s", error)
    else:
        warm_up(game.tables)
        predictor.warm_up(game)
        play.warm_up(game)
    # A connection made here must not be shared by the workers.
    connections.close_all()
