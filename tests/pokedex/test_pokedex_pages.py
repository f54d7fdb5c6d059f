"""Pokédex, moves and types: lists that filter and sort, pages of facts, the type chart."""

import re

import pytest
from django.utils.http import urlencode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm")]


def rows(response) -> list[str]:
    """Slugs of the Pokémon or moves of a list, in their order."""
    return re.findall(
        r'scope="row" class="col-name">.*?href="(?:/fr)?/(?:pokemon|moves)/([^/]+)/"',
        response.content.decode(),
        re.S,
    )


# ---- the list of Pokémon


def test_list_shows_every_form(page, words):
    response = page("/pokemon/?part=all")
    slugs = rows(response)
    assert len(slugs) == len(set(slugs)) == 188
    assert slugs[:4] == ["bulbasaur", "ivysaur", "venusaur", "venusaur-mega"]
    assert "188 Pokémon" in words(response)


def test_pictures_of_the_list_wait_until_they_are_seen(page):
    images = re.findall(r"<img [^>]*>", page("/pokemon/?part=all").content.decode())
    assert len(images) == 188
    assert all('loading="lazy"' in image for image in images)


@pytest.mark.parametrize(
    ("query", "count", "first"),
    [
        ("type=dragon", 5, "charizard-mega-x"),
        ("kind=mega", 15, "venusaur-mega"),
        ("kind=alolan&type=ice", 4, "sandshrew-alola"),
        ("stage=only&kind=partner", 2, "pikachu-starter"),
        ("stage=first&type=fire&sort=speed", 4, "ponyta"),
        ("q=Dracaufeu", 3, "charizard"),
        ("q=025", 2, "pikachu"),
        ("q=gyardos", 1, "gyarados"),
        ("q=water+flying", 1, "gyarados"),
    ],
)
def test_list_filters(page, query, count, first):
    slugs = rows(page(f"/pokemon/?{query}"))
    assert (len(slugs), slugs[0]) == (count, first)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("sort=hp", "chansey", "diglett-alola"),
        ("sort=hp&order=asc", "diglett", "chansey"),
        ("sort=name", "abra", "zubat"),
        ("sort=attack", "mewtwo-mega-x", "chansey"),
        ("sort=number&order=desc", "melmetal", "bulbasaur"),
    ],
)
def test_list_sorts(page, query, first, last):
    slugs = rows(page(f"/pokemon/?{query}&part=all"))
    assert (slugs[0], slugs[-1]) == (first, last)


def test_list_sorts_by_speed_downwards(page):
    speeds = re.findall(
        r'col-speed bar-\d+" data-label="Spe">(\d+)<',
        page("/pokemon/?sort=speed&part=all").content.decode(),
    )
    numbers = [int(speed) for speed in speeds]
    assert len(numbers) == 188
    assert numbers == sorted(numbers, reverse=True)


def test_french_list_sorts_by_french_names(page):
    slugs = rows(page("/fr/pokemon/?sort=name"))
    # Abo, Abra, Aéromite
    assert slugs[:3] == ["ekans", "abra", "venomoth"]


def test_heading_of_a_column_turns_the_order_round(page):
    html = page("/pokemon/?sort=speed&type=fire").content.decode()
    assert 'aria-sort="descending"' in html
    assert 'href="/pokemon/?type=fire&amp;sort=speed&amp;order=asc"' in html
    assert 'href="/pokemon/?type=fire&amp;sort=hp"' in html


def test_list_answers_htmx_with_its_part_and_the_address(fragment):
    response = fragment("/pokemon/?type=fire&kind=&q=", target="pokemon-results")
    html = response.content.decode()
    assert html.strip().startswith('<div id="pokemon-results">')
    assert "<html" not in html
    assert response["HX-Push-Url"] == "/pokemon/?type=fire"


def test_list_names_a_wrong_value_and_keeps_the_rest(page, words):
    response = page("/pokemon/?type=fir&kind=mega&sort=nonsense")
    assert "“fir” is not a choice for “Type”. Allowed: normal, fire" in words(response)
    assert len(rows(response)) == 15


def test_list_without_a_match_says_so(page, words):
    assert "No Pokémon found" in words(page("/pokemon/?type=fire&q=qwertz"))


