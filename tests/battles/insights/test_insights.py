"""What the battle side adds to a Pokémon: counters, good matchups, stats at any level."""

import re

import numpy as np
import pytest
from django.core.cache import caches

from mlcore.battle_value import best_moves
from mlcore.engine.specs import Setups
from mlcore.game import gamedata
from mlcore.serving import best_move, counters, known_sets, well_played
from mlcore.serving import champion as champion_store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm")]


@pytest.fixture(autouse=True)
def _empty_cache():
    caches["process"].clear()


@pytest.mark.usefixtures("champion")
def test_insights_work(page, words):
    response = page("/pokemon/mewtwo/insights/?play=one-move")
    insights = response.context["insights"]
    assert insights.opponents == 187
    assert all(rival.probability >= 0.5 for rival in insights.counters + insights.good_matchups)
    assert "Model v7" in words(response)
    assert "What counters Mewtwo" in words(response)


@pytest.mark.usefixtures("champion")
def test_counters_lead_into_the_comparison(page):
    html = page("/pokemon/gyarados/insights/?play=one-move").content.decode()
    assert re.search(r'href="/compare/\?a=[\w-]+&amp;b=gyarados"', html)
    assert re.search(r'href="/compare/\?a=gyarados&amp;b=[\w-]+"', html)


@pytest.mark.usefixtures("champion")
def test_a_counter_wins_the_comparison_that_it_leads_to(page):
    counter = page("/pokemon/gyarados/insights/?play=one-move").context["insights"].counters[0]
    answer = page(counter.url).context["single"].best.probability
    assert answer >= 0.5


@pytest.mark.usefixtures("champion")
def test_insights_answer_htmx_with_their_part(fragment):
    html = fragment("/pokemon/mewtwo/insights/", target="pokemon-insights").content.decode()
    assert html.strip().startswith('<div class="insights" id="pokemon-insights">')
    assert "<html" not in html


@pytest.mark.usefixtures("champion")
def test_megas_can_be_left_out(page):
    everyone = page("/pokemon/mewtwo/insights/").context["insights"]
    fewer = page("/pokemon/mewtwo/insights/?megas=no").context["insights"]
    assert fewer.opponents == everyone.opponents - 15
    assert all(rival.pokemon.kind != "mega" for rival in fewer.counters + fewer.good_matchups)


@pytest.mark.usefixtures("champion")
def test_the_model_is_asked_once_and_in_one_call(page, asked):
    page("/pokemon/mewtwo/insights/?play=one-move")
    page("/pokemon/mewtwo/insights/?play=one-move&level=70")
    ((a, *_rest),) = asked
    assert 187 * 8 < len(a) <= 187 * 16


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize(
    ("query", "stats"),
    [
        # Gyarados has the base stats 95 125 79 60 100 81; worked out by hand from the formula.
        ("", [170, 147, 100, 81, 122, 103]),
        ("level=100&nature=adamant", [331, 320, 197, 142, 240, 201]),
        ("iv_hp=0&av_spe=200", [155, 147, 100, 81, 122, 303]),
        ("friendship=255", [170, 159, 108, 88, 132, 111]),
    ],
)
def test_stats_at_any_level(page, query, stats):
    values = [stat.value for stat in page(f"/pokemon/gyarados/insights/?{query}").context["stats"]]
    assert values == stats


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("level=101", "Level: Ensure this value is less than or equal to 100."),
        ("level=abc", "Level: Enter a whole number."),
        ("nature=happy", "Nature: "),
        ("iv_hp=32", "HP IV: "),
        ("av_speed=1&av_spe=201", "Speed AV: "),
    ],
)
def test_impossible_set_ups_are_named(page, words, query, said):
    response = page(f"/pokemon/gyarados/insights/?{query}")
    assert said in words(response)
    assert response.context["stats"][0].value == 170


@pytest.mark.usefixtures("no_champion")
def test_without_a_model_the_stats_remain(page, words):
    response = page("/pokemon/gyarados/insights/?play=one-move")
    assert "No model is available" in words(response)
    assert response.context["stats"][0].value == 170


def test_unknown_pokemon_are_not_found(page):
    page("/pokemon/qwertz/insights/", status=404)


@pytest.mark.usefixtures("champion")
def test_pairs_agree_with_a_match_up_of_the_same_moves():
    game = gamedata.current()
    a, b = game.form_index("gyarados"), game.form_index("raichu")
    pairs = counters.predict_pairs(
        game, champion_store.current(), Setups.flat(np.array([a])), Setups.flat(np.array([b]))
    )
    own, foe = counters.strongest_moves(game, a, b), counters.strongest_moves(game, b, a)
    answer = best_move.best_move(
        game,
        champion_store.current(),
        Setups.flat(np.array([a])),
        list(own),
        Setups.flat(np.array([b])),
        list(foe),
    ).matchup
    assert pairs.duel_count == 16
    assert pairs.value[0] == pytest.approx(answer.grid.min(axis=1).max())
    assert pairs.reply[0] == pytest.approx(answer.grid.max(axis=0).min())
    assert pairs.value[0] <= pairs.reply[0]


