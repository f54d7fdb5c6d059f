"""Fill the variables of deploy/monitoring.env into the configurations that cannot read any.

    python deploy/render.py OUT    writes OUT/prometheus/*.yml and OUT/alertmanager/*.yml

A template ``name.yml.in`` names variables as ``@{NAME}``; ``@@`` is an @ sign. Values come from
the environment, else from monitoring.env. An unknown variable stops it with exit code 1. Needs
nothing but Python, so that it runs before anything is installed.
"""

import os
import string
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
KINDS = ("prometheus", "alertmanager")


class Template(string.Template):
    """Prometheus has uses of its own for the dollar sign."""

    delimiter = "@"


def defaults(path: Path = HERE / "monitoring.env") -> dict[str, str]:
    """NAME -> value of a file of NAME=value lines; comments and empty lines do not count."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def render(out: Path, environment: Mapping[str, str]) -> list[Path]:
    """Write every template's text below ``out``; the files written.

    Only variables that monitoring.env lists can be set. Raises ValueError with the template's
    name when it asks for another one or is malformed.
    """
    known = defaults()
    values = {name: environment.get(name) or value for name, value in known.items()}
    written = []
    for source in sorted(path for kind in KINDS for path in (HERE / kind).glob("*.yml.in")):
        try:
            text = Template(source.read_text(encoding="utf-8")).substitute(values)
        except KeyError as error:
            raise ValueError(f"{source.name}: {error} is not listed in monitoring.env") from error
        except ValueError as error:
            raise ValueError(f"{source.name}: {error}") from error
        target = out / source.parent.name / source.name.removesuffix(".in")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: render.py OUT", file=sys.stderr)
        return 2
    try:
        for path in render(Path(arguments[0]), os.environ):
            print(path)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