@pytest.mark.parametrize(
    ("query", "count", "first"),
    [
        ("type=flying&type_2=water", 1, "gyarados"),
        ("type=water&type_2=water&kind=mega", 3, "blastoise-mega"),
        ("hp_min=200", 1, "chansey"),
        ("speed_min=130&speed_max=140", 6, "gengar-mega"),
        ("total_max=200", 3, "caterpie"),
        ("move=Surf&type=dragon", 3, "dratini"),
        ("move=surf&kind=mega", 4, "blastoise-mega"),
        ("move=Double+Kick&q=raichu", 1, "raichu"),
        ("move=tonnerre&q=pikachu&kind=base", 1, "pikachu"),
    ],
)
def test_list_filters_by_two_types_stats_and_a_move(page, query, count, first):
    slugs = rows(page(f"/pokemon/?{query}"))
    assert (len(slugs), slugs[0]) == (count, first)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("hp_min=abc", "“abc” is not a whole number for “HP at least”."),
        ("speed_max=-5", "“-5” is not a whole number for “Speed at most”."),
        ("total_min=99999", "“99999” is not a whole number for “Total at least”."),
        ("hp_min=90&hp_max=50", "HP: no value is at least 90 and at most 50."),
        ("move=surfen", "There is no move “surfen” in Let’s Go. Did you mean: Surf"),
        ("move=qwertzuiop", "There is no move “qwertzuiop” in Let’s Go."),
        ("move=" + "x" * 61, "The name of the move is too long"),
        ("part=0", "“0” is not a part of the list."),
        ("part=next", "“next” is not a part of the list."),
    ],
)
def test_list_tells_wrong_filters_and_loses_nothing(page, words, query, said):
    response = page(f"/pokemon/?{query}&kind=mega")
    assert said in words(response)
    assert words(response).count(said) == 1
    assert len(rows(response)) == 15
    html = response.content.decode()
    for name, value in (part.split("=") for part in query.split("&")):
        if name != "part":
            shown = value[:60]
            assert re.search(rf'name="{name}" value="{shown}"[^>]* aria-invalid="true"', html)
            # Another order does not lose it either.
            assert f"{name}={shown}" in response.context["form"].url(sort="hp")


def test_list_comes_in_parts_and_the_whole_is_reachable(page, fragment, words):
    first = page("/pokemon/")
    html = first.content.decode()
    assert len(rows(first)) == 48
    assert 'href="/pokemon/?part=2"' in html
    assert 'href="/pokemon/?part=all"' in html
    assert "Show all 188" in words(first)
    assert rows(page("/pokemon/?part=2"))[:48] == rows(first)
    assert len(rows(page("/pokemon/?part=2"))) == 96
    seen = rows(first)
    for part in (2, 3, 4):
        answer = fragment(f"/pokemon/?part={part}", target="list-more")
        text = answer.content.decode()
        assert text.strip().startswith('<tbody role="rowgroup">')
        assert text.count(" autofocus") == 1
        assert answer["HX-Push-Url"] == f"/pokemon/?part={part}"
        seen += rows(answer)
    assert 'id="list-more"' not in text
    assert seen == rows(page("/pokemon/?part=all"))
    assert "44 more" in words(page("/pokemon/?part=3"))
    assert rows(page("/pokemon/?part=9999")) == seen


@pytest.mark.parametrize("path", ["/pokemon/?sort=name", "/fr/pokemon/", "/moves/"])
def test_jumps_lead_to_rows(page, path):
    jumps = page(path).context["parts"].jumps
    assert len(jumps) > 5
    for jump in jumps:
        address, _, anchor = jump.url.partition("#")
        assert f'<tr role="row" id="{anchor}">' in page(address).content.decode(), jump


def test_jumps_are_letters_of_the_language_or_numbers(page):
    def names(path):
        return [jump.name for jump in page(path).context["parts"].jumps]

    assert names("/pokemon/")[:3] == ["1", "21", "41"]
    assert names("/pokemon/")[-1] == "801"
    assert names("/fr/pokemon/?sort=name")[0] == "A"
    assert "É" not in names("/fr/pokemon/?sort=name")
    assert names("/pokemon/?sort=hp") == []
    assert names("/pokemon/?type=dragon&sort=name") == []


def test_moves_come_in_parts(page):
    assert len(rows(page("/moves/"))) == 60
    assert len(rows(page("/moves/?part=2"))) == 120


