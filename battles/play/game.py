"""Playing a battle: begin, choose, give up, tell. Pages and the API call these.

A battle is its seed, its set-up, the snapshot of the game it was begun with and the choices of
both sides; replaying them gives its state. The opponent thinks with random streams of its own,
named by seed and turn: the same choices meet the same answers.
"""

import hashlib
import secrets
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.utils import timezone

from battles.common.showdown_text import form_name
from battles.models import Battle, GameSnapshot, Result, Strength
from battles.play import opponent, outlook, snapshots
from battles.play.snapshots import KnownForm, Snapshot
from mlcore.engine import battle as bt
from mlcore.engine import lookahead, protocol
from mlcore.engine import state as st
from mlcore.engine.specs import NATURE_NAMES, MoveColumn, Setups, Target
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, MAX_LEVEL, MIN_LEVEL, Spread, to_setups
from mlcore.learning.model import Model
from mlcore.serving import well_played
from mlcore.serving.champion import NoChampion

#: What a stored set-up says about a spread that does not follow the standard rules.
_RAISED = ("nature", "friendship", "ivs", "avs")
#: The opponent's random stream, besides the battle's own (0).
_OPPONENT = 1


class PlayError(Exception):
    """An invalid action; nothing has changed. ``code`` is the reason."""

    code = ""


class IllegalTeam(PlayError):
    """An invalid fighter: an unknown form, a move it cannot use, too many moves, a wrong level."""

    code = "illegal_team"


class NotYours(PlayError):
    """This is someone else's battle."""

    code = "not_yours"


class BattleOver(PlayError):
    code = "battle_over"


class StaleTurn(PlayError):
    """The choice was for a past or future turn."""

    code = "stale_turn"


class IllegalMove(PlayError):
    """A slot that cannot be chosen now."""

    code = "illegal_move"


class OpponentAway(PlayError):
    """The opponent cannot choose: no model is available."""

    code = "opponent_away"


class NotReplayable(PlayError):
    """The rules have changed since, and replaying the choices gives a different battle."""

    code = "not_replayable"


# Beginning


@dataclass(frozen=True)
class Fighter:
    """Who fights for a side: ids of form and moves, and the spread."""

    form: int
    moves: tuple[int, ...]
    spread: Spread = FLAT


