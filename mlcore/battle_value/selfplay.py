"""Whole battles by any two policies, the network's among them, and what they teach it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from mlcore.battle_value import features, search
from mlcore.engine import matrix_game, policies, turn
from mlcore.engine import search as playouts
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.rng import HEADER, draw, seed_stream
from mlcore.engine.specs import TURN_LIMIT, Rules

#: Policies of a battle: those of the engine, the network's, one that mixes random moves in, and one
#: that knows the foe's mixture of every turn, which is VALUE's, and answers it.
RANDOM, STRONGEST, SEARCH = policies.RANDOM, policies.STRONGEST, policies.SEARCH
VALUE, VARIED, KNOWING = 3, 4, 5
#: How many times as many plays KNOWING looks at.
_CLOSER = 4
#: Battles of one piece of work.
_CHUNK = 64
_WORD = 1 << 30


class Play(NamedTuple):
    """How battles are played; plain numbers, for compiled code.

    samples  of each pair of choices, for VALUE     budget  playouts a decision, for SEARCH
    extra    more samples, of those that decide
    explore  random choices in 1,000, in            exploring  battles in 1,000
    opening  battles in 1,000 that begin with up to four random turns
    """

    policy_a: int = VALUE
    policy_b: int = VALUE
    samples: int = search.FIRST_SAMPLES
    budget: int = policies.SEARCH_BUDGET
    explore: int = 0
    exploring: int = 1000
    opening: int = 0
    extra: int = search.PLAY_EXTRA


@kernel
def _other_slot(policy, s, rng, log, rules, side, budget, copy, board):
    """The choice of a policy that needs no network."""
    if policy == SEARCH:
        return playouts.choose_search(s, rng, log, rules, side, budget, copy, board)
    if policy == STRONGEST or (policy == VARIED and draw(rng, 4) != 0):
        return policies.choose_strongest(s, rng, rules, side)
    return policies.choose_random(s, rng, rules.moves, side)


@kernel
def _best_reply(s, key, rules, net, play, side, work, board, closer):
    """The slot that is worth most against the foe's mixture on the board, by a closer look."""
    rows, columns, _ = search.one_ply(
        s, key, rules, net, _CLOSER * play.samples, _CLOSER * play.extra, work, closer
    )
    best, chosen = -1.0, 0
    for i in range(rows if side == 0 else columns):
        worth = 0.0
        for j in range(columns if side == 0 else rows):
            share = board[matrix_game.MIXTURES + 1 - side, j]
            if share >= matrix_game.LEAST_SHARE:
                value = closer[matrix_game.VALUES + i, j]
                if side == 1:
                    value = 1.0 - closer[matrix_game.VALUES + j, i]
                worth += share * value
        if worth > best:
            best, chosen = worth, i
    return int(board[matrix_game.SLOTS + side, chosen])


