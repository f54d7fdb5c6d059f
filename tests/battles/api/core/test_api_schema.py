"""/api/schema/: valid, complete, true, and the same as docs/openapi.yaml."""

import pytest
import yaml
from django.conf import settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from battles.api import urls
from battles.api.core.problems import TITLES, TYPE_PREFIX

pytestmark = pytest.mark.django_db
PREDICTIONS = [
    "/api/v1/predict/battle/",
    "/api/v1/predict/best-move/",
    "/api/v1/predict/matchup/",
    "/api/v1/predict/batch/",
    "/api/v1/predict/matrix/",
]
READS = [
    "/api/v1/pokemon/",
    "/api/v1/pokemon/{id_or_slug}/",
    "/api/v1/moves/",
    "/api/v1/moves/{id_or_slug}/",
    "/api/v1/types/",
    "/api/v1/types/{slug}/",
    "/api/v1/bosses/",
    "/api/v1/bosses/{id_or_slug}/",
]
#: Bodies that are answered by the rules alone.
RULES = [
    "/api/v1/damage/",
    "/api/v1/damage/batch/",
    "/api/v1/simulate/",
]
#: Bodies of battles and quiz, with the statuses that only they answer with.
PLAYED = {
    "/api/v1/battles/": set(),
    "/api/v1/battles/{battle_id}/move/": {404, 409},
    "/api/v1/battles/{battle_id}/forfeit/": {404, 409},
    "/api/v1/quiz/answer/": {409},
}
#: Reads that have no list of their own, or need a champion or rankings.
MORE_READS = [
    "/api/v1/model/",
    "/api/v1/rankings/",
    "/api/v1/pokemon/{id_or_slug}/weaknesses/",
    "/api/v1/pokemon/{id_or_slug}/moves/",
    "/api/v1/pokemon/{id_or_slug}/counters/",
    "/api/v1/pokemon/{id_or_slug}/best-moves/",
    "/api/v1/types/affinities/",
    "/api/v1/types/affinities/{attacking}/{defending}/",
    "/api/v1/types/{slug}/pokemon/",
    "/api/v1/battles/{battle_id}/",
    "/api/v1/battles/{battle_id}/log/",
    "/api/v1/battles/{battle_id}/advice/",
    "/api/v1/quiz/question/",
]

#: Reads that a battle of other rules cannot answer.
MAY_CONFLICT = {"/api/v1/battles/{battle_id}/", "/api/v1/battles/{battle_id}/advice/"}
#: Reads whose answers no cache may keep.
NOT_STORED = {"/api/v1/quiz/question/", "/api/v1/battles/{battle_id}/advice/"}


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def media(operation, status, media_type="application/json"):
    return operation["responses"][str(status)]["content"][media_type]


def test_it_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    assert not list(OpenAPIV31SpecValidator(schema).iter_errors())


def test_it_comes_as_yaml_and_as_json(client, schema):
    response = client.get("/api/schema/")
    assert response["Content-Type"].startswith("application/vnd.oai.openapi")
    assert yaml.safe_load(response.content) == schema
    response = client.get("/api/schema/", headers={"accept": "application/json"})
    assert response.json() == schema


@pytest.mark.parametrize("query", ["format=xml", "lang=xx", "version=2"])
def test_it_rejects_a_wrong_parameter(problem, query):
    problem(f"/api/schema/?{query}")


def test_every_address_is_described(schema):
    routes = [route for part in urls.urlpatterns for route in part.url_patterns]
    public = [route for route in routes if not route.name.startswith("task-")]
    assert len(schema["paths"]) == len(public)
    assert set(schema["paths"]) == {*PREDICTIONS, *RULES, *PLAYED, *READS, *MORE_READS}


def test_every_operation_has_words_and_a_name_of_its_own(schema):
    names = [operation["operationId"] for _path, _method, operation in operations(schema)]
    assert len(set(names)) == len(names)
    for path, _method, operation in operations(schema):
        assert operation["summary"], path
        assert operation["description"], path


def test_every_error_status_is_described(schema):
    for path, method, operation in operations(schema):
        statuses = {int(status) for status in operation["responses"]}
        success = 201 if path == "/api/v1/battles/" else 200
        expected = {success, 400, 401, 403, 405, 406, 429, 500, 503}
        expected |= {411, 413, 415} if method == "post" else {404}
        expected |= PLAYED.get(path, set())
        if method == "get" and path not in NOT_STORED:
            expected.add(304)
        assert statuses - {404, 409} == expected - {404, 409}, path
        assert (409 in statuses) == (409 in expected or path in MAY_CONFLICT)
        if "{" in path or "page" in {row["name"] for row in operation.get("parameters", ())}:
            assert 404 in statuses, path


