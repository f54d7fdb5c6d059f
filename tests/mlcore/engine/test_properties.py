"""What must hold for every form, every move and every seed."""

import json
import os
import subprocess
import sys
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numba import config as numba_config

from mlcore.engine import choosing
from mlcore.engine import damage as dm
from mlcore.engine import state as st
from mlcore.engine.rng import random_source
from mlcore.engine.simulate import simulate_battles, simulate_duels
from mlcore.engine.specs import NATURE_NAMES, DamageClass, MoveColumn
from tests.mlcore.engine import two_ways
from tests.mlcore.engine.arena import fighter

INTERPRETED = bool(numba_config.DISABLE_JIT)
examples = settings(deadline=None, derandomize=True, max_examples=25 if INTERPRETED else 150)

seeds = some.integers(0, 2**63 - 1)
levels = some.integers(1, 100)
stages = some.integers(-6, 6)


@pytest.fixture(scope="module")
def any_fighter(arena):
    """A strategy: any form with one to four of all moves, raised in any way."""
    forms = some.sampled_from(arena.tables.form_slugs)
    known = [slug for slug in arena.tables.move_slugs if slug != "struggle"]
    moves = some.lists(some.sampled_from(known), min_size=1, max_size=4, unique=True)
    stat = some.integers(0, 31)
    ivs = some.fixed_dictionaries(
        dict.fromkeys(("hp", "attack", "defense", "special_attack", "speed"), stat)
    )

    def build(form, moves, level, nature, friendship, ivs, av):
        return fighter(
            form, *moves, level=level, nature=nature, friendship=friendship, ivs=ivs, avs=av
        )

    return some.builds(
        build,
        forms,
        moves,
        levels,
        some.sampled_from(NATURE_NAMES),
        some.integers(0, 255),
        ivs,
        some.sampled_from((0, 0, 50, 200)),
    )


@pytest.fixture(scope="module")
def attacks(arena):
    """The damaging moves whose damage comes from the formula."""
    moves = arena.tables.moves
    ordinary = (moves[:, MoveColumn.DAMAGE_CLASS] != DamageClass.STATUS) & (
        moves[:, MoveColumn.POWER] > 0
    )
    return np.flatnonzero(ordinary)


def formula(arena, battle, move, *, critical=False):
    """All 16 rolls of A's move on B, lowest first."""
    power = dm.move_power(battle.state, arena.rules.moves, 0, move)
    return [
        int(
            dm.formula_damage(
                battle.state, arena.rules.moves, arena.rules.chart, 0, move, power, critical, roll
            )
        )
        for roll in range(85, 101)
    ]


# Damage --------------------------------------------------------------------------------------


def test_an_immune_target_takes_no_damage(arena, any_fighter, attacks):
    """Whatever the roll: of all pairs in which the chart says so."""
    chart = arena.tables.type_chart

    @examples
    @given(any_fighter, any_fighter, some.sampled_from(attacks.tolist()), seeds)
    def check(a, b, move, seed):
        slug = arena.tables.move_slugs[move]
        if slug == "struggle":
            return
        setups = arena.setups(a, b)
        types = arena.tables.form_types[setups.form[1]]
        type_ = arena.tables.moves[move, MoveColumn.TYPE]
        immune = (chart[type_, types] == 0).any()
        rolls = dm.damage_rolls(
            arena.tables, setups.take(np.array([0])), np.array([move]), setups.take(np.array([1]))
        )
        assert (not rolls.any()) == immune
        if not immune:
            return
        battle = arena.battle(fighter(a.form, slug, level=a.level), fighter(b.form, "splash"))
        battle.turn(slug, "splash", seed=seed)
        assert battle.b.lost == 0

    check()


def test_rolls_never_decrease(arena, any_fighter, attacks):
    @examples
    @given(any_fighter, any_fighter, some.sampled_from(attacks.tolist()), stages, stages)
    def check(a, b, move, own, theirs):
        battle = arena.battle(a, b)
        battle.a.set(stages={"attack": own, "special_attack": own})
        battle.b.set(stages={"defense": theirs, "special_defense": theirs})
        normal = formula(arena, battle, move)
        critical = formula(arena, battle, move, critical=True)
        assert normal == sorted(normal)
        assert critical == sorted(critical)
        assert normal[0] >= 1
        assert all(x >= y for x, y in zip(critical, normal, strict=True))

    check()


def test_sharing_the_type_of_a_move_never_lowers_its_damage(arena, any_fighter, attacks):
    @examples
    @given(any_fighter, any_fighter, some.sampled_from(attacks.tolist()))
    def check(a, b, move):
        battle = arena.battle(a, b)
        type_ = int(arena.tables.moves[move, MoveColumn.TYPE])
        battle.a.set(type_1=(type_ + 1) % 18, type_2=st.NO_TYPE)
        without = formula(arena, battle, move)
        battle.a.set(type_2=type_)
        assert all(x >= y for x, y in zip(formula(arena, battle, move), without, strict=True))

    check()


