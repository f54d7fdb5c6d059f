"""tools/client on a live server: the client, and the bot that plays whole battles with it."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "client"))

import battle_bot  # noqa: E402
import predictiondex_client as dex  # noqa: E402

pytestmark = pytest.mark.integration


@pytest.fixture
def client(server):
    with dex.Client(server.url) as made:
        yield made


def test_it_predicts_as_the_api_does(server, client):
    body = {
        "pokemon_a_id": "pikachu",
        "pokemon_b_id": 6,
        "move_a_id": "thunderbolt",
        "move_b_id": "Flamethrower",
        "setup_a": {"level": 60},
    }
    plain = httpx.post(f"{server.url}/api/v1/predict/battle/", json=body, timeout=30).json()
    prediction = client.predict("pikachu", "thunderbolt", 6, "Flamethrower", setup_a={"level": 60})
    assert prediction.win_probability == plain["win_probability"]
    assert prediction.predicted_winner == plain["predicted_winner"]
    assert prediction.model_version == plain["model_version"]


def test_a_batch_is_in_order_with_errors_in_their_place(client):
    duel = dex.Duel(
        pokemon_a_id="pikachu", pokemon_b_id=6, move_a_id="thunderbolt", move_b_id="flamethrower"
    )
    first, second = client.predict_batch([duel, {**duel, "pokemon_b_id": "charizrd"}])
    assert first == client.predict("pikachu", "thunderbolt", 6, "flamethrower")
    assert isinstance(second, dex.ApiError)
    assert "charizard" in str(second)


def test_best_moves_are_ranked(client):
    best = client.best_move("pikachu", "gyarados", moves_a=["quick-attack", "thunderbolt"])
    assert best.recommended_move == best.ranking[0].move == "thunderbolt"
    assert best.win_probability == best.ranking[0].win_probability
    assert len(best.ranking) == 2


def test_pages_are_followed_to_the_end(client):
    assert client.pokemon("25")["slug"] == "pikachu"
    names = [row["slug"] for row in client.all_pokemon()]
    assert len(names) == len(set(names)) == 188


def test_a_refusal_is_an_error_that_says_why(client):
    with pytest.raises(dex.ApiError, match="charizard") as caught:
        client.pokemon("charizrd")
    assert caught.value.status == 404
    assert caught.value.name == "not_found"


def test_an_unknown_key_is_refused(server):
    with (
        dex.Client(server.url, key="pdx_nobody") as stranger,
        pytest.raises(dex.ApiError) as caught,
    ):
        stranger.pokemon("pikachu")
    assert caught.value.name == "unauthenticated"


def test_a_key_of_the_site_works(site, server):
    with dex.Client(server.url, key=site.make_key()) as known:
        assert known.pokemon("pikachu")["id"] == 25


def test_it_waits_as_long_as_it_is_told(monkeypatch):
    waited = []
    monkeypatch.setattr(dex.time, "sleep", waited.append)
    answers = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "5"}), (200, {})]

    def answer(request):
        status, headers = answers.pop(0)
        return httpx.Response(status, headers=headers, json={"slug": "pikachu"})

    client = dex.Client("http://test")
    client._http = httpx.Client(base_url="http://test", transport=httpx.MockTransport(answer))
    assert client.pokemon(25) == {"slug": "pikachu"}
    assert waited == [7.0, 5.0]


def test_the_bot_plays_whole_battles_with_the_advice(client):
    won = battle_bot.play(client, "raichu", "magikarp", seed=1)
    assert won.state.is_over
    assert won.state.result == "won"
    assert won.state.sides["b"]["hp"] == 0
    assert "|win|" in won.log()
    lost = battle_bot.play(client, "magikarp", "raichu", seed=1)
    assert lost.state.result == "lost"


def test_advice_is_for_the_moves_that_can_be_used(client):
    battle = client.new_battle("pikachu", "gyarados", seed=3)
    advice = battle.advice()
    assert set(advice.worth) == set(battle.state.choices)
    assert set(advice.strategy) <= set(advice.worth)
    assert sum(advice.strategy.values()) == pytest.approx(1, abs=1e-3)


def test_the_bot_takes_the_recommended_move(client):
    battle = client.new_battle("pikachu", "gyarados", seed=3)
    advised = battle_bot.advised_move(client, battle)
    assert advised in battle.state.choices
    ranking = client.best_move(
        "pikachu",
        "gyarados",
        moves_a=battle.state.choices,
        moves_b=[move["move"] for move in battle.state.sides["b"]["moves"]],
    ).ranking
    assert advised == ranking[0].move


def test_the_bot_runs_from_the_command_line(server):
    done = subprocess.run(
        [sys.executable, "battle_bot.py", "raichu", "magikarp", "--url", server.url],
        cwd=ROOT / "tools" / "client",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 won" in done.stdout
