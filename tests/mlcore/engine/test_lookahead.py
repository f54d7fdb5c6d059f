"""Looking ahead: chances and values, without touching the battle."""

import numpy as np
import pytest

from mlcore.engine import battle as bt
from mlcore.engine import lookahead
from mlcore.engine import state as st
from mlcore.engine.specs import Setups
from mlcore.game import gamedata

pytestmark = pytest.mark.django_db


@pytest.fixture
def begin():
    def start(a, moves_a, b, moves_b, levels=(50, 50), seed=1):
        game = gamedata.current()
        setups = Setups.flat(
            np.array([game.form_index(a), game.form_index(b)]), level=np.array(levels)
        )
        moves = [[game.move_index(name) for name in names] for names in (moves_a, moves_b)]
        return bt.Battle(game.tables, setups, (moves[0], moves[1]), seed=seed)

    return start


def test_it_works(begin):
    battle = begin("mewtwo", ["psychic"], "caterpie", ["tackle"])
    chance = lookahead.win_chance(battle, seed=1, stream=2)
    assert chance.share == 1.0
    assert lookahead.MIN_GAMES <= chance.games <= lookahead.GAMES


def test_looking_changes_nothing(begin):
    battle = begin("snorlax", ["body-slam", "rest"], "mew", ["psychic", "swift"])
    battle.play(0, 0)
    before = battle.state.copy(), battle.rng.copy(), battle.events.copy()
    lookahead.win_chance(battle, seed=1, stream=2)
    lookahead.choice_values(battle, 0, seed=1, stream=3)
    assert (battle.state == before[0]).all()
    assert (battle.rng == before[1]).all()
    assert (battle.events == before[2]).all()


@pytest.fixture
def counted(monkeypatch):
    """So few games that the clock never ends a look, not even in the interpreter."""
    monkeypatch.setattr(lookahead, "SECONDS", 3600)
    monkeypatch.setattr(lookahead, "GAMES", 30)
    monkeypatch.setattr(lookahead, "GAME_BUDGET", 8)
    monkeypatch.setattr(lookahead, "VALUE_BUDGET", 200)


def test_the_same_seed_sees_the_same(begin, counted):
    battle = begin("snorlax", ["body-slam", "rest"], "mew", ["psychic", "swift"])

    def look(seed, stream):
        return lookahead.win_chance(battle, seed=seed, stream=stream)

    assert look(5, 2) == look(5, 2)
    values = [lookahead.choice_values(battle, 0, seed=seed, stream=3) for seed in (5, 5, 6)]
    assert values[0] == values[1] != values[2]


def test_both_sides_together_win_always(begin, counted):
    """The chance of A against B and of B against A sum to one, up to the noise of the games."""
    a, b = ("charizard", ["air-slash", "dragon-pulse"]), ("dragonite", ["outrage", "wing-attack"])
    one = lookahead.win_chance(begin(*a, *b), seed=1, stream=2).share
    other = lookahead.win_chance(begin(*b, *a), seed=2, stream=2).share
    # Each has a standard error of at most 0.5 / sqrt(30); three of their difference.
    assert abs(one + other - 1) < 3 * (0.25 / 30 * 2) ** 0.5


def test_the_time_is_bounded(begin, monkeypatch):
    monkeypatch.setattr(lookahead, "SECONDS", 0)
    battle = begin("chansey", ["soft-boiled", "toxic"], "chansey", ["soft-boiled", "toxic"])
    assert lookahead.win_chance(battle, seed=1, stream=2).games == lookahead.MIN_GAMES


@pytest.mark.parametrize(("winner", "share"), [(0, 1.0), (1, 0.0)])
def test_a_decided_battle_needs_no_games(begin, winner, share):
    sides = [("mewtwo", ["psychic"]), ("caterpie", ["tackle"])]
    first, second = sides if winner == 0 else sides[::-1]
    battle = begin(*first, *second)
    battle.play(0, 0)
    assert battle.winner == winner
    assert lookahead.win_chance(battle, seed=1, stream=2) == lookahead.Chance(share, 0)


def test_a_choice_that_wins_at_once_is_worth_most(begin):
    battle = begin("mewtwo", ["barrier", "psychic", "rest"], "mewtwo", ["psychic"], levels=(60, 50))
    battle.state[:2, st.HP] = 20
    values = lookahead.choice_values(battle, 0, seed=1, stream=3)
    assert set(values) == {0, 1, 2}
    assert max(values, key=values.__getitem__) == 1
    assert values[1] == pytest.approx(1.0)
    assert values[0] < 0.1


def test_values_name_the_slots_that_may_be_chosen(begin):
    battle = begin("mew", ["psychic", "surf", "swift", "rest"], "snorlax", ["body-slam"])
    battle.state[0, st.PP_2] = 0
    assert set(lookahead.choice_values(battle, 0, seed=1, stream=3)) == {0, 2, 3}
    # One choice is no choice.
    assert lookahead.choice_values(battle, 1, seed=1, stream=3) == {}
