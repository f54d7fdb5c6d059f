"""/api/v1/battles/: begin, read, choose, give up, and the log."""

import pytest

from battles.models import Battle
from battles.play import game
from mlcore.engine import lookahead
from mlcore.engine.specs import NATURE_NAMES
from mlcore.game.spreads import Spread

PATH = "/api/v1/battles/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Chances to win are worked out from few games."""
    monkeypatch.setattr(lookahead, "SECONDS", 0)
    monkeypatch.setattr(lookahead, "MIN_GAMES", 2)


@pytest.fixture
def body():
    def build(**changes):
        team = {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "blastoise",
            "moves_a": ["thunderbolt", "thunder-wave"],
            "moves_b": ["surf", "withdraw"],
            "strength": "strongest",
            "seed": 5,
        }
        return {key: value for key, value in (team | changes).items() if value is not None}

    return build


@pytest.fixture
def begin(ask, body):
    def send(**changes):
        response = ask(PATH, body(**changes))
        assert response.status_code == 201, response.content
        return response.json()

    return send


@pytest.fixture
def choose(ask):
    """Choose a move for the battle as it stands; gives the response."""

    def send(battle, move, **changes):
        sent = {"secret": battle["secret"], "turn": battle["turn"], "move_id": move} | changes
        return ask(f"{PATH}{battle['id']}/move/", sent)

    return send


def test_it_works(ask, body):
    response = ask(PATH, body())
    assert response.status_code == 201
    answer = response.json()
    assert response["Location"] == f"{PATH}{answer['id']}/"
    assert response["Cache-Control"] == "no-store"
    assert (answer["turn"], answer["result"], answer["is_over"]) == (0, "open", False)
    assert [choice["move"] for choice in answer["choices"]] == ["thunderbolt", "thunder-wave"]
    side = answer["sides"]["a"]
    assert (side["slug"], side["level"], side["hp"]) == ("pikachu", 50, side["max_hp"])
    assert [move["pp"] for move in side["moves"]] == [24, 32]
    assert answer["sides"]["b"]["status"] is None


def test_a_program_plays_to_the_end(ask, begin, choose):
    battle = begin(strength="random")
    secret = battle["secret"]
    for _ in range(100):
        if battle["is_over"]:
            break
        move = battle["choices"][0]["move_id"] if battle["choices"] else None
        response = choose({**battle, "secret": secret}, move)
        assert response.status_code == 200, response.content
        assert response.json()["turn"] == battle["turn"] + 1
        battle = response.json()
    assert battle["result"] in {"won", "lost", "draw"}
    assert battle["seed"] == 5
    assert battle["choices"] == []
    log = ask(f"{PATH}{battle['id']}/log/").json()
    assert "|win|" in log["protocol"]
    assert "|move|p1a: Pikachu|Thunderbolt|p2a: Blastoise" in log["protocol"]
    assert len(log["turns"]) >= battle["turn"]
    assert log["turns"][-1]["lines"][-1]["kind"] == "end"


def test_it_is_the_battle_of_the_pages(ask, begin, choose):
    battle = begin()
    after = choose(battle, "thunder-wave").json()
    row = Battle.objects.get(public_id=battle["id"])
    assert row.choices[0][0] == 1
    engine = game.Replay(row).engine
    assert after["sides"]["b"]["hp"] == engine.state[1][game.st.HP]
    assert after["sides"]["b"]["status"] == "paralysis"
    assert ask(f"{PATH}{battle['id']}/").json() == after


def test_the_same_seed_and_choices_are_the_same_battle(begin, choose):
    one, other = (choose(begin(), "thunderbolt").json() for _ in range(2))
    assert one["sides"] == other["sides"]
    assert one["id"] != other["id"]


def test_set_ups_count(begin, choose):
    raised = {"level": 80, "nature": "timid", "avs": {"speed": 200, "hp": 10}, "ivs": 0}
    plain, strong = begin(), begin(setup_a=raised)
    assert strong["sides"]["a"]["level"] == 80
    assert strong["sides"]["a"]["max_hp"] != plain["sides"]["a"]["max_hp"]
    level_only = begin(setup_a={"level": 80})
    assert strong["sides"]["a"]["max_hp"] != level_only["sides"]["a"]["max_hp"]
    assert choose(strong, "thunderbolt").status_code == 200
    stored = Battle.objects.get(public_id=level_only["id"]).setup
    assert "raised" not in stored["a"]


