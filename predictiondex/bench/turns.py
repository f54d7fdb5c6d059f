"""CPU time of a turn on the battle page, over whole battles of the slowest kinds that are known.

Many choices a side, effects that last, and hardly any damage: such battles are long, and their
turns take most.
"""

import gc
import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.test import Client, override_settings

from battles.models import Strength
from battles.play import addresses as play_addresses
from battles.play import game as play
from battles.play import player as play_player
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Spread
from mlcore.serving import champion as champion_store

_CHANSEY = ("soft-boiled", "toxic", "light-screen", "seismic-toss")
_MEW = ("rest", "thunder-wave", "substitute", "amnesia")
#: Form, moves and level of each side.
CASES = (
    (
        ("slowbro", ("amnesia", "rest", "thunder-wave", "disable"), 50),
        ("blastoise", ("surf", "ice-beam", "withdraw", "bite"), 20),
    ),
    (("chansey", _CHANSEY, 50), ("chansey", _CHANSEY, 50)),
    (("metapod", ("harden", "tackle"), 50), ("kakuna", ("harden", "poison-sting"), 50)),
    (("mew", _MEW, 50), ("mew", _MEW, 50)),
)

#: A short battle that compiles templates and kernels.
_WARM_UP = CASES[2]


@dataclass(frozen=True)
class TurnTimes:
    """CPU seconds of ``turns`` turns of one kind of battle, all threads of the process together."""

    name: str
    turns: int
    median: float
    most: float


def turn_times(seed: int, *, battles: int, strength: str = Strength.VALUE) -> Iterator[TurnTimes]:
    """Play whole battles of each kind through the page, the player choosing at random.

    Requests go through all middleware in this process; their battles are rolled back. Raises
    NoChampion where the opponent has no model to ask.
    """
    game = gamedata.current()
    play.warm_up(game)
    with (
        transaction.atomic(),
        override_settings(ALLOWED_HOSTS=["testserver"], API_ANONYMOUS_RATE=0),
    ):
        _battle(game, *_WARM_UP, strength, np.random.default_rng(seed))
        transaction.set_rollback(True)
    # As the server does before it takes requests.
    gc.collect()
    gc.freeze()
    for a, b in CASES:
        rng = np.random.default_rng(seed)
        with (
            transaction.atomic(),
            override_settings(ALLOWED_HOSTS=["testserver"], API_ANONYMOUS_RATE=0),
        ):
            seconds = [each for _ in range(battles) for each in _battle(game, a, b, strength, rng)]
            transaction.set_rollback(True)
        name = f"{a[0]} (Lv. {a[2]}) vs {b[0]} (Lv. {b[2]})"
        yield TurnTimes(name, len(seconds), statistics.median(seconds), max(seconds))


def _fighter(game: GameData, form: str, moves: tuple[str, ...], level: int) -> play.Fighter:
    tables = game.tables
    return play.Fighter(
        form=int(tables.form_ids[game.form_index(form)]),
        moves=tuple(int(tables.move_ids[game.move_index(move)]) for move in moves),
        spread=Spread(level=level),
    )


def _battle(
    game: GameData, a: tuple, b: tuple, strength: str, rng: np.random.Generator
) -> list[float]:
    """CPU seconds of each turn of one battle."""
    secret = secrets.token_urlsafe(24)
    battle = play.create(
        game=game,
        secret=secret,
        a=_fighter(game, *a),
        b=_fighter(game, *b),
        strength=strength,
        champion=champion_store.current,
        seed=int(rng.integers(1 << 40)),
    )
    client = Client(headers={"HX-Request": "true", "HX-Target": "battle-play"})
    client.cookies[play_player.COOKIE] = secret
    address = f"{play_addresses.battle_url(battle)}move/"
    seconds: list[float] = []
    while not battle.is_over:
        slots = play.Replay(battle).engine.choices(0) or [-1]
        chosen = {"turn": battle.turns, "slot": int(rng.choice(slots))}
        started = time.process_time()
        response = client.post(address, chosen)
        seconds.append(time.process_time() - started)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answers {response.status_code}")
        battle.refresh_from_db()
    return seconds
