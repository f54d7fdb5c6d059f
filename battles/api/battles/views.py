"""The endpoints under ``/api/v1/battles/``: battles against the computer."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.battles import docs as battles_docs
from battles.api.battles.inputs import is_called, read_battle, read_choice, read_secret
from battles.api.battles.serializers import STATUSES
from battles.api.core import problems, query_params
from battles.api.core.base import ApiView
from battles.api.core.problems import FieldError, Problem, invalid
from battles.models import Battle, Scope
from battles.play import game as play
from battles.play import narration, stage
from battles.play.game import Fighter, Replay
from battles.play.snapshots import Snapshot
from mlcore.engine import battle as bt
from mlcore.engine import state as st
from mlcore.engine.specs import STAGED_STATS
from mlcore.serving import champion as champion_store

#: A turn searches for both sides and may simulate games, so it counts as several requests.
PLAY_COST = 5
_ID = re.compile(r"[A-Za-z0-9_-]{1,22}")

#: By the engine's codes.
_STATUSES = dict(
    zip(
        (st.PARALYSIS, st.BURN, st.POISON, st.BAD_POISON, st.SLEEP, st.FREEZE),
        STATUSES,
        strict=True,
    )
)


class BattleCreate(ApiView):
    """Start a battle."""

    scope = Scope.SIMULATE
    cost = PLAY_COST
    uses_engine = True

    @battles_docs.create
    def post(self, request: Request) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        game = self.game
        asked = read_battle(request.data, game)
        forms, moves = game.tables.form_ids, game.tables.move_ids
        fighters = [
            Fighter(
                form=int(forms[side.form]),
                moves=tuple(moves[list(side.moves)].tolist()),
                spread=side.setup,
            )
            for side in (asked.a, asked.b)
        ]
        secret = secrets.token_urlsafe(24)
        battle = play.create(
            game=game,
            secret=secret,
            a=fighters[0],
            b=fighters[1],
            strength=asked.strength,
            champion=lambda: self.champion,
            seed=asked.seed,
        )
        answer = Response({"secret": secret, **state_of(Replay(battle))}, status=201)
        answer["Location"] = f"{request.path}{battle.public_id}/"
        answer["Cache-Control"] = "no-store"
        return answer


class BattleDetail(ApiView):
    """State of a battle."""

    @battles_docs.detail
    def get(self, request: Request, battle_id: str) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        return Response(state_of(Replay(find(battle_id))))


class BattleAdvice(ApiView):
    """What to do now; it was worked out with the turn before, so it costs no more than a read."""

    scope = Scope.SIMULATE

    @battles_docs.advice
    def get(self, request: Request, battle_id: str) -> Response:
        query_params.read_query(request, {})
        replay = Replay(find(battle_id))
        battle = replay.battle
        with told_as_problems(replay, battle.turns):
            choices = play.advice(replay, secret=read_secret(request))
            state = replay.engine.state[0]
        moves = play.snapshot_of(battle).moves
        named = {choice.slot: moves[state[st.MOVE_1 + choice.slot]] for choice in choices}
        share, games = battle.chances[-1]
        answer = Response(
            {
                "id": battle.public_id,
                "turn": battle.turns,
                "win_probability": share,
                "win_probability_games": games,
                "strategy": {
                    named[choice.slot].slug: choice.share
                    for choice in sorted(choices, key=lambda choice: -(choice.share or 0))
                    if choice.share
                },
                "moves": [
                    {
                        "move_id": named[choice.slot].pk,
                        "move": named[choice.slot].slug,
                        "worth": choice.worth,
                    }
                    for choice in choices
                ],
            }
        )
        answer["Cache-Control"] = "no-store"
        return answer


class BattleMove(ApiView):
    """Choose a move; the turn is played at once."""

    scope = Scope.SIMULATE
    cost = PLAY_COST
    uses_engine = True

    @battles_docs.move
    def post(self, request: Request, battle_id: str) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        replay = Replay(find(battle_id))
        choice = read_choice(request.data, moves=True)
        with told_as_problems(replay, choice.turn):
            play.choose(
                replay,
                secret=choice.secret,
                turn=choice.turn,
                slot=_slot_of(replay, choice.move),
                champion=lambda: self.champion,
            )
        return Response(state_of(replay))


class BattleForfeit(ApiView):
    """Forfeit."""

    scope = Scope.SIMULATE

    @battles_docs.forfeit
    def post(self, request: Request, battle_id: str) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        replay = Replay(find(battle_id))
        choice = read_choice(request.data, moves=False)
        with told_as_problems(replay, choice.turn):
            play.forfeit(replay, secret=choice.secret, turn=choice.turn)
        return Response(state_of(replay))


class BattleLog(ApiView):
    """The log in sentences and in Showdown's protocol."""

    @battles_docs.log
    def get(self, request: Request, battle_id: str) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        replay = Replay(find(battle_id))
        battle = replay.battle
        turns = narration.tell(
            replay.events, stage.names_of(battle, play.snapshot_of(battle)), replay.max_hp
        )
        return Response(
            {
                "id": battle.public_id,
                "turns": [
                    {
                        "number": turn.number,
                        "lines": [
                            {"side": line.side, "kind": line.kind, "text": line.words}
                            for line in turn.lines
                        ],
                    }
                    for turn in turns
                ],
                "protocol": play.protocol_log(replay),
            }
        )


