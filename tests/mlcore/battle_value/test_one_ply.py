"""A look one ply ahead: where its plays go, and what the network makes of each."""

import numpy as np
import pytest

from mlcore.battle_value import artefact, features, network, search, selfplay, starts
from mlcore.engine import matrix_game, turn
from mlcore.engine import state as st
from mlcore.engine.rng import random_source
from tests.fresh_battles import battle


@pytest.fixture(scope="module")
def net():
    return artefact.load(artefact.SHIPPED).net


def look(game, net, state):
    """The value, how often each pair of choices was played, and the board."""
    work, board = search.new_workspace(), matrix_game.new_board()
    rows, columns, value = search.one_ply(state, 7, game.tables.rules, net, 3, 200, work, board)
    return value, work.tallies[:rows, :columns, 0], board


def test_plays_go_where_they_decide(game, net):
    """Splash is never right; which of two equal attacks is better takes a closer look."""
    state = battle(
        game, "starmie", ["splash", "surf", "ice-beam"], "starmie", ["splash", "surf", "ice-beam"]
    )
    _, played, _ = look(game, net, state)
    assert (played[0] == 3).all()
    assert (played[:, 0] == 3).all()
    assert played[1:, 1:].max() > 20
    assert played.sum() <= 9 * 3 + 200


def test_what_is_certain_is_not_played_on(game, net):
    """Every sample says the same, the foe falls at once: one part of four is enough."""
    state = battle(game, "mewtwo", ["psychic"], "caterpie", ["tackle"])
    value, played, _ = look(game, net, state)
    assert value == 1.0
    assert played.max() <= 3 + 200 // 4


def test_more_plays_come_closer_to_the_mean(game, net):
    """Beside 4,000 plays of the only pair of choices."""
    state = battle(game, "machamp", ["karate-chop"], "hitmonchan", ["mega-kick"])
    rules, board, work = game.tables.rules, matrix_game.new_board(), search.new_workspace()
    mean = search.one_ply(state, 99, rules, net, 4000, 0, work, board)[2]

    def error(extra):
        values = [
            search.one_ply(state, key, rules, net, 3, extra, work, board)[2] for key in range(40)
        ]
        return np.abs(np.array(values) - mean).mean()

    assert error(60) < error(0) / 3


def test_the_same_key_gives_the_same_look(game, net):
    state = battle(game, "jolteon", ["thunder-wave", "thunderbolt"], "gyarados", ["surf", "rest"])
    one, other = look(game, net, state), look(game, net, state)
    for each, again in zip(one, other, strict=True):
        assert np.array_equal(each, again)


def test_near_a_state_the_network_says_the_same(game, net):
    """States a few random turns from their base, which differ in few features or in many."""
    rules = game.tables.rules
    states = starts.states_of(game.tables, *starts.draw(game.tables, 40, np.random.default_rng(8)))
    scratch, work = network.new_scratch(), features.new_scratch()
    x = np.zeros((2, features.WIDTH), dtype=np.float32)
    rng = random_source(5)
    copy, log, asked = st.new_state(), search.new_workspace().log, 0
    for state in states:
        features.describe(state, rules, x, work)
        network.set_base(x, net, scratch)
        assert network.chance_near_base(x, net, scratch) == pytest.approx(
            network.chance_of_a(x, net, scratch), abs=1e-6
        )
        copy[:] = state
        for _ in range(6):
            turn.play_turn(copy, rng, log, rules, 0, 0)
            if copy[st.FIELD, st.WINNER] != st.UNDECIDED:
                break
            features.describe(copy, rules, x, work)
            near, alone = (
                answer(x, net, scratch)
                for answer in (network.chance_near_base, network.chance_of_a)
            )
            assert near == pytest.approx(alone, abs=2e-5)
            asked += 1
    assert asked > 50


def test_who_knows_the_mixture_is_no_weaker(game, net):
    """Against a player whose mixtures it answers, beside the same player against itself."""
    sides = starts.draw(game.tables, 60, np.random.default_rng(21))
    alone = search.start_values(game.tables, net, *sides, samples=0)
    states = starts.states_of(game.tables, *sides)[(alone > 0.2) & (alone < 0.8)]
    count = len(states)
    assert count > 5
    games = np.column_stack([np.repeat(np.arange(count), 60), np.tile(np.arange(60), count)])
    shares = [
        selfplay.play_games(
            game.tables.rules,
            net,
            states,
            games,
            seed=3,
            play=selfplay.Play(policy_a=policy),
        ).results.mean()
        for policy in (selfplay.KNOWING, selfplay.VALUE, selfplay.RANDOM)
    ]
    knowing, value, random = shares
    assert knowing > value - 0.05
    assert random < value - 0.15


@pytest.mark.parametrize(("foe_uses", "reply"), [("u-turn", "counter"), ("gust", "mirror-coat")])
def test_the_best_reply_to_a_mixture_that_is_known(game, net, foe_uses, reply):
    """Counter answers what is physical, Mirror Coat what is special."""
    state = battle(
        game, "sandslash-alola", ["mirror-coat", "counter"], "butterfree", ["u-turn", "gust"]
    )
    work, board, closer = search.new_workspace(), matrix_game.new_board(), matrix_game.new_board()
    search.one_ply(state, 7, game.tables.rules, net, 3, 128, work, board)
    slots = board[matrix_game.SLOTS + 1, :2].astype(int)
    chosen = [game.tables.move_slugs[state[1, st.MOVE_1 + slot]] == foe_uses for slot in slots]
    board[matrix_game.MIXTURES + 1, :2] = chosen
    slot = selfplay._best_reply(
        state, 9, game.tables.rules, net, selfplay.Play(), 0, work, board, closer
    )
    assert game.tables.move_slugs[state[0, st.MOVE_1 + slot]] == reply