def test_a_stored_spread_is_read_again(begin):
    """Battles of older releases hold their natures as numbers."""
    battle = begin(setup_a={"level": 80, "nature": "timid", "avs": {"speed": 200}, "ivs": 0})
    stored = Battle.objects.get(public_id=battle["id"]).setup["a"]
    assert stored["raised"]["nature"] == NATURE_NAMES.index("timid")
    spread = Spread(80, "timid", ivs=(0,) * 6, avs=(0, 0, 0, 0, 0, 200))
    assert game.spread_of(stored) == spread


def test_a_rematch_on_the_pages_keeps_the_set_ups(client, begin):
    battle = begin(setup_a={"level": 80, "avs": {"hp": 100}})
    response = client.post(f"/battle/{battle['id']}/again/")
    assert response.status_code == 302
    again = Battle.objects.exclude(public_id=battle["id"]).get()
    assert again.setup == Battle.objects.get(public_id=battle["id"]).setup
    assert again.seed != 5


def test_without_moves_the_strongest_are_taken(begin):
    battle = begin(moves_a=None, moves_b=None)
    assert [len(battle["sides"][side]["moves"]) for side in "ab"] == [4, 4]


def test_names_are_in_the_language_asked_for(ask, begin):
    battle = begin()
    french = ask(f"{PATH}{battle['id']}/?lang=fr").json()
    assert french["sides"]["b"]["name"] == "Tortank"


def test_the_secret_is_told_once(ask, begin):
    battle = begin()
    seen = ask(f"{PATH}{battle['id']}/")
    assert battle["secret"] not in seen.content.decode()
    assert seen.json()["seed"] is None


def test_giving_up_works(ask, begin, refused, problem, choose):
    battle = begin()
    sent = {"secret": battle["secret"], "turn": 0}
    assert refused(f"{PATH}{battle['id']}/forfeit/", {**sent, "move_id": 1}) == {
        ("move_id", "unknown_key")
    }
    answer = ask(f"{PATH}{battle['id']}/forfeit/", sent).json()
    assert (answer["result"], answer["is_over"], answer["choices"]) == ("forfeit", True, [])
    assert "forfeited" in ask(f"{PATH}{battle['id']}/log/").json()["protocol"]
    document = problem(f"{PATH}{battle['id']}/forfeit/", sent, status=409)
    assert document["type"].endswith(":battle_over")


def test_a_choice_sent_twice_counts_once(begin, choose):
    battle = begin()
    assert choose(battle, "thunderbolt").status_code == 200
    again = choose(battle, "thunderbolt")
    assert again.status_code == 409
    assert again.json()["type"].endswith(":stale_turn")
    assert again.json()["detail"] == "This battle is at turn 1, not turn 0."
    assert Battle.objects.get(public_id=battle["id"]).turns == 1


def test_it_rejects_another_players_choice(begin, choose):
    response = choose(begin(), "thunderbolt", secret="guess")
    assert response.status_code == 403
    assert response.json()["type"].endswith(":not_yours")


@pytest.mark.parametrize("move", ["surf", "x", 10**30, None, "\x00", "\ud800", -1])
def test_it_rejects_a_move_that_cannot_be_chosen(begin, choose, move):
    response = choose(begin(), move)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["code"] == "illegal_move"
    assert error["allowed"] == ["thunderbolt", "thunder-wave"]


@pytest.mark.parametrize("move", [85, "85", "Thunderbolt", "Tonnerre", "thunder bolt"])
def test_moves_go_by_id_slug_and_name(begin, choose, move):
    assert choose(begin(), move).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"secret": 3}, ("secret", "wrong_type")),
        ({"secret": "é"}, ("secret", "invalid_characters")),
        ({"secret": "\ud800"}, ("secret", "invalid_characters")),
        ({"secret": "x" * 100}, ("secret", "invalid_characters")),
        ({"turn": "0"}, ("turn", "wrong_type")),
        ({"turn": -1}, ("turn", "not_in_range")),
        ({"move_id": []}, ("move_id", "wrong_type")),
        ({"move_id": True}, ("move_id", "wrong_type")),
        ({"slot": 1}, ("slot", "unknown_key")),
    ],
)
def test_it_rejects_a_wrong_choice(begin, choose, changes, error):
    response = choose(begin(), "thunderbolt", **changes)
    assert response.status_code == 400
    (rejection,) = response.json()["errors"]
    assert (rejection["field"], rejection["code"]) == error


