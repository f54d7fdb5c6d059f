"""What will happen in a duel, computed instead of played: probabilities by convolution.

A duel is followed turn by turn as a weighted set of situations. A situation is everything about
both sides but their HP (ailments, stat stages, charging, seeds, screens ...), packed into one
integer; with it go two distributions, of A's HP and of B's HP, which are taken as independent
given the situation. For plain attacks that is exact; drain, recoil and the like make it a close
approximation, because what one side loses then depends on what the other has lost. Everything
that can happen in a turn moves weight from situation to situation and shifts the distributions;
what falls to 0 HP is a win of the other side. No randomness is involved.

The rules are the engine's, restricted to one damaging move a side. Some corners are cut where
they hardly matter: PP are counted in turns, the counter of bad poison is left out, a stage that
reached its limit forgets by how much it overshot, and situations below ``MIN_WEIGHT`` are
dropped.
"""

import numpy as np

from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats
from mlcore.exact import columns, situations
from mlcore.exact.action import act
from mlcore.exact.damage import use_damage
from mlcore.exact.distributions import (
    accumulate,
    apply_damage,
    from_scratch,
    from_situation,
    halve,
    point,
)
from mlcore.exact.end_of_turn import end_turn_all
from mlcore.exact.fighters import accuracy_of, is_immune, move_now, priority, speed_of
from mlcore.exact.situations import number


@kernel
def _supplies(workspace, side):
    """When the fighter's PP will be gone, into its row."""
    fighters, moves = workspace.fighters, workspace.moves
    effect = moves[side, st.M_EFFECT]
    uses = moves[side, st.M_PP] * 8 // 5
    fighters[side, columns.FEW_USES] = uses if uses <= situations.FEW else 0
    if st.charges(effect):
        uses *= 2
    elif effect == st.E_BIDE:
        uses *= 3
    elif not is_immune(workspace, side, side):
        if effect == st.E_RECHARGE:
            uses *= 2
        elif effect == st.E_LOCK_IN:
            uses = uses * 5 // 2
    # Flinching costs turns but no PP.
    foe = 1 - side
    lost = moves[foe, st.M_FLINCH_CHANCE]
    lead = moves[side, st.M_PRIORITY] - moves[foe, st.M_PRIORITY]
    if lead == 0:
        lead = fighters[side, 5] - fighters[foe, 5]
    if lost > 0 and lead < 0 and not is_immune(workspace, foe, foe):
        uses = uses * 100 // max(10, 100 - int(lost * accuracy_of(workspace, foe, foe)))
    fighters[side, columns.LAST_TURN] = uses


@kernel
def _enter(workspace, fighters, rules):
    """Bring a duel's fighters and moves into the workspace."""
    for row in range(3):
        move = rules.struggle if row == situations.STRUGGLE else fighters[row, columns.MOVE]
        for column in range(rules.moves.shape[1]):
            workspace.moves[row, column] = rules.moves[move, column]
    for row in range(rules.chart.shape[0]):
        for column in range(rules.chart.shape[1]):
            workspace.chart[row, column] = rules.chart[row, column]
    for side in range(2):
        for column in range(columns.FIGHTER_COLUMNS):
            workspace.fighters[side, column] = fighters[side, column]
        workspace.fighters[side, columns.MOVE] = side
    for side in range(2):
        _supplies(workspace, side)
    for row in range(situations.CACHED):
        workspace.known[row] = -1
    workspace.cursor = 0
    workspace.channels = 2


@kernel
def _last_turns(workspaces, all_fighters, rules, out):
    """Turn from which PP are gone, int64 (k, 2)."""
    workspace = workspaces[0]
    for k in range(all_fighters.shape[0]):
        _enter(workspace, all_fighters[k], rules)
        for side in range(2):
            out[k, side] = workspace.fighters[side, columns.LAST_TURN]


@kernel
def _needs_memory(workspace, move):
    effect = workspace.moves[move, st.M_EFFECT]
    return effect == st.E_COUNTER or effect == st.E_MIRROR_COAT or effect == st.E_BIDE


@kernel
def _lead(workspace, key_a, key_b):
    """Positive when A acts first, negative when B does, 0 for a tie."""
    move_a = move_now(workspace, 0, key_a)
    move_b = move_now(workspace, 1, key_b)
    lead = priority(workspace, key_a, move_a) - priority(workspace, key_b, move_b)
    if lead == 0:
        lead = speed_of(workspace, 0, key_a) - speed_of(workspace, 1, key_b)
    return lead