@kernel
def _play_games(
    starts,
    games,
    seed,
    rules,
    net,
    play,
    is_recorded,
    s,
    rng,
    work,
    board,
    other,
    rows_x,
    rows_v,
    rows_game,
    rows_strayed,
    results,
):
    """Play ``games`` rows (start, number); returns how many rows were recorded, one a turn."""
    written = 0
    searches = play.policy_a == VALUE or play.policy_b == VALUE
    searches = searches or play.policy_a == KNOWING or play.policy_b == KNOWING
    for g in range(games.shape[0]):
        for row in range(3):
            for column in range(st.SIDE_COLUMNS):
                s[row, column] = starts[games[g, 0], row, column]
        seed_stream(rng, seed, games[g, 0], games[g, 1])
        random_turns = 0
        explore = play.explore
        if explore > 0 and play.exploring < 1000 and draw(rng, 1000) >= play.exploring:
            explore = 0
        if play.opening > 0 and draw(rng, 1000) < play.opening:
            random_turns = 1 + draw(rng, 4)
        while s[st.FIELD, st.WINNER] == st.UNDECIDED:
            rows, columns, value = 0, 0, 0.5
            if searches:
                rows, columns, value = search.one_ply(
                    s, draw(rng, _WORD), rules, net, play.samples, play.extra, work, board
                )
            if is_recorded:
                features.describe(s, rules, work.features, work.scratch)
                for side in range(2):
                    for i in range(features.WIDTH):
                        rows_x[written, side, i] = work.features[side, i]
                rows_v[written] = value
                rows_game[written] = g
                written += 1
            strayed = False
            slot_a = slot_b = st.NO_CHOICE
            for side in range(2):
                policy = play.policy_a if side == 0 else play.policy_b
                if random_turns > 0 or (explore > 0 and draw(rng, 1000) < explore):
                    slot = policies.choose_random(s, rng, rules.moves, side)
                    strayed = True
                elif policy == VALUE:
                    slot = matrix_game.draw_slot(board, side, rows if side == 0 else columns, rng)
                elif policy == KNOWING:
                    slot = _best_reply(
                        s, draw(rng, _WORD), rules, net, play, side, work, board, other
                    )
                else:
                    slot = _other_slot(
                        policy, s, rng, work.log, rules, side, play.budget, work.copy, other
                    )
                if side == 0:
                    slot_a = slot
                else:
                    slot_b = slot
            random_turns -= 1
            if is_recorded:
                rows_strayed[written - 1] = strayed
            turn.play_turn(s, rng, work.log, rules, slot_a, slot_b)
        results[g] = search.points(s)
    return written


class Record(NamedTuple):
    """What battles were like, turn by turn: n rows of m battles, in the order of the battles.

    results   float64 (m,): A's points            game   int64 (n,): index of the row's battle
    features  float16 (n, 2, WIDTH)               value  float32 (n,): of the turn's matrix game
    strayed   bool (n,): a random choice was made this turn, so that what came of it says little
    """

    results: np.ndarray
    features: np.ndarray
    value: np.ndarray
    game: np.ndarray
    strayed: np.ndarray


def play_games(
    rules: Rules,
    net: search.Net,
    starts: np.ndarray,
    games: np.ndarray,
    *,
    seed: int,
    play: Play,
    is_recorded: bool = False,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Record:
    """Play ``games`` int64 (m, 2): index of a start, int64 (k, 3, columns), and a number.

    The result depends on nothing but what is given, above all not on ``threads``.
    """
    parts = [games[first : first + _CHUNK] for first in range(0, len(games), _CHUNK)]

    def one(part: np.ndarray) -> Record:
        size = len(part) * (TURN_LIMIT + 1) if is_recorded else 1
        x = np.empty((size, 2, features.WIDTH), dtype=np.float32)
        value, game = np.empty(size, dtype=np.float32), np.empty(size, dtype=np.int64)
        strayed = np.zeros(size, dtype=np.bool_)
        results = np.zeros(len(part))
        rng = np.zeros(HEADER, dtype=np.int64)
        boards = matrix_game.new_board(), matrix_game.new_board()
        count = _play_games(
            starts,
            part,
            seed & 0x7FFFFFFFFFFFFFFF,
            rules,
            net,
            play,
            is_recorded,
            st.new_state(),
            rng,
            search.new_workspace(),
            *boards,
            x,
            value,
            game,
            strayed,
            results,
        )
        if progress:
            progress(len(part))
        rows = x[:count].astype(np.float16)
        return Record(results, rows, value[:count].copy(), game[:count], strayed[:count])

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        done = list(pool.map(one, parts))
    first_game = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return Record(
        np.concatenate([each.results for each in done]),
        np.concatenate([each.features for each in done]),
        np.concatenate([each.value for each in done]),
        np.concatenate([each.game + at for each, at in zip(done, first_game, strict=True)]),
        np.concatenate([each.strayed for each in done]),
    )