def test_it_rejects_an_empty_choice(refused, begin):
    path = f"{PATH}{begin()['id']}/move/"
    assert refused(path, {}) == {(key, "required") for key in ("secret", "turn", "move_id")}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pokemon_a_id": None}, ("pokemon_a_id", "required")),
        ({"pokemon_b_id": "blastois"}, ("pokemon_b_id", "unknown_pokemon")),
        ({"moves_a": []}, ("moves_a", "wrong_length")),
        ({"moves_a": ["surf"]}, ("moves_a[0]", "move_not_learnable")),
        ({"strength": "strong"}, ("strength", "not_a_choice")),
        ({"seed": -1}, ("seed", "not_in_range")),
        ({"setup_a": {"level": 101}}, ("setup_a.level", "not_in_range")),
        ({"level_a": 3}, ("level_a", "unknown_key")),
    ],
)
def test_it_rejects(refused, body, changes, error):
    assert refused(PATH, body(**changes)) == {error}
    assert not Battle.objects.exists()


@pytest.fixture
def advise(ask):
    """The response to a request for advice."""

    def send(battle, secret=None):
        given = battle["secret"] if secret is None else secret
        return ask(f"{PATH}{battle['id']}/advice/", battle_secret=given)

    return send


def test_advice_is_what_the_value_says(advise, begin, choose):
    battle = begin(moves_a=["thunderbolt", "thunder-wave", "quick-attack"])
    response = advise(battle)
    assert response.status_code == 200, response.content
    assert response["Cache-Control"] == "no-store"
    answer = response.json()
    assert answer["win_probability"] == battle["win_probability"]
    assert answer["win_probability_games"] is battle["win_probability_games"] is None
    moves = [move["move"] for move in answer["moves"]]
    assert moves == ["thunderbolt", "thunder-wave", "quick-attack"]
    assert sum(answer["strategy"].values()) == pytest.approx(1, abs=1e-3)
    worth = {move["move"]: move["worth"] for move in answer["moves"]}
    best = max(worth.values())
    assert best == pytest.approx(answer["win_probability"], abs=0.02)
    assert all(worth[move] == pytest.approx(best, abs=0.02) for move in answer["strategy"])
    after = choose(battle, "thunderbolt").json()
    assert advise({**after, "secret": battle["secret"]}).json()["turn"] == 1
    # The review of the turn is that advice.
    reviewed = Battle.objects.get().reviews[0]
    assert [entry[0] for entry in reviewed.values()] == list(worth.values())


def test_advice_without_a_value_comes_from_games(advise, begin, no_battle_value):
    battle = begin()
    answer = advise(battle).json()
    assert answer["win_probability_games"] > 0
    assert answer["strategy"] == {}
    assert len(answer["moves"]) == 2


def test_advice_is_for_the_player(ask, advise, begin, problem):
    battle = begin()
    path = f"{PATH}{battle['id']}/advice/"
    document = problem(path)
    assert document["errors"][0]["field"] == "Battle-Secret"
    assert advise(battle, "somebody else's").json()["type"].endswith(":not_yours")
    ask(f"{PATH}{battle['id']}/forfeit/", {"secret": battle["secret"], "turn": 0})
    assert advise(battle).json()["type"].endswith(":battle_over")


def test_advice_without_a_choice_names_no_move(advise, begin, choose):
    battle = begin(
        pokemon_a_id="snorlax", moves_a=["hyper-beam"], pokemon_b_id="chansey", moves_b=["toxic"]
    )
    after = None
    for _turn in range(6):
        after = choose(battle, "hyper-beam").json()
        battle = battle | after
        if not after["choices"]:
            break
    assert not after["choices"]
    answer = advise(battle).json()
    assert (answer["strategy"], answer["moves"]) == ({}, [])


def test_the_strongest_opponent_needs_a_value(problem, begin, body, choose, request):
    battle = begin(strength="value")
    request.getfixturevalue("no_battle_value")
    assert choose(battle, "thunderbolt").json()["type"].endswith(":no_champion")
    assert problem(PATH, body(strength="value"), status=503)["type"].endswith(":no_champion")
    assert Battle.objects.get().turns == 0


def test_a_model_as_opponent_needs_a_champion(problem, body, no_champion):
    document = problem(PATH, body(strength="model"), status=503)
    assert document["type"].endswith(":no_champion")


@pytest.mark.parametrize("battle_id", ["nothing", "a" * 60, "%00", "%ED%A0%80", "é"])
@pytest.mark.parametrize("what", ["", "log/", "advice/"])
def test_it_does_not_know(ask, battle_id, what):
    response = ask(f"{PATH}{battle_id}/{what}")
    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "unknown_battle"


def test_rules_that_changed_are_said(problem, begin, choose):
    battle = begin()
    Battle.objects.update(state_check=1)
    path = f"{PATH}{battle['id']}/"
    assert problem(path, status=409)["type"].endswith(":not_replayable")
    assert choose(battle, "thunderbolt").status_code == 409


def test_it_rejects_other_methods(client):
    assert client.get(PATH).status_code == 405
