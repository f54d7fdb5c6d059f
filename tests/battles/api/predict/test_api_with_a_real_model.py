"""The prediction endpoints with nothing replaced: files, model, features, log."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.engine.specs import Setups
from mlcore.learning import features
from mlcore.learning import model as learning_model
from mlcore.models import PredictionLog
from mlcore.serving import champion as champion_store
from mlcore.serving import predict
from tests import asking

pytestmark = pytest.mark.django_db
BATTLE = "/api/v1/predict/battle/"
BEST_MOVE = "/api/v1/predict/best-move/"


def test_it_works(serve, ask, duel, game):
    serve("v1")
    answer = ask(BATTLE, duel()).json()
    expected = predict.predict(
        game,
        Setups.flat(np.array([game.form_index("pikachu")])),
        np.array([game.move_index("thunderbolt")]),
        Setups.flat(np.array([game.form_index("charizard")])),
        np.array([game.move_index("flamethrower")]),
    )
    assert answer["win_probability"] == expected[0]
    assert answer["model_version"] == "v1"
    assert asking.record_of().chances.tolist() == [expected[0]]


def test_swapped_sides_share_one_probability(serve, ask, duel):
    serve("v1")
    one = ask(BATTLE, duel()).json()
    swapped = duel(
        pokemon_a_id="charizard",
        pokemon_b_id="pikachu",
        move_a_id="flamethrower",
        move_b_id="thunderbolt",
    )
    other = ask(BATTLE, swapped).json()
    assert one["win_probability"] + other["win_probability"] == pytest.approx(1, abs=1e-12)


def test_the_best_move_is_the_best_of_the_duels(serve, ask, duel):
    serve("v1")
    sides = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard"}
    ranking = ask(
        BEST_MOVE, sides | {"moves_a": ["thunderbolt", "slam"], "moves_b": ["slash", "fly"]}
    ).json()["ranking"]
    for row in ranking:
        duels = [
            ask(BATTLE, duel(move_a_id=row["move"], move_b_id=reply)).json()["win_probability"]
            for reply in ("slash", "fly")
        ]
        assert row["win_probability"] == pytest.approx(min(duels))


def test_a_promotion_shows_in_answers_and_log(serve, ask, duel):
    serve("v1")
    ask(BATTLE, duel())
    serve("v2")
    assert ask(BATTLE, duel()).json()["model_version"] == "v2"
    logged = PredictionLog.objects.order_by("id").values_list("model_version", flat=True)
    assert list(logged) == ["v1", "v2"]


@pytest.mark.parametrize(
    ("path", "moves"),
    [
        (BATTLE, {"move_a_id": "thunderbolt", "move_b_id": "flamethrower"}),
        (BEST_MOVE, {"moves_a": ["thunderbolt"], "moves_b": ["flamethrower"]}),
    ],
)
def test_a_promotion_in_the_middle_of_a_request_names_one_version(
    serve, ask, monkeypatch, path, moves
):
    serve("v1")
    build_pair = features.build_pair

    def promote_meanwhile(*args):
        serve("v2")
        return build_pair(*args)

    monkeypatch.setattr(features, "build_pair", promote_meanwhile)
    answer = ask(path, {"pokemon_a_id": 25, "pokemon_b_id": 6} | moves).json()
    assert champion_store.current().version == "v2"
    assert answer["model_version"] == PredictionLog.objects.get().model_version == "v1"


@pytest.mark.parametrize(
    "ask_for",
    [
        pytest.param(lambda ask: ask("/compare/?a=pikachu&b=charizard"), id="page"),
        pytest.param(
            lambda ask: ask("/compare/?a=pikachu&b=gyarados&moves_a=thunderbolt&moves_b=crunch"),
            id="page of one duel",
        ),
        pytest.param(
            lambda ask: ask(BEST_MOVE, {"pokemon_a_id": 25, "pokemon_b_id": 6}), id="best move"
        ),
    ],
)
def test_features_of_a_duel_are_built_once(serve, ask, monkeypatch, ask_for):
    """Prediction, reasons and cards of a request share them."""
    serve("v1")
    built = []
    build_pair = features.build_pair

    def counted(tables, a, move_a, b, move_b):
        built.extend(zip(a.form, np.asarray(move_a), b.form, np.asarray(move_b), strict=True))
        return build_pair(tables, a, move_a, b, move_b)

    monkeypatch.setattr(features, "build_pair", counted)
    assert ask_for(ask).status_code == 200
    assert len(built) == len(set(built)) > 0


def test_reasons_add_up_to_what_is_answered(serve, ask):
    """They come from the features of the grid, those of the right duel."""
    serve("v1")
    for a, b in ((25, 6), (130, 26), (143, 94)):
        answer = ask(BEST_MOVE, {"pokemon_a_id": a, "pokemon_b_id": b}).json()
        together = sum(reason["log_odds"] for reason in answer["reasons"])
        chance = answer["win_probability"]
        assert together == pytest.approx(np.log(chance / (1 - chance)), abs=1e-4)


def test_a_duel_asked_again_is_remembered_and_logged_again(serve, ask, duel):
    serve("v1")
    first = ask(BATTLE, duel()).json()
    assert ask(BATTLE, duel()).json() == first
    assert len(champion_store.current().answered) == 1
    logged = [asking.record_of(row).chances.tolist() for row in PredictionLog.objects.all()]
    assert logged == [[first["win_probability"]]] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"move_a_id": "slam"},
        {"move_b_id": "slash"},
        {"pokemon_a_id": "raichu"},
        {"setup_a": {"level": 49}},
        {"setup_a": {"nature": "modest"}},
        {"setup_a": {"ivs": {"speed": 30}}},
        {"setup_b": {"avs": {"hp": 1}}},
        {"setup_b": {"friendship": 200}},
    ],
    ids=str,
)
def test_another_duel_is_not_taken_for_one_that_is_remembered(serve, ask, duel, changes):
    serve("v1")
    ask(BATTLE, duel())
    assert ask(BATTLE, duel(**changes)).status_code == 200
    assert len(champion_store.current().answered) == 2


def test_changed_facts_are_not_answered_from_memory(serve, game, duel):
    serve("v1")
    champion = champion_store.current()
    sides = [
        Setups.flat(np.array([game.form_index("pikachu")])),
        np.array([game.move_index("thunderbolt")]),
        Setups.flat(np.array([game.form_index("starmie")])),
        np.array([game.move_index("surf")]),
    ]
    before = learning_model.predict_with(champion, game, *sides)
    stats = game.tables.base_stats.copy()
    stats[game.form_index("pikachu"), 5] = 150
    faster = replace(game, tables=replace(game.tables, base_stats=stats), fingerprint="e" * 64)
    assert learning_model.predict_with(champion, faster, *sides) > before


def test_no_more_than_the_newest_duels_are_remembered(serve, ask, duel, monkeypatch):
    monkeypatch.setattr(learning_model, "MAX_ANSWERED", 8)
    serve("v1")
    for level in range(1, 31):
        ask(BATTLE, duel(setup_a={"level": level}))
    answered = champion_store.current().answered
    assert len(answered) == 8
    before = dict(answered)
    assert ask(BATTLE, duel(setup_a={"level": 30})).status_code == 200
    assert answered == before


def test_an_opponent_with_one_duel_to_weigh_plays(serve, ask):
    serve("v1")
    moves = ["tackle", "splash"]
    team = {"pokemon_a_id": "magikarp", "pokemon_b_id": "magikarp", "strength": "model"}
    response = ask("/api/v1/battles/", team | {"moves_a": moves, "moves_b": moves, "seed": 5})
    assert response.status_code == 201, response.content
    battle = response.json()
    secret, path = battle["secret"], f"/api/v1/battles/{battle['id']}/move/"
    while battle["result"] == "open":
        choice = {"secret": secret, "turn": battle["turn"], "move_id": "tackle"}
        response = ask(path, choice)
        assert response.status_code == 200, response.content
        battle = response.json()
    assert battle["turn"] > 1
    assert len(champion_store.current().answered) == 1


def test_without_a_champion_it_says_so(no_champion, problem, duel):
    document = problem(BATTLE, duel(), 503)
    assert document["type"] == "urn:predictiondex:problem:no_champion"
    assert not PredictionLog.objects.exists()