def owner_of(secret: str) -> str:
    """The hash of a player's secret, which is what the database stores."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create(
    *,
    game: GameData,
    secret: str,
    a: Fighter,
    b: Fighter,
    strength: str,
    champion: Callable[[], Model],
    seed: int | None = None,
) -> Battle:
    """Begin a battle of the holder of ``secret`` (side A); raises IllegalTeam, NoChampion.

    ``champion`` is called only for an opponent that asks the model. NoChampion says that the
    opponent has no model or no value of battle states to ask.
    """
    if strength not in Strength.values:
        raise IllegalTeam(f"strength {strength!r}")
    if strength == Strength.MODEL:
        champion()
    if strength == Strength.VALUE:
        well_played.current(game)
    for fighter in (a, b):
        _check(game, fighter)
    row = snapshots.keep(game)
    snapshot = snapshots.read(row)
    return _begin(
        row,
        owner=owner_of(secret),
        setup={name: _as_json(snapshot, fighter) for name, fighter in (("a", a), ("b", b))},
        strength=strength,
        seed=secrets.randbits(62) if seed is None else seed,
    )


def play_again(battle: Battle, *, secret: str) -> Battle:
    """The same battle from its start: same seed, same game data, same opponent."""
    return _begin(
        battle.snapshot,
        owner=owner_of(secret),
        setup=battle.setup,
        strength=battle.strength,
        seed=battle.seed,
    )


def play_on(battle: Battle, *, secret: str) -> Battle:
    """A copy of an unfinished battle as it stands, for the holder of ``secret`` to go on with.

    Raises BattleOver.
    """
    if battle.is_over:
        raise BattleOver
    return Battle.objects.create(
        snapshot=battle.snapshot,
        owner=owner_of(secret),
        setup=battle.setup,
        strength=battle.strength,
        seed=battle.seed,
        turns=battle.turns,
        choices=battle.choices,
        state_check=battle.state_check,
        chances=battle.chances,
        reviews=battle.reviews,
    )


def _begin(row: GameSnapshot, *, owner: str, setup: dict, strength: str, seed: int) -> Battle:
    battle = Battle(snapshot=row, owner=owner, setup=setup, strength=strength, seed=seed)
    engine = at_start(battle)
    battle.state_check = _check_sum(engine)
    now = outlook.outlook(battle, engine)
    battle.chances, battle.reviews = [now.chance], [now.choices]
    battle.save()
    return battle


def _check(game: GameData, fighter: Fighter) -> None:
    form = game.form_index_by_id.get(fighter.form)
    if form is None:
        raise IllegalTeam(f"form {fighter.form}")
    if not 1 <= len(set(fighter.moves)) == len(fighter.moves) <= st.MOVE_SLOTS:
        raise IllegalTeam(f"moves {fighter.moves}")
    usable = {int(game.tables.move_ids[i]) for i in game.usable_moves(form, damaging=False)}
    if not usable.issuperset(fighter.moves):
        raise IllegalTeam(f"moves {sorted(set(fighter.moves) - usable)}")
    if not MIN_LEVEL <= fighter.spread.level <= MAX_LEVEL:
        raise IllegalTeam(f"level {fighter.spread.level}")


def _as_json(snapshot: Snapshot, fighter: Fighter) -> dict:
    form = snapshot.form_of[fighter.form]
    spread = fighter.spread
    raised = {key: getattr(spread, key) for key in _RAISED}
    raised["nature"] = NATURE_NAMES.index(spread.nature)
    return {
        "form": form.pk,
        "slug": form.slug,
        "en": form.name_en,
        "fr": form.name_fr,
        "level": spread.level,
        "moves": list(fighter.moves),
        **({"raised": raised} if replace(spread, level=FLAT.level) != FLAT else {}),
    }


def spread_of(side: dict) -> Spread:
    """The spread of a side of a stored set-up."""
    raised = side.get("raised", {})
    values = {key: tuple(at) if isinstance(at, list) else at for key, at in raised.items()}
    if "nature" in values:
        values["nature"] = NATURE_NAMES[values["nature"]]
    return Spread(**values | {"level": side["level"]})


# State


def snapshot_of(battle: Battle) -> Snapshot:
    return snapshots.read(battle.snapshot)


def form_of(battle: Battle, side: int) -> KnownForm:
    return snapshot_of(battle).form_of[battle.setup["ab"[side]]["form"]]


def at_start(battle: Battle) -> bt.Battle:
    """The battle before its first turn."""
    snapshot = snapshot_of(battle)
    sides = [battle.setup[name] for name in "ab"]
    fighters = to_setups(
        np.array([snapshot.form_of[side["form"]].index for side in sides]),
        [spread_of(side) for side in sides],
    )
    moves = [[snapshot.move_of[pk].index for pk in side["moves"]] for side in sides]
    return bt.Battle(snapshot.tables, fighters, (moves[0], moves[1]), seed=battle.seed)


class Replay:
    """A battle, played again from its start when that is first needed, and only once."""

    def __init__(self, battle: Battle):
        self.battle = battle
        self._moves: list[np.ndarray] = []
        self._states: list[np.ndarray] = []

    @cached_property
    def engine_if_possible(self) -> bt.Battle | None:
        """The battle as it stands; None when the rules have changed since."""
        engine = at_start(self.battle)
        self._states = [engine.state.copy()]
        try:
            for slot_a, slot_b in self.battle.choices:
                self._play(engine, slot_a, slot_b)
        except bt.IllegalChoice:
            return None
        return engine if _check_sum(engine) == self.battle.state_check else None

    @property
    def engine(self) -> bt.Battle:
        """The battle as it stands; raises NotReplayable."""
        if self.engine_if_possible is None:
            raise NotReplayable
        return self.engine_if_possible

    def play(self, slot_a: int, slot_b: int) -> None:
        """Play one more turn on the engine; raises NotReplayable."""
        self._play(self.engine, slot_a, slot_b)

    def _play(self, engine: bt.Battle, slot_a: int, slot_b: int) -> None:
        self._moves.append(engine.state[0, st.MOVE_1 : st.MOVE_4 + 1].copy())
        engine.play(slot_a, slot_b)
        self._states.append(engine.state.copy())

    @property
    def states(self) -> list[np.ndarray]:
        """The state before the first turn and after each; raises NotReplayable."""
        return self._states if self.engine else []

    @property
    def moves(self) -> list[np.ndarray]:
        """Indices of A's moves before each turn, int (4,) each: Mimic and Transform change them.

        Raises NotReplayable.
        """
        return self._moves if self.engine else []

    @property
    def events(self) -> np.ndarray:
        """What has happened, int64 (n, 4), see mlcore/engine/events.py."""
        if self.battle.events is not None:
            return np.array(self.battle.events, dtype=np.int64).reshape(-1, 4)
        engine = self.engine_if_possible
        return np.zeros((0, 4), dtype=np.int64) if engine is None else engine.events

    @property
    def max_hp(self) -> list[int]:
        """Of both sides, as they began."""
        return at_start(self.battle).state[:2, st.MAX_HP].tolist()


def _check_sum(engine: bt.Battle) -> int:
    return zlib.crc32(np.ascontiguousarray(engine.state, dtype="<i8").tobytes())


# Acting


def choose(
    replay: Replay, *, secret: str, turn: int, slot: int, champion: Callable[[], Model]
) -> None:
    """Play one turn with the player's slot (-1 where nothing is to choose).

    ``turn`` is the number of turns that the player has seen played: the same choice sent twice
    counts once. ``champion`` is called only for an opponent that asks the model. Battle and
    replay then stand after the turn. Raises NotYours, BattleOver, StaleTurn, IllegalMove,
    OpponentAway, NotReplayable; then nothing has changed in the database, and after any of them
    but StaleTurn the replay can be used on.
    """
    battle = replay.battle
    _may_act(battle, secret, turn)
    engine = replay.engine
    if slot not in (engine.choices(0) or [-1]):
        raise IllegalMove
    answer = opponent_choice(battle, engine, champion)
    reviews = [*battle.reviews[: battle.turns], choices_now(replay)]
    replay.play(slot, answer)
    now = outlook.outlook(battle, engine)
    changed = {
        "turns": battle.turns + 1,
        "choices": [*battle.choices, [slot, answer]],
        "reviews": reviews if engine.winner is not None else [*reviews, now.choices],
        "state_check": _check_sum(engine),
        "chances": [*battle.chances, now.chance],
    }
    if engine.winner is not None:
        result = {0: Result.WON, 1: Result.LOST, -1: Result.DRAW}[engine.winner]
        changed |= _ending(result, engine.events.tolist())
    _write(battle, changed)


def choices_now(replay: Replay) -> dict:
    """What A's choices of the turn to come are worth, as stored; raises NotReplayable."""
    battle = replay.battle
    if len(battle.reviews) > battle.turns:
        return battle.reviews[battle.turns]
    # Battles begun by an earlier version reviewed a turn only once it was played.
    return outlook.outlook(battle, replay.engine).choices


