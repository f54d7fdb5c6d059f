"""What a player knows must be what the shipped network says."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.battle_value import artefact, search, starts
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine import state as st
from mlcore.engine.specs import Setups
from mlcore.serving import well_played
from tests.mlcore.battle_value.test_battle_value import matchup

#: Fighters with physical and with special attacks.
PHYSICAL = {
    "machamp": ["brick-break", "rock-slide", "earthquake"],
    "snorlax": ["body-slam", "earthquake", "crunch"],
    "tauros": ["body-slam", "earthquake", "double-edge"],
    "kingler": ["crabhammer", "body-slam", "x-scissor"],
}
SPECIAL = {
    "alakazam": ["psychic", "thunder-wave", "dazzling-gleam"],
    "gengar": ["sludge-bomb", "thunderbolt", "psychic"],
    "blastoise": ["surf", "ice-beam", "dragon-pulse"],
    "charizard": ["flamethrower", "air-slash", "dragon-pulse"],
}
EVERYBODY = PHYSICAL | SPECIAL


@pytest.fixture(scope="module")
def net():
    return artefact.load(artefact.SHIPPED).net


@pytest.fixture
def mirror(game):
    """A function: the state in which a fighter meets its equal."""

    def make(name):
        moves = EVERYBODY[name]
        return starts.states_of(game.tables, *matchup(game, name, moves, name, moves))[0]

    return make


@pytest.fixture
def chance(game, net):
    """A function: A's chance in a state, by search on the network."""

    def of(state):
        return search.advise(state, game.tables, net, 0, seed=0, samples=16).value

    return of


@pytest.mark.parametrize("name", EVERYBODY)
def test_more_hp_is_better(mirror, chance, name):
    chances = []
    for share in (0.25, 0.5, 1.0):
        state = mirror(name)
        state[0, st.HP] = max(1, int(share * state[0, st.MAX_HP]))
        chances.append(chance(state))
    # A quarter more or less may not change the number of hits that knock out.
    assert chances[0] <= chances[1] + 0.03
    assert chances[1] <= chances[2] + 0.03
    assert chances[2] - chances[0] > 0.1


def test_more_hp_is_better_in_any_battle(game, net):
    """On average, and nearly always where the battle is open."""
    drawn = starts.draw(game.tables, 400, np.random.default_rng(9))
    work = search.new_workspace()
    changes = []
    for state in starts.states_of(game.tables, *drawn):
        before = search.state_value(state, game.tables.rules, net, work)
        state[0, st.HP] = max(1, state[0, st.HP] * 6 // 10)
        if 0.05 < before < 0.95:
            changes.append(search.state_value(state, game.tables.rules, net, work) - before)
    assert len(changes) > 50
    assert np.mean(changes) < -0.1
    assert np.mean(np.array(changes) < 0) > 0.9


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_faster_of_two_equals_is_ahead(game, net, name):
    a, slots, b, _ = matchup(game, name, EVERYBODY[name], name, EVERYBODY[name])
    ivs = b.ivs.copy()
    ivs[:, 5] = 0
    (ahead,) = search.start_values(game.tables, net, a, slots, replace(b, ivs=ivs), slots)
    assert ahead > 0.55


@pytest.mark.parametrize("name", PHYSICAL)
def test_a_burn_costs_a_physical_attacker_at_least_a_third(mirror, chance, name):
    burned = mirror(name)
    burned[0, st.STATUS] = st.BURN
    assert chance(burned) < 0.67 * chance(mirror(name))


def test_a_burn_costs_special_attackers_less(mirror, chance):
    def cost(name):
        burned = mirror(name)
        burned[0, st.STATUS] = st.BURN
        return chance(mirror(name)) - chance(burned)

    assert np.mean([cost(name) for name in SPECIAL]) < np.mean([cost(name) for name in PHYSICAL])


@pytest.mark.parametrize(
    ("name", "attack", "status", "foe"),
    [
        ("snorlax", "body-slam", "toxic", "muk"),
        ("raichu", "iron-tail", "thunder-wave", "golem"),
        ("vileplume", "sludge-bomb", "sleep-powder", "venusaur"),
        ("vileplume", "sludge-bomb", "stun-spore", "exeggutor"),
    ],
)
def test_a_status_move_that_does_nothing_is_not_advised(game, net, name, attack, status, foe):
    sides = matchup(game, name, [attack, status], foe, EVERYBODY.get(foe, ["tackle", "rest"])[:2])
    _, advice, _ = search.answer_at_start(game.tables, net, *sides)
    assert advice.shares.get(1, 0.0) < 0.05
    assert advice.worth[1] <= advice.worth[0] + 0.01


def test_sleep_helps_the_one_who_is_awake(mirror, chance):
    for name in EVERYBODY:
        asleep = mirror(name)
        asleep[1, st.STATUS], asleep[1, st.STATUS_COUNTER] = st.SLEEP, 3
        assert chance(asleep) > chance(mirror(name)) + 0.1


def test_a_higher_level_is_better(game, net):
    for name, moves in EVERYBODY.items():
        _, slots, b, _ = matchup(game, name, moves, name, moves)
        form = np.array([game.form_index(name)])
        (ahead,) = search.start_values(
            game.tables, net, Setups.flat(form, level=60), slots, b, slots
        )
        assert ahead > 0.7, name


# Mirrors


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", ["ditto", "snorlax", "mew", "alakazam", "magikarp", "metapod"])
def test_a_mirror_is_even_and_both_sides_play_alike(game, net, name, turned):
    """All moves are on offer, so each side chooses its set first."""
    value = BattleValue(net=net, metadata={}, version="", fingerprint="")
    form = game.form_index(name)
    side = Setups.flat(np.array([form]))
    moves = game.usable_moves(form, damaging=False).tolist()
    answer = well_played.answer(
        game, value, side, moves, side, moves[::-1] if turned and len(moves) > 4 else moves
    )
    assert answer.probability == 0.5
    assert (answer.a.shares, answer.a.worth) == (answer.b.shares, answer.b.worth)
    played = sum(share * answer.a.worth[move] for move, share in answer.a.shares.items())
    assert played == pytest.approx(0.5, abs=1e-3 if len(answer.a.shares) > 1 else 1e-12)
    assert max(answer.a.worth.values()) < 0.51


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_battle_of_equals_is_even_on_every_turn(game, net, mirror, name):
    state = mirror(name)
    for _ in range(2):
        one, other = (
            search.advise(state, game.tables, net, side, seed=3, samples=8) for side in (0, 1)
        )
        assert one.value == other.value == 0.5
        assert (one.shares, one.worth) == (other.shares, other.worth)
        state[:2, st.HP] //= 2
        state[:2, st.STATUS] = st.PARALYSIS
