"""Many battles at once: what goes in, what comes out, how sides choose."""

from fractions import Fraction

import numpy as np
import pytest
from numba import config as numba_config

from mlcore.engine import events as ev
from mlcore.engine import policies, simulate
from mlcore.engine import rng as rolls
from mlcore.engine import state as st
from mlcore.engine.specs import Setups
from tests.mlcore.engine.arena import fighter
from tests.mlcore.engine.formula import damage

INTERPRETED = bool(numba_config.DISABLE_JIT)


# Set-ups -------------------------------------------------------------------------------------


def test_standard_rules(arena):
    """Level 50, IV 31, AV 0, a neutral nature, friendship 70."""
    flat = Setups.flat(np.array([0, 5]))
    given = arena.setups(*[fighter(arena.tables.form_slugs[form], level=50) for form in (0, 5)])
    for name in vars(flat):
        assert np.array_equal(getattr(flat, name), getattr(given, name))
    assert len(flat) == 2


def test_levels_may_differ():
    assert Setups.flat(np.array([0, 1]), level=np.array([5, 99])).level.tolist() == [5, 99]


def test_taking_and_joining_set_ups(arena):
    three = arena.setups(fighter("mew"), fighter("ditto", level=9), fighter("muk", avs=7))
    some = three.take(np.array([True, False, True]))
    assert some.form.tolist() == [arena.form("mew"), arena.form("muk")]
    joined = Setups.concatenate([some, three.take(np.array([1]))])
    assert joined.level.tolist() == [50, 50, 9]
    assert joined.avs.shape == (3, 6)


def test_damaging_moves_are_the_157_without_struggle(arena):
    assert arena.tables.damaging.sum() == 157
    assert not arena.tables.damaging[arena.tables.struggle]


# Playing -------------------------------------------------------------------------------------


def play(arena, a, b, **options):
    setups = arena.setups(a), arena.setups(b)
    slots = arena.slots(a)[None], arena.slots(b)[None]
    options = {"plays": 20, "seed": 1, **options}
    return simulate.simulate_battles(
        arena.tables, setups[0], slots[0], setups[1], slots[1], **options
    )


def test_a_decided_battle(arena):
    outcomes = play(arena, fighter("mewtwo", "psychic"), fighter("caterpie", "tackle"))
    assert (outcomes.plays, outcomes.wins_a, outcomes.wins_b, outcomes.draws) == (20, 20, 0, 0)
    assert outcomes.win_share == 1
    assert outcomes.turns == 20


def test_a_battle_that_never_ends_is_a_draw(arena):
    """128 turns of doing nothing would be the end of their PP: 100 turns, half a win each."""
    a = fighter("chansey", "splash", "celebrate")
    outcomes = play(arena, a, a, plays=2)
    assert outcomes.draws == 2
    assert outcomes.win_share == 0.5
    assert outcomes.turns == 200


def test_duels_are_battles_of_one_move(arena):
    a, b = fighter("tauros", "thrash"), fighter("snorlax", "body-slam")
    setups = arena.setups(a), arena.setups(b)
    duel = simulate.simulate_duels(
        arena.tables,
        setups[0],
        np.array([arena.move("thrash")]),
        setups[1],
        np.array([arena.move("body-slam")]),
        plays=30,
        seed=4,
    )
    battle = play(arena, a, b, plays=30, seed=4)
    assert duel.turns == battle.turns
    assert duel.wins_a == battle.wins_a


def test_streams_name_the_random_numbers(arena):
    a, b = fighter("tauros", "thrash"), fighter("snorlax", "body-slam")
    first = play(arena, a, b, plays=30, streams=np.array([7]))
    again = play(arena, a, b, plays=30, streams=np.array([7]))
    other = play(arena, a, b, plays=30, streams=np.array([8]))
    assert first.turns == again.turns
    assert first.turns != other.turns


def test_work_is_cut_into_parts():
    work = simulate._work(np.array([3, 10_000, 0]))
    assert work[0].tolist() == [0, 0, 3]
    assert work[1:, 0].tolist() == [1, 1, 1]
    assert work[-1, 2] == 10_000
    assert (work[1:, 2] - work[1:, 1]).sum() == 10_000


def test_many_threads_for_little_work(arena):
    outcomes = play(arena, fighter("mew", "psychic"), fighter("mew", "psychic"), threads=4)
    assert outcomes.wins_a + outcomes.wins_b == 20


def test_warming_up_plays_a_battle(arena):
    simulate.warm_up(arena.tables)


# Choosing ------------------------------------------------------------------------------------


def choices_of(arena, battle, policy, count=300):
    """How often each slot is chosen for A."""
    counts = {}
    for k in range(count):
        source = rolls.random_source(5, battle=k)
        if policy == policies.RANDOM:
            slot = policies.choose_random(battle.state, source, arena.rules.moves, 0)
        else:
            slot = policies.choose_strongest(battle.state, source, arena.rules, 0)
        counts[int(slot)] = counts.get(int(slot), 0) + 1
    return counts


