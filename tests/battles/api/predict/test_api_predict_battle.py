"""POST /api/v1/predict/battle/"""

import json

import pytest
from django.conf import settings
from django.urls import reverse

from mlcore.models import PredictionLog
from tests import asking

PATH = "/api/v1/predict/battle/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


def test_it_works(ask, duel):
    response = ask(PATH, duel())
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    answer = response.json()
    assert 0 < answer.pop("win_probability") < 1
    assert answer == {
        "predicted_winner": "B",
        "pokemon_a_id": 25,
        "pokemon_b_id": 6,
        "move_a_id": 85,
        "move_b_id": 53,
        "model_version": "v7",
    }


def test_its_name_is_known():
    assert reverse("api:predict-battle") == PATH


@pytest.mark.parametrize(
    ("pokemon", "move"),
    [
        (25, 85),
        ("25", "85"),
        ("pikachu", "thunderbolt"),
        ("PIKACHU", "Thunder Bolt"),
        ("Pikachu", "Tonnerre"),
    ],
)
def test_it_takes_ids_slugs_and_names(ask, duel, pokemon, move):
    answer = ask(PATH, duel(pokemon_a_id=pokemon, move_a_id=move)).json()
    assert (answer["pokemon_a_id"], answer["move_a_id"]) == (25, 85)


def test_swapped_sides_share_one_probability(ask, duel):
    one = ask(PATH, duel()).json()
    other = ask(PATH, duel(pokemon_a_id=6, pokemon_b_id=25, move_a_id=53, move_b_id=85)).json()
    assert one["win_probability"] + other["win_probability"] == pytest.approx(1)
    assert {one["predicted_winner"], other["predicted_winner"]} == {"A", "B"}


def test_an_exact_tie_predicts_a(ask, duel):
    body = duel(pokemon_b_id="pikachu", move_b_id="thunderbolt")
    answer = ask(PATH, body).json()
    assert (answer["win_probability"], answer["predicted_winner"]) == (0.5, "A")


def test_it_logs_what_it_answers(ask, duel):
    answer = ask(PATH, duel()).json()
    entry = PredictionLog.objects.get()
    assert (entry.source, entry.model_version, entry.duel_count) == ("api", "v7", 1)
    kept = asking.record_of(entry)
    assert kept.chances.tolist() == [answer["win_probability"]]
    assert (kept.columns["form_a"].tolist(), kept.columns["moves_b"].tolist()) == ([25], [[53]])


def test_it_asks_the_database_for_the_log_row_alone(ask, duel, game, django_assert_num_queries):
    ask(PATH, duel())
    with django_assert_num_queries(1) as asked:
        ask(PATH, duel())
    assert "mlcore_predictionlog" in asked.captured_queries[0]["sql"]


@pytest.mark.skipif(
    "DatabaseCache" not in settings.CACHES["default"]["BACKEND"], reason="counts are kept in Redis"
)
def test_a_limit_costs_one_statement_more(settings, ask, duel, game, django_assert_num_queries):
    settings.API_ANONYMOUS_RATE = 100
    ask(PATH, duel())
    with django_assert_num_queries(2):
        ask(PATH, duel())


def test_it_rejects_without_logging(refused, duel):
    refused(PATH, duel(move_a_id="splash"))
    assert not PredictionLog.objects.exists()


@pytest.mark.parametrize("key", ["pokemon_a_id", "pokemon_b_id", "move_a_id", "move_b_id"])
def test_it_rejects_a_missing_key(refused, duel, key):
    assert refused(PATH, duel(**{key: None})) == {(key, "required")}


@pytest.mark.parametrize("key", ["pokemon_a_id", "pokemon_b_id", "move_a_id", "move_b_id"])
@pytest.mark.parametrize("value", ["true", "25.0", "null", "[25]", '{"id": 25}', "1e400", "1.5"])
def test_it_rejects_a_wrong_type(refused, duel, key, value):
    rest = ", ".join(f'"{name}": "{given}"' for name, given in duel(**{key: None}).items())
    body = f'{{{rest}, "{key}": {value}}}'.encode()
    assert refused(PATH, body) == {(key, "wrong_type")}


