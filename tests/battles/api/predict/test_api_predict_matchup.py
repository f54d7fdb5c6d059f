"""POST /api/v1/predict/matchup/: both play well."""

import json

import pytest
from prometheus_client import REGISTRY

from battles.common import well_played as common_well_played
from mlcore.game.spreads import FLAT, Spread
from mlcore.models import PredictionLog
from mlcore.serving import well_played

PATH = "/api/v1/predict/matchup/"
SIDES = {"pokemon_a_id": "jolteon", "pokemon_b_id": "slowbro"}
SETS = {
    "moves_a": ["thunderbolt", "thunder-wave", "double-kick"],
    "moves_b": ["psychic", "surf", "rest", "amnesia"],
}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


def swapped(body):
    turned = {"a": "b", "b": "a"}
    return {
        key.replace(f"_{side}", f"_{turned[side]}", 1): value
        for key, value in body.items()
        for side in "ab"
        if f"_{side}" in key
    }


def test_it_works(ask, game):
    response = ask(PATH, SIDES | SETS)
    assert response.status_code == 200
    answer = response.json()
    assert 0 < answer["win_probability"] < 1
    assert answer["predicted_winner"] == ("A" if answer["win_probability"] >= 0.5 else "B")
    assert answer["model_version"] == well_played.current(game).version
    for side, slug in (("a", "jolteon"), ("b", "slowbro")):
        plan = answer[f"side_{side}"]
        assert plan["pokemon_id"] == game.tables.form_ids[game.form_index(slug)]
        assert not plan["chose_moves"]
        assert [row["move"] for row in plan["moves"]] == SETS[f"moves_{side}"]
        assert sum(plan["strategy"].values()) == pytest.approx(1)
        # What is played is as good as anything else; a share under 5% is never given.
        worth = {row["move"]: row["worth"] for row in plan["moves"]}
        assert plan["strategy"].keys() <= worth.keys()
        assert min(plan["strategy"].values()) >= 0.05
        assert max(worth, key=worth.get) in plan["strategy"]


def test_a_mirror_is_even_for_both_sides(ask):
    answer = ask(PATH, {"pokemon_a_id": "ditto", "pokemon_b_id": "ditto"}).json()
    assert answer["win_probability"] == 0.5
    for side in "ab":
        (row,) = answer[f"side_{side}"]["moves"]
        assert (row["move"], row["worth"]) == ("transform", 0.5)


def test_without_a_choice_the_rules_decide(ask):
    body = {"pokemon_a_id": "pikachu", "pokemon_b_id": "magikarp"}
    answer = ask(PATH, body | {"moves_a": ["growl"], "moves_b": ["splash"]}).json()
    assert answer["win_probability"] > 0.99
    assert answer["side_a"]["strategy"] == {"growl": 1.0}


def test_it_is_the_answer_of_the_network_that_serves(ask, game):
    answer = ask(PATH, SIDES | SETS | {"setup_a": {"level": 60}}).json()
    a, b = (game.form_index(SIDES[f"pokemon_{side}_id"]) for side in "ab")
    moves = [[game.move_index(slug) for slug in SETS[f"moves_{side}"]] for side in "ab"]
    direct = well_played.answer(
        game,
        well_played.current(game),
        Spread(level=60).setups(a),
        moves[0],
        FLAT.setups(b),
        moves[1],
    )
    assert answer["win_probability"] == direct.probability
    assert list(answer["side_b"]["strategy"].values()) == list(direct.b.shares.values())


def test_swapped_sides_give_the_complement(ask):
    body = SIDES | SETS
    one, other = (ask(PATH, sides).json() for sides in (body, swapped(body)))
    assert one["win_probability"] + other["win_probability"] == pytest.approx(1)


@pytest.mark.parametrize(
    "given",
    [{}, {"moves_a": ["thunderbolt", "thunder-wave", "toxic", "double-kick", "pin-missile"]}],
)
def test_of_more_than_four_moves_it_chooses_four(ask, given):
    answer = ask(PATH, SIDES | given | {"moves_b": SETS["moves_b"]}).json()
    plan = answer["side_a"]
    assert plan["chose_moves"]
    assert not answer["side_b"]["chose_moves"]
    chosen = [row["move"] for row in plan["moves"]]
    assert len(set(chosen)) == 4
    assert set(chosen) <= set(given.get("moves_a", chosen))


