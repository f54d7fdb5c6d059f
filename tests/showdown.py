"""Scripts that ask the reference simulator; they need Node and `npm ci` in tools/showdown."""

import json
import subprocess
from pathlib import Path
from typing import Any

REFEREE = Path(__file__).resolve().parents[1] / "tools" / "showdown"


def node(script: str, *options: str, text: str = "") -> list[dict[str, Any]]:
    """Answer lines of a script."""
    done = subprocess.run(
        ["node", script, *options],
        cwd=REFEREE,
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