@pytest.mark.parametrize("value", [0, -1, 9999, 2**63, 10**400, "nonesuch", "9" * 40, "!!", "٢٥"])
def test_it_rejects_an_unknown_pokemon(refused, duel, value):
    assert refused(PATH, duel(pokemon_b_id=value)) == {("pokemon_b_id", "unknown_pokemon")}


@pytest.mark.parametrize("value", [0, -85, 10**20, "thunderstroke"])
def test_it_rejects_an_unknown_move(refused, duel, value):
    assert refused(PATH, duel(move_b_id=value)) == {("move_b_id", "unknown_move")}


def test_it_suggests_near_misses(problem, duel):
    document = problem(PATH, duel(pokemon_b_id="charizrd"))
    assert document["errors"][0]["suggestions"][0] == "charizard"
    assert "Did you mean charizard" in document["detail"]


def test_it_rejects_a_move_that_the_pokemon_cannot_learn(refused, duel):
    body = duel(move_a_id="flamethrower")
    assert refused(PATH, body) == {("move_a_id", "move_not_learnable")}


def test_it_names_the_moves_that_would_do(problem, duel, game):
    error = problem(PATH, duel(move_a_id="thunder-shok"))["errors"][0]
    assert error["suggestions"][0] == "thunder-shock"
    error = problem(PATH, duel(move_a_id="flamethrower"))["errors"][0]
    usable = game.usable_moves(game.form_index("pikachu"))
    assert error["allowed"] == [game.move_slugs[move] for move in usable]


def test_it_rejects_a_status_move(refused, duel):
    assert refused(PATH, duel(move_a_id="growl")) == {("move_a_id", "status_move")}


def test_it_rejects_struggle(refused, duel):
    assert refused(PATH, duel(move_a_id="struggle")) == {("move_a_id", "move_not_learnable")}


def test_it_rejects_a_pokemon_without_a_damaging_move(refused, problem, duel):
    body = duel(pokemon_a_id="ditto", move_a_id="thunderbolt")
    assert refused(PATH, body) == {("pokemon_a_id", "no_damaging_move")}
    assert problem(PATH, body)["type"] == "urn:predictiondex:problem:no_damaging_move"


def test_it_names_everything_that_is_wrong_at_once(refused):
    body = {"pokemon_a_id": True, "pokemon_b_id": "charizrd", "move_a_id": "splash", "level": 5}
    assert refused(PATH, body) == {
        ("level", "unknown_key"),
        ("pokemon_a_id", "wrong_type"),
        ("pokemon_b_id", "unknown_pokemon"),
        ("move_a_id", "status_move"),
        ("move_b_id", "required"),
    }


def test_it_rejects_unknown_keys(refused, duel):
    assert refused(PATH, duel(pokemon_c_id=1)) == {("pokemon_c_id", "unknown_key")}


def test_it_does_not_name_unknown_keys_without_end(refused, duel):
    assert len(refused(PATH, duel(**{f"key{i}": i for i in range(5_000)}))) == 10


@pytest.mark.parametrize("key", [r"\ud800", r"\u0000", "k" * 100_000])
def test_it_rejects_strange_keys(refused, key):
    errors = refused(PATH, f'{{"{key}": 1}}'.encode())
    assert len(errors) == 5
    assert all(len(field) < 80 for field, _code in errors)


@pytest.mark.parametrize("text", [r"pika\u0000chu", r"\ud83d", r"\udc00pikachu", r"pika\nchu"])
def test_it_rejects_characters_that_no_name_has(refused, duel, text):
    body = f'{{"pokemon_a_id": "{text}", "pokemon_b_id": 6, "move_a_id": 85, "move_b_id": 53}}'
    assert refused(PATH, body.encode()) == {("pokemon_a_id", "invalid_characters")}


