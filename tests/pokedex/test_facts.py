"""The game's facts as they stand in the database after an import."""

import hashlib
import re
from collections import Counter

import pytest
from django.db.models import Count, F, Q, Sum

from pokedex import other_species
from pokedex.choices import BASE_STAT_FIELDS
from pokedex.evolution import Stage, stage_of, stages
from pokedex.importer import DATA_DIR, TABLES
from pokedex.lookup import normalize
from pokedex.models import (
    Evolution,
    KeptMove,
    LearnsetEntry,
    Move,
    Pokemon,
    Species,
    Type,
    TypeEffectiveness,
)

pytestmark = pytest.mark.django_db


def form(slug):
    return Pokemon.objects.get(slug=slug)


def learned(slug):
    return set(Move.objects.filter(learnset__pokemon__slug=slug).values_list("slug", flat=True))


def usable(slug):
    return set(form(slug).usable_moves().values_list("slug", flat=True))


def damaging(slugs):
    return set(Move.objects.damaging().filter(slug__in=slugs).values_list("slug", flat=True))


# ---- forms


def test_there_are_188_forms_of_153_species():
    assert Pokemon.objects.count() == 188
    assert Species.objects.count() == 153
    assert Counter(Pokemon.objects.values_list("kind", flat=True)) == {
        "base": 153,
        "alolan": 18,
        "mega": 15,
        "partner": 2,
    }


def test_every_form_has_a_color_and_a_body_shape():
    assert Counter(Pokemon.objects.values_list("color", flat=True)) == {
        "red": 17,
        "blue": 31,
        "yellow": 22,
        "green": 12,
        "black": 4,
        "brown": 43,
        "purple": 28,
        "gray": 13,
        "white": 5,
        "pink": 13,
    }
    assert Counter(Pokemon.objects.values_list("shape", flat=True)) == {
        "ball": 7,
        "squiggle": 9,
        "fish": 6,
        "arms": 8,
        "blob": 9,
        "upright": 46,
        "legs": 8,
        "quadruped": 34,
        "wings": 14,
        "tentacles": 4,
        "heads": 5,
        "humanoid": 26,
        "bug-wings": 5,
        "armor": 7,
    }


def test_all_forms_of_a_species_have_its_shape():
    shapes = Pokemon.objects.order_by().values("species").annotate(n=Count("shape", distinct=True))
    assert {row["n"] for row in shapes} == {1}


@pytest.mark.parametrize(
    ("slug", "color", "shape"),
    [
        ("bulbasaur", "green", "quadruped"),
        ("charizard-mega-x", "black", "upright"),
        ("charizard-mega-y", "red", "upright"),
        ("vulpix-alola", "white", "quadruped"),
        ("butterfree", "white", "bug-wings"),
        ("melmetal", "gray", "humanoid"),
        ("dugtrio", "brown", "heads"),
    ],
)
def test_looks_of_some_forms(slug, color, shape):
    assert (form(slug).color, form(slug).shape) == (color, shape)


def test_sizes_follow_from_the_evolutions():
    """A Mega Evolution is as large as its base form, a partner as its species."""
    known = stages()
    sizes = {Stage.FIRST: "small", Stage.MIDDLE: "medium", Stage.LAST: "large", Stage.ONLY: "large"}
    for each in Pokemon.objects.all():
        like = form(each.species.slug) if each.kind == "partner" else each
        assert each.size == sizes[stage_of(like, known)], each.slug
    assert Counter(Pokemon.objects.values_list("size", flat=True)) == {
        "small": 64,
        "medium": 17,
        "large": 107,
    }


def test_species_are_numbered_nationally():
    assert list(Species.objects.values_list("id", flat=True)) == [*range(1, 152), 808, 809]


def test_a_base_form_has_the_number_and_slug_of_its_species():
    base = Pokemon.objects.filter(kind="base")
    assert base.filter(id=F("species_id"), slug=F("species__slug")).count() == 153


def test_95_forms_have_one_type_and_93_two():
    assert Pokemon.objects.filter(type_2=None).count() == 95
    assert Pokemon.objects.exclude(type_2=None).count() == 93


