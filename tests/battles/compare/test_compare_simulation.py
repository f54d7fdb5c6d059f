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


def play(client, count):
    """Follow the fragments of a simulation to the end; the responses."""
    responses = []
    while count:
        responses.append(post(client, count))
        count = responses[-1].context["verdict"].next_count
    return responses


def post(client, count):
    return client.post("/compare/referee/", {"count": count}, headers={"HX-Request": "true"})


def test_it_works(client, page):
    offer = offered(page(f"{TAB}&moves_a=thunder&moves_b=air-slash"), "move")
    responses = play(client, offer.start)
    assert [response.status_code for response in responses[:-1]] == [200] * (len(responses) - 1)
    assert responses[-1].status_code == 286
    verdict = responses[-1].context["verdict"]
    assert (verdict.played, verdict.total) == (1000, 1000)
    html = responses[-1].content.decode()
    # The interval of repeated moves belongs to their prediction, not to that of good play.
    assert 'id="simulation-bracket"' not in html
    assert 'class="bracket"><svg' in html
    assert "hx-post" not in html
    assert 'id="live"' in html


def test_the_count_agrees_with_the_bulk_simulator(client, page, champion):
    from mlcore.engine.simulate import simulate_duels
    from mlcore.engine.specs import Setups
    from mlcore.game import gamedata

    game = gamedata.current()
    offer = offered(page(f"{TAB}&moves_a=thunder&moves_b=air-slash"), "move")
    play(client, offer.start)
    count = read_count(offer.start)
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
        counts.append(play(client, offer.start)[-1].context["verdict"].tally)
    assert counts[0] == counts[1]


def test_the_result_does_not_depend_on_the_chunks(page, monkeypatch):
    from mlcore.game import gamedata

    offer = offered(page(TAB), "search")
    start = read_count(offer.start)
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
    post(client, offer.start)  # whatever is slow only once
    started = time.monotonic()
    post(client, offer.start)
    assert time.monotonic() - started < 0.6


def pressed(client, **posted):
    """The page after a button of the simulations, without scripts."""
    response = client.post(TAB, posted)
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("mode", ["move", "search"])
def test_an_address_plays_nothing(page, client, mode):
    """What used to play by link opens the tab with its buttons."""
    address = f"{PAIR}&referee={mode}"
    assert client.get(address)["Location"] == TAB
    response = page(address)
    assert [offer.verdict for offer in response.context["offers"]] == [None, None]
    html = response.content.decode()
    assert html.count('name="count"') == 2
    assert "referee=" not in html
    assert client.get("/compare/referee/?count=x").status_code == 405


def test_without_scripts_it_plays_in_one_go(client, page, words):
    response = pressed(client, count=offered(page(TAB), "move").start)
    verdict = offered(response, "move").verdict
    assert verdict.is_over
    text = words(response)
    assert "95% interval:" in text
    assert "1,000 of 1,000 battles played" in text
    # The run of the other one keeps this verdict.
    kept = re.findall(r'name="shown" value="([^"]+)"', response.content.decode())
    again = pressed(client, count=offered(response, "search").start, shown=kept)
    assert offered(again, "move").verdict.tally == verdict.tally
    assert offered(again, "search").verdict
    assert re.search(r'id="simulation-bracket"><svg', again.content.decode())


def test_one_go_is_bounded_and_goes_on(client, page, words, monkeypatch):
    monkeypatch.setattr(simulation, "WHOLE_SECONDS", 0)
    response = pressed(client, count=offered(page(TAB), "search").start)
    verdict = offered(response, "search").verdict
    assert 0 < verdict.played < verdict.total
    assert "Continue" in words(response)
    further = offered(pressed(client, count=verdict.next_count), "search").verdict
    assert further.played > verdict.played


def test_the_count_of_another_comparison_is_not_shown(client, page):
    other = offered(page("/compare/?a=mew&b=abra&tab=simulation"), "move").start
    for posted in ({"count": other}, {"shown": other}, {"count": "forged"}):
        assert offered(pressed(client, **posted), "move").verdict is None


def test_what_both_sides_use(page):
    offer = offered(page(f"{TAB}&moves_b=air-slash"), "search")
    count = read_count(offer.start)
    assert len(count.moves[0]) == 4
    assert count.moves[1] == ("air-slash",)
    played = page(f"{PAIR}&moves_b=air-slash").context["played"]
    assert count.moves[0] == tuple(row.move.slug for row in played.a.moves)
    assert count.predicted == played.probability


def test_without_an_attack_only_whole_sets_are_simulated(page):
    offers = page("/compare/?a=ditto&b=mew&tab=simulation").context["offers"]
    assert [(offer.mode, offer.verdict) for offer in offers] == [("search", None)]


def test_set_ups_are_played(page):
    offer = offered(page(f"{TAB}&level_a=100&avs_a=200&moves_b=slash"), "move")
    from mlcore.game import gamedata

    count = read_count(offer.start)
    count = simulation.play_on(count, gamedata.current(), 60)
    assert count.wins == 1000


@pytest.mark.parametrize("count", ["", "x", "\0", "a:b:c", "x" * 5000])
def test_it_rejects_what_it_did_not_sign(client, count):
    assert post(client, count).status_code == 400


def test_it_rejects_another_salt(client):
    forged = signing.dumps(["search"], salt="other")
    assert post(client, forged).status_code == 400


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