@pytest.mark.parametrize(
    ("text", "code"), [("", "blank"), ("  ", "blank"), ("x" * 500_000, "too_long")]
)
def test_it_rejects_texts_that_are_no_names(refused, duel, text, code):
    assert refused(PATH, duel(pokemon_a_id=text)) == {("pokemon_a_id", code)}


@pytest.mark.parametrize("body", ["[]", "[{}]", '"pikachu"', "25", "null", "true", "1.5"])
def test_it_rejects_a_body_that_is_no_object(refused, body):
    assert refused(PATH, body.encode()) == {("body", "not_an_object")}


def test_it_rejects_an_empty_body(refused):
    assert {code for _field, code in refused(PATH, b"")} == {"required"}


@pytest.mark.parametrize(
    "body", [b"{", b"{'a': 1}", b'{"a": 1,}', b" ", b"\x00", b'{"a": 1}{', b'"\x01"']
)
def test_it_rejects_broken_json(refused, problem, body):
    assert refused(PATH, body) == {("body", "malformed_json")}
    assert problem(PATH, body)["type"] == "urn:predictiondex:problem:malformed_json"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_it_rejects_numbers_that_json_has_not(refused, number):
    body = f'{{"pokemon_a_id": {number}}}'.encode()
    assert refused(PATH, body) == {("body", "not_a_number")}


def test_it_rejects_numbers_of_many_digits(refused):
    assert refused(PATH, b"[" + b"9" * 10_000 + b"]") == {("body", "number_too_large")}


def test_it_rejects_bytes_that_are_not_utf8(refused):
    assert refused(PATH, b'{"pokemon_a_id": "\xff"}') == {("body", "not_utf8")}


def test_it_rejects_a_key_given_twice(refused):
    body = b'{"pokemon_a_id": 25, "pokemon_a_id": 6}'
    assert refused(PATH, body) == {("pokemon_a_id", "duplicate_key")}


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_it_rejects_deep_nesting(refused, opening):
    assert refused(PATH, opening * 100_000) == {("body", "nested_too_deeply")}


@pytest.mark.parametrize("depth", [2, 50, 400])
def test_it_rejects_nested_values(refused, duel, depth):
    body = b'{"pokemon_a_id": ' + b"[" * depth + b"]" * depth + b"}"
    assert ("pokemon_a_id", "wrong_type") in refused(PATH, body)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=bz2_codec",
        "application/jsonx",
        "nonsense",
        "",
    ],
)
def test_it_rejects_other_content_types(problem, content_type):
    problem(PATH, b'{"pokemon_a_id": 25}', 415, content_type=content_type)


def test_it_takes_a_byte_order_mark(ask, duel):
    assert ask(PATH, b"\xef\xbb\xbf" + json.dumps(duel()).encode()).status_code == 200


def test_it_rejects_query_parameters(refused, duel):
    assert refused(f"{PATH}?level=50", duel()) == {("level", "unknown_parameter")}


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "trace"])
def test_it_rejects_other_methods(client, method):
    response = getattr(client, method)(PATH)
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert "POST" in response["Allow"]


def test_it_rejects_a_client_that_takes_no_json(problem, duel):
    problem(PATH, duel(), 406, accept="text/html")


def test_without_a_champion_it_says_so(no_champion, ask, problem, duel):
    assert "manage.py ml" in problem(PATH, duel(), 503)["detail"]
    assert int(ask(PATH, duel())["Retry-After"]) > 0


def test_without_a_champion_it_still_names_mistakes(no_champion, refused, duel):
    assert refused(PATH, duel(move_a_id="growl")) == {("move_a_id", "status_move")}


def test_it_does_not_answer_what_it_cannot_log(full_disk, ask, problem, duel):
    document = problem(PATH, duel(), 503)
    assert document["type"] == "urn:predictiondex:problem:log_unavailable"
    assert "full" not in document["detail"]
    assert int(ask(PATH, duel())["Retry-After"]) > 0