def test_more_attack_never_hurts_less_and_more_defense_never_more(arena, any_fighter, attacks):
    @examples
    @given(any_fighter, any_fighter, some.sampled_from(attacks.tolist()), some.integers(1, 200))
    def check(a, b, move, more):
        battle = arena.battle(a, b)
        before = formula(arena, battle, move)
        for column in ("attack", "special_attack"):
            battle.a.set(**{column: getattr(battle.a, column) + more})
            # Foul Play uses the target's.
            battle.b.set(**{column: getattr(battle.b, column) + more})
        stronger = formula(arena, battle, move)
        for column in ("defense", "special_defense"):
            battle.b.set(**{column: getattr(battle.b, column) + more})
        tougher = formula(arena, battle, move)
        assert all(x >= y for x, y in zip(stronger, before, strict=True))
        assert all(x <= y for x, y in zip(tougher, stronger, strict=True))

    check()


# Battles -------------------------------------------------------------------------------------

COUNTERS = ("confusion", "trapped", "taunt_turns", "encore_turns", "disable_turns", "yawn_turns")


def check_sane(battle):
    """What is true of every state between two turns."""
    for side in (battle.a, battle.b):
        assert 0 <= side.hp <= side.max_hp
        assert all(-6 <= stage <= 6 for stage in side.stages.values())
        assert all(pp >= 0 for pp in side.moves.values())
        assert 0 <= side.substitute <= max(1, side.max_hp // 4)
        assert all(0 <= getattr(side, name) <= 6 for name in COUNTERS)
        assert (side.hidden != 0) <= (side.charging != 0)
        if not battle.over:
            assert side.flinched == side.protected == side.roosted == 0
            assert side.hp > 0
    assert battle.over == (battle.a.hp == 0 or battle.b.hp == 0 or battle.turn_number == 100)


def play_random(battle, seed):
    """Play to the end with random choices; yields after every turn."""
    chooser = np.random.default_rng(seed)
    while not battle.over:
        slots = []
        for side in (0, 1):
            choice = chooser.choice(battle.choices(side))
            bound = (
                choosing.forced_move(battle.state, side) != st.FREE_CHOICE or choice == "struggle"
            )
            slots.append(None if bound else choice)
        battle.turn(*slots, seed=seed)
        yield


def test_every_state_of_every_battle_is_sane(arena, any_fighter):
    @examples
    @given(any_fighter, any_fighter, seeds)
    def check(a, b, seed):
        battle = arena.battle(a, b)
        check_sane(battle)
        for _ in play_random(battle, seed):
            check_sane(battle)
        assert 1 <= battle.turn_number <= 100

    check()


def test_the_same_seed_gives_the_same_battle(arena, any_fighter):
    @examples
    @given(any_fighter, any_fighter, seeds)
    def check(a, b, seed):
        ends = []
        for _ in range(2):
            battle = arena.battle(a, b)
            log = [battle.events for _ in play_random(battle, seed)]
            ends.append((battle.state.tobytes(), log))
        assert ends[0] == ends[1]

    check()


def test_events_tell_the_hp_of_both_sides(arena, any_fighter):
    """Whoever follows the log knows every fighter's HP and who won."""

    @examples
    @given(any_fighter, any_fighter, seeds)
    def check(a, b, seed):
        battle = arena.battle(a, b)
        hp = {"A": battle.a.hp, "B": battle.b.hp}
        fallen = []
        for _ in play_random(battle, seed):
            for kind, side, first, _second in battle.events:
                if kind in ("DAMAGE", "HEAL"):
                    assert (first < hp[side]) == (kind == "DAMAGE")
                    hp[side] = first
                if kind == "FAINT":
                    fallen.append(side)
            assert hp == {"A": battle.a.hp, "B": battle.b.hp}
        assert sorted(fallen) == [side for side in "AB" if hp[side] == 0]
        if battle.winner != "draw":
            assert battle.events[-1][:2] == ("WIN", battle.winner.upper())

    check()


def random_work(arena, count, seed):
    """Setups and moves of ``count`` battles, chosen with a seed."""
    rng = np.random.default_rng(seed)
    forms = arena.tables.form_slugs
    known = [slug for slug in arena.tables.move_slugs if slug != "struggle"]
    sides = []
    for _ in range(2):
        fighters = [
            fighter(rng.choice(forms), *rng.choice(known, 4, replace=False)) for _ in range(count)
        ]
        slots = np.array([arena.slots(who) for who in fighters])
        sides.append((arena.setups(*fighters), slots))
    return sides


def test_inputs_are_not_changed(arena):
    (a, slots_a), (b, slots_b) = random_work(arena, 4, seed=1)
    arrays = [
        *(getattr(setups, name) for setups in (a, b) for name in vars(setups)),
        slots_a,
        slots_b,
        *(value for value in vars(arena.tables).values() if isinstance(value, np.ndarray)),
    ]
    before = [array.copy() for array in arrays]
    simulate_battles(arena.tables, a, slots_a, b, slots_b, plays=3, seed=5, threads=2)
    dm.damage_rolls(arena.tables, a, slots_a[:, 0], b)
    assert all(np.array_equal(x, y) for x, y in zip(arrays, before, strict=True))


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_the_result_does_not_depend_on_the_number_of_threads(arena, threads):
    (a, slots_a), (b, slots_b) = random_work(arena, 7, seed=2)
    plays = np.array([1, 5, 2, 9, 3, 3, 4] if INTERPRETED else [1, 50, 9000, 9, 3, 300, 4])

    def play(threads):
        return simulate_battles(
            arena.tables, a, slots_a, b, slots_b, plays=plays, seed=5, threads=threads
        )

    one, many = play(1), play(threads)
    for name in ("plays", "wins_a", "wins_b", "draws", "turns"):
        assert np.array_equal(getattr(one, name), getattr(many, name))
    assert np.array_equal(one.wins_a + one.wins_b + one.draws, plays)


def test_the_result_does_not_depend_on_the_company(arena):
    """A battle is named by its stream: played alone it ends the same way."""
    (a, slots_a), (b, slots_b) = random_work(arena, 5, seed=3)
    together = simulate_battles(arena.tables, a, slots_a, b, slots_b, plays=6, seed=9)
    for k in range(5):
        row = np.array([k])
        alone = simulate_battles(
            arena.tables,
            a.take(row),
            slots_a[row],
            b.take(row),
            slots_b[row],
            plays=6,
            seed=9,
            streams=row,
        )
        assert alone.wins_a[0] == together.wins_a[k]
        assert alone.turns[0] == together.turns[k]


def test_another_seed_gives_other_battles(arena):
    (a, slots_a), (b, slots_b) = random_work(arena, 12, seed=4)
    one, two = (
        simulate_battles(arena.tables, a, slots_a, b, slots_b, plays=5, seed=seed)
        for seed in (1, 2)
    )
    assert not np.array_equal(one.turns, two.turns)


def test_swapping_the_sides_mirrors_the_chances(arena):
    """P(A beats B) = 1 - P(B beats A), within the noise of the plays."""
    plays = 30 if INTERPRETED else 4000
    (a, slots_a), (b, slots_b) = random_work(arena, 12, seed=6)
    moves = slots_a[:, 0], slots_b[:, 0]
    pairs = [
        (
            simulate_duels(arena.tables, a, moves[0], b, moves[1], plays=plays, seed=1),
            simulate_duels(arena.tables, b, moves[1], a, moves[0], plays=plays, seed=2),
        ),
        (
            simulate_battles(arena.tables, a, slots_a, b, slots_b, plays=plays, seed=3),
            simulate_battles(arena.tables, b, slots_b, a, slots_a, plays=plays, seed=4),
        ),
    ]
    for there, back in pairs:
        p, q = there.win_share, 1 - back.win_share
        pooled = (p + q) / 2
        spread = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-3) * 2 / plays)
        assert np.abs((p - q) / spread).max() < 4


