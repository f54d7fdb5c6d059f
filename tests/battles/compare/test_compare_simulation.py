"""Simulations: seeded, bounded, compared with the prediction."""

import re
import time

import numpy as np
import pytest
from django.core import signing

from battles.compare import simulation
from battles.compare.simulation import Count, judge, read_count, wilson_interval

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

PAIR = "/compare/?a=pikachu&b=charizard"
TAB = f"{PAIR}&tab=simulation"


def offered(response, mode):
    return next(offer for offer in response.context["offers"] if offer.mode == mode)


def play(client, url):
    """Follow the fragments of a simulation to the end; the responses."""
    responses = []
    while url:
        responses.append(client.get(url, headers={"HX-Request": "true"}))
        url = responses[-1].context["verdict"].next_url
    return responses


def test_it_works(client, page):
    offer = offered(page(f"{TAB}&moves_a=thunder&moves_b=air-slash"), "move")
    responses = play(client, offer.start_url)
    assert [response.status_code for response in responses[:-1]] == [200] * (len(responses) - 1)
    assert responses[-1].status_code == 286
    verdict = responses[-1].context["verdict"]
    assert (verdict.played, verdict.total) == (1000, 1000)
    html = responses[-1].content.decode()
    # The interval of repeated moves belongs to their prediction, not to that of good play.
    assert 'id="simulation-bracket"' not in html
    assert 'class="bracket"><svg' in html
    assert "hx-get" not in html
    assert 'id="live"' in html


def test_the_count_agrees_with_the_bulk_simulator(client, page, champion):
    from mlcore.engine.simulate import simulate_duels
    from mlcore.engine.specs import Setups
    from mlcore.game import gamedata

    game = gamedata.current()
    offer = offered(page(f"{TAB}&moves_a=thunder&moves_b=air-slash"), "move")
    play(client, offer.start_url)
    count = read_count(offer.start_url.partition("count=")[2])
    while not count.is_over:
        count = simulation.play_on(count, game, 1.0)
    a, b = (Setups.flat([game.form_index(form)]) for form in ("pikachu", "charizard"))
    moves = [[game.move_index(move)] for move in ("thunder", "air-slash")]
    share = simulate_duels(
        game.tables, a, np.array(moves[0]), b, np.array(moves[1]), plays=20_000, seed=5
    ).win_share[0]
    low, high = wilson_interval(count.wins + count.draws / 2, count.played)
    assert low - 0.02 <= share <= high + 0.02


def test_the_same_comparison_gives_the_same_count(client, page):
    counts = []
    for _ in range(2):
        offer = offered(page(TAB), "search")
        counts.append(play(client, offer.start_url)[-1].context["verdict"].tally)
    assert counts[0] == counts[1]


def test_the_result_does_not_depend_on_the_chunks(page, monkeypatch):
    from mlcore.game import gamedata

    offer = offered(page(TAB), "search")
    start = read_count(offer.start_url.partition("count=")[2])
    whole = simulation.play_on(start, gamedata.current(), 60)
    monkeypatch.setitem(simulation._BATCH, "search", 7)
    count = start
    parts = 0
    while not count.is_over:
        count = simulation.play_on(count, gamedata.current(), 0)
        parts += 1
    assert parts == 15
    assert (count.wins, count.draws) == (whole.wins, whole.draws)


def test_a_request_is_short(client, page):
    heavy = "/compare/?a=chansey&b=snorlax&avs_a=200&avs_b=200"
    offer = offered(page(f"{heavy}&tab=simulation"), "search")
    client.get(offer.start_url)  # whatever is slow only once
    started = time.monotonic()
    client.get(offer.start_url)
    assert time.monotonic() - started < 0.6


def test_without_scripts_it_plays_in_one_go(page, words):
    url = offered(page(TAB), "move").url
    assert url.endswith("&referee=move#simulation")
    response = page(url.partition("#")[0])
    verdict = offered(response, "move").verdict
    assert verdict.is_over
    text = words(response)
    assert "95% interval:" in text
    assert "1,000 of 1,000 battles played" in text
    # The run of the other one keeps this verdict.
    again = page(offered(response, "search").url.partition("#")[0])
    assert offered(again, "move").verdict == verdict
    assert offered(again, "search").verdict
    assert re.search(r'id="simulation-bracket"><svg', again.content.decode())