def test_the_one_move_answer_is_that_of_best_move(ask):
    answer = ask(PATH, SIDES | SETS).json()["if_each_repeats_one_move"]
    damaging = SIDES | {"moves_a": ["thunderbolt", "double-kick"], "moves_b": ["psychic", "surf"]}
    single = ask("/api/v1/predict/best-move/", damaging).json()
    best = single["ranking"][0]
    assert answer == {
        "predicted_winner": single["predicted_winner"],
        "win_probability": single["win_probability"],
        "recommended_move_id": single["recommended_move_id"],
        "recommended_move": single["recommended_move"],
        "reply_id": best["reply_id"],
        "reply": best["reply"],
        "model_version": "v7",
    }


@pytest.mark.parametrize(
    "sides",
    [
        {"pokemon_a_id": "ditto"},
        {"moves_a": ["thunder-wave"]},
        {"moves_b": ["rest", "amnesia"]},
        {"moves_a": ["thunder-wave"], "moves_b": ["amnesia"]},
        {"moves_a": []},
    ],
    ids=json.dumps,
)
def test_a_side_without_a_damaging_move_has_an_answer(ask, sides):
    response = ask(PATH, SIDES | sides)
    assert response.status_code == 200
    answer = response.json()
    assert 0 <= answer["win_probability"] <= 1
    assert answer["if_each_repeats_one_move"] is None
    assert [row.model for row in PredictionLog.objects.all()] == ["battle"]


def test_without_a_move_there_is_nothing_to_choose(ask):
    plan = ask(PATH, SIDES | {"moves_a": []}).json()["side_a"]
    assert (plan["moves"], plan["strategy"], plan["chose_moves"]) == ([], {}, False)


def test_it_is_counted_and_logged(ask, caplog):
    version = ask(PATH, SIDES | SETS).json()["model_version"]
    labels = {"source": "api-matchup", "model": "battle", "version": version}
    before = REGISTRY.get_sample_value("model_predictions_total", labels)
    with caplog.at_level("INFO", logger="mlcore.serving.champion"):
        ask(PATH, SIDES | SETS)
    assert REGISTRY.get_sample_value("model_predictions_total", labels) == before + 1
    assert f"1 match-up(s) by {version} for api-matchup" in caplog.text
    # A remembered answer is recorded again; the one-move answer beside it is one like others.
    rows = [*PredictionLog.objects.values_list("source", "model_version")]
    assert sorted(rows) == sorted([("api", "v7"), ("api-matchup", version)] * 2)


def test_a_match_up_asked_again_is_remembered(ask, monkeypatch):
    first = ask(PATH, SIDES | SETS).json()
    answered = []
    monkeypatch.setattr(common_well_played.well_played, "answer", answered.append)
    assert ask(PATH, SIDES | SETS).json() == first
    assert answered == []


def test_it_costs_more_than_a_duel(ask, settings):
    settings.API_ANONYMOUS_RATE = 10
    assert ask(PATH, SIDES | SETS)["X-RateLimit-Remaining"] == "7"


@pytest.mark.usefixtures("aged_battle_value")
def test_changed_facts_are_not_answered(problem):
    document = problem(PATH, SIDES | SETS, 503)
    assert document["type"] == "urn:predictiondex:problem:no_champion"
    assert "other game data" in document["detail"]
    assert not PredictionLog.objects.exists()


@pytest.mark.usefixtures("full_disk")
def test_an_answer_that_cannot_be_recorded_is_not_given(problem, champion):
    document = problem(PATH, SIDES | SETS, 503)
    assert document["type"] == "urn:predictiondex:problem:log_unavailable"


def test_it_rejects_moves_that_cannot_be_learned(refused):
    body = SIDES | {"moves_a": ["surf", "struggle"], "moves_b": ["amnesia", "amnesia", "qwertz"]}
    assert refused(PATH, body) == {
        ("moves_a[0]", "move_not_learnable"),
        ("moves_a[1]", "move_not_learnable"),
        ("moves_b[1]", "repeated_move"),
        ("moves_b[2]", "unknown_move"),
    }


@pytest.mark.parametrize("moves", [None, "thunderbolt", 85, {"0": 85}])
def test_it_rejects_moves_that_are_no_list(refused, moves):
    assert refused(PATH, SIDES | {"moves_a": moves}) == {("moves_a", "wrong_type")}


def test_it_rejects_too_many_moves(refused):
    assert refused(PATH, SIDES | {"moves_a": [85] * 101}) == {("moves_a", "wrong_length")}


def test_no_pokemon_learns_more_moves_than_it_takes(game):
    assert game.tables.usable.sum(axis=1).max() <= 100


@pytest.mark.parametrize("key", ["pokemon_a_id", "pokemon_b_id"])
def test_it_rejects_a_missing_pokemon(refused, key):
    body = {name: value for name, value in SIDES.items() if name != key}
    assert refused(PATH, body) == {(key, "required")}