def advice(replay: Replay, *, secret: str) -> list[outlook.ChoiceWorth]:
    """What the player's choices of the turn to come are worth; empty where nothing is to choose.

    Raises NotYours, BattleOver, NotReplayable.
    """
    _may_act(replay.battle, secret, replay.battle.turns)
    return outlook.choices_of(choices_now(replay)) if replay.engine else []


def forfeit(replay: Replay, *, secret: str, turn: int) -> None:
    """Give up; raises NotYours, BattleOver, StaleTurn."""
    _may_act(replay.battle, secret, turn)
    _write(replay.battle, _ending(Result.FORFEIT, replay.events.tolist()))


def _may_act(battle: Battle, secret: str, turn: int) -> None:
    if not is_owner(battle, secret):
        raise NotYours
    if battle.is_over:
        raise BattleOver
    if turn != battle.turns:
        raise StaleTurn


def is_owner(battle: Battle, secret: str) -> bool:
    return bool(secret) and secrets.compare_digest(battle.owner, owner_of(secret))


def _ending(result: str, events: list) -> dict:
    return {"result": result, "finished_at": timezone.now(), "events": events}


def _write(battle: Battle, changed: dict) -> None:
    """Save the turn unless another request was first: the second of two finds no row."""
    changed["updated_at"] = timezone.now()
    same = Battle.objects.filter(pk=battle.pk, turns=battle.turns, result=Result.OPEN)
    if not same.update(**changed):
        raise StaleTurn
    for name, value in changed.items():
        setattr(battle, name, value)


