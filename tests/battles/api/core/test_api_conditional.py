"""ETag and If-None-Match, gzip, and CORS: what every read of the API carries."""

import pytest

from mlcore.game import gamedata
from pokedex.models import Move

MOVES = "/api/v1/moves/?page_size=200"
READS = [
    "/api/v1/pokemon/",
    "/api/v1/pokemon/mew/",
    "/api/v1/pokemon/mew/weaknesses/",
    "/api/v1/pokemon/mew/moves/",
    "/api/v1/moves/",
    "/api/v1/moves/surf/",
    "/api/v1/types/",
    "/api/v1/types/fire/",
    "/api/v1/types/fire/pokemon/",
    "/api/v1/types/affinities/",
    "/api/v1/types/affinities/fire/water/",
    "/api/v1/bosses/",
    "/api/v1/bosses/brock/",
    "/api/v1/model/",
    "/api/schema/",
]
ORIGIN = "https://elsewhere.example"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


@pytest.mark.parametrize("path", READS)
def test_it_works(client, path):
    first = client.get(path)
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert "Content-Type" not in again
    assert again["ETag"] == first["ETag"]


def test_another_answer_has_another_tag(client, monkeypatch):
    monkeypatch.setattr(gamedata, "POLL_SECONDS", 0)
    first = client.get(MOVES)
    Move.objects.filter(slug="surf").update(name_en="Surfing")
    again = client.get(MOVES, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_languages_have_tags_of_their_own(client):
    english, french = (
        client.get(MOVES, headers={"accept-language": code}) for code in ("en", "fr")
    )
    assert english["ETag"] != french["ETag"]
    assert "Accept-Language" in english["Vary"]


@pytest.mark.parametrize("tag", ['"other"', "nonsense", "", "é"])
def test_an_unknown_tag_gets_the_answer(client, tag):
    assert client.get("/api/v1/types/", headers={"if-none-match": tag}).status_code == 200


def test_a_tag_may_stand_among_others(client):
    tag = client.get("/api/v1/types/")["ETag"]
    headers = {"if-none-match": f'"other", {tag}'}
    assert client.get("/api/v1/types/", headers=headers).status_code == 304
    assert client.get("/api/v1/types/", headers={"if-none-match": "*"}).status_code == 304


def test_it_counts_all_the_same(client, settings):
    settings.API_ANONYMOUS_RATE = 10
    first = client.get("/api/v1/types/")
    again = client.get("/api/v1/types/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    left = [int(answer["X-RateLimit-Remaining"]) for answer in (first, again)]
    assert left == [9, 8]
    assert again["Content-Language"] == "en"


def test_errors_and_bodies_have_none(client, ask, duel):
    assert "ETag" not in client.get("/api/v1/types/nothing/")
    assert "ETag" not in ask("/api/v1/predict/battle/", duel())
    assert "ETag" not in client.get("/api/v1/quiz/question/")


def test_answers_are_compressed_and_their_tags_hold(client):
    plain = client.get(MOVES)
    packed = client.get(MOVES, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 4
    assert packed["ETag"] == f"W/{plain['ETag']}"
    known = {"accept-encoding": "gzip", "if-none-match": packed["ETag"]}
    assert client.get(MOVES, headers=known).status_code == 304


def test_pages_of_other_sites_may_read(client):
    response = client.get("/api/v1/types/", headers={"origin": ORIGIN})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "X-RateLimit-Remaining" in response["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response
    refused = client.get("/api/v1/types/nothing/", headers={"origin": ORIGIN})
    assert refused.status_code == 404
    assert refused["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(("method", "is_allowed"), [("GET", True), ("POST", False)])
def test_a_browser_that_asks_beforehand_is_told(client, method, is_allowed):
    response = client.options(
        "/api/v1/predict/battle/",
        headers={"origin": ORIGIN, "access-control-request-method": method},
    )
    assert response.status_code == 200
    allowed = response["Access-Control-Allow-Methods"].replace(" ", "").split(",")
    assert (method in allowed) is is_allowed


def test_the_pages_are_not_for_other_sites(client):
    response = client.get("/healthz", headers={"origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in response
