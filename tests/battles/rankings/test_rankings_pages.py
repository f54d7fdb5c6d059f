"""/rankings/ and /rankings/matrix/: lists, filters, states, groups, CSV."""

import csv
import io
import re
import time

import pytest
from django.core.cache import caches
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.lib import detached
from mlcore.models import Ranking, TaskRun
from mlcore.rankings import progress as rankings_progress
from mlcore.rankings import standings
from mlcore.serving import pointer
from pokedex.models import Pokemon

pytestmark = pytest.mark.django_db


def slugs(response):
    return [row.pokemon.slug for row in response.context["rows"]]


def table(response):
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


# ---- the ranking


def test_it_works(page, words, ranked):
    response = page("/rankings/?part=all")
    text = words(response)
    assert len(slugs(response)) == 188
    assert set(slugs(response)[:2]) == {"mewtwo-mega-x", "mewtwo-mega-y"}
    assert slugs(response)[-1] == "ditto"
    assert "It has no damaging moves." in text
    assert "model v7" in text
    assert "5,673,952 duels" in text
    assert "out of date" not in text
    html = response.content.decode()
    assert 'href="/compare/?a=mewtwo&amp;b=magikarp"' not in html
    assert 'href="/compare/?a=mewtwo"' in html


def rows_of(response):
    return response.content.decode().partition("<tbody")[2].partition("</table>")[0]


def test_rows_are_kept_between_requests(page, ranked):
    """Kept rows cost a tenth: rendering all of them takes half a second of a core."""
    caches["process"].clear()
    seconds = []
    answers = []
    for _ in range(4):
        started = time.process_time()
        answers.append(rows_of(page("/rankings/?part=all")))
        seconds.append(time.process_time() - started)
    assert len(set(answers)) == 1
    assert answers[0].count("<tr") == 188
    assert min(seconds[1:]) < seconds[0] / 2
    # Another language, order or part of the same rows.
    assert "Méga-Mewtwo X" in rows_of(page("/fr/rankings/?part=all"))
    assert "Méga-Mewtwo X" not in rows_of(page("/rankings/?sort=name&part=all"))


def test_kept_rows_follow_names_and_pictures(page, ranked, settings, facts_change):
    assert "Sparkmouse" not in rows_of(page("/rankings/?part=all"))
    pikachu = Pokemon.objects.get(slug="pikachu")
    pikachu.name_en = "Sparkmouse"
    pikachu.save()
    assert "Sparkmouse" in rows_of(page("/rankings/?part=all"))
    settings.SPRITE_SMALL_URL_TEMPLATE = "https://pictures.example/{id}.png"
    assert "pictures.example/25.png" in rows_of(page("/rankings/?part=all"))
    settings.SPRITE_URL_TEMPLATE = ""
    assert "pictures.example" not in rows_of(page("/rankings/?part=all"))


def test_it_speaks_french(page, words, ranked):
    text = words(page("/fr/rankings/"))
    assert "Classements" in text
    assert "Méga-Mewtwo X" in text
    assert "affrontements" in text


def test_row_holds_place_mean_moves_and_matchups(page, ranked):
    row = page("/rankings/?q=mewtwo&kind=base").context["rows"][0]
    standing = ranked.place_of(150)
    assert (row.pokemon.slug, row.standing.place) == ("mewtwo", 3)
    assert row.percent == f"{100 * standing.mean:.1f}%"
    assert row.move.pk == standing.move
    assert {matchup.pokemon.slug for matchup in row.worst} == {"mewtwo-mega-x", "mewtwo-mega-y"}
    assert row.worst[0].percent == "16%"
    assert row.best[0].url.startswith("/compare/?a=mewtwo&b=")


def test_filters_keep_the_places_of_the_whole(page, ranked):
    rows = page("/rankings/?type=fire&kind=mega").context["rows"]
    assert {row.pokemon.slug for row in rows} == {"charizard-mega-x", "charizard-mega-y"}
    assert rows[0].standing.place > 2


def test_search_finds_by_name_number_and_type(page, ranked):
    assert slugs(page("/rankings/?q=evoli"))[:1] == ["eevee"] or "eevee" in slugs(
        page("/rankings/?q=evoli")
    )
    assert set(slugs(page("/rankings/?q=150"))) == {"mewtwo", "mewtwo-mega-x", "mewtwo-mega-y"}
    assert "dratini" in slugs(page("/rankings/?q=dragon"))


def elements(response):
    return len(re.findall(r"<[a-z]", response.content.decode()))


@pytest.mark.parametrize("play", ["well", "one-move"])
@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_first_part_is_light(page, ranked_well, play, prefix):
    response = page(f"{prefix}/rankings/?play={play}")
    assert len(slugs(response)) == 40
    assert elements(response) < 2500