def test_random_choices_are_uniform_over_usable_moves(arena):
    who = fighter("mew", "tackle", "surf", "rest", "psychic")
    battle = arena.battle(who, fighter("mew", "splash"))
    battle.a.set(pp_2=0)
    counts = choices_of(arena, battle, policies.RANDOM, 3000 if not INTERPRETED else 900)
    assert set(counts) == {0, 2, 3}
    total = sum(counts.values())
    assert all(abs(n / total - 1 / 3) < 0.06 for n in counts.values())


@pytest.mark.parametrize("policy", [policies.RANDOM, policies.STRONGEST])
@pytest.mark.parametrize(
    ("state", "moves"),
    [
        ({"recharging": 1}, ("tackle", "surf")),
        ({"charging": "fly"}, ("fly", "surf")),
        ({"locked": "thrash", "lock_turns": 2, "lock_left": 2}, ("thrash", "surf")),
        ({"pp": 0}, ("tackle", "surf")),
        ({"pp": 0}, ("tackle",)),
        ({"recharging": 1}, ("tackle",)),
    ],
)
def test_a_bound_fighter_has_no_choice(arena, policy, state, moves):
    battle = arena.battle(fighter("mew", *moves, **state), fighter("mew", "splash"))
    assert choices_of(arena, battle, policy, 5) == {-1: 5}


def test_a_single_move_is_chosen_without_a_draw(arena):
    battle = arena.battle(fighter("mew", "tackle"), fighter("mew", "splash"))
    source = rolls.scripted_source([])
    assert policies.choose_random(battle.state, source, arena.rules.moves, 0) == 0
    assert not rolls.exhausted(source)


@pytest.mark.parametrize(
    ("moves", "best"),
    [
        (("tackle", "strength"), "strength"),
        (("strength", "x-scissor"), "x-scissor"),  # Bug on Psychic
        (("psychic", "strength"), "strength"),
        (("swords-dance", "tackle"), "tackle"),
        (("seismic-toss", "strength"), "seismic-toss"),  # 50 against 35
        (("mega-kick", "strength"), "mega-kick"),  # 0.75 x 54 against 37
        (("hyper-beam", "strength"), "strength"),  # half of 0.9 x 67
        (("solar-beam", "strength"), "solar-beam"),
        (("spike-cannon", "strength"), "strength"),  # 3.1 x 10 against 34
        (("pin-missile", "strength"), "pin-missile"),
        (("guillotine", "strength"), "guillotine"),  # 0.3 x 175
        (("dream-eater", "tackle"), "tackle"),  # the target is awake
        (("super-fang", "strength"), "super-fang"),
        (("sonic-boom", "strength"), "strength"),
        (("dragon-rage", "strength"), "dragon-rage"),
        (("counter", "tackle"), "tackle"),
    ],
)
def test_the_strongest_move(arena, moves, best):
    battle = arena.battle(fighter("mew", *moves), fighter("mew", "splash"))
    assert choices_of(arena, battle, policies.STRONGEST, 3) == {moves.index(best): 3}


def test_without_a_damaging_move_the_strongest_is_any(arena):
    battle = arena.battle(fighter("mew", "rest", "haze"), fighter("mew", "splash"))
    assert set(choices_of(arena, battle, policies.STRONGEST, 40)) == {0, 1}


@pytest.mark.parametrize(
    ("move", "user", "target", "expected"),
    [
        ("splash", {}, {}, 0),
        ("tackle", {}, {"form": "gengar"}, 0),
        ("fake-out", {"actions": 1}, {}, 0),
        ("guillotine", {"level": 49}, {}, 0),
        ("guillotine", {"level": 60}, {}, 0.4 * 175),
        ("night-shade", {}, {"hp": 12}, 12),
        ("super-fang", {}, {"hp": 100}, 0.9 * 50),
        ("strength", {"stages": {"accuracy": -1}}, {}, 0.75),
        ("strength", {"stages": {"accuracy": 2}}, {}, 1),
        ("pika-papow", {}, {}, None),
    ],
)
def test_expected_damage(arena, move, user, target, expected):
    """Hits times chance times mean damage, at most the HP left."""
    user, target = dict(user), dict(target)
    level = user.pop("level", 50)
    battle = arena.battle(
        fighter("mew", move, level=level, **user),
        fighter(target.pop("form", "mew"), "splash", **target),
    )
    estimate = policies.expected_damage(
        battle.state, arena.rules.moves, arena.rules.chart, 0, arena.move(move)
    )
    if move == "strength":
        plain = 0.925 * damage(80)
        mean = plain + (0.925 * damage(80, critical=True) - plain) / 24
        expected = mean * expected
    if expected is None:
        assert estimate > 0
    else:
        assert estimate == pytest.approx(expected)


