"""A request looks once at which model and which game data serve, and goes on with those."""

import json

import pytest

from mlcore.game import gamedata
from mlcore.serving import champion as champion_store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "ranked")]

API = "/api/v1"
A_PAIR = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard"}
A_DUEL = A_PAIR | {"move_a_id": "thunderbolt", "move_b_id": "flamethrower"}


@pytest.fixture
def looks(monkeypatch):
    """How often the model and the game data were looked at; the looks are real."""
    counts = {"champion": 0, "game": 0}

    def counted(name, look):
        def counting():
            counts[name] += 1
            return look()

        return counting

    for name, module in (("champion", champion_store), ("game", gamedata)):
        monkeypatch.setattr(module, "current", counted(name, module.current))
    return counts


@pytest.mark.parametrize(
    ("address", "models", "games"),
    [
        ("/", 1, 1),
        ("/compare/", 0, 0),
        ("/compare/?a=pikachu&b=charizard", 1, 1),
        ("/compare/?a=pikachu&b=charizard&tab=simulation", 1, 1),
        ("/compare/damage/?a=pikachu&b=charizard&by=a&move=thunder", 0, 1),
        ("/cards/compare.png?a=pikachu&b=charizard", 1, 1),
        ("/battle/", 0, 0),
        ("/quiz/daily/", 0, 1),
        ("/rankings/", 1, 1),
        ("/rankings/matrix/", 1, 1),
        ("/bosses/lance/?team=Starmie+54,+Jolteon", 0, 1),
        ("/bosses/lance/?team=Starmie+54,+Jolteon&play=one-move", 1, 1),
        ("/pokemon/mewtwo/insights/", 0, 1),
        ("/pokemon/mewtwo/insights/?play=one-move", 1, 1),
        ("/about/", 1, 1),
        (f"{API}/pokemon/pikachu/", 0, 1),
        (f"{API}/pokemon/pikachu/moves/", 0, 1),
        (f"{API}/pokemon/pikachu/weaknesses/", 0, 1),
        (f"{API}/pokemon/pikachu/counters/", 1, 1),
        (f"{API}/pokemon/pikachu/counters/?play=well", 0, 1),
        (f"{API}/moves/thunderbolt/", 0, 1),
        (f"{API}/rankings/", 1, 1),
    ],
)
def test_what_serves_is_looked_at_once(client, looks, address, models, games):
    assert client.get(address).status_code == 200
    assert looks == {"champion": models, "game": games}


@pytest.mark.parametrize(
    ("path", "body", "models"),
    [
        ("predict/battle/", A_DUEL, 1),
        ("predict/best-move/", A_PAIR, 1),
        ("predict/matchup/", A_PAIR, 1),
        ("predict/batch/", {"duels": [A_DUEL, A_DUEL]}, 1),
        (
            "predict/matrix/",
            {"group_a": [{"pokemon_id": 25}], "group_b": [{"pokemon_id": 6}]},
            1,
        ),
        ("damage/", A_PAIR | {"move_a_id": "thunderbolt"}, 0),
        ("battles/", A_PAIR | {"strength": "model"}, 1),
        ("battles/", A_PAIR, 0),
    ],
)
def test_endpoints_look_once(client, looks, path, body, models):
    response = client.post(f"{API}/{path}", json.dumps(body), content_type="application/json")
    assert response.status_code in (200, 201), response.content
    assert looks == {"champion": models, "game": 1}


@pytest.mark.parametrize(("strength", "models"), [("model", 1), ("strongest", 0)])
def test_the_opponent_gets_the_model_of_the_request(client, looks, strength, models):
    body = {"a": "mewtwo", "b": "snorlax", "moves_a": ["psychic", "swift"], "do": "begin"}
    moves_b = ["body-slam", "crunch"]
    begun = client.post("/battle/", body | {"moves_b": moves_b, "strength": strength})
    assert looks["champion"] == models
    looks.update(champion=0, game=0)
    client.post(f"{begun['Location']}move/", {"turn": 0, "slot": 1})
    assert looks == {"champion": models, "game": 0}
