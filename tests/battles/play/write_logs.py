"""Battle logs for other programs to read: python -m tests.battles.play.write_logs [battles].

Each form fights in turn, both sides with four random moves of all, known or not, chosen at random.
Logs are separated by blank lines. ``make readers`` gives them to four readers.
"""

import sys

import django
import numpy as np

django.setup()

from battles.common.showdown_text import species_name  # noqa: E402
from mlcore.engine import battle as bt  # noqa: E402
from mlcore.engine import protocol  # noqa: E402
from mlcore.engine.specs import MoveColumn, Setups, Target  # noqa: E402
from mlcore.game import gamedata  # noqa: E402
from pokedex.models import Move, Pokemon, Type  # noqa: E402


def write(battles: int) -> None:
    tables = gamedata.current().tables
    species = {each.slug: species_name(each) for each in Pokemon.objects.select_related("species")}
    moves = dict(Move.objects.values_list("slug", "name_en"))
    types = dict(Type.objects.values_list("slug", "name_en"))
    rng = np.random.default_rng(20)
    known = [move for move in range(len(tables.move_slugs)) if move != tables.struggle]
    for number in range(battles):
        forms = np.arange(2 * number, 2 * number + 2) % len(tables.form_slugs)
        sets = [rng.choice(known, 4, replace=False).tolist() for _ in range(2)]
        battle = bt.Battle(tables, Setups.flat(forms), sets, seed=number)
        max_hp = [int(side[bt.st.MAX_HP]) for side in battle.state[:2]]
        battle.play_out(bt.random_choice, bt.random_choice)
        names = protocol.ProtocolNames(
            fighters=tuple(species[tables.form_slugs[form]] for form in forms),
            players=("Player", "Opponent"),
            move=lambda move: moves[tables.move_slugs[move]],
            type=lambda kind: types[tables.type_slugs[kind]],
            is_aimed=lambda move: tables.moves[move, MoveColumn.TARGET] == Target.OPPONENT,
            struggle=tables.struggle,
        )
        print(protocol.to_protocol(battle.events, names, levels=(50, 50), max_hp=max_hp))


if __name__ == "__main__":
    write(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
