"""The win chance and the review of a battle: by the value of battle states, else by playouts."""

from collections import Counter

import pytest

from battles.models import Battle, GameSnapshot, Strength
from battles.play import game as play
from battles.play import opponent, outlook, review
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played
from tests.playing import SETUP, _same_every_time, move, play_on, team, url, visible  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

#: A match-up with four choices a side and no clear favorite.
OPEN = {
    "a": "mew",
    "moves_a": ["thunder-wave", "psychic", "substitute", "rest"],
    "b": "mew",
    "moves_b": ["thunder-wave", "psychic", "substitute", "rest"],
}


@pytest.fixture
def finished(client, begin):
    """A finished battle with two choices a turn, as it is stored; keywords change what is."""

    def make(**changes):
        battle = begin(moves_a=["psychic", "swift"], moves_b=["tackle"])
        play_on(client, battle)
        Battle.objects.filter(pk=battle.pk).update(**changes)
        battle.refresh_from_db()
        assert battle.turns == 1
        return battle

    return make


def test_the_value_says_who_wins_when_both_play_well(client, begin):
    battle = begin(**OPEN)
    (chance, games) = battle.chances[0]
    assert games is None
    value = well_played.current(gamedata.current())
    engine = play.Replay(battle).engine
    assert chance == pytest.approx(well_played.advise(engine, value, 0).value, abs=0.06)
    page = visible(client.get(url(battle)))
    assert "If both play well from here, " in page
    assert "Simulated" not in page


def test_one_search_gives_chance_and_choices(client, begin):
    battle = begin(**OPEN)
    for turn in range(3):
        move(client, battle, 1)
        battle.refresh_from_db()
        # Those of the turn to come are there, too.
        assert len(battle.reviews) == len(battle.chances) == turn + 2
        choices = outlook.choices_of(battle.reviews[-1])
        assert max(c.worth for c in choices) == pytest.approx(battle.chances[-1][0], abs=0.02)
        assert sum(c.share or 0 for c in choices) == pytest.approx(1, abs=1e-3)


def test_the_end_is_certain(client, finished):
    battle = finished()
    assert battle.chances[-1] == [1.0, 0]
    assert len(battle.reviews) == battle.turns
    assert "100%" in visible(client.get(url(battle)))
    assert "The battle is decided." in visible(client.get(url(battle, "turn/1/")))


def test_without_a_value_playouts_answer(client, begin, no_battle_value):
    battle = begin(**OPEN)
    assert battle.chances[0][1] > 0
    assert "Simulated" in visible(client.get(url(battle)))
    assert move(client, battle, 1).status_code == 302
    battle.refresh_from_db()
    assert all(isinstance(worth, float) for worth in battle.reviews[0].values())
    client.post(url(battle, "forfeit/"), {"turn": 1})
    assert "quick games over all pairs of moves" in visible(client.get(url(battle)))


def test_a_battle_on_other_facts_goes_on_with_playouts(client, begin):
    battle = begin(**OPEN)
    GameSnapshot.objects.update(fingerprint="other facts")
    assert move(client, battle, 1).status_code == 302
    battle.refresh_from_db()
    assert [games is None for _share, games in battle.chances] == [True, False]
    client.post(url(battle, "forfeit/"), {"turn": 1})
    assert client.get(url(battle)).status_code == 200


def test_a_battle_of_an_earlier_version_goes_on(client, begin):
    battle = begin(**OPEN)
    move(client, battle, 1)
    # It reviewed a turn once it was played, by playouts.
    Battle.objects.filter(pk=battle.pk).update(
        chances=[[0.5, 200], [0.45, 180]], reviews=[{"0": 0.4, "1": 0.5, "2": 0.3, "3": 0.2}]
    )
    assert "Simulated 180 times" in visible(client.get(url(battle)))
    assert move(client, battle, 1).status_code == 302
    client.post(url(battle, "forfeit/"), {"turn": 2})
    response = client.get(url(battle))
    assert [each.is_learned for each in response.context["decisions"]] == [False, True]
    assert "quick games over all pairs of moves" in visible(response)
    assert "Our battle model looked one turn ahead" in visible(response)


@pytest.mark.parametrize(
    ("shares", "verdict", "words"),
    [
        ((0.3, 0.7), "equal", "best mix: Swift 70%, Psychic 30%"),
        ((0.7, 0.3), "best", "best mix: Psychic 70%, Swift 30%"),
        ((0.0, 1.0), "mistake", "best: Swift"),
        ((1.0, 0.0), "best", ""),
    ],
)
def test_a_choice_of_the_mixture_is_no_mistake(client, finished, shares, verdict, words):
    psychic = 0.5 if shares[0] else 0.3
    finished_battle = finished(reviews=[{"0": [psychic, shares[0]], "1": [0.52, shares[1]]}])
    response = client.get(url(finished_battle))
    (decision,) = response.context["decisions"]
    assert decision.verdict == verdict
    assert (decision.points == 0) == (verdict != "mistake")
    assert words in visible(response)
    assert ("best" in visible(response).split("Your decisions")[1]) or not words


def test_a_battle_given_up_reviews_the_turns_that_were_played(client, begin):
    battle = begin(**OPEN)
    move(client, battle, 1)
    client.post(url(battle, "forfeit/"), {"turn": 1})
    battle = Battle.objects.get(pk=battle.pk)
    assert len(battle.reviews) == 2
    assert [each.turn for each in review.review(play.Replay(battle))] == [1]


def test_the_master_plays_its_mixture(begin):
    battle = begin(**OPEN, strength="value")
    engine = play.Replay(battle).engine
    value = well_played.current(gamedata.current())
    drawn = Counter()
    for seed in range(300):
        battle.seed = seed
        drawn[play.opponent_choice(battle, engine, champion_store.current)] += 1
    shares = well_played.advise(engine, value, 1).shares
    assert drawn.keys() == shares.keys()
    for slot, share in shares.items():
        assert drawn[slot] / 300 == pytest.approx(share, abs=0.12)


def test_the_master_needs_a_value(client, begin, no_battle_value):
    response = client.post(SETUP, team(strength="value"))
    assert response.status_code == 422
    assert "The model is unavailable right now." in visible(response)


def test_a_master_whose_value_went_away_changes_nothing(client, begin, request):
    battle = begin(**OPEN, strength="value")
    request.getfixturevalue("no_battle_value")
    response = move(client, battle, 1)
    assert response.status_code == 503
    assert response["Retry-After"]
    battle.refresh_from_db()
    assert battle.turns == 0


def test_opponents_are_listed_from_weak_to_strong(client):
    strengths = [value for value, *_rest in client.get(SETUP).context["strengths"]]
    assert strengths == Strength.values
    assert strengths[-1] == "value"
    for strength in strengths:
        assert opponent.policy(strength, champion_store.current, "")