@kernel
def _solve_all(workspaces, hp_distribution, all_fighters, rules, results):
    """all_fighters int64 (k, 2, FIGHTER_COLUMNS) -> results float64 (k, RESULT_COLUMNS)."""
    workspace = workspaces[0]
    for k in range(all_fighters.shape[0]):
        out = results[k]
        _enter(workspace, all_fighters[k], rules)
        for side in range(2):
            if _needs_memory(workspace, side):
                workspace.channels = 4
            point(
                workspace,
                hp_distribution,
                situations.START,
                0,
                side,
                workspace.fighters[side, 0],
                np.float32(1.0),
            )
            point(workspace, hp_distribution, situations.START, 0, 2 + side, 0, np.float32(1.0))
            workspace.wins[side] = 0.0
        workspace.counts[situations.START] = 1
        for column in range(3):
            workspace.keys[situations.START, 0, column] = 0
        workspace.weights[situations.START, 0] = 1.0
        turns = 0.0
        alive = 1.0
        for turn in range(st.TURN_LIMIT):
            workspace.turn = turn
            for stage in range(2):
                workspace.counts[stage + 1] = 0
                for slot in range(workspace.counts[stage]):
                    keys = workspace.keys[stage, slot]
                    lead = number(0)
                    if stage == 0:
                        lead = _lead(workspace, keys[0], keys[1])
                    for side in range(2):
                        flags = situations.B_FIRST if side == 1 else 0
                        share = 0.5
                        if stage == 1:  # the other side than in the first half
                            flags = keys[2]
                            share = (
                                1.0 if ((flags & situations.B_FIRST) != 0) == (side == 0) else 0.0
                            )
                        elif lead != 0:
                            share = 1.0 if (lead > 0) == (side == 0) else 0.0
                        if share > 0.0:
                            act(
                                workspace,
                                hp_distribution,
                                stage,
                                slot,
                                stage + 1,
                                side,
                                share,
                                stage == 1,
                                flags,
                            )
            workspace.counts[situations.START] = 0
            for slot in range(workspace.counts[situations.END]):
                end_turn_all(workspace, hp_distribution, slot)
            turns += alive
            alive = 0.0
            for slot in range(workspace.counts[situations.START]):
                alive += workspace.weights[situations.START, slot]
            over = alive < situations.UNDECIDED
            for later in range(turn, columns.TURNS if over else min(turn + 1, columns.TURNS)):
                out[columns.WIN_A_BY + later] = workspace.wins[0]
                out[columns.WIN_B_BY + later] = workspace.wins[1]
            if over:
                break
        total = workspace.wins[0] + workspace.wins[1] + alive
        out[columns.WIN_A] = workspace.wins[0] / total
        out[columns.WIN_B] = workspace.wins[1] / total
        out[columns.UNDECIDED] = alive / total
        out[columns.MEAN_TURNS] = turns