def test_names_of_moves_are_offered_while_typing(fragment):
    options = fragment("/fr/moves/", target="move-names").content.decode()
    assert '<option value="Tonnerre">' in options
    assert options.count("<option") == 226


@pytest.mark.parametrize("path", ["/pokemon/", "/moves/", "/types/", "/search/", "/bosses/lance/"])
@pytest.mark.parametrize(
    "query",
    [
        "q=%00&type=%00&team=%00",
        "q=" + "9" * 5000,
        "type=a&type=b",
        "%ED%A0%80=1",
        "level=1e9&sort[]=x",
    ],
)
@pytest.mark.usefixtures("champion")
def test_pages_survive_any_query(page, path, query):
    page(f"{path}?{query}")


# ---- the page of a form


def test_page_of_a_form_works(page, words):
    text = words(page("/pokemon/gyarados/"))
    assert "Weaknesses and resistances" in text
    assert re.search(r"×4 Electric ×2 Rock ×1", text)
    assert re.search(r"×0 Ground", text)
    assert "No. 130 · Léviator" in text
    assert re.search(r"Attack 125 no\. \d+", text)
    assert "Total 540" in text
    assert re.search(r"Evolution 129 Magikarp Lv\. 20 130 Gyarados", text)


def test_page_lists_moves_by_method_with_levels_and_tm_numbers(page, words):
    text = words(page("/pokemon/pikachu/"))
    assert re.search(r"21 Thunderbolt special 90 100%", text)
    assert re.search(r"36 Thunderbolt special 90 100%", text)  # TM36
    text = words(page("/pokemon/raichu/"))
    assert re.search(r"Double Kick physical · as Pikachu", text)


def test_page_of_a_mega_shows_the_moves_of_its_base_form(page, words):
    text = words(page("/pokemon/gyarados-mega/"))
    assert "It has the same moves as Gyarados." in text
    assert "Waterfall" in text
    assert "Gyarados Mega Evolves into Mega Gyarados" in text


def test_page_leads_to_counters_without_scripts(page):
    assert 'href="/pokemon/mewtwo/insights/"' in page("/pokemon/mewtwo/").content.decode()


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("/pokemon/Gyarados/", "/pokemon/gyarados/"),
        ("/pokemon/l%C3%A9viator/", "/pokemon/gyarados/"),
        ("/pokemon/130/", "/pokemon/gyarados/"),
        ("/fr/pokemon/leviator/", "/fr/pokemon/gyarados/"),
        ("/pokemon/leviator/?x=1", "/pokemon/gyarados/?x=1"),
        ("/moves/tonnerre/", "/moves/thunderbolt/"),
        ("/moves/85/", "/moves/thunderbolt/"),
        ("/pokemon/leviator/insights/", "/pokemon/gyarados/insights/"),
    ],
)
def test_other_spellings_lead_to_the_right_address(client, given, right):
    response = client.get(given)
    assert (response.status_code, response["Location"]) == (302, right)


@pytest.mark.parametrize(
    ("path", "suggested"),
    [("/pokemon/gyardos/", "/pokemon/gyarados/"), ("/moves/thunderblot/", "/moves/thunderbolt/")],
)
def test_unknown_names_get_suggestions(page, path, suggested):
    assert f'href="{suggested}"' in page(path, status=404).content.decode()


@pytest.mark.parametrize("slug", ["qwertz", "%00", "9" * 400, "<b>"])
def test_unknown_names_are_not_found(page, slug):
    assert "<b>”" not in page(f"/pokemon/{slug}/", status=404).content.decode()


# ---- moves


def test_moves_list_every_move(page, words):
    response = page("/moves/?part=all")
    assert len(rows(response)) == 227
    assert "Strongest physical" in words(response)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "effect=drain&sort=power",
            ["dream-eater", "bouncy-bubble", "leech-life", "mega-drain", "absorb"],
        ),
        ("damage_class=special&sort=power", ["solar-beam"]),
        ("type=electric&power=100", ["thunder"]),
        ("effect=tm&sort=tm", ["headbutt", "taunt", "helping-hand"]),
        ("q=tonerre", ["thunderbolt"]),
        ("effect=priority&type=electric", ["zippy-zap"]),
    ],
)
def test_moves_filter_and_sort(page, query, expected):
    assert rows(page(f"/moves/?{query}"))[: len(expected)] == expected