def test_one_go_is_bounded(page, words, monkeypatch):
    monkeypatch.setattr(simulation, "WHOLE_SECONDS", 0)
    response = page(f"{PAIR}&referee=search")
    verdict = offered(response, "search").verdict
    assert 0 < verdict.played < verdict.total
    assert "Continue" in words(response)


def test_what_both_sides_use(page):
    offer = offered(page(f"{TAB}&moves_b=air-slash"), "search")
    count = read_count(offer.start_url.partition("count=")[2])
    assert len(count.moves[0]) == 4
    assert count.moves[1] == ("air-slash",)
    played = page(f"{PAIR}&moves_b=air-slash").context["played"]
    assert count.moves[0] == tuple(row.move.slug for row in played.a.moves)
    assert count.predicted == played.probability


def test_without_an_attack_only_whole_sets_are_simulated(page):
    offers = page("/compare/?a=ditto&b=mew&referee=move").context["offers"]
    assert [(offer.mode, offer.verdict) for offer in offers] == [("search", None)]


def test_set_ups_are_played(page):
    offer = offered(page(f"{TAB}&level_a=100&avs_a=200&moves_b=slash"), "move")
    from mlcore.game import gamedata

    count = read_count(offer.start_url.partition("count=")[2])
    count = simulation.play_on(count, gamedata.current(), 60)
    assert count.wins == 1000


@pytest.mark.parametrize("count", ["", "x", "%00", "a:b:c", "x" * 5000])
def test_it_rejects_what_it_did_not_sign(client, count):
    assert client.get(f"/compare/referee/?count={count}").status_code == 400


def test_it_rejects_another_salt(client):
    forged = signing.dumps(["search"], salt="other")
    assert client.get(f"/compare/referee/?count={forged}").status_code == 400


@pytest.mark.parametrize(
    ("wins", "plays", "low", "high"),
    # R: binom::binom.confint(x, n, methods = "wilson")
    [(0, 100, 0.0, 0.0370), (50, 100, 0.4038, 0.5962), (870, 1000, 0.8477, 0.8894)],
)
def test_wilson_interval(wins, plays, low, high):
    assert wilson_interval(wins, plays) == pytest.approx((low, high), abs=1e-4)


def test_before_anything_is_played_nothing_is_known():
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("predicted", "words_"), [(0.5, "within"), (0.9, "a little high"), (0.1, "a little low")]
)
def test_the_model_stands_beside_the_count(predicted, words_):
    spread = (50, "hardy", 70, (31,) * 6, (0,) * 6)
    count = Count(
        "move", ("mew", "mew"), (("surf",), ("surf",)), (spread, spread), 1, predicted, 1000, 500, 0
    )
    assert words_ in judge(count, "Mew", "Mew").beside


SPREAD = (50, "hardy", 70, (31,) * 6, (0,) * 6)


def judged(predicted, wins, played=1000, draws=0):
    count = Count(
        "move",
        ("mew", "abra"),
        (("surf",), ("surf",)),
        (SPREAD, SPREAD),
        *(1, predicted, played, wins, draws),
    )
    return judge(count, "Mew", "Abra")


def test_the_verdict_features_the_winner():
    verdict = judged(0.07, 54)
    assert (verdict.name, verdict.winner, verdict.rate) == ("Abra", "b", "94.6%")
    assert verdict.interval == "93% to 95.8%"
    mirror = judged(0.5, 500)
    assert (mirror.name, mirror.winner, mirror.rate) == ("Mew", "", "50%")


@pytest.mark.parametrize("predicted", [0.0404, 0.042, 0.0425, 0.0698, 0.0695, 0.07, 0.074])
def test_the_verdict_never_contradicts_the_figures_beside_it(predicted):
    """Within or not is decided by the figures as they are shown."""
    verdict = judged(predicted, 54)
    low, high = (float(part.rstrip("%")) for part in verdict.interval.split(" to "))
    said = float(verdict.beside.split("predicted ")[1].split("%")[0])
    assert ("within" in verdict.beside) == (low <= said <= high)


def test_few_games_are_no_certainty():
    verdict = judged(0.3, 0, played=20)
    assert verdict.rate == "100%"
    assert verdict.interval == "83.9% to 100%"