def test_every_error_has_an_example_that_is_a_problem(schema, conforms):
    seen = set()
    for path, _method, operation in operations(schema):
        for status in operation["responses"]:
            if int(status) < 400:
                continue
            content = media(operation, status, "application/problem+json")
            assert content["examples"], (path, status)
            for example in content["examples"].values():
                conforms(example["value"], content["schema"])
                assert example["value"]["status"] == int(status)
                seen.add(example["value"]["type"].removeprefix(TYPE_PREFIX))
    assert seen == set(TITLES) - {"bad_request"}


def test_every_request_has_an_example_that_works(schema, conforms, ask, champion):
    for path in [*PREDICTIONS, *RULES]:
        operation = schema["paths"][path]["post"]
        content = operation["requestBody"]["content"]["application/json"]
        assert content["examples"], path
        for example in content["examples"].values():
            conforms(example["value"], content["schema"])
            response = ask(path, example["value"])
            assert response.status_code == 200, response.content
            conforms(response.json(), media(operation, 200)["schema"])


def test_examples_of_answers_are_what_the_schema_says(schema, conforms):
    for path, _method, operation in operations(schema):
        content = media(operation, 201 if path == "/api/v1/battles/" else 200)
        for example in content.get("examples", {}).values():
            conforms(example["value"], content["schema"])


def test_examples_of_entries_are_real(schema, ask):
    for path in ("/api/v1/pokemon/", "/api/v1/moves/", "/api/v1/types/"):
        (example,) = media(schema["paths"][path]["get"], 200)["examples"].values()
        (entry,) = example["value"]["results"]
        detail = ask(f"{path}{entry['id']}/").json()
        assert {key: detail[key] for key in entry} == entry


@pytest.mark.parametrize("path", [path for path in [*READS, *MORE_READS] if "{" in path])
def test_examples_of_what_is_not_found_are_real(schema, ask, path):
    content = media(schema["paths"][path]["get"], 404, "application/problem+json")
    (example,) = content["examples"].values()
    assert ask(example["value"]["instance"]).json() == example["value"]


def test_examples_of_mistakes_are_real(schema, ask, champion):
    content = media(schema["paths"][PREDICTIONS[0]]["post"], 400, "application/problem+json")
    example = content["examples"]["InvalidRequest"]["value"]
    body = {
        "pokemon_a_id": "pikachu",
        "pokemon_b_id": "charizrd",
        "move_a_id": "thunderbolt",
        "move_b_id": "flamethrower",
    }
    answer = ask(PREDICTIONS[0], body).json()
    assert answer == example


@pytest.mark.parametrize("path", READS)
def test_answers_are_what_the_schema_says(schema, conforms, ask, path):
    described = media(schema["paths"][path]["get"], 200)["schema"]
    if not path.endswith("}/"):
        conforms(ask(f"{path}?page_size=200").json(), described)
        return
    listed = path[: path.index("{")]
    for row in ask(f"{listed}?page_size=200").json()["results"][::9]:
        conforms(ask(f"{listed}{row['slug']}/").json(), described)


@pytest.mark.parametrize(
    "path",
    [
        "pokemon/{id_or_slug}/weaknesses/",
        "pokemon/{id_or_slug}/moves/",
        "pokemon/{id_or_slug}/counters/",
    ],
)
def test_answers_about_pokemon_are_what_the_schema_says(schema, conforms, ask, champion, path):
    described = media(schema["paths"][f"/api/v1/{path}"]["get"], 200)["schema"]
    for slug in ("ditto", "charizard-mega-x", "geodude-alola", "mew"):
        conforms(ask(f"/api/v1/{path}".replace("{id_or_slug}", slug)).json(), described)


def test_refusals_are_what_the_schema_says(schema, conforms, ask, champion):
    content = media(schema["paths"][PREDICTIONS[1]]["post"], 400, "application/problem+json")
    for body in (b"{", b"[]", {}, {"pokemon_a_id": "ditto", "moves_a": [1, None, "growl"], "x": 1}):
        response = ask(PREDICTIONS[1], body)
        assert response.status_code == 400
        conforms(response.json(), content["schema"])


def test_bodies_are_closed(schema):
    for name in ("BattleRequest", "BestMoveRequest"):
        assert schema["components"]["schemas"][name]["additionalProperties"] is False


def test_the_file_in_the_repository_is_the_schema(client):
    path = settings.BASE_DIR / "docs" / "openapi.yaml"
    fresh = client.get("/api/schema/").content.decode()
    assert path.read_text() == fresh, (
        "The API has changed: run manage.py spectacular --file docs/openapi.yaml"
    )