def test_a_fighter_against_itself_wins_half_of_the_time(arena):
    plays = 200 if INTERPRETED else 20_000
    who = fighter("tauros", "body-slam", "thunderbolt", "rest", "substitute")
    setups, slots = arena.setups(who), arena.slots(who)[None]
    share = simulate_battles(
        arena.tables, setups, slots, setups, slots, plays=plays, seed=1
    ).win_share[0]
    assert abs(share - 0.5) < 4 * 0.5 / sqrt(plays)


def test_random_numbers_are_uniform_enough(arena):
    """A chi-square test of the draws that matter most: 16 rolls and one in 24."""
    from mlcore.engine.rng import chance, draw

    n = 4_000 if INTERPRETED else 100_000
    source = random_source(7)
    rolls = np.bincount([draw(source, 16) for _ in range(n)], minlength=16)
    assert ((rolls - n / 16) ** 2 / (n / 16)).sum() < 44  # 99.99 % of chi-square with 15
    crits = sum(chance(source, 1, 24) for _ in range(n))
    assert abs(crits - n / 24) < 4 * sqrt(n * 23) / 24


# Compiled and interpreted --------------------------------------------------------------------


@pytest.mark.skipif(INTERPRETED, reason="needs the compiler")
def test_compiled_and_interpreted_battles_are_equal(arena, tmp_path):
    """A second process plays the same battles without the compiler: the same numbers."""
    path = tmp_path / "tables.npz"
    two_ways.save_tables(arena.tables, path)
    compiled = two_ways.play_fixed_set(arena.tables)
    answer = subprocess.run(
        [sys.executable, "-m", "tests.mlcore.engine.two_ways", str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        timeout=600,
    )
    interpreted = json.loads(answer.stdout)
    assert interpreted["interpreted"] is True
    assert compiled["interpreted"] is False
    assert interpreted["results"] == compiled["results"]
    assert len({json.dumps(row) for row in compiled["results"]}) > 20