def test_expected_damage_is_near_the_true_mean(arena):
    """Against the exact mean over all outcomes of a turn, for a move that may miss."""
    battle = arena.battle(
        fighter("mew", "rock-throw", stages={"speed": 1}), fighter("mew", "splash")
    )
    exact = sum(
        probability * after.b.lost for probability, after in battle.outcomes("rock-throw", "splash")
    )
    estimate = policies.expected_damage(
        battle.state, arena.rules.moves, arena.rules.chart, 0, arena.move("rock-throw")
    )
    assert abs(estimate - float(exact)) < 1


def test_strongest_beats_random(arena):
    """Same fighter, same moves, other way to choose."""
    who = fighter("mew", "tackle", "splash", "shadow-ball", "dark-pulse")
    plays = 100 if INTERPRETED else 2000
    outcomes = play(arena, who, who, plays=plays, policy_a=policies.STRONGEST)
    assert outcomes.win_share > 0.8


# Random numbers ------------------------------------------------------------------------------


def test_certain_chances_draw_nothing():
    source = rolls.scripted_source([])
    assert rolls.chance(source, 3, 3)
    assert rolls.chance(source, 200, 100)
    assert not rolls.chance(source, 0, 3)
    assert not rolls.chance(source, -5, 3)
    assert not rolls.exhausted(source)
    assert rolls.odds(source) == []


def test_a_script_records_the_odds_it_was_asked_for():
    source = rolls.scripted_source([1, 9])
    assert rolls.chance(source, 33, 100)
    assert rolls.draw(source, 16) == 9
    assert rolls.leftover(source) == 0
    assert not rolls.exhausted(source)
    assert rolls.draw(source, 4) == 0
    assert rolls.draw(source, 5) == 0  # only the first missing roll is told
    assert rolls.exhausted(source)
    assert rolls.odds(source) == [(33, 100), (0, 16), (0, 4)]


def test_leftover_rolls_are_counted():
    source = rolls.scripted_source([1, 0, 1])
    rolls.draw(source, 2)
    assert rolls.leftover(source) == 2


def test_streams_of_battles_differ_in_each_part_of_their_name():
    names = [(1, 0, 0), (2, 0, 0), (1, 1, 0), (1, 0, 1), (1 << 40, 0, 0)]
    drawn = {
        name: tuple(int(rolls.draw(source, 1 << 30)) for _ in range(4))
        for name in names
        for source in [rolls.random_source(*name)]
    }
    assert len(set(drawn.values())) == len(names)
    source = rolls.random_source(1)
    assert tuple(int(rolls.draw(source, 1 << 30)) for _ in range(4)) == drawn[1, 0, 0]


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ((1, 0, 0), [999335139, 479651193, 190065293, 135874353]),
        ((1, 2, 3), [784953473, 721040035, 18348089, 106161527]),
        ((2**62 + 5, 7, 11), [934572527, 625088294, 302389347, 734404836]),
    ],
)
def test_streams_stay_what_they_are(name, drawn):
    """Seeds are written down beside results: the same seed must mean the same battle next year."""
    source = rolls.random_source(*name)
    assert [int(rolls.draw(source, 1 << 30)) for _ in range(4)] == drawn


def test_draws_lie_below_their_sides():
    source = rolls.random_source(3)
    for sides in (1, 2, 3, 16, 100, 101):
        drawn = {int(rolls.draw(source, sides)) for _ in range(40 * sides)}
        assert drawn == set(range(sides))


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 24), (33, 100), (1, 4), (70, 100)])
def test_chances_come_true_as_often_as_they_should(numerator, denominator):
    n = 4_000 if INTERPRETED else 40_000
    source = rolls.random_source(numerator * 1000 + denominator)
    successes = sum(bool(rolls.chance(source, numerator, denominator)) for _ in range(n))
    p = Fraction(numerator, denominator)
    assert abs(successes - n * p) < 4 * float(n * p * (1 - p)) ** 0.5


# The log -------------------------------------------------------------------------------------


def test_a_full_log_drops_what_comes_later():
    log = ev.new_log(2)
    for code in range(4):
        ev.emit(log, code, 0, 0, 0)
    assert ev.rows(log)[:, 0].tolist() == [0, 1]


def test_a_silent_log_keeps_nothing():
    log = ev.no_events()
    ev.emit(log, 1, 0, 0, 0)
    assert len(ev.rows(log)) == 0


def test_a_fresh_state_is_undecided():
    state = st.new_state()
    assert state.shape == (3, st.SIDE_COLUMNS)
    assert state[st.FIELD, st.WINNER] == st.UNDECIDED
