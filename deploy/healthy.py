"""Health checks of the containers: exit code 0 when the service does its work.

python deploy/healthy.py web|worker|beat
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def web() -> bool:
    """Database, game data and champion are there."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")))
    connection.request("GET", "/readyz")
    return connection.getresponse().status == 200


def worker() -> bool:
    """The worker of this container answers through the broker."""
    from predictiondex.celery import app

    return bool(app.control.ping(destination=[f"celery@{os.uname().nodename}"], timeout=5))


def beat() -> bool:
    """Something was due within the last five minutes, and was sent."""
    from datetime import timedelta

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "predictiondex.settings"
    django.setup()
    from django.utils import timezone
    from django_celery_beat.models import PeriodicTask

    recent = timezone.now() - timedelta(minutes=5)
    return PeriodicTask.objects.filter(last_run_at__gt=recent).exists()


CHECKS = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in CHECKS:
        sys.exit(f"usage: healthy.py {'|'.join(CHECKS)}")
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
