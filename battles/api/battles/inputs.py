"""Bodies of ``battles/``."""

from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

from battles.api.battles.serializers import ChoiceRequest, ForfeitRequest, NewBattleRequest
from battles.api.core.problems import FieldError, invalid, kind_of
from battles.api.core.reader import Reader
from battles.play.snapshots import KnownMove
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Spread
from mlcore.serving.counters import moves_against
from pokedex.lookup import normalize

#: Header with the secret of a battle, for requests without a body.
SECRET_HEADER = "Battle-Secret"
_OWN = "as returned when the battle was started"


@dataclass(frozen=True)
class BattleTeam:
    """Indices into the game's tables, and its spread."""

    form: int
    moves: tuple[int, ...]
    setup: Spread


@dataclass(frozen=True)
class BattleSetup:
    a: BattleTeam
    b: BattleTeam
    strength: str
    seed: int | None


@dataclass(frozen=True)
class MoveChoice:
    """``move`` as the client named it; None if there is no choice."""

    secret: str
    turn: int
    move: int | str | None


def read_battle(body: Any, game: GameData) -> BattleSetup:
    """The body of ``battles/``; raises Problem with all errors."""
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
    return BattleSetup(
        a=BattleTeam(a, moves.get("a") or moves_against(game, a, b), setups["a"]),
        b=BattleTeam(b, moves.get("b") or moves_against(game, b, a), setups["b"]),
        strength=strength,
        seed=seed,
    )


def read_choice(body: Any, *, moves: bool) -> MoveChoice:
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
    return MoveChoice(secret, turn, move)


def missing_secret() -> FieldError:
    reason = f"The header {SECRET_HEADER} is missing."
    return FieldError(SECRET_HEADER, "required", reason, _OWN)


def read_secret(request: Request) -> str:
    """The secret in the header; raises Problem if there is none."""
    secret = request.headers.get(SECRET_HEADER, "")
    if not secret:
        raise invalid([missing_secret()])
    return str(secret)


def is_called(move: KnownMove, given: int | str) -> bool:
    """Whether the text is this move's id, slug or name in either language."""
    if isinstance(given, int):
        return given == move.pk
    key = normalize(given[:100])
    return key == str(move.pk) or key in map(normalize, (move.slug, move.name_en, move.name_fr))