def test_base_stats_add_up():
    totals = Pokemon.objects.aggregate(**{name: Sum(name) for name in BASE_STAT_FIELDS})
    assert sum(totals.values()) == 79_801


@pytest.mark.parametrize(
    ("slug", "number", "english", "french", "types", "stats", "weight"),
    [
        ("bulbasaur", 1, "Bulbasaur", "Bulbizarre", "grass poison", (45, 49, 49, 65, 65, 45), 69),
        ("pikachu", 25, "Pikachu", "Pikachu", "electric", (35, 55, 40, 50, 50, 90), 60),
        ("nidoran-f", 29, "Nidoran♀", "Nidoran♀", "poison", (55, 47, 52, 40, 40, 41), 70),
        ("nidoran-m", 32, "Nidoran♂", "Nidoran♂", "poison", (46, 57, 40, 40, 40, 50), 90),
        (
            "farfetchd",
            83,
            "Farfetch'd",
            "Canarticho",
            "normal flying",
            (52, 90, 55, 58, 62, 60),
            150,
        ),
        ("mr-mime", 122, "Mr. Mime", "M. Mime", "psychic fairy", (40, 45, 65, 100, 120, 90), 545),
        ("gastly", 92, "Gastly", "Fantominus", "ghost poison", (30, 35, 30, 100, 35, 80), 1),
        ("melmetal", 809, "Melmetal", "Melmetal", "steel", (135, 143, 143, 80, 65, 34), 8000),
        (
            "charizard-mega-x",
            10034,
            "Mega Charizard X",
            "Méga-Dracaufeu X",
            "fire dragon",
            (78, 130, 111, 130, 85, 100),
            1105,
        ),
        (
            "raichu-alola",
            10100,
            "Alolan Raichu",
            "Raichu d'Alola",
            "electric psychic",
            (60, 85, 50, 95, 85, 110),
            210,
        ),
        (
            "pikachu-starter",
            10158,
            "Partner Pikachu",
            "Pikachu Partenaire",
            "electric",
            (45, 80, 50, 75, 60, 120),
            60,
        ),
        (
            "eevee-starter",
            10159,
            "Partner Eevee",
            "Évoli Partenaire",
            "normal",
            (65, 75, 70, 65, 85, 75),
            65,
        ),
    ],
)
def test_a_form_is_known_in_full(slug, number, english, french, types, stats, weight):
    pokemon = Pokemon.objects.with_battle_data().get(slug=slug)
    assert pokemon.id == number
    assert (pokemon.name_en, pokemon.name_fr) == (english, french)
    assert [one.slug for one in pokemon.types] == types.split()
    assert pokemon.base_stats == stats
    assert pokemon.weight_hg == weight


def test_a_mega_starts_from_the_base_form_of_its_species():
    megas = Pokemon.objects.filter(kind="mega")
    assert megas.filter(base_form__kind="base", base_form__species=F("species")).count() == 15
    assert not Pokemon.objects.exclude(kind="mega").exclude(base_form=None).exists()


def test_forms_other_than_base_forms_have_numbers_of_their_own():
    assert not Pokemon.objects.exclude(kind="base").filter(id__lt=10_000).exists()


# ---- types


def test_there_are_18_types_and_324_cells():
    assert Type.objects.count() == 18
    assert list(Type.objects.values_list("sort_order", flat=True)) == list(range(1, 19))
    assert Counter(TypeEffectiveness.objects.values_list("percent", flat=True)) == {
        100: 204,
        50: 61,
        200: 51,
        0: 8,
    }


@pytest.mark.parametrize(
    ("attacking", "defending", "percent"),
    [
        ("water", "fire", 200),
        ("fire", "water", 50),
        ("normal", "ghost", 0),
        ("ghost", "normal", 0),
        ("electric", "ground", 0),
        ("ground", "flying", 0),
        ("poison", "steel", 0),
        ("fighting", "ghost", 0),
        ("psychic", "dark", 0),
        ("dragon", "fairy", 0),
        ("ghost", "steel", 100),
        ("dark", "steel", 100),
        ("ice", "dragon", 200),
        ("bug", "fairy", 50),
    ],
)
def test_the_type_chart_reads_attacker_first(attacking, defending, percent):
    cell = TypeEffectiveness.objects.get(
        attacking_type__slug=attacking, defending_type__slug=defending
    )
    assert cell.percent == percent


