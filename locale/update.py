"""Bring the message catalogues up to date with the source: ``python locale/update.py``.

Reads every Python file and template of the project with Babel and Django alone, so no gettext
tools are needed. New messages arrive without a translation, vanished ones leave. ``--check``
changes nothing and fails when something is missing.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, pofile
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("battles", "mlcore", "pokedex", "predictiondex")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def sources() -> Iterator[tuple[str, str]]:
    """Path and Python text of everything that may hold messages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(ROOT))
        # What is left of a template is not indented like Python.
        lines = templatize(path.read_text(), origin=name).splitlines()
        yield name, "\n".join(line.lstrip() for line in lines)


def messages() -> Catalog:
    """All messages of the source."""
    catalog = Catalog(project="PredictionDex", version="1", charset="utf-8")
    for name, text in sources():
        stream = io.BytesIO(text.encode())
        for _line, message, _comments, context in extract(
            "python", stream, KEYWORDS, options={"encoding": "utf-8"}
        ):
            is_format = "%(" in (message if isinstance(message, str) else message[0])
            catalog.add(
                message,
                locations=[(name, 0)],
                context=context,
                flags=["python-format"] if is_format else [],
            )
    return catalog


def update(path: Path) -> Catalog:
    """The catalogue in ``path`` with the messages of the source; nothing is written."""
    with path.open("rb") as file:
        catalog = pofile.read_po(file, locale=path.parent.parent.name)
    catalog.update(messages(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """Messages without a translation."""
    return [
        str(message.id)
        for message in catalog
        if message.id
        and not all(message.string if isinstance(message.string, tuple) else [message.string])
    ]


def without_dates(text: str) -> str:
    """The file without header fields that change by themselves or that nobody fills in."""
    idle = ("Report-Msgid", "POT-Creation", "PO-Revision", "Last-Tr", "Language-Team", "Generated")
    lines = text.splitlines(keepends=True)
    return "".join(
        line for line in lines if not line.startswith(tuple(f'"{word}' for word in idle))
    )


def main() -> int:
    untranslated = 0
    for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po")):
        catalog = update(path)
        if "--check" not in sys.argv:
            buffer = io.BytesIO()
            pofile.write_po(
                buffer,
                catalog,
                width=100,
                sort_by_file=True,
                include_lineno=False,
                ignore_obsolete=True,
            )
            path.write_text(without_dates(buffer.getvalue().decode()))
        for message in missing(catalog):
            untranslated += 1
            print(f"{path.relative_to(ROOT)}: not translated: {message}")
    return 1 if untranslated else 0


if __name__ == "__main__":
    sys.exit(main())
