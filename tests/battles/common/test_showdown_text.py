"""Showdown's text format: what is written is read again, and what Let's Go lacks is named."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from battles.common import showdown_text
from battles.common.showdown_text import MAX_TEAM, read_team, species_name, write_set
from mlcore.game import gamedata
from mlcore.game.spreads import FLAT, Spread
from pokedex.models import Move, Pokemon
from tests.battles.common.test_spread_query import spreads

pytestmark = pytest.mark.django_db

SET = """Sparky (Pikachu) (M) @ Light Ball
Ability: Static
Level: 60
Shiny: Yes
Happiness: 160
EVs: 252 SpA / 4 SpD / 200 Spe
Timid Nature
IVs: 0 Atk
- Thunderbolt
- Growl
- Surf
- Hidden Power [Ice]
- Quick Attack
"""


@pytest.fixture
def game(db):
    return gamedata.current()


def codes(read):
    return [(remark.code, remark.text) for remark in read.remarks]


def test_it_works(game):
    (read,) = read_team(SET, game)
    assert read.form == "pikachu"
    assert read.moves == ("thunderbolt", "quick-attack")
    assert read.spread == Spread(
        level=60,
        nature="timid",
        friendship=160,
        ivs=(31, 0, 31, 31, 31, 31),
        avs=(0, 0, 0, 200, 4, 200),
    )
    assert codes(read) == [
        ("item", "Light Ball"),
        ("ability", "Static"),
        ("field", "Shiny: Yes"),
        ("too_high", "EVs: 252 SpA"),
        ("status_move", "Growl"),
        ("cannot_learn", "Surf"),
        ("unknown_move", "Hidden Power [Ice]"),
    ]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        *[("Spd", 5), ("SpD", 4), ("spd", 4), ("Speed", 5), ("spe", 5), ("Sp. Def", 4)],
        *[("Special Attack", 3), ("Sp. Atk", 3), ("Attack", 1), ("Hit Points", 0), ("DEF", 2)],
    ],
)
def test_stats_have_many_spellings(game, written, place):
    (read,) = read_team(f"Mew\nIVs: 7 {written}", game)
    assert read.spread.ivs == tuple(7 if k == place else 31 for k in range(6))
    assert not read.remarks


def test_tabs_and_no_break_spaces_are_spaces(game):
    (read,) = read_team("Mr.\u00a0Mime\t\nTimid\u00a0Nature\n-\tIce\u00a0Punch\nEVs:\t4\tSpA", game)
    assert (read.form, read.moves, read.spread.nature) == ("mr-mime", ("ice-punch",), "timid")
    assert read.spread.avs[3] == 4
    assert not read.remarks


def test_three_dashes_end_a_set_as_an_empty_line_does(game):
    first, second = read_team("Mew\n- Psychic\n---\nPikachu\n- Thunderbolt", game)
    assert (first.form, first.moves, first.remarks) == ("mew", ("psychic",), ())
    assert (second.form, second.moves) == ("pikachu", ("thunderbolt",))


def test_a_line_that_is_cut_is_named(game):
    (read,) = read_team(f"Mew\nIVs: {'7 Atk / ' * 30}3 Def\n- Psychic", game)
    assert read.spread.ivs == (31, 7, 31, 31, 31, 31)
    assert read.remarks[-1].code == "too_long"
    assert "200" in showdown_text.remark_in_words(read.remarks[-1], "Mew")


@pytest.mark.parametrize(
    ("line", "form", "remarks"),
    [
        ("Charizard @ Charizardite X", "charizard-mega-x", []),
        ("Torch (Charizard) (M) @ Charizardite Y", "charizard-mega-y", []),
        ("Venusaur @ Charizardite X", "venusaur", ["item"]),
        ("Mewtwo-Mega-Y @ Mewtwonite Y", "mewtwo-mega-y", []),
        ("Mew @ No Item\nAbility: No Ability", "mew", []),
    ],
)
def test_mega_stones_give_the_mega(game, line, form, remarks):
    (read,) = read_team(line, game)
    assert (read.form, [remark.code for remark in read.remarks]) == (form, remarks)


def test_every_mega_has_its_stone(game):
    megas = {pokemon.slug for pokemon in Pokemon.objects.filter(kind="mega")}
    assert set(showdown_text._MEGA_STONES.values()) == megas


def test_a_packed_team_is_read(game):
    packed = (
        "Sparky|pikachu|||thunderbolt,quickattack|Timid|,,,200,,200|M|,0,,,,||50|160]"
        "|nidoranf|||poisonsting||||||"
    )
    first, second = read_team(packed, game)
    assert (first.form, first.moves) == ("pikachu", ("thunderbolt", "quick-attack"))
    assert first.spread == Spread(50, "timid", 160, (31, 0, 31, 31, 31, 31), (0, 0, 0, 200, 0, 200))
    assert (second.form, second.spread.level, second.has_level) == ("nidoran-f", 100, False)


def test_packed_teams_stand_one_a_line_with_their_names(game):
    lines = (
        "gen7letsgoou]My team|Pikachu||||thunderbolt||||||50|]Mew||||psychic||||||60|\n"
        "gen7letsgoou]Another|Ditto||||transform||||||70|"
    )
    read = read_team(lines, game, status_moves=True)
    assert [(pasted.form, pasted.spread.level, pasted.moves) for pasted in read] == [
        ("pikachu", 50, ("thunderbolt",)),
        ("mew", 60, ("psychic",)),
        ("ditto", 70, ("transform",)),
    ]


def test_one_set_in_json_is_a_team_of_one(game):
    (read,) = read_team('{"species": "Mew", "level": 7}', game)
    assert (read.form, read.spread.level) == ("mew", 7)
    assert read_team('[{"ability": "Static"}]', game) == []


def test_a_team_in_json_is_read(game):
    team = [
        {
            "species": "Raichu-Alola",
            "level": 42,
            "evs": {"spa": 12, "spe": 3},
            "ivs": {"atk": 0},
            "nature": "Modest",
            "moves": ["Thunderbolt", "Psychic"],
        },
        {"name": "Mew", "moves": None, "level": {}},
    ]
    first, second = read_team(json.dumps(team), game)
    assert (first.form, first.moves) == ("raichu-alola", ("thunderbolt", "psychic"))
    assert first.spread == Spread(
        level=42, nature="modest", avs=(0, 0, 0, 12, 0, 3), ivs=(31, 0, 31, 31, 31, 31)
    )
    assert (second.form, second.spread) == ("mew", Spread(level=100))


def test_a_team_is_read_in_its_order(game):
    others = "Charizard-Mega-X\n- Outrage\n\r\nPichu\n- Volt Tackle"
    text = f"=== [gen7letsgo] Mine ===\n\n{SET}\n\n{others}"
    read = read_team(text, game)
    assert [pasted.form for pasted in read] == ["pikachu", "charizard-mega-x", ""]
    assert [pasted.name for pasted in read] == ["Pikachu", "Charizard-Mega-X", "Pichu"]


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("Raichu-Alola", "raichu-alola"),
        ("Nidoran-F", "nidoran-f"),
        ("Mr. Mime @ Leftovers", "mr-mime"),
        ("Farfetch’d", "farfetchd"),
        ("Pikachu-Starter (F)", "pikachu-starter"),
        ("Évoli", "eevee"),
        ("A (B) (Mew)", "mew"),
        ("(Mew)", "mew"),
        ("Mew (Ditto)", "ditto"),
        ("25", ""),
    ],
)
def test_names_of_the_first_line(game, line, form):
    assert read_team(line, game)[0].form == form


def test_what_is_not_written_is_as_showdown_has_it(game):
    (read,) = read_team("Mew", game)
    assert read.spread == Spread(level=100)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Level: 101", "too_high"),
        ("Level: zero", "unreadable"),
        ("Level: 0", "unreadable"),
        ("Grumpy Nature", "unknown_nature"),
        ("EVs: 4 Luck", "unreadable"),
        ("EVs: many", "unreadable"),
        ("Tera Type: Ghost", "field"),
        ("- Psychic\nwhat is this", "unreadable"),
    ],
)
def test_it_names_what_it_cannot_use(game, line, code):
    (read,) = read_team(f"Mew\n{line}", game)
    assert [remark.code for remark in read.remarks] == [code]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("Starmie 42, Jolteon Lv. 45; Lapras", [("starmie", 42), ("jolteon", 45), ("lapras", 30)]),
        ("Starmie\nStaross niv. 12", [("starmie", 30), ("starmie", 12)]),
        ("Starmie\nPikachoo\nMew", [("starmie", 30), ("", 30), ("mew", 30)]),
        ("Mew\n- Psychic\nMewtwo 70\n- Psychic", [("mew", 30), ("mewtwo", 70)]),
        ("A, B (Mew)", [("mew", 30)]),
    ],
)
def test_a_list_of_names_is_a_team(game, text, members):
    read = read_team(text, game, level=30)
    assert [(pasted.form, pasted.spread.level) for pasted in read] == members


def test_a_fifth_move_is_too_many(game):
    moves = ("Psychic", "Surf", "Thunderbolt", "Ice Beam", "Flamethrower", "Surf")
    (read,) = read_team("Mew\n" + "\n".join(f"- {move}" for move in moves), game)
    assert len(read.moves) == 4
    assert codes(read)[0] == ("too_many_moves", "Flamethrower")


def test_every_form_is_found_by_the_name_it_is_written_with(game):
    for pokemon in Pokemon.objects.with_battle_data():
        assert read_team(species_name(pokemon), game)[0].form == pokemon.slug


def test_names_are_showdowns():
    names = {
        "charizard-mega-x": "Charizard-Mega-X",
        "raichu-alola": "Raichu-Alola",
        "nidoran-f": "Nidoran-F",
        "mr-mime": "Mr. Mime",
        "eevee-starter": "Eevee-Starter",
        "venusaur-mega": "Venusaur-Mega",
    }
    for slug, name in names.items():
        assert species_name(Pokemon.objects.with_battle_data().get(slug=slug)) == name


def test_standard_rules_as_text():
    pokemon = Pokemon.objects.with_battle_data().get(slug="pikachu")
    moves = list(Move.objects.filter(slug="thunderbolt"))
    assert write_set(pokemon, moves, FLAT) == "Pikachu\nLevel: 50\nHardy Nature\n- Thunderbolt"


@given(spread=spreads, data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_written_is_read_again(game, spread, data):
    form = data.draw(st.integers(0, len(game.form_slugs) - 1))
    usable = [int(move) for move in game.usable_moves(form)]
    chosen = data.draw(st.lists(st.sampled_from(usable), max_size=4, unique=True)) if usable else []
    slugs = tuple(game.move_slugs[move] for move in chosen)
    pokemon = Pokemon.objects.with_battle_data().get(slug=game.form_slugs[form])
    by_slug = {move.slug: move for move in Move.objects.filter(slug__in=slugs)}
    text = write_set(pokemon, [by_slug[slug] for slug in slugs], spread)
    (read,) = read_team(text, game)
    assert (read.form, read.moves, read.spread, read.remarks) == (pokemon.slug, slugs, spread, ())


@given(st.text(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_it_survives_any_text(game, text):
    for read in read_team(text, game):
        assert read.form in ("", *game.form_slugs)


@given(st.lists(st.sampled_from([*SET.splitlines(), "", "Mew", ":", "-", "EVs:", "@ ", " () @ x"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_it_survives_lines_in_any_order(game, lines):
    assert len(read_team("\n".join(lines), game)) <= MAX_TEAM
