"""Plays policies on the reference simulator and on the engine, and compares who wins.

    python -m tests.mlcore.battle_value.on_showdown --starts 200 --plays 100 [--policy search]

The choices are ours, the rules are the simulator's: tools/showdown/well_played.mjs plays the
battles, and after every turn the engine repeats the turn with the simulator's own random numbers
(tests/mlcore/engine/lockstep.py). So each decision is made on the engine's state, and a turn that
goes another way is noticed at once. The same starts are then played on the engine alone. The exit
code is 1 when a turn differs or the shares of wins disagree.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mlcore.battle_value import artefact, search, selfplay, starts
from mlcore.engine import matrix_game, policies
from mlcore.engine import search as playouts
from mlcore.engine import state as st
from mlcore.engine.rng import HEADER, draw, seed_stream
from mlcore.engine.specs import NATURE_NAMES, STATS
from tests.mlcore.engine.arena import Arena
from tests.mlcore.engine.golden import band, compare, disagreements
from tests.mlcore.engine.lockstep import Replay
from tests.showdown import REFEREE

POLICIES = {
    "one-ply": selfplay.VALUE,
    "search": selfplay.SEARCH,
    "strongest": selfplay.STRONGEST,
    "random": selfplay.RANDOM,
}
#: Playouts of a decision of the search: its strength does not matter here.
BUDGET = 100
#: Battles that are played side by side, so that a message holds a turn of each.
TOGETHER = 200
_SHORT = dict(zip(STATS, ("hp", "atk", "def", "spa", "spd", "spe"), strict=True))
_WORD = 1 << 30


class Showdown:
    """The running simulator; ``forms`` are its ids of all forms."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "well_played.mjs"],
            cwd=REFEREE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.forms: list[str] = self._read()["forms"]

    def __enter__(self) -> "Showdown":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def _read(self) -> dict[str, Any]:
        text = self._process.stdout.readline()
        if not text:
            raise RuntimeError("the simulator has stopped")
        return json.loads(text)

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to a message, see well_played.mjs."""
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        return self._read()


def drawn(tables, count: int, seed: int) -> tuple:
    """Starts that both sides can have: the simulator's friendship is 70, its AVs raise HP only."""
    sides = starts.draw(tables, count, np.random.default_rng([0x5400, seed]))
    for setups in sides[::2]:
        setups.friendship[:] = 70
        setups.avs[:, 1:] = 0
    return sides


def lines_of(arena: Arena, sides: tuple, forms: list[str]) -> list[dict]:
    """The starts as lines of tools/showdown/README.md."""
    ids = {arena.form(name): name for name in forms}
    # The simulator's id is older than the slug.
    names = [
        slug.replace("-", "").replace("vicegrip", "visegrip") for slug in arena.tables.move_slugs
    ]

    def side(setups, slots: np.ndarray, k: int) -> dict:
        return {
            "species": ids[int(setups.form[k])],
            "moves": [names[move] for move in slots[k] if move >= 0],
            "level": int(setups.level[k]),
            "nature": NATURE_NAMES[setups.nature[k]],
            "ivs": {_SHORT[stat]: int(setups.ivs[k, i]) for i, stat in enumerate(STATS)},
            "avs": {"hp": int(setups.avs[k, 0])},
        }

    a, slots_a, b, slots_b = sides
    return [{"id": k, "a": side(a, slots_a, k), "b": side(b, slots_b, k)} for k in range(len(a))]


@dataclass
class Player:
    """Chooses for both sides of a battle, as ``selfplay.play_games`` does."""

    policy: int
    rules: Any
    net: search.Net
    work: search.Workspace = field(default_factory=search.new_workspace)
    board: np.ndarray = field(default_factory=matrix_game.new_board)
    copy: np.ndarray = field(default_factory=st.new_state)

    def slots(self, state: np.ndarray, rng: np.ndarray) -> list[int]:
        """The chosen slots of A and B, -1 where there is nothing to choose."""
        if self.policy == selfplay.VALUE:
            counts = search.one_ply(
                state,
                draw(rng, _WORD),
                self.rules,
                self.net,
                search.FIRST_SAMPLES,
                search.PLAY_EXTRA,
                self.work,
                self.board,
            )
            return [matrix_game.draw_slot(self.board, side, counts[side], rng) for side in (0, 1)]
        return [self._one(state, rng, side) for side in (0, 1)]

    def _one(self, state: np.ndarray, rng: np.ndarray, side: int) -> int:
        if self.policy == selfplay.SEARCH:
            return playouts.choose_search(
                state, rng, self.work.log, self.rules, side, BUDGET, self.copy, self.board
            )
        if self.policy == selfplay.STRONGEST:
            return policies.choose_strongest(state, rng, self.rules, side)
        return policies.choose_random(state, rng, self.rules.moves, side)


class LiveBattle(Replay):
    """A battle on the simulator, and the engine's copy of it."""

    def __init__(self, arena: Arena, line: dict, states: list[dict], rng: np.ndarray):
        super().__init__(arena, {**line, "states": states, "turns": []})
        self.rng = rng

    def chosen(self, slots: list[int]) -> list[str]:
        """The names of the chosen moves; the only one that is left for a slot of -1."""
        return [
            self._named(int(self.battle.state[side, st.MOVE_1 + slot]))
            if slot >= 0
            else self.choices(side)[0]
            for side, slot in enumerate(slots)
        ]

    def follow(self, turn: dict) -> list[str]:
        """Repeat a turn that the simulator has played; returns how it differs."""
        self.trace["turns"].append(turn)
        if "winner" in turn:
            self.trace["winner"] = turn["winner"]
        number = len(self.trace["turns"]) - 1
        return self.play_turn(number)


