"""Pasted text beside Showdown's own `Teams.import`.

    python -m tests.battles.common.against_teams_import --seed 7 [--count 400]

Draws fresh sets (tools/showdown/teams.mjs), reads each text with both, and gives our export of
each to `Teams.import`. Prints what differs; the exit code is 1 if anything does. What Let's Go has
not is taken away from Showdown's reading first, as `expected` says; nothing else may differ.
"""

import argparse
import json
import os
import sys
from collections import Counter
from typing import Any

if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    django.setup()

from battles.common.showdown_text import read_team, write_set
from mlcore.engine.specs import NATURES
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, MAX_AV, STAT_KEYS, Spread
from pokedex.models import Move, Pokemon
from tests.showdown import node

Reading = tuple[str, tuple[str, ...], Spread]


def _id(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


def _values(given: dict[str, int] | None, usual: int, high: int) -> tuple[int, ...]:
    return tuple(min((given or {}).get(stat, usual), high) for stat in STAT_KEYS)


def expected(there: dict[str, Any], game: GameData) -> Reading:
    """What Let's Go keeps of a set that Showdown has read: (form, moves, spread).

    - a Pokémon with its Mega Stone is the Mega, which the simulator's format has from the start
    - EVs are AVs, at most 200
    - moves it cannot use here go, then all after the fourth
    - happiness that is not written is 70, a nature that is not written is neutral
    """
    slugs = {slug.replace("-", ""): slug for slug in game.form_slugs}
    # The simulator has the names of later games, and few of the forms of this one have their own.
    moves = {slug.replace("-", ""): slug for slug in game.move_slugs} | {"visegrip": "vice-grip"}
    item, form = _id(there.get("item") or ""), _id(there["species"])
    for ending in ("x", "y", ""):
        mega = f"{form}mega{ending}"
        if mega in slugs and item.endswith(f"ite{ending}") and item[:5] == form[:5]:
            form = mega
            break
    index = game.form_slugs.index(slugs[form])
    known = [moves[_id(move)] for move in there["moves"] if _id(move) in moves]
    usable = [slug for slug in known if game.tables.usable[index, game.move_index(slug)]]
    spread = Spread(
        level=there.get("level", 100),
        nature=_id(there.get("nature") or "") or FLAT.nature,
        friendship=there.get("happiness", FLAT.friendship),
        ivs=_values(there.get("ivs"), 31, 31),
        avs=_values(there.get("evs"), 0, MAX_AV),
    )
    assert spread.nature in NATURES
    return slugs[form], tuple(usable[:4]), spread


def differences(line: dict[str, Any], game: GameData) -> list[str]:
    """How our reading of a text differs from Showdown's."""
    here = [
        (pasted.form, pasted.moves, pasted.spread)
        for pasted in read_team(line["text"], game, status_moves=True)
    ]
    there = [expected(one, game) for one in line["sets"]]
    if len(here) != len(there):
        return [f"{len(here)} sets, there {len(there)}: {line['text']!r}"]
    return [
        f"{ours}, there {theirs}: {line['text']!r}"
        for ours, theirs in zip(here, there, strict=True)
        if ours != theirs
    ]


def exported(line: dict[str, Any], game: GameData) -> list[str]:
    """Our export of each set of a text."""
    pokemon = {row.slug: row for row in Pokemon.objects.select_related("species")}
    moves = {row.slug: row for row in Move.objects.all()}
    return [
        write_set(pokemon[one.form], [moves[slug] for slug in one.moves], one.spread)
        for one in read_team(line["text"], game, status_moves=True)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", default="400")
    options = parser.parse_args()
    game = gamedata.current()
    lines = node("teams.mjs", "--seed", options.seed, "--count", options.count)
    wrong = [text for line in lines for text in differences(line, game)]
    ours = [text for line in lines for text in exported(line, game)]
    back = node(
        "teams.mjs", "--import", text="".join(json.dumps({"text": text}) + "\n" for text in ours)
    )
    wrong += [text for line in back for text in differences(line, game)]
    for text in wrong:
        print(text)
    print(f"{len(ours)} sets in {len(lines)} texts, and back: {len(wrong)} differ")
    only_here = Counter(line["reads"] for line in lines if "reads" in line)
    print(f"texts with what only ours reads: {dict(only_here)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
