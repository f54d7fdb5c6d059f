"""Species of other games: who is looked for although it is not in Let's Go."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pokedex.lookup import normalize

FILE = Path(__file__).parent / "data" / "other_species.csv"


@dataclass(frozen=True)
class OtherSpecies:
    number: int
    name_en: str
    name_fr: str

    @property
    def name(self) -> str:
        return self.name_fr if get_language() == "fr" else self.name_en

    @property
    def sentence(self) -> str:
        return _("%(name)s (no. %(number)s) is from another game: it is not in Let’s Go.") % {
            "name": self.name,
            "number": self.number,
        }


@lru_cache(maxsize=1)
def _by_key() -> dict[str, OtherSpecies]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            OtherSpecies(int(row["number"]), row["name_en"], row["name_fr"])
            for row in csv.DictReader(file)
        ]
    keys: dict[str, OtherSpecies] = {}
    for row in rows:
        for key in (str(row.number), normalize(row.name_en), normalize(row.name_fr)):
            keys.setdefault(key, row)
    return keys


def other_species(text: str) -> OtherSpecies | None:
    """The species of another game with that name, in either language, or that number."""
    key = normalize(text[:60])
    return _by_key().get(key.lstrip("0") if key.isdigit() else key)