def test_page_of_a_move_says_who_learns_it(page, words):
    text = words(page("/moves/thunderbolt/"))
    assert "Who learns Thunderbolt 60" in text
    assert re.search(r"By level 8 .*Pikachu Lv\. 21", text)
    assert re.search(r"By TM 60 ", text)
    assert "Paralysis (10%)" in text
    assert "×2 Water Flying" in text


def test_page_of_a_status_move_claims_no_damage(page, words):
    text = words(page("/moves/growl/"))
    assert "Type effectiveness" not in text
    assert "Target: Attack −1" in text


def test_nobody_learns_struggle(page, words):
    assert "No Pokémon learns this move" in words(page("/moves/struggle/"))


# ---- types


def test_chart_has_every_cell_in_words(page):
    html = page("/types/").content.decode()
    labels = re.findall(r'aria-label="([^"]*: ×[^"]*)"', html)
    assert len(labels) == 324
    assert "Fire vs Grass: ×2, super effective" in labels
    assert "Ground vs Flying: ×0, no effect" in labels
    assert sum("super effective" in label for label in labels) == 51
    assert sum("no effect" in label for label in labels) == 8


def test_chart_says_the_cell_of_its_address(page, words):
    response = page("/types/?type_attacking=fire&type_defending=grass")
    assert "Fire vs Grass: ×2, super effective" in words(response)
    assert response.content.decode().count('tabindex="0" aria-current="true"') == 1


def test_only_one_cell_can_be_tabbed_to(page):
    html = page("/types/").content.decode()
    assert len(re.findall(r'<td class="[^"]*"><a [^>]*tabindex="0"', html)) == 1


def test_calculator_knows_defence_and_attack(page, words):
    text = words(page("/types/?type_1=water&type_2=flying"))
    assert re.search(r"Defense .*×4 Electric ×2 Rock ×1", text)
    assert re.search(r"Attack .*×2 Fire Grass Fighting Ground Bug Rock ×1", text)
    assert "Super effective against 72 of 188 Pokémon; 0 resist it." in text
    assert "Pokémon with this typing 130 Gyarados" in text


def test_calculator_takes_the_same_type_twice_as_one(page):
    response = page("/types/?type_1=fire&type_2=fire")
    assert [kind.slug for kind in response.context["answer"].types] == ["fire"]


def test_calculator_names_a_wrong_type(page, words):
    assert "“fier” is not a choice for “First type”" in words(page("/types/?type_1=fier"))


def test_french_pages_speak_french(page, words):
    text = words(page("/fr/pokemon/gyarados/"))
    assert "Faiblesses et résistances" in text
    assert "Léviator" in text
    assert "Magicarpe" in text
    for english in ("Base stats", "weak to", "Evolution ", "Accuracy", "Moves"):
        assert english not in text
    assert "Tonnerre" in words(page("/fr/moves/?" + urlencode({"q": "thunderbolt"})))
    assert "Feu contre Plante : ×2, super efficace" in words(
        page("/fr/types/?type_attacking=fire&type_defending=grass")
    )


# Names of filters


@pytest.mark.parametrize("name", ["hp_min", "min_hp", "min-hp", "HP-min"])
def test_a_filter_goes_by_its_words(page, name):
    response = page(f"/pokemon/?{name}=150")
    assert [row.pokemon.slug for row in response.context["rows"]] == ["chansey", "snorlax"]
    assert response.context["url"] == "/pokemon/?hp_min=150"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/pokemon/?typ=fire", "There is no filter “typ”. Did you mean: type"),
        ("/moves/?powr=90", "There is no filter “powr”. Did you mean: power?"),
        ("/moves/?sorted=power", "There is no filter “sorted”. Did you mean: sort?"),
        ("/pokemon/?min_hp=many", "“many” is not a whole number for “HP at least”."),
        ("/pokemon/?kind=giga", "“giga” is not a choice for “Form”."),
    ],
)
def test_a_list_says_what_it_does_not_know(page, words, address, said):
    assert said in words(page(address))


@pytest.mark.parametrize("query", ["utm_source=mail", "fbclid=x", "ref=abc", "gclid=1&_ga=2"])
def test_what_links_carry_is_none_of_our_filters(page, query):
    response = page(f"/pokemon/?{query}")
    assert response.context["form"].messages == []
