"""Bodies of the endpoints of battles and quiz."""

from dataclasses import dataclass
from typing import Any

from battles.api.battles.serializers import ChoiceRequest, ForfeitRequest, NewBattleRequest
from battles.api.core.problems import FieldError, kind_of
from battles.api.core.reader import Reader
from battles.play.snapshots import KnownMove
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Raising
from mlcore.serving.counters import moves_against
from pokedex.lookup import normalize

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
class Choice:
    """``move``: what the client called it; None where there is nothing to choose."""

    secret: str
    turn: int
    move: int | str | None


def read_battle(body: Any, game: GameData) -> BattleRequest:
    """The body of ``battles/``; raises Problem with everything that is wrong."""
    reader = Reader(body, game, NewBattleRequest, status_moves=True)
    forms = {side: reader.form(f"pokemon_{side}_id", fighting=False) for side in "ab"}
    moves = {
        side: reader.given_moves(f"moves_{side}", forms[side])
        for side in "ab"
        if f"moves_{side}" in reader.body
    }
    setups = {side: reader.setup(f"setup_{side}") for side in "ab"}
    strength = reader.choice("strength")
    seed = reader.integer("seed")
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


def read_choice(body: Any, *, moves: bool) -> Choice:
    """The body of ``battles/{id}/move/`` or, without ``moves``, of ``forfeit/``."""
    reader = Reader(body, None, ChoiceRequest if moves else ForfeitRequest)
    secret = reader.text("secret", _OWN)
    turn = reader.integer("turn", missing="the number of turns played so far")
    move = reader.body.get("move_id")
    if moves and "move_id" not in reader.body:
        allowed = "one of the choices; null if there are none"
        reader.errors.append(FieldError("move_id", "required", "move_id is missing.", allowed))
    if isinstance(move, bool) or not isinstance(move, int | str | None):
        reason = f"move_id must be an id, a slug, a name or null, not {kind_of(move)}."
        allowed = "an id, a slug, a name or null"
        reader.errors.append(FieldError("move_id", "wrong_type", reason, allowed))
    reader.finish()
    assert turn is not None
    return Choice(secret, turn, move)


def is_called(move: KnownMove, given: int | str) -> bool:
    """A client means this move: by its id, slug or name in either language."""
    if isinstance(given, int):
        return given == move.pk
    key = normalize(given[:100])
    return key == str(move.pk) or key in map(normalize, (move.slug, move.name_en, move.name_fr))
