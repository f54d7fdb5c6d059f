"""Who wins when both sides play well, and what to do: the value of battle states, once a process.

A pointer in the database, and ``battle_value.json`` in ``settings.MODELS_DIR`` after it, names the
version that is live (``mlcore/serving/pointer.py``); versions are folders in ``battle_value``
beside that file. Without a pointer, the network that comes with the code answers. Either answers
only on the game data that it was trained on.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from mlcore.battle_value import artefact, best_moves, search
from mlcore.battle_value.artefact import BadValueArtefact, BattleValue
from mlcore.battle_value.search import Advice
from mlcore.engine.battle import Battle
from mlcore.engine.simulate import move_slots
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.models import ModelKind, ModelVersion
from mlcore.serving import pointer, predict, single_choice, telemetry
from mlcore.serving.champion import NoChampion
from mlcore.serving.pointer import Follower
from mlcore.serving.prediction_log import Duels

logger = logging.getLogger(__name__)

#: How often each pair of choices is played to value a state, and how many plays more those that
#: decide share.
ADVICE_SAMPLES, ADVICE_EXTRA = 8, 600
POINTER_NAME = "battle_value.json"
#: The folder of versions in ``settings.MODELS_DIR``.
FOLDER_NAME = "battle_value"
#: What a pointer calls the network that comes with the code.
SHIPPED_VERSION = "shipped"


class NoBattleValue(NoChampion):
    """No network can answer; the text says why and what to do."""


def folder_of(version: str) -> Path:
    """Where a version of this installation is kept, with its weights and metadata."""
    return Path(settings.MODELS_DIR) / FOLDER_NAME / version


def pointer_to(version: str) -> dict[str, str]:
    """What a pointer to a version says; loads it once to be sure. Raises BadValueArtefact."""
    folder = folder_of(version)
    value = artefact.load(folder)
    metadata = (folder / artefact.METADATA_NAME).read_bytes()
    return {
        "version": version,
        "sha256": value.fingerprint,
        "metadata_sha256": hashlib.sha256(metadata).hexdigest(),
    }


def _load(directory: Path, named: dict[str, Any]) -> BattleValue:
    """The version that a pointer names, if its files are those that the pointer means."""
    if named["version"] == SHIPPED_VERSION:
        return artefact.load(artefact.SHIPPED)
    folder = directory / FOLDER_NAME / str(named["version"])
    try:
        metadata = (folder / artefact.METADATA_NAME).read_bytes()
    except OSError as error:
        raise BadValueArtefact(f"its metadata cannot be read: {error}") from error
    if hashlib.sha256(metadata).hexdigest() != named["metadata_sha256"]:
        raise BadValueArtefact("its metadata are not those that were promoted")
    value = artefact.load(folder)
    if value.fingerprint != named["sha256"]:
        raise BadValueArtefact("its weights are not those that were promoted")
    return value


_follower = Follower(
    "value of battle states",
    lambda: pointer.live(ModelKind.BATTLE),
    POINTER_NAME,
    _load,
    refusals=(BadValueArtefact,),
    absent="no value of battle states yet: run manage.py ml --model=battle --mode=all",
    default=lambda: artefact.load(artefact.SHIPPED),
    logger=logger,
)


def current(game: GameData) -> BattleValue:
    """The network that is live; looks for a new pointer at most every two seconds.

    Raises NoBattleValue.
    """
    return current_for(game.fingerprint)


def current_for(fingerprint: str) -> BattleValue:
    """The network that is live, if it was trained on the game data of this fingerprint.

    Raises NoBattleValue.
    """
    return _fitting(_follower.get(), fingerprint)


def reload(game: GameData) -> BattleValue:
    """The network after looking at the pointer right now (after a promotion, in tests)."""
    return _fitting(reload_any(), game.fingerprint)


def reload_any() -> BattleValue | None:
    """``reload``, whatever game data it was trained on; None if there is none."""
    return _follower.get(force=True)


def loaded() -> BattleValue | None:
    """The network that is live, whatever game data it was trained on; None if there is none."""
    return _follower.get()


def trouble() -> str:
    """What keeps the version that the pointer names from serving; empty if nothing does."""
    return _follower.trouble


def version_before(fingerprint: str) -> str:
    """The version that a rollback would put live on the game data of this fingerprint.

    It is the one that was live before, else the network that comes with the code. Only versions of
    these game data can answer. Raises LookupError when there is nothing to go back to.
    """
    row = ModelVersion.live_before(ModelKind.BATTLE, fingerprint)
    if row is not None:
        return row.version
    shipped = artefact.load(artefact.SHIPPED)
    live = _follower.get()
    if (
        live is None
        or live.fingerprint == shipped.fingerprint
        or shipped.metadata["data_fingerprint"] != fingerprint
    ):
        raise LookupError("no other version has served before")
    return shipped.version


def _fitting(value: BattleValue | None, fingerprint: str) -> BattleValue:
    if value is None:
        raise NoBattleValue(_follower.reason)
    if value.metadata.get("data_fingerprint") != fingerprint:
        raise NoBattleValue(
            "the value of battle states was trained on other game data: "
            "run manage.py ml --model=battle --mode=all"
        )
    return value


@dataclass(frozen=True)
class Plan:
    """What one side brings and how it opens.

    moves   up to four, as indices into the game's tables: the given ones, else its best four
    shares  by move: how often to open with it; moves that are never right are left out
    worth   by move: the side's chance to win when it opens with it against the foe's best play
    """

    moves: tuple[int, ...]
    shares: dict[int, float]
    worth: dict[int, float]


@dataclass(frozen=True)
class Answer:
    """A match-up when both sides play well.

    probability    that A wins, a draw counting half
    a, b           what both sides do
    model_version  of the value that answered
    """

    probability: float
    a: Plan
    b: Plan
    model_version: str


def answer(
    game: GameData,
    value: BattleValue,
    a: Setups,
    moves_a: Sequence[int],
    b: Setups,
    moves_b: Sequence[int],
) -> Answer:
    """The answer to one match-up; ``a`` and ``b`` hold one fighter each.

    A side with more than four moves first chooses its best four (``best_moves.best_sets``). Sides
    may have no damaging move, or no move at all: then they struggle. Where neither has a choice,
    ``single_choice`` answers without the network.
    """
    set_a, set_b = best_moves.best_sets(game.tables, value.net, a, moves_a, b, moves_b)
    slots_a, slots_b = move_slots([set_a]), move_slots([set_b])
    if single_choice.applies(slots_a, slots_b)[0]:
        probability = float(single_choice.win_probabilities(game.tables, a, slots_a, b, slots_b)[0])
        chances = probability, 1.0 - probability
        advice = [
            Advice(
                chance, dict.fromkeys(range(len(own)), 1.0), dict.fromkeys(range(len(own)), chance)
            )
            for own, chance in zip((set_a, set_b), chances, strict=True)
        ]
    else:
        probability, *advice = search.answer_at_start(
            game.tables, value.net, a, slots_a, b, slots_b
        )
    return Answer(
        probability=probability,
        a=_plan(set_a, advice[0]),
        b=_plan(set_b, advice[1]),
        model_version=value.version,
    )


def record(
    game: GameData, value: BattleValue, a: Setups, b: Setups, given: Answer, *, source: str
) -> None:
    """Record an answer, with the moves that the sides bring, as one row that is committed.

    Raises LogUnavailable when that fails; then the answer must not be given.
    """
    slots_a, slots_b = move_slots([given.a.moves]), move_slots([given.b.moves])
    _log(game, value, (a, slots_a, b, slots_b), np.array([given.probability]), source)


def win_probabilities_and_log(
    game: GameData,
    value: BattleValue,
    a: Setups,
    slots_a: np.ndarray,
    b: Setups,
    slots_b: np.ndarray,
    *,
    source: str,
) -> np.ndarray:
    """P(A wins) of k match-ups, both playing well, float64 (k,); a draw counts half.

    slots_a, slots_b: move indices int (k, 4), -1 for none. Recorded as one row that is committed
    before it returns; raises LogUnavailable when that fails.
    """
    with telemetry.timed(source):
        chances = np.empty(len(a))
        is_single = single_choice.applies(slots_a, slots_b)
        for rows, answered in (
            (is_single, partial(single_choice.win_probabilities, game.tables)),
            (~is_single, partial(search.start_values, game.tables, value.net)),
        ):
            if rows.any():
                chances[rows] = answered(a.take(rows), slots_a[rows], b.take(rows), slots_b[rows])
    _log(game, value, (a, slots_a, b, slots_b), chances, source)
    return chances


def _log(
    game: GameData,
    value: BattleValue,
    matchups: Duels,
    chances: np.ndarray,
    source: str,
) -> None:
    predict.log(
        game, matchups, chances, source=source, model=ModelKind.BATTLE, version=value.version
    )


def _plan(moves: Sequence[int], advice: Advice) -> Plan:
    return Plan(
        moves=tuple(moves),
        shares={moves[slot]: share for slot, share in advice.shares.items()},
        worth={moves[slot]: chance for slot, chance in advice.worth.items()},
    )


def advise(battle: Battle, value: BattleValue, side: int) -> Advice:
    """What the side should do now in an undecided battle, by slot; the battle stays as it is."""
    return search.advise(
        battle.state,
        battle.tables,
        value.net,
        side,
        seed=0,
        samples=ADVICE_SAMPLES,
        extra=ADVICE_EXTRA,
    )
