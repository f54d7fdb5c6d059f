"""A battle in the hand: choices, policies, events and the export of its log."""

import numpy as np
import pytest

from mlcore.engine import battle as play
from mlcore.engine import events as ev
from mlcore.engine import policies, protocol
from mlcore.engine import state as st
from mlcore.engine.battle import Battle, IllegalChoice
from mlcore.engine.simulate import simulate_battles
from mlcore.engine.specs import Setups


def index(slugs, name):
    return slugs.index(name)


def new_battle(tables, a, b, seed=1):
    """A battle of (form, move, ...) against (form, move, ...), under flat rules."""
    forms = [index(tables.form_slugs, side[0]) for side in (a, b)]
    moves = tuple([index(tables.move_slugs, move) for move in side[1:]] for side in (a, b))
    return Battle(tables, Setups.flat(np.array(forms)), moves, seed=seed)


PIKACHU = ("pikachu", "thunderbolt", "quick-attack", "thunder-wave", "substitute")
STARMIE = ("starmie", "scald", "psychic", "recover", "swift")


def test_battle_ends_with_a_winner(tables):
    battle = new_battle(tables, PIKACHU, STARMIE)
    winner = battle.play_out(play.random_choice, play.strongest_damage)
    assert winner in (0, 1, -1)
    assert battle.events[-1, 0] == ev.WIN
    assert battle.choices(0) == []


def test_same_seed_and_policies_give_the_same_battle(tables):
    first, second = (new_battle(tables, PIKACHU, STARMIE, seed=7) for _ in range(2))
    for battle in (first, second):
        battle.play_out(play.random_choice, play.random_choice)
    assert np.array_equal(first.events, second.events)


@pytest.mark.parametrize("slot", [-1, 4, 9])
def test_play_refuses_what_may_not_be_chosen(tables, slot):
    battle = new_battle(tables, PIKACHU, STARMIE)
    with pytest.raises(IllegalChoice, match="may choose"):
        battle.play(slot, 0)
    assert battle.turn == 0


def test_play_refuses_a_turn_after_the_end(tables):
    battle = new_battle(tables, PIKACHU, STARMIE)
    battle.play_out(play.random_choice, play.random_choice)
    with pytest.raises(IllegalChoice, match="over"):
        battle.play(0, 0)


def test_no_pp_left_is_no_choice(tables):
    battle = new_battle(tables, PIKACHU, STARMIE)
    battle.state[0, st.PP_2] = 0
    assert battle.choices(0) == [0, 2, 3]


def test_bound_side_has_nothing_to_choose(tables):
    battle = new_battle(tables, ("venusaur", "solar-beam", "tackle"), STARMIE)
    battle.play(0, 2)
    assert battle.choices(0) == []
    assert battle.forced_move(0) == index(tables.move_slugs, "solar-beam")


def test_strongest_damage_takes_the_best_move(tables):
    battle = new_battle(tables, PIKACHU, ("gyarados", "splash"))
    assert play.strongest_damage(battle, 0) == 0  # Thunderbolt, four times as strong


def test_guided_policy_follows_its_callable(tables):
    battle = new_battle(tables, PIKACHU, STARMIE)
    asked = []

    def score(now, side, slots):
        asked.append((now is battle, side, tuple(slots)))
        return [slot == 2 for slot in slots]

    assert play.guided_by(score)(battle, 0) == 2
    assert asked == [(True, 0, (0, 1, 2, 3))]


def test_search_finds_the_move_that_wins_at_once(tables):
    battle = new_battle(tables, ("pikachu", "growl", "thunderbolt", "tail-whip"), STARMIE)
    battle.state[1, st.HP] = 20
    assert play.searching(60)(battle, 0) == 1


def _random_sets(tables, count, seed):
    rng = np.random.default_rng(seed)
    forms = rng.integers(len(tables.form_slugs), size=count)
    slots = np.full((count, 4), -1)
    for row, form in enumerate(forms):
        usable = rng.permutation(np.flatnonzero(tables.usable[form]))[:4]
        slots[row, : len(usable)] = usable
    return Setups.flat(forms), slots


@pytest.mark.slow
@pytest.mark.parametrize(
    ("better", "worse", "count"),
    [
        pytest.param(policies.STRONGEST, policies.RANDOM, 2000, id="strongest-beats-random"),
        pytest.param(policies.SEARCH, policies.RANDOM, 300, id="search-beats-random"),
    ],
)
def test_policy_beats_a_simpler_one(tables, better, worse, count):
    """Each match-up is played with both policies on both sides, so that luck of the draw
    cancels; the mean share must lie clearly above one half."""
    a, moves_a = _random_sets(tables, count, 1)
    b, moves_b = _random_sets(tables, count, 2)
    shares = []
    for flip in (False, True):
        outcomes = simulate_battles(
            tables,
            a,
            moves_a,
            b,
            moves_b,
            plays=1,
            seed=5,
            policy_a=worse if flip else better,
            policy_b=better if flip else worse,
            search_budget=60,
        )
        shares.append(1 - outcomes.win_share if flip else outcomes.win_share)
    shares = np.mean(shares, axis=0)
    assert shares.mean() - 4 * shares.std() / np.sqrt(count) > 0.5


def test_protocol_tells_the_battle(tables):
    battle = new_battle(tables, PIKACHU, STARMIE, seed=3)
    battle.play_out(play.random_choice, play.random_choice)
    names = protocol.Names(
        fighters=("Pikachu", "Starmie"),
        players=("A", "B"),
        move=lambda move: tables.move_slugs[move],
        type=lambda type_: tables.type_slugs[type_],
    )
    text = protocol.to_protocol(
        battle.events, names, levels=(50, 50), max_hp=battle.state[:2, st.MAX_HP]
    )
    lines = text.splitlines()
    assert all(line.startswith("|") for line in lines)
    assert "|turn|1" in lines
    assert sum(line.startswith("|turn|") for line in lines) == battle.turn
    faints = [line for line in lines if line.startswith("|faint|")]
    assert faints == [f"|faint|p{2 - battle.winner}a: {names.fighters[1 - battle.winner]}"]
    assert lines[-1] == f"|win|{'AB'[battle.winner]}"
    used = [line for line in lines if line.startswith("|move|")]
    assert len(used) == int((battle.events[:, 0] == ev.MOVE).sum())
