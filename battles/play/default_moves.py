"""The four moves a Pokémon brings when none are chosen."""

from collections.abc import Iterable

from mlcore.engine.damage import mean_hits
from mlcore.engine.state import MOVE_SLOTS
from pokedex.choices import DamageClass, MoveEffect
from pokedex.models import Move, Pokemon

#: What a move's drawbacks cost: its expected damage is multiplied by this.
_COST = {
    MoveEffect.CHARGE: 2,
    MoveEffect.CHARGE_RAISE_DEFENSE: 2,
    MoveEffect.CHARGE_AIRBORNE: 1.8,
    MoveEffect.CHARGE_UNDERGROUND: 1.8,
    MoveEffect.RECHARGE: 2,
    MoveEffect.LOCK_IN: 1.5,
    MoveEffect.CRASH: 1.3,
    MoveEffect.SELF_DESTRUCT: 8,
    MoveEffect.TARGET_ASLEEP_ONLY: 4,
    MoveEffect.TARGET_ATTACKING_ONLY: 1.5,
    MoveEffect.FIRST_TURN_ONLY: 4,
}


def default_moves(pokemon: Pokemon, moves: Iterable[Move]) -> list[Move]:
    """Up to four of ``moves``: the hardest hits, of different types where it can.

    What a move is worth: power, hits and accuracy, weighed by the stat it uses and the user's
    types; moves that cost turns, stats or the user itself count less. Where fewer than four
    deal damage, status moves fill up in the order of their ids.
    """
    own = {type_.pk for type_ in pokemon.types}

    def worth(move: Move) -> float:
        physical = move.damage_class == DamageClass.PHYSICAL
        stat = pokemon.base_attack if physical else pokemon.base_special_attack
        value = (move.power or 0) * stat * (move.accuracy or 100) / 100
        value *= mean_hits(move.min_hits, move.max_hits)
        if move.type_id in own:
            value *= 1.5
        return value / _COST.get(move.effect, 1)

    chosen: list[Move] = []
    left = [move for move in moves if move.damage_class != DamageClass.STATUS]
    while left and len(chosen) < MOVE_SLOTS:
        taken = {move.type_id for move in chosen}
        best = max(left, key=lambda move: (worth(move) / (1 + (move.type_id in taken)), -move.pk))
        chosen.append(best)
        left.remove(best)
    status = (move for move in moves if move.damage_class == DamageClass.STATUS)
    return [*chosen, *status][:MOVE_SLOTS]