@pytest.mark.parametrize("path", ["/pokemon/", "/moves/"])
def test_other_lists_are_light_too(page, warm, path):
    assert elements(page(path)) < 2500


def test_parts_add_up_to_the_whole(page, fragment, ranked):
    seen = slugs(page("/rankings/"))
    for part in (2, 3, 4, 5):
        answer = fragment(f"/rankings/?part={part}", target="list-more")
        assert answer["HX-Push-Url"] == f"/rankings/?part={part}"
        seen += slugs(answer)
    assert seen == slugs(page("/rankings/?part=all"))
    assert len(seen) == 188


def test_jumps_by_place(page, ranked):
    jumps = page("/rankings/").context["parts"].jumps
    assert [jump.name for jump in jumps][:3] == ["1", "21", "41"]
    assert jumps[2].url == "/rankings/?part=2#at-41"
    assert 'id="at-41"' in page("/rankings/?part=2").content.decode()


def test_filters_by_two_types_stats_and_a_move(page, ranked):
    response = page("/rankings/?type=fire&type_2=flying&move=fly&total_min=600")
    assert slugs(response) == ["charizard-mega-y"]
    assert "move=fly" in response.context["csv_url"]
    assert response.context["all_url"] == "/rankings/"


@pytest.mark.parametrize(
    ("query", "first"),
    [("sort=name", "abra"), ("sort=place&order=desc", "ditto"), ("sort=number", "bulbasaur")],
)
def test_sorting(page, ranked, query, first):
    assert slugs(page(f"/rankings/?{query}"))[0] == first


def test_sorted_column_is_marked(page, ranked):
    html = page("/rankings/?sort=wins").content.decode()
    assert re.search(r'class="col-wins is-sorted" aria-sort="descending"', html)


def test_nothing_found_has_a_way_on(page, words, ranked):
    text = words(page("/rankings/?type=fire&kind=partner"))
    assert "No Pokémon found" in text
    assert "Show the whole ranking" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("type=fier", "“fier” is not a choice for “Type”"),
        ("sort=luck", "“luck” is not a choice for “Sort by”"),
        ("format=xls", "“xls” is not a choice for “Format”"),
        ("q=" + "x" * 70, "The search text is too long"),
        ("speed_min=fast", "“fast” is not a whole number for “Speed at least”"),
        ("move=thunderblot", "There is no move “thunderblot” in Let’s Go. Did you mean: Thunder"),
        ("part=-1", "“-1” is not a part of the list"),
    ],
)
def test_it_rejects_what_it_does_not_know(page, words, ranked, query, said):
    response = page(f"/rankings/?{query}&kind=mega")
    assert said in words(response)


@pytest.mark.parametrize("path", ["/rankings/", "/rankings/matrix/"])
@pytest.mark.parametrize(
    "query", ["q=%00&names_a=%00", "type=fire&type=water", "names_a=%F0%9F%92%A9", "sort=%22'"]
)
def test_odd_input_is_no_error(page, ranked, path, query):
    page(f"{path}?{query}")


def test_fragment_is_the_results_and_pushes_its_address(fragment, ranked):
    response = fragment("/rankings/?type=fire&q=", target="rankings-results")
    html = response.content.decode()
    assert html.strip().startswith('<div id="rankings-results"')
    assert "<h1" not in html
    assert response["HX-Push-Url"] == "/rankings/?type=fire"


def test_csv_holds_the_filtered_rows(page, ranked):
    head, *rows = table(page("/rankings/?format=csv&type=dragon&sort=name"))
    assert head[:4] == ["place", "number", "slug", "name"]
    records = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["slug"] for row in records] == slugs(page("/rankings/?type=dragon&sort=name"))
    dragonite = next(row for row in records if row["slug"] == "dragonite")
    standing = ranked.place_of(149)
    assert float(dragonite["mean_win_probability"]) == pytest.approx(standing.mean, abs=1e-4)
    assert dragonite["place"] == str(standing.place)
    assert dragonite["model"] == "v7"


# ---- both play well


def test_well_played_battles_come_first_and_say_what_they_are(page, words, ranked_well):
    response = page("/rankings/?part=all")
    text = words(response)
    assert "if both play well" in text
    assert "Both players know both sets." in text
    assert "17,578 matchups" in text
    row = next(row for row in response.context["rows"] if row.pokemon.slug == "gengar")
    assert len(row.moves) == 4
    assert {move.pk for move in row.moves} == set(ranked_well.place_of(94).moves)
    assert all(move.name in text for move in row.moves)
    html = response.content.decode()
    assert re.search(r'href="/rankings/[^"]*play=well" aria-current="true"', html)
    assert re.search(r'href="/rankings/[^"]*play=one-move"', html)