@kernel
def _uses_all(workspaces, hp_distribution, all_fighters, rules, results):
    """One use after another on a target that does nothing; results (k, 2, USES_COLUMNS)."""
    workspace = workspaces[0]
    for k in range(all_fighters.shape[0]):
        _enter(workspace, all_fighters[k], rules)
        for side in range(2):
            foe = 1 - side
            move = side
            effect = workspace.moves[move, st.M_EFFECT]
            out = results[k, side]
            if (
                is_immune(workspace, side, move)
                or effect == st.E_TARGET_ASLEEP_ONLY
                or _needs_memory(workspace, move)
            ):
                continue
            hit = accuracy_of(workspace, side, move)
            out[columns.HIT_CHANCE] = hit
            if hit <= 0.0:
                continue
            full = workspace.fighters[foe, 0]
            row, count, nothing = number(situations.SPARE), number(1), number(0)
            if effect == st.E_ONE_HIT_KO:
                workspace.values[row, 0], workspace.odds[row, 0] = full, 1.0
            elif effect == st.E_HALF_HP_DAMAGE:
                workspace.values[row, 0], workspace.odds[row, 0] = max(1, full // 2), 1.0
            else:
                row = use_damage(workspace, side, nothing, nothing, move)
                count = workspace.sizes[row]
            if count == 0:
                continue
            values, odds = workspace.values[row], workspace.odds[row]
            out[columns.MIN_DAMAGE], out[columns.MAX_DAMAGE] = values[0], values[0]
            for i in range(count):
                out[columns.MIN_DAMAGE] = min(out[columns.MIN_DAMAGE], values[i])
                out[columns.MAX_DAMAGE] = max(out[columns.MAX_DAMAGE], values[i])
                out[columns.MEAN_DAMAGE] += values[i] * odds[i]
                out[columns.MEAN_CAPPED] += min(values[i], full) * odds[i]
            point(workspace, hp_distribution, situations.START, 0, foe, full, np.float32(1.0))
            workspace.weights[situations.START, 0] = 1.0
            down = 0.0
            now = nothing
            for use in range(columns.USES):
                workspace.counts[1 - now] = 0
                if effect == st.E_HALF_HP_DAMAGE:
                    fallen = halve(workspace, hp_distribution, foe, now, nothing)
                else:
                    fallen = apply_damage(workspace, hp_distribution, foe, now, nothing, row, count)
                down += hit * fallen
                out[columns.KO_IN + use] = down
                if down > 0.9999:
                    for later in range(use + 1, columns.USES):
                        out[columns.KO_IN + later] = 1.0
                    break
                for part in range(2):
                    from_situation(workspace, now, nothing, 1.0 - hit)
                    if part == 1:
                        from_scratch(workspace, foe, hit)
                    # Only the foe's channel means something here.
                    workspace.low[now, 0, side], workspace.high[now, 0, side] = 1, 0
                    (
                        workspace.low[situations.SCRATCH, 0, side],
                        workspace.high[situations.SCRATCH, 0, side],
                    ) = 1, 0
                    accumulate(
                        workspace, hp_distribution, 1 - now, nothing, nothing, nothing, nothing, 1.0
                    )
                now = 1 - now
                workspace.weights[now, 0] = 1.0


def _workspace(fighters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Working space for these fighters: kernels allocate nothing."""
    most = int(fighters[:, :, 0].max())
    hp_distribution = np.zeros(
        (4, situations.SITUATIONS, situations.CHANNELS, most + 2), dtype=np.float32
    )
    return np.zeros(1, dtype=situations.WORKSPACE), hp_distribution


def fighter_rows(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> np.ndarray:
    """Both sides of k duels as the kernels read them, int64 (k, 2, FIGHTER_COLUMNS)."""
    rows = np.zeros((len(a), 2, columns.FIGHTER_COLUMNS), dtype=np.int64)
    for side, setups, used in ((0, a, move_a), (1, b, move_b)):
        rows[:, side, :6] = compute_stats(tables, setups)
        rows[:, side, columns.LEVEL] = setups.level
        rows[:, side, columns.FRIENDSHIP] = setups.friendship
        rows[:, side, columns.TYPE_1 : columns.TYPE_2 + 1] = tables.form_types[setups.form]
        rows[:, side, columns.WEIGHT] = tables.weights[setups.form]
        rows[:, side, columns.MOVE] = used
    rows[:, :, 0] = np.minimum(rows[:, :, 0], columns.MAX_HP)
    return rows


def solve(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """How k duels end: float64 (k, RESULT_COLUMNS), from ``fighter_rows``.

    WIN_A, WIN_B and UNDECIDED (after the turn limit) add up to 1; MEAN_TURNS counts turns.
    """
    out = np.zeros((len(fighters), columns.RESULT_COLUMNS))
    if len(fighters):
        _solve_all(*_workspace(fighters), fighters, tables.rules, out)
    return out


def uses_to_win(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """Damage and number of uses to knock out a passive foe: float64 (k, 2, USES_COLUMNS)."""
    out = np.zeros((len(fighters), 2, columns.USES_COLUMNS))
    if len(fighters):
        _uses_all(*_workspace(fighters), fighters, tables.rules, out)
    return out


def last_turns(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """Turn from which each fighter's PP are gone, int64 (k, 2), counted from 0."""
    out = np.zeros((len(fighters), 2), dtype=np.int64)
    if len(fighters):
        workspaces = np.zeros(1, dtype=situations.WORKSPACE)
        _last_turns(workspaces, fighters, tables.rules, out)
    return out