# The opponent


def opponent_choice(battle: Battle, engine: bt.Battle, champion: Callable[[], Model]) -> int:
    """What side B chooses now, without knowing what A does; raises OpponentAway."""
    thinking = lookahead.twin_of(engine, seed=battle.seed, stream=_OPPONENT, turn=engine.turn)
    policy = opponent.policy(battle.strength, champion, battle.snapshot.fingerprint)
    try:
        return policy(thinking, 1)
    except NoChampion as error:
        raise OpponentAway(str(error)) from error


# Log


def protocol_log(replay: Replay) -> str:
    """The battle so far in Showdown's battle log protocol, in English."""
    battle = replay.battle
    snapshot = snapshot_of(battle)
    players = ("Player", f"Opponent ({battle.strength})")
    tables = snapshot.tables
    names = protocol.ProtocolNames(
        fighters=(_showdown_name(battle, 0), _showdown_name(battle, 1)),
        players=players,
        move=lambda index: snapshot.moves[index].name_en,
        type=lambda index: snapshot.types[index].name_en,
        is_aimed=lambda index: tables.moves[index, MoveColumn.TARGET] == Target.OPPONENT,
        struggle=tables.struggle,
    )
    text = protocol.to_protocol(
        replay.events,
        names,
        levels=[battle.setup[name]["level"] for name in "ab"],
        max_hp=replay.max_hp,
    )
    if battle.result == Result.FORFEIT:
        text += f"|-message|{players[0]} forfeited.\n|win|{players[1]}\n"
    return text


def _showdown_name(battle: Battle, side: int) -> str:
    form = form_of(battle, side)
    forms = [each for each in snapshot_of(battle).forms if each.species_id == form.species_id]
    base = min(forms, key=lambda each: len(each.slug))
    return form_name(form.slug, base.slug, base.name_en)


def warm_up(game: GameData) -> None:
    """Compile, or load from the cache, what a turn needs, so that no player waits for it."""
    moves = [int(i) for i in game.usable_moves(0, damaging=False)[:2]]
    engine = bt.Battle(game.tables, Setups.flat(np.zeros(2)), (moves, moves), seed=0)
    bt.random_choice(engine, 0)
    bt.strongest_damage(engine, 0)
    lookahead.choice_values(engine, 0, seed=0, stream=0)
    lookahead.win_chance(engine, seed=0, stream=0)
    with suppress(well_played.NoBattleValue):
        value = well_played.current(game)
        well_played.advise(engine, value, 0)
        form = Setups.flat(np.zeros(1, dtype=np.int32))
        every = game.usable_moves(0, damaging=False).tolist()
        well_played.answer(game, value, form, every, form, every)
    engine.play(0, 0)
