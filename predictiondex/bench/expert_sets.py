"""How many moves of players' recommended sets are among the best four: a sanity check, not a goal.

Players build for teams of six; here two Pokémon meet one-on-one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from battles.common import best_sets
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game.gamedata import GameData
from mlcore.serving import known_sets


@dataclass(frozen=True)
class ExpertSet:
    """A form and the slots of its set; of the moves of a slot, one is chosen."""

    form: int
    slots: tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Overlap:
    """Mean number of slots, of four, that a set serves; and what two simple choices reach."""

    sets: int
    best: float
    strongest: float
    random: float


def read(lines: Iterable[str], game: GameData) -> list[ExpertSet]:
    """Lines ``species|Mega Stone|natures|move 1|...|move 4``, "/" between alternatives.

    Raises UnknownName, ValueError.
    """
    sets = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.rstrip("\n").split("|")
        if len(parts) != 3 + MOVE_SLOTS:
            raise ValueError(f"line {number}: expected 7 parts, got {len(parts)}")
        species, stone, _, *slots = parts
        # "Charizardite X" makes "Charizard-Mega-X".
        mega = f"-Mega{stone[-2:].replace(' ', '-')}" if stone[-2:-1] == " " else "-Mega"
        form = game.form_index(species + (mega if stone else ""))
        moves = [frozenset(int(game.move_index(name)) for name in s.split("/")) for s in slots]
        sets.append(ExpertSet(int(form), tuple(moves)))
    return sets


def compare(game: GameData, sets: list[ExpertSet]) -> Overlap:
    """Our best four against all forms beside each set. Raises NoBattleValue."""
    attacks = known_sets.strongest_sets(game)
    best, strongest, chance = [], [], []
    for expert in sets:
        usable = game.usable_moves(expert.form, damaging=False).tolist()
        best.append(_served(expert, best_sets.best_set(game, expert.form).moves))
        strongest.append(_served(expert, attacks[expert.form].tolist()))
        # A slot is served if one of its moves is among four that are drawn.
        others = [len(usable) - len(slot & set(usable)) for slot in expert.slots]
        chance.append(sum(1 - _all_drawn_from(k, len(usable)) for k in others))
    return Overlap(len(sets), *(float(np.mean(each)) for each in (best, strongest, chance)))


def _served(expert: ExpertSet, moves: Iterable[int]) -> int:
    """Slots that the moves can fill, each with a move of its own."""
    free = set(moves)
    served = 0
    for slot in sorted(expert.slots, key=len):
        if fitting := slot & free:
            free.discard(min(fitting))
            served += 1
    return served


def _all_drawn_from(others: int, count: int) -> float:
    """Chance that four different moves of ``count`` are all among ``others`` of them."""
    chance = 1.0
    for k in range(min(MOVE_SLOTS, count)):
        chance *= max(0, others - k) / (count - k)
    return chance
