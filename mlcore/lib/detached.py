"""Management commands in processes of their own."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings


def manage(log: Path, *arguments: str) -> None:
    """Start ``manage.py`` in a process that outlives this one, its output appended to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        subprocess.Popen(
            [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=settings.BASE_DIR,
        )