def test_the_other_ranking_is_one_tap_away(page, words, ranked_well):
    text = words(page("/rankings/?play=one-move"))
    assert "5,673,952 duels" in text
    assert "Best move most often" in text


def test_the_way_battles_are_played_stays_with_the_filters(page, ranked_well):
    response = page("/rankings/?play=one-move&type=fire")
    html = response.content.decode()
    assert '<input type="hidden" name="play" value="one-move">' in html
    assert "play=one-move" in response.context["columns"]["wins"].url
    assert response.context["all_url"] == "/rankings/?play=one-move"
    assert 'href="/rankings/?type=fire&amp;play=well"' in html


def test_until_it_is_computed_the_other_one_is_shown(page, words, ranked):
    assert "Best move most often" in words(page("/rankings/"))
    text = words(page("/rankings/?play=well"))
    assert "No rankings yet" in text
    assert "Each repeats one move" in text


def test_well_played_csv_has_the_sets(page, ranked_well):
    head, *rows = table(page("/rankings/?format=csv&q=gengar&kind=base"))
    record = dict(zip(head, rows[0], strict=True))
    assert "best_move" not in record
    assert len(record["set"].split()) == 4


def test_wrong_way_to_play_is_named(page, words, ranked_well):
    said = words(page("/rankings/?play=badly"))
    assert "“badly” is not a choice for “Battles”. Allowed: one-move, well." in said


def test_matrix_of_well_played_battles(page, words, ranked_well):
    response = page("/rankings/matrix/?names_a=mewtwo&names_b=gengar")
    assert "if both play well" in words(response)
    cell = response.context["rows"][0].cells[0]
    assert cell.move is None
    assert cell.url.startswith("/compare/?a=mewtwo&b=gengar&moves_a=")
    assert cell.url.count("&moves_") == 8
    response = page("/rankings/matrix/?names_a=mewtwo&names_b=gengar&play=one-move")
    assert response.context["rows"][0].cells[0].move is not None
    assert "play=one-move" in response.context["swapped_url"]


def test_well_played_ranking_costs_one_query_less_than_two_rankings(
    page, ranked_well, django_assert_max_num_queries, monkeypatch
):
    page("/rankings/")
    monkeypatch.setattr(pointer, "POLL_SECONDS", 3600.0)
    monkeypatch.setattr(gamedata, "POLL_SECONDS", 3600.0)
    with django_assert_max_num_queries(6):
        page("/rankings/")


# ---- states


def test_older_model_is_told(page, words, ranked, serve):
    serve("v8")
    text = words(page("/rankings/"))
    assert "These rankings are out of date." in text
    assert "Model v8 is now live." in text
    assert "Compute the rankings" in text


def test_changed_data_is_told(page, words, ranked, champion, monkeypatch):
    Ranking.objects.update(inputs="0" * 64)
    monkeypatch.setattr(standings, "_kept", {})
    assert "The game data has changed since then." in words(page("/rankings/matrix/"))