# ---- moves


def test_there_are_227_moves_with_struggle():
    assert Move.objects.count() == 227
    assert Counter(Move.objects.values_list("damage_class", flat=True)) == {
        "physical": 102,
        "special": 56,
        "status": 69,
    }
    assert Move.objects.damaging().count() == 157


def test_power_and_pp_add_up():
    assert Move.objects.aggregate(power=Sum("power"), pp=Sum("pp")) == {
        "power": 10_601,
        "pp": 4_056,
    }


def test_13_moves_are_known_to_partners_only():
    others = LearnsetEntry.objects.exclude(pokemon__kind="partner").values("move")
    partner = LearnsetEntry.objects.exclude(move__in=others)
    assert " ".join(sorted(partner.values_list("move__slug", flat=True))) == (
        "baddy-bad bouncy-bubble buzzy-buzz floaty-fall freezy-frost glitzy-glow pika-papow "
        "sappy-seed sizzly-slide sparkly-swirl splishy-splash veevee-volley zippy-zap"
    )
    assert set(partner.values_list("method", flat=True)) == {"tutor", "shake"}


def test_tms_are_numbered_1_to_60():
    tms = Move.objects.exclude(tm_number=None).order_by("tm_number")
    assert list(tms.values_list("tm_number", flat=True)) == list(range(1, 61))
    assert " ".join(tms.values_list("slug", flat=True)) == (
        "headbutt taunt helping-hand teleport rest light-screen protect substitute reflect dig "
        "will-o-wisp facade brick-break fly seismic-toss thunder-wave dragon-tail u-turn "
        "iron-tail dark-pulse foul-play rock-slide thunder-punch x-scissor waterfall poison-jab "
        "toxic tri-attack scald bulk-up fire-punch dazzling-gleam calm-mind dragon-pulse "
        "ice-punch thunderbolt flamethrower thunder outrage psychic earthquake self-destruct "
        "shadow-ball play-rough solar-beam fire-blast surf hyper-beam superpower roost blizzard "
        "sludge-bomb mega-drain flash-cannon ice-beam stealth-rock pay-day drill-run dream-eater "
        "megahorn"
    )


def test_every_move_taught_by_tm_has_a_number_and_the_other_way_round():
    by_tm = set(LearnsetEntry.objects.filter(method="tm").values_list("move__slug", flat=True))
    assert by_tm == set(Move.objects.exclude(tm_number=None).values_list("slug", flat=True))


# ---- learnsets


def test_learn_rows_by_method():
    rows = Counter(LearnsetEntry.objects.values_list("method", flat=True))
    assert rows == {
        "level_up": 1_994,
        "evolution": 41,
        "tm": 3_144,
        "tutor": 11,
        "shake": 2,
        "event": 1,
    }
    assert sum(rows.values()) == 5_193
    assert LearnsetEntry.objects.values("pokemon", "move").distinct().count() == 4_632


def test_173_forms_own_a_learnset_and_no_mega_does():
    owners = Pokemon.objects.filter(learnset__isnull=False).distinct()
    assert owners.count() == 173
    assert not owners.filter(kind="mega").exists()
    assert not KeptMove.objects.filter(pokemon__kind="mega").exists()


def test_shakes_and_the_event_are_these():
    special = LearnsetEntry.objects.filter(method__in=("shake", "event"))
    assert set(special.values_list("pokemon__slug", "move__slug", "method")) == {
        ("pikachu-starter", "pika-papow", "shake"),
        ("eevee-starter", "veevee-volley", "shake"),
        ("chansey", "celebrate", "event"),
    }


@pytest.mark.parametrize(("slug", "count"), [("mew", 71), ("magikarp", 2), ("ditto", 1)])
def test_some_know_this_many_moves(slug, count):
    assert len(learned(slug)) == count
    assert len(usable(slug)) == count


