"""The version: that of the newest release in CHANGELOG.md. `version.py --notes` gives its text.

Exit code 1 when nothing has been released.
"""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
_HEADING = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", re.M)


def newest(text: str) -> tuple[str, str]:
    """(version, notes) of the first released heading. Raises LookupError when there is none."""
    heading = _HEADING.search(text)
    if heading is None:
        raise LookupError("CHANGELOG.md has no released version: '## [X.Y.Z] - YYYY-MM-DD'")
    notes = re.split(r"^## ", text[heading.end() :], maxsplit=1, flags=re.M)[0]
    return heading[1], notes.strip()


if __name__ == "__main__":
    try:
        version, notes = newest(CHANGELOG.read_text(encoding="utf-8"))
    except LookupError as error:
        sys.exit(str(error))
    print(notes if "--notes" in sys.argv[1:] else version)
