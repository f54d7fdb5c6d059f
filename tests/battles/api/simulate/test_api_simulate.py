"""POST /api/v1/simulate/"""

import pytest

from battles.api.simulate.inputs import MAX_SEARCHED_PLAYS
from battles.api.simulate.serializers import MAX_PLAYS
from mlcore.engine.simulate import simulate_duels
from mlcore.engine.specs import Setups

PATH = "/api/v1/simulate/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(ask, duel):
    def send(**changes):
        response = ask(PATH, duel(**changes))
        assert response.status_code == 200, response.content
        return response.json()

    return send


def test_it_works(answer, game):
    body = answer(plays=400, seed=3)
    a, b = (Setups.flat([game.form_index(name)]) for name in ("pikachu", "charizard"))
    moves = ([game.move_index(name)] for name in ("thunderbolt", "flamethrower"))
    move_a, move_b = moves
    played = simulate_duels(game.tables, a, move_a, b, move_b, plays=400, seed=3)
    assert (body["wins_a"], body["wins_b"]) == (played.wins_a[0], played.wins_b[0])
    assert (body["plays"], body["seed"], body["draws"]) == (400, 3, 0)
    assert (body["moves_a"], body["moves_b"]) == ([85], [53])
    assert body["win_share"] == body["wins_a"] / 400
    assert body["interval"]["low"] < body["win_share"] < body["interval"]["high"]
    assert body["mean_turns"] == played.turns[0] / 400


def test_the_same_seed_gives_the_same_counts(answer):
    assert answer(seed=5) == answer(seed=5)
    assert answer(seed=5) != answer(seed=6)


def test_without_a_seed_it_names_the_one_it_took(answer):
    body = answer(plays=300)
    assert answer(plays=300, seed=body["seed"]) == body


def test_a_match_up_with_status_moves_and_policies(answer):
    fight = {"move_a_id": None, "move_b_id": None, "moves_a": ["thunder-wave", "thunderbolt"]}
    fight |= {"moves_b": ["flamethrower", "growl"], "seed": 1, "plays": 300}
    strong = answer(**fight, policy_a="strongest", policy_b="random")
    weak = answer(**fight, policy_a="random", policy_b="strongest")
    assert (strong["moves_a"], strong["policy_a"]) == ([86, 85], "strongest")
    assert strong["wins_a"] > weak["wins_a"]


def test_without_moves_the_strongest_are_taken(answer, game):
    body = answer(move_a_id=None, move_b_id=None, plays=10)
    assert len(body["moves_a"]) == len(body["moves_b"]) == 4
    assert all(game.tables.damaging[game.move_index_by_id[move]] for move in body["moves_a"])


def test_ditto_brings_what_it_has(answer):
    assert answer(pokemon_a_id="ditto", move_a_id=None, plays=10)["moves_a"] == [144]


def test_looking_ahead_is_bounded(answer, refused, duel):
    body = {"move_a_id": None, "policy_a": "search"}
    assert answer(**body)["plays"] == MAX_SEARCHED_PLAYS
    assert refused(PATH, duel(**body, plays=MAX_SEARCHED_PLAYS + 1)) == {("plays", "not_in_range")}


def test_set_ups_count(answer):
    assert answer(setup_a={"level": 100}, seed=1)["wins_b"] == 0


def test_it_costs_no_query(ask, duel, game, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask(PATH, duel(plays=10)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pokemon_a_id": None}, ("pokemon_a_id", "required")),
        ({"move_a_id": "surf"}, ("move_a_id", "move_not_learnable")),
        ({"moves_a": ["thunderbolt"]}, ("moves_a", "contradiction")),
        ({"move_a_id": None, "moves_a": []}, ("moves_a", "wrong_length")),
        ({"move_a_id": None, "moves_a": [85, 85]}, ("moves_a[1]", "repeated_move")),
        ({"move_a_id": None, "moves_a": ["struggle"]}, ("moves_a[0]", "move_not_learnable")),
        ({"plays": 0}, ("plays", "not_in_range")),
        ({"plays": MAX_PLAYS + 1}, ("plays", "not_in_range")),
        ({"plays": 1.5}, ("plays", "wrong_type")),
        ({"seed": -1}, ("seed", "not_in_range")),
        ({"seed": 2**53}, ("seed", "not_in_range")),
        ({"policy_a": "best"}, ("policy_a", "not_a_choice")),
        ({"policy_b": 1}, ("policy_b", "not_a_choice")),
        ({"reasons": True}, ("reasons", "unknown_key")),
    ],
)
def test_it_rejects(refused, duel, changes, error):
    assert refused(PATH, duel(**changes)) == {error}