def test_nobody_learns_struggle():
    assert not LearnsetEntry.objects.filter(move__slug="struggle").exists()
    assert not KeptMove.objects.filter(move__slug="struggle").exists()


def test_metapod_kakuna_and_ditto_learn_no_damaging_move():
    without = Pokemon.objects.exclude(kind="mega").exclude(
        pk__in=LearnsetEntry.objects.filter(move__in=Move.objects.damaging()).values("pokemon")
    )
    assert {one.slug for one in without} == {"metapod", "kakuna", "ditto"}


def test_only_ditto_can_use_no_damaging_move():
    without = [
        one.slug for one in Pokemon.objects.all() if not one.usable_moves().damaging().exists()
    ]
    assert without == ["ditto"]


def test_forms_can_use_3379_damaging_moves():
    pairs = sum(one.usable_moves().damaging().count() for one in Pokemon.objects.all())
    assert pairs == 3_379


def test_a_mega_uses_the_moves_of_its_base_form():
    assert usable("charizard-mega-x") == usable("charizard") != set()


# ---- moves kept from earlier evolutions


@pytest.mark.parametrize(
    ("slug", "move", "learned_as"),
    [
        ("raichu", "double-kick", "pikachu"),
        ("arcanine", "flare-blitz", "growlithe"),
        ("metapod", "tackle", "caterpie"),
        ("kakuna", "poison-sting", "weedle"),
    ],
)
def test_a_form_keeps_moves_of_its_earlier_self(slug, move, learned_as):
    kept = KeptMove.objects.get(pokemon__slug=slug, move__slug=move)
    assert kept.learned_as.slug == learned_as
    assert move not in learned(slug)
    assert move in usable(slug)


def test_kept_moves_were_learned_by_an_earlier_self_and_are_not_learned_again():
    earlier = {}
    for row in Evolution.objects.all():
        earlier[row.to_pokemon_id] = row.from_pokemon_id
    own = set(LearnsetEntry.objects.values_list("pokemon", "move"))
    for kept in KeptMove.objects.all():
        line = []
        one = earlier.get(kept.pokemon_id)
        while one:
            line.append(one)
            one = earlier.get(one)
        assert kept.learned_as_id in line
        assert (kept.learned_as_id, kept.move_id) in own
        assert (kept.pokemon_id, kept.move_id) not in own
        nearer = line[: line.index(kept.learned_as_id)]
        assert not any((one, kept.move_id) in own for one in nearer)


def test_no_kept_move_is_missing():
    own = {}
    for pokemon, move in LearnsetEntry.objects.values_list("pokemon", "move"):
        own.setdefault(pokemon, set()).add(move)
    kept = set(KeptMove.objects.values_list("pokemon", "move"))
    for row in Evolution.objects.all():
        passed_on = own[row.from_pokemon_id] | {
            move for pokemon, move in kept if pokemon == row.from_pokemon_id
        }
        for move in passed_on - own[row.to_pokemon_id]:
            assert (row.to_pokemon_id, move) in kept


# ---- evolutions


def test_evolutions_by_method():
    methods = Counter(Evolution.objects.values_list("method", flat=True))
    assert methods == {"level_up": 57, "item": 18, "trade": 5, "candy": 1}


@pytest.mark.parametrize(
    ("earlier", "later", "method", "level", "item"),
    [
        ("bulbasaur", "ivysaur", "level_up", 16, ""),
        ("pikachu", "raichu", "item", None, "thunder-stone"),
        ("eevee", "vaporeon", "item", None, "water-stone"),
        ("sandshrew-alola", "sandslash-alola", "item", None, "ice-stone"),
        ("kadabra", "alakazam", "trade", None, ""),
        ("meowth-alola", "persian-alola", "level_up", 28, ""),
        ("rattata-alola", "raticate-alola", "level_up", 20, ""),
        ("meltan", "melmetal", "candy", None, ""),
    ],
)
def test_an_evolution_is_known_in_full(earlier, later, method, level, item):
    row = Evolution.objects.get(from_pokemon__slug=earlier, to_pokemon__slug=later)
    assert (row.method, row.level, row.item) == (method, level, item)