@pytest.fixture
def unranked(champion, warm, settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.mark.parametrize("path", ["/rankings/", "/rankings/matrix/"])
def test_before_the_first_ranking(page, words, unranked, path):
    text = words(page(path))
    assert "No rankings yet" in text
    assert "Compute the rankings" in text
    assert "manage.py rankings" in text


def test_without_ranking_and_model_it_is_a_503(page, words, settings, tmp_path, warm, no_champion):
    settings.VAR_DIR = tmp_path
    response = page("/rankings/", status=503)
    assert "No model is available yet." in words(response)
    assert response["Retry-After"] == "30"


def test_rankings_outlive_their_model(page, words, ranked, settings, tmp_path):
    settings.MODELS_DIR = tmp_path / "gone"
    assert "These rankings come from a retired model." in words(page("/rankings/"))


def test_running_computation_is_watched(page, words, fragment, unranked):
    now = timezone.now()
    run = TaskRun.objects.create(
        task=rankings_progress.TASK, state="running", started_at=now, heartbeat_at=now
    )
    response = page("/rankings/")
    assert "Computing every matchup" in words(response)
    assert 'hx-trigger="every 3s"' in response.content.decode()
    assert "Compute the rankings" not in words(response)
    assert "HX-Refresh" not in fragment("/rankings/", target="rankings-state")
    run.delete()
    assert fragment("/rankings/", target="rankings-state")["HX-Refresh"] == "true"


def test_start_begins_once(client, unranked, monkeypatch, django_capture_on_commit_callbacks):
    started = []
    monkeypatch.setattr(detached.subprocess, "Popen", lambda *args, **named: started.append(args))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post("/rankings/start/")
        assert (response.status_code, response["Location"]) == (302, "/rankings/")
    assert len(started) == 1


def test_start_does_nothing_when_up_to_date(client, ranked, monkeypatch):
    monkeypatch.setattr(detached.subprocess, "Popen", lambda *args, **named: pytest.fail("begun"))
    client.post("/rankings/start/")
    assert client.get("/rankings/start/").status_code == 405


# ---- the matrix


def group_b(response):
    return [pokemon.slug for pokemon in response.context["group_b"]]


def test_matrix_works(page, words, ranked):
    response = page("/rankings/matrix/?names_a=Mewtwo,+dragonite&type_b=dragon&kind_b=base")
    assert slugs(response) == ["mewtwo", "dragonite"]
    assert group_b(response) == ["dragonite", "dragonair", "dratini"]
    first, second = response.context["rows"]
    assert second.cells[0] is None
    assert first.cells[0].value == pytest.approx(ranked.outcome(150, 149).value)
    assert first.cells[0].url == "/compare/?a=mewtwo&b=dragonite"
    assert "2 vs 3: 6 matchups" in words(response)


def test_matrix_without_a_wish_is_the_ten_strongest(page, ranked):
    response = page("/rankings/matrix/")
    assert len(slugs(response)) == 10
    assert slugs(response) == group_b(response)
    assert slugs(response)[2] == "mewtwo"


def test_matrix_of_everyone_is_plain_but_whole(page, words, ranked):
    response = page("/rankings/matrix/?kind_a=all&kind_b=all")
    html = response.content.decode()
    assert html.count('<td class="heat-') == 188 * 187
    assert "aren’t links" in words(response)
    assert "/compare/?a=mewtwo&amp;b=" not in html


def test_matrix_cells_say_it_in_numbers_and_in_colours(page, ranked):
    html = page("/rankings/matrix/?names_a=mewtwo&names_b=magikarp").content.decode()
    assert re.search(r'<td class="heat-4"><a [^>]+><b>&gt;99</b>', html)
    html = page("/rankings/matrix/?names_a=magikarp&names_b=mewtwo").content.decode()
    assert re.search(r'<td class="heat-0"><a [^>]+><b>&lt;1</b>', html)


def test_unknown_names_are_told_and_the_others_stay(page, words, ranked):
    response = page("/rankings/matrix/?names_a=Pikachoo,+Mew;+151%0AÉvoli&names_b=zzzzzz")
    text = words(response)
    assert "There is no Pokémon “Pikachoo” in Let’s Go. Did you mean: Pikachu" in text
    assert "There is no Pokémon “zzzzzz” in Let’s Go." in text
    assert "Group B is empty" in text
    assert ">Pikachoo, Mew; 151" in response.content.decode()


def test_named_ones_stay_in_their_order(page, ranked):
    response = page("/rankings/matrix/?names_a=Magikarp,+mewtwo,+25,+MAGIKARP")
    assert slugs(response) == ["magikarp", "mewtwo", "pikachu"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("type_a=fier", "“fier” is not a choice for “Type”"),
        ("kind_b=giga", "“giga” is not a choice for “Form”"),
        ("names_a=" + "x" * 3001, "The list of names is too long"),
    ],
)
def test_matrix_rejects_what_it_does_not_know(page, words, ranked, query, said):
    text = words(page(f"/rankings/matrix/?{query}"))
    assert said in text
    assert "is empty: its Pokémon must match" in text


def test_matrix_as_csv(page, ranked):
    head, *rows = table(
        page("/fr/rankings/matrix/?names_a=mewtwo,ditto&names_b=evoli,mewtwo&format=csv")
    )
    assert head[1:] == ["Évoli", "Mewtwo"]
    assert [row[0] for row in rows] == ["Mewtwo", "Métamorph"]
    assert float(rows[0][1]) == pytest.approx(ranked.outcome(150, 133).value, abs=1e-4)
    assert rows[0][2] == ""
    assert rows[1][2] == "0.0000"


def test_groups_can_be_swapped(page, ranked):
    response = page("/rankings/matrix/?names_a=mew&type_b=fire")
    swapped = page(response.context["swapped_url"])
    assert group_b(swapped) == ["mew"]
    assert slugs(swapped) == group_b(response)


def test_matrix_fragment(fragment, ranked):
    response = fragment("/rankings/matrix/?type_a=fire&kind_a=", target="matrix-result")
    assert response.content.decode().strip().startswith('<div id="matrix-result"')
    assert response["HX-Push-Url"] == "/rankings/matrix/?type_a=fire"