@dataclass
class Played:
    """Battles on the simulator.

    results  int64 (k, 3): A's wins, B's and draws by start
    turns, different  how many turns were played, and what differed from the engine
    """

    results: np.ndarray
    turns: int = 0
    different: list[str] = field(default_factory=list)


def play_there(
    arena: Arena,
    lines: list[dict],
    plays: int,
    player: Player,
    showdown: Showdown,
    seed: int,
    minutes: float = 600,
) -> Played:
    """Play each line so often on the simulator, each once before any twice.

    After so many minutes no battle is begun any more; those that are open are played to their end.
    """
    end = time.monotonic() + 60 * minutes
    played = Played(np.zeros((len(lines), 3), dtype=np.int64))
    waiting = [(k, play) for play in range(plays) for k in range(len(lines))][::-1]
    open_: dict[str, tuple[int, LiveBattle]] = {}
    while waiting or open_:
        if time.monotonic() > end:
            waiting.clear()
        fresh = {
            f"{k}-{play}": (k, play)
            for k, play in (waiting.pop() for _ in range(min(TOGETHER - len(open_), len(waiting))))
        }
        begin = [
            {"id": name, "seed": f"{seed}/{name}", "line": lines[k]}
            for name, (k, _) in fresh.items()
        ]
        for begun in showdown.ask({"begin": begin})["begun"]:
            k, play = fresh[begun["id"]]
            rng = np.zeros(HEADER, dtype=np.int64)
            seed_stream(rng, seed, k, play)
            open_[begun["id"]] = k, LiveBattle(arena, lines[k], begun["states"], rng)
        turns = []
        for name, (_, battle) in open_.items():
            slots = player.slots(battle.battle.state, battle.rng)
            turns.append({"id": name, "chose": battle.chosen(slots)})
        for turn in showdown.ask({"turns": turns})["turns"]:
            k, battle = open_[turn["id"]]
            played.turns += 1
            differ = [turn["error"]] if "error" in turn else battle.follow(turn)
            number = len(battle.trace["turns"])
            played.different += [f"{turn['id']} turn {number}: {text}" for text in differ[:1]]
            if "winner" in turn:
                played.results[k, ("A", "B", "draw").index(turn["winner"])] += 1
            if "winner" in turn or differ:
                del open_[turn["id"]]
    return played


def play_here(
    arena: Arena, sides: tuple, plays: int, player: Player, seed: int, threads: int = 1
) -> np.ndarray:
    """A's wins, B's and draws of the same starts on the engine, int64 (k, 3)."""
    count = len(sides[0])
    games = np.column_stack([np.repeat(np.arange(count), plays), np.tile(np.arange(plays), count)])
    record = selfplay.play_games(
        arena.rules,
        player.net,
        starts.states_of(arena.tables, *sides),
        games,
        seed=seed + 1,
        play=selfplay.Play(policy_a=player.policy, policy_b=player.policy, budget=BUDGET),
        threads=threads,
    )
    points = record.results.reshape(count, plays)
    return np.column_stack([(points == worth).sum(axis=1) for worth in (1.0, 0.0, 0.5)])


def summary(there: np.ndarray, here: np.ndarray) -> tuple[str, list[str]]:
    """One line of figures, and what a perfect engine would show with a chance below 0.001."""
    lines = [
        {"id": k, "wins_a": a, "wins_b": b, "draws": draws, "mean_turns": 0.0}
        for k, (a, b, draws) in enumerate(there.tolist())
        if a + b + draws
    ]
    kept = here[there.sum(axis=1) > 0]
    # Turns are not compared: every one of them has been, in lockstep.
    cases = compare(lines, np.column_stack([kept, np.zeros((len(kept), 2), dtype=np.int64)]))
    scores = np.array([case.z for case in cases if case.z is not None])
    if not len(scores):
        return f"{len(cases)} starts, all nearly decided", disagreements(cases)
    low, high = band(len(scores))
    text = (
        f"{len(cases)} starts, {len(scores)} undecided; sum of z squared {(scores**2).sum():.1f} "
        f"({low:.1f} to {high:.1f}), largest |z| {np.abs(scores).max():.2f}, "
        f"mean z {scores.mean():+.3f}"
    )
    return text, disagreements(cases)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--plays", type=int, default=100)
    parser.add_argument("--policy", choices=POLICIES, default="one-ply")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120, help="then no battle is begun there")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    import django

    django.setup()
    from mlcore.game import gamedata

    arena = Arena(gamedata.load())
    player = Player(POLICIES[options.policy], arena.rules, artefact.load(artefact.SHIPPED).net)
    sides = drawn(arena.tables, options.starts, options.seed)
    with Showdown() as showdown, ThreadPoolExecutor(1) as pool:
        lines = lines_of(arena, sides, showdown.forms)
        on_engine = pool.submit(play_here, arena, sides, options.plays, player, options.seed)
        played = play_there(
            arena,
            lines,
            options.plays,
            player,
            showdown,
            options.seed,
            options.minutes,
        )
        print(
            f"{options.policy}: {played.results.sum()} battles there, {played.turns} turns, "
            f"{len(played.different)} of them differ",
            flush=True,
        )
        for text in played.different:
            print(f"  {text}")
        here = on_engine.result()
    print(f"{here.sum()} battles here")
    text, wrong = summary(played.results, here)
    print(text)
    for line in wrong:
        print(f"  {line}")
    return 1 if played.different or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