def find(battle_id: str) -> Battle:
    """The battle with that id; raises Problem if there is none."""
    rows = Battle.objects.select_related("snapshot").defer("snapshot__data")
    # Invalid ids are not queried: PostgreSQL rejects NUL in text.
    battle = rows.filter(public_id=battle_id).first() if _ID.fullmatch(battle_id) else None
    if battle is None:
        raise problems.unknown_battle(battle_id)
    return battle


@contextmanager
def told_as_problems(replay: Replay, turn: int) -> Iterator[None]:
    """The problem document of an invalid action."""
    try:
        yield
    except play.NotYours as error:
        raise Problem("not_yours", problems.NOT_YOURS) from error
    except play.BattleOver as error:
        raise Problem("battle_over", problems.BATTLE_OVER) from error
    except play.StaleTurn as error:
        battle = replay.battle
        battle.refresh_from_db(fields=["turns"])
        detail = f"This battle is at turn {battle.turns}, not turn {turn}."
        raise Problem("stale_turn", detail) from error
    except play.IllegalMove as error:
        raise invalid([_illegal_move(replay)]) from error
    except play.NotReplayable as error:
        raise _not_replayable() from error
    except play.OpponentAway as error:
        raise champion_store.NoChampion(str(error)) from error


def _not_replayable() -> Problem:
    return Problem("not_replayable", problems.NOT_REPLAYABLE)


def _illegal_move(replay: Replay) -> FieldError:
    choices = _choices(replay.engine, play.snapshot_of(replay.battle))
    allowed = tuple(choice["move"] for choice in choices) or ("null",)
    reason = f"That move is not available now; choose {' or '.join(allowed)}."
    return FieldError("move_id", "illegal_move", reason, allowed)


def _slot_of(replay: Replay, move: Any) -> int:
    """The slot of the move that a client names by id, slug or name; -1 for null."""
    if move is None:
        return -1
    snapshot = play.snapshot_of(replay.battle)
    state = replay.engine.state
    for slot in range(st.MOVE_SLOTS):
        index = int(state[0, st.MOVE_1 + slot])
        if index >= 0 and is_called(snapshot.moves[index], move):
            return slot
    raise play.IllegalMove


# State


def state_of(replay: Replay) -> dict[str, Any]:
    """Everything its player sees; raises Problem if it cannot be replayed."""
    battle = replay.battle
    try:
        engine = replay.engine
    except play.NotReplayable as error:
        raise _not_replayable() from error
    snapshot = play.snapshot_of(battle)
    share, games = battle.chances[-1]
    return {
        "id": battle.public_id,
        "turn": battle.turns,
        "is_over": battle.is_over,
        "result": battle.result or "open",
        "strength": battle.strength,
        # During the battle, the seed would give away the rolls to come.
        "seed": battle.seed if battle.is_over else None,
        "win_probability": share,
        "win_probability_games": games,
        "sides": {name: _side(battle, engine, snapshot, index) for index, name in enumerate("ab")},
        "choices": [] if battle.is_over else _choices(engine, snapshot),
    }


def _choices(engine: bt.Battle, snapshot: Snapshot) -> list[dict[str, Any]]:
    """The moves A can choose now; none if it is locked in or has only Struggle left."""
    moves = [snapshot.moves[engine.state[0, st.MOVE_1 + slot]] for slot in engine.choices(0)]
    return [{"move_id": move.pk, "move": move.slug} for move in moves]


def _side(battle: Battle, engine: bt.Battle, snapshot: Snapshot, side: int) -> dict[str, Any]:
    own: np.ndarray = engine.state[side]
    form = play.form_of(battle, side)
    moves = [
        (snapshot.moves[own[st.MOVE_1 + slot]], int(own[st.PP_1 + slot]))
        for slot in range(st.MOVE_SLOTS)
        if own[st.MOVE_1 + slot] >= 0
    ]
    return {
        "pokemon_id": form.pk,
        "slug": form.slug,
        "name": form.name,
        "level": int(battle.setup["ab"[side]]["level"]),
        "hp": int(own[st.HP]),
        "max_hp": int(own[st.MAX_HP]),
        "status": _STATUSES.get(int(own[st.STATUS])),
        "stages": {
            name: int(own[st.ATTACK_STAGE + column]) for column, name in enumerate(STAGED_STATS)
        },
        "moves": [
            {"move_id": move.pk, "move": move.slug, "name": move.name, "pp": pp}
            for move, pp in moves
        ],
    }