@pytest.mark.usefixtures("champion")
def test_a_form_without_a_damaging_move_loses():
    game = gamedata.current()
    ditto, mew = (np.array([game.form_index(name)]) for name in ("ditto", "mew"))
    pairs = counters.predict_pairs(
        game, champion_store.current(), Setups.flat(ditto), Setups.flat(mew)
    )
    assert (pairs.value[0], pairs.move_a[0], pairs.duel_count) == (0.0, -1, 0)
    pairs = counters.predict_pairs(
        game, champion_store.current(), Setups.flat(mew), Setups.flat(ditto)
    )
    assert (pairs.value[0], pairs.move_b[0]) == (1.0, -1)


def test_strongest_moves_are_usable_and_sorted():
    game = gamedata.current()
    a, b = game.form_index("gyarados"), game.form_index("charizard")
    moves = counters.strongest_moves(game, a, b)
    assert len(moves) == counters.STRONGEST
    assert game.move_slugs[moves[0]] in ("hydro-pump", "waterfall", "surf")
    assert all(game.tables.usable[a, move] and game.tables.damaging[move] for move in moves)


# Both play well


@pytest.mark.usefixtures("champion")
def test_counters_of_well_played_battles_say_what_that_means(page, words):
    response = page("/pokemon/gyarados/insights/")
    text = words(response)
    assert "Both players know both sets." in text
    insights = response.context["insights"]
    assert len(insights.own_set) == 4
    assert all(move.name in text for move in insights.own_set)
    assert all(len(rival.moves) == 4 for rival in insights.counters)
    chances = [round(rival.probability, 2) for rival in insights.counters]
    assert chances == sorted(chances, reverse=True)
    assert min(chances) > 0.9
    html = response.content.decode()
    assert 'href="/pokemon/gyarados/insights/?play=well" aria-current="true"' in html
    assert 'hx-get="/pokemon/gyarados/insights/?play=one-move"' in html


@pytest.mark.usefixtures("champion")
def test_a_counter_wins_the_match_up_as_both_play_well(page):
    game = gamedata.current()
    insights = page("/pokemon/gyarados/insights/").context["insights"]
    own = [game.move_index(move.slug) for move in insights.own_set]
    for rival in insights.counters[:3]:
        answer = well_played.answer(
            game,
            well_played.current(game),
            Setups.flat(np.array([game.form_index(rival.pokemon.slug)])),
            [game.move_index(move.slug) for move in rival.moves],
            Setups.flat(np.array([game.form_index("gyarados")])),
            own,
        )
        # What is all but decided is looked at more closely where it is the only question.
        is_open = 0.01 < rival.probability < 0.99
        assert answer.probability == pytest.approx(rival.probability, abs=1e-9 if is_open else 0.01)


def test_the_set_is_that_of_the_ranking(page, ranked_well):
    own_set = page("/pokemon/gengar/insights/?play=well").context["insights"].own_set
    assert {move.pk for move in own_set} == set(ranked_well.place_of(94).moves)


@pytest.mark.usefixtures("champion")
def test_well_played_counters_are_kept(page, django_assert_max_num_queries):
    first = page("/pokemon/gyarados/insights/?play=well").context["insights"]
    # On a slow machine, it is time to look again which two models are live.
    with django_assert_max_num_queries(8):
        again = page("/pokemon/gyarados/insights/?play=well&megas=no").context["insights"]
    assert again.opponents == first.opponents - 15


@pytest.mark.usefixtures("champion")
def test_the_way_to_play_stays(page):
    html = page("/pokemon/gyarados/insights/?play=one-move").content.decode()
    assert 'href="/pokemon/gyarados/insights/?play=one-move&amp;megas=no"' in html
    assert '<input type="hidden" name="play" value="one-move">' in html


@pytest.mark.usefixtures("no_battle_value")
def test_a_network_on_other_data_leaves_the_stats(page, words):
    for play in ("", "well"):
        response = page(f"/pokemon/gyarados/insights/?play={play}")
        assert "No model is available" in words(response)
        assert response.context["stats"][0].value == 170


def test_best_responses_are_the_best_of_what_was_tried():
    game = gamedata.current()
    value = well_played.current(game)
    foe = Setups.flat(np.array([game.form_index("chansey")]))
    foe_set = known_sets.strongest_sets(game)[foe.form]
    own = Setups.flat(np.array([game.form_index(name) for name in ("gengar", "ditto", "weedle")]))
    sets, values = known_sets.best_responses(game, value.net, own, foe, foe_set)
    for form, chosen in zip(own.form, sets, strict=True):
        moves = [int(move) for move in chosen if move >= 0]
        assert len(set(moves)) == len(moves)
        assert game.tables.usable[form, moves].all()
        assert len(moves) == min(4, len(game.usable_moves(int(form), damaging=False)))
    np.testing.assert_allclose(
        values, best_moves.chances(game.tables, value.net, own, sets, foe, foe_set), atol=1e-12
    )
    attacks = known_sets.strongest_sets(game)[own.form]
    plain = best_moves.chances(game.tables, value.net, own, attacks, foe, foe_set)
    assert values[0, 0] >= plain[0, 0]