@pytest.mark.parametrize(
    "slug",
    ["raichu-alola", "exeggutor-alola", "marowak-alola", "pikachu-starter", "eevee-starter"],
)
def test_some_forms_neither_evolve_nor_come_from_evolution(slug):
    touching = Q(from_pokemon__slug=slug) | Q(to_pokemon__slug=slug)
    assert not Evolution.objects.filter(touching).exists()


def test_no_form_has_two_earlier_selves_and_no_mega_evolves():
    assert not (
        Evolution.objects.values("to_pokemon").annotate(n=Count("id")).filter(n__gt=1).exists()
    )
    assert not Evolution.objects.filter(
        Q(from_pokemon__kind="mega") | Q(to_pokemon__kind="mega")
    ).exists()


# ---- names


@pytest.mark.parametrize("model", [Type, Species, Pokemon, Move])
@pytest.mark.parametrize("language", ["name_en", "name_fr"])
def test_names_are_unique_and_tidy(model, language):
    names = list(model.objects.values_list(language, flat=True))
    assert len(set(names)) == len(names)
    for name in names:
        assert name == " ".join(name.split()) != ""
        assert "’" not in name


@pytest.mark.parametrize("model", [Pokemon, Move])
def test_no_name_leads_to_two_rows(model):
    owner = {}
    for row in model.objects.all():
        for key in row.keys:
            assert owner.setdefault(key, row.pk) == row.pk, key


@pytest.mark.parametrize(
    ("slug", "french"),
    [
        ("double-edge", "Damoclès"),
        ("fury-swipes", "Combo-Griffe"),
        ("skull-bash", "Coud'Krâne"),
        ("egg-bomb", "Bombe Œuf"),
        ("smog", "Purédpois"),
        ("karate-chop", "Poing Karaté"),
        ("thunder-wave", "Cage Éclair"),
        ("mimic", "Copie"),
        ("thunderbolt", "Tonnerre"),
        ("thunder", "Fatal-Foudre"),
        ("vice-grip", "Force Poigne"),
        ("mega-drain", "Méga-Sangsue"),
        ("shadow-ball", "Ball'Ombre"),
        ("zippy-zap", "Pika-Sprint"),
        ("pika-papow", "Pika-Fracas"),
    ],
)
def test_moves_have_the_french_names_of_the_game(slug, french):
    assert Move.objects.get(slug=slug).name_fr == french


@pytest.mark.parametrize(
    ("spelling", "slug"),
    [
        *[("Vise Grip", "vice-grip"), ("ViceGrip", "vice-grip"), ("Puredpois", "smog")],
        *[("Bomb'Œuf", "egg-bomb"), ("Vol-Vie", "absorb"), ("Poing de Feu", "fire-punch")],
        *[("Bomb-Beurk", "sludge-bomb"), ("Cru-Aile", "wing-attack")],
        *[("Danse-Fleur", "petal-dance"), ("Danse Flamme", "fire-spin")],
    ],
)
def test_spellings_of_other_games_are_found(spelling, slug):
    assert normalize(spelling) in Move.objects.get(slug=slug).keys
    assert [move.slug for move in Move.objects.all().search(spelling)] == [slug]


def test_a_move_has_the_english_name_of_this_game_not_of_later_ones():
    assert Move.objects.get(pk=11).name_en == "Vice Grip"


def test_types_have_french_names():
    names = Type.objects.order_by("sort_order").values_list("name_fr", flat=True)
    assert " ".join(names) == (
        "Normal Feu Eau Électrik Plante Glace Combat Poison Sol Vol Psy Insecte Roche Spectre "
        "Dragon Ténèbres Acier Fée"
    )


# ---- files


def test_sources_name_every_file_with_its_hash():
    text = (DATA_DIR / "SOURCES.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| (\S+\.csv) \| \d+ \| `([0-9a-f]{64})` \|$", text, re.M))
    actual = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DATA_DIR.glob("*.csv")
    }
    assert stated == actual
    # Names of species that the game lacks are read from their file, not imported.
    assert set(actual) == {table.file for table in TABLES} | {other_species.FILE.name}
