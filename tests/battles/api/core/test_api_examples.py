"""Every recorded example of the schema is what the API answers."""

import pytest

from battles.api.core.examples import EXAMPLES
from mlcore.rankings import refresh

#: Examples whose numbers come from a champion, or that are new each time.
BY_MODEL = {
    "model",
    "rankings",
    "pokemon_counters",
    "pokemon_best_moves",
    # Chances to win are played for some time, ids and tokens are new ones.
    "battle_create",
    "quiz_question",
    "predict_battle",
    "predict_best_move",
    "predict_matchup",
    "predict_batch",
    "predict_matrix",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def described(schema):
    """The schema of an example's answer."""

    def find(example):
        path = example["path"].partition("?")[0]
        method = "get" if example["body"] is None else "post"
        for template, methods in schema["paths"].items():
            parts = zip(template.split("/"), path.split("/"), strict=False)
            same = template.count("/") == path.count("/")
            if same and method in methods and all(a == b or a[:1] == "{" for a, b in parts):
                responses = methods[method]["responses"]
                return responses[str(example["status"])]["content"]["application/json"]["schema"]
        raise AssertionError(f"{path} is not described")

    return find


def rounded(value):
    """Without the last digits, which differ from machine to machine."""
    if isinstance(value, dict):
        return {key: rounded(member) for key, member in value.items()}
    if isinstance(value, list):
        return [rounded(element) for element in value]
    return round(value, 9) if isinstance(value, float) else value


def asked(ask, name):
    example = EXAMPLES[name]
    response = ask(example["path"], example["body"])
    assert response.status_code == example["status"], response.content
    answer = response.json()
    return answer["results"][0] if name.endswith("_entry") else answer


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - BY_MODEL))
def test_it_is_the_answer(ask, name):
    assert rounded(asked(ask, name)) == rounded(EXAMPLES[name]["answer"])


@pytest.mark.parametrize("name", [name for name in EXAMPLES if not name.endswith("_entry")])
def test_it_is_what_the_schema_says(described, conforms, name):
    conforms(EXAMPLES[name]["answer"], described(EXAMPLES[name]))


@pytest.mark.parametrize("name", sorted(BY_MODEL))
def test_it_is_like_the_answer(ask, champion, game, square_by_total, described, conforms, name):
    refresh.store(champion, game, square_by_total(game))
    schema = described(EXAMPLES[name])
    conforms(EXAMPLES[name]["answer"], schema)
    answer = asked(ask, name)
    conforms(answer, schema)
    assert answer.keys() == EXAMPLES[name]["answer"].keys()
