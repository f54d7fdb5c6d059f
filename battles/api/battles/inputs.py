"""Bodies of ``battles/``."""

from dataclasses import dataclass
from typing import Any

from battles.api.core import reader as core_reader
from battles.api.core.problems import FieldError, kind_of
from battles.api.core.reader import MAX_SEED, SETUPS, Reader
from battles.models import Strength
from battles.play.snapshots import KnownMove
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Raising
from mlcore.serving.counters import moves_against
from pokedex.lookup import normalize

BATTLE_KEYS = ("pokemon_a_id", "pokemon_b_id", "moves_a", "moves_b", *SETUPS, "strength", "seed")
DEFAULT_STRENGTH = Strength.STRONGEST.value
STRENGTHS: tuple[str, ...] = tuple(Strength.values)
#: Maximum number of turns.
MAX_TURNS = 1000
_OWN = "as returned when the battle was started"


@dataclass(frozen=True)
class Side:
    """Indices into the game's tables, and how it was raised."""

    form: int
    moves: tuple[int, ...]
    setup: Raising


@dataclass(frozen=True)
class BattleRequest:
    a: Side
    b: Side
    strength: str
    seed: int | None


@dataclass(frozen=True)
class MoveChoice:
    """``move`` as the client named it; None if there is no choice."""

    secret: str
    turn: int
    move: int | str | None


def read_battle(body: Any, game: GameData) -> BattleRequest:
    """The body of ``battles/``; raises Problem with all errors."""
    reader = Reader(body, game, BATTLE_KEYS, status_moves=True)
    forms = {side: reader.form(f"pokemon_{side}_id", fighting=False) for side in "ab"}
    moves = {
        side: reader.given_moves(f"moves_{side}", forms[side])
        for side in "ab"
        if f"moves_{side}" in reader.body
    }
    setups = {side: reader.setup(f"setup_{side}") for side in "ab"}
    strength = reader.choice("strength", STRENGTHS, DEFAULT_STRENGTH)
    seed = reader.integer("seed", 0, MAX_SEED, 0) if "seed" in reader.body else None
    reader.finish()
    a, b = forms["a"], forms["b"]
    assert a is not None
    assert b is not None
    return BattleRequest(
        a=Side(a, moves.get("a") or moves_against(game, a, b), setups["a"]),
        b=Side(b, moves.get("b") or moves_against(game, b, a), setups["b"]),
        strength=strength,
        seed=seed,
    )


def read_choice(body: Any, *, moves: bool) -> MoveChoice:
    """The body of ``battles/{id}/move/`` or, without ``moves``, of ``forfeit/``."""
    keys = ("secret", "turn", "move_id") if moves else ("secret", "turn")
    reader = Reader(body, None, keys)
    secret = core_reader._text(reader, "secret", core_reader.MAX_SECRET, _OWN)
    if "turn" not in reader.body:
        reason = "turn is missing."
        reader.errors.append(
            FieldError("turn", "required", reason, "the number of turns played so far")
        )
    turn = reader.integer("turn", 0, MAX_TURNS, 0)
    move = reader.body.get("move_id")
    if moves and "move_id" not in reader.body:
        allowed = "one of the choices; null if there are none"
        reader.errors.append(FieldError("move_id", "required", "move_id is missing.", allowed))
    if isinstance(move, bool) or not isinstance(move, int | str | None):
        reason = f"move_id must be an id, a slug, a name or null, not {kind_of(move)}."
        allowed = "an id, a slug, a name or null"
        reader.errors.append(FieldError("move_id", "wrong_type", reason, allowed))
    reader.finish()
    return MoveChoice(secret, turn, move)


def is_called(move: KnownMove, given: int | str) -> bool:
    """Whether the text is this move's id, slug or name in either language."""
    if isinstance(given, int):
        return given == move.pk
    key = normalize(given[:100])
    return key == str(move.pk) or key in map(normalize, (move.slug, move.name_en, move.name_fr))
