"""GET /api/v1/quiz/question/ and POST /api/v1/quiz/answer/"""

import base64

import pytest

from battles.quiz import questions
from battles.quiz.rounds import new_round

QUESTION = "/api/v1/quiz/question/"
ANSWER = "/api/v1/quiz/answer/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def question(ask):
    def send(query=""):
        response = ask(f"{QUESTION}?{query}")
        assert response.status_code == 200, response.content
        return response.json()

    return send


@pytest.mark.parametrize("kind", questions.KINDS)
def test_it_works(ask, question, game, kind):
    asked = question(f"kind={kind}")
    assert (asked["kind"], asked["level"]) == (kind, "easy")
    assert asked["prompt"].endswith("?")
    right = questions.ask(game, questions.Ticket.read(asked["token"])).answer
    for choice in asked["choices"]:
        sent = {"token": asked["token"], "choice": choice["choice"]}
        answer = ask(ANSWER, sent).json()
        assert answer["is_right"] is (choice["choice"] == right)
        assert answer["answer"] == right
        assert answer["explanation"]
        assert len(answer["choices"]) == len(asked["choices"])


@pytest.mark.parametrize("kind", questions.KINDS)
def test_the_token_tells_no_answer(question, game, kind):
    asked = question(f"kind={kind}&level=hard")
    content = asked["token"].split(":")[0]
    told = base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)).decode()
    original = questions.ask(game, questions.Ticket.read(asked["token"]))
    for slug in [str(choice) for choice in original.choices if len(str(choice)) > 3]:
        assert slug not in told
    assert "detail" not in asked["choices"][0]
    assert "explanation" not in asked


def test_each_is_another_and_none_is_kept_by_caches(ask):
    one, other = ask(QUESTION), ask(QUESTION)
    assert one.json()["token"] != other.json()["token"]
    assert one["Cache-Control"] == "no-store"


def test_words_are_in_the_language_asked_for(question):
    assert question("lang=fr&kind=types")["prompt"] != question("kind=types")["prompt"]
    assert "capacité" in question("lang=fr&kind=types")["prompt"]


@pytest.mark.parametrize("query", ["kind=mixed", "level=0", "lvl=easy", "kind=types&kind=moves"])
def test_it_rejects_a_wrong_parameter(problem, query):
    problem(f"{QUESTION}?{query}")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"token": "x"}, ("token", "bad_token")),
        ({"token": 3}, ("token", "wrong_type")),
        ({"token": "\ud800"}, ("token", "invalid_characters")),
        ({"token": "a" * 500}, ("token", "invalid_characters")),
        ({"choice": 4}, ("choice", "not_in_range")),
        ({"choice": -1}, ("choice", "not_in_range")),
        ({"choice": "0"}, ("choice", "wrong_type")),
        ({"choice": True}, ("choice", "wrong_type")),
        ({"answer": 0}, ("answer", "unknown_key")),
    ],
)
def test_it_rejects_a_wrong_answer(refused, question, changes, error):
    sent = {"token": question("kind=moves")["token"], "choice": 0} | changes
    assert refused(ANSWER, sent) == {error}


def test_it_rejects_an_empty_answer(refused):
    assert refused(ANSWER, {}) == {("token", "required"), ("choice", "required")}


def test_a_question_of_the_pages_is_not_answered_here(refused, game):
    ticket = new_round("types", "easy", questions.fingerprint(game)).ticket(0)
    assert refused(ANSWER, {"token": ticket.token, "choice": 0}) == {("token", "bad_token")}


def test_a_question_of_other_facts_is_stale(problem):
    ticket = questions.Ticket("api-x", 0, "types", "easy", "0" * 12)
    document = problem(ANSWER, {"token": ticket.token, "choice": 0}, status=409)
    assert document["type"].endswith(":stale_question")


def test_it_rejects_other_methods(client):
    assert client.post(QUESTION).status_code == 405
    assert client.get(ANSWER).status_code == 405
