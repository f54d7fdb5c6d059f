"""The type chart and evolution lines as the pages ask them."""

import pytest

from pokedex import evolution
from pokedex.charts import radar
from pokedex.models import Pokemon, Type
from pokedex.type_chart import TypeChart

pytestmark = pytest.mark.django_db


def kinds(*slugs):
    by_slug = {kind.slug: kind for kind in Type.objects.all()}
    return [by_slug[slug] for slug in slugs]


def by_sign(groups):
    return {group.sign: {kind.slug for kind in group.types} for group in groups}


@pytest.fixture
def chart(db):
    return TypeChart.load()


def test_the_chart_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        chart = TypeChart.load()
    assert len(chart.types) == 18
    assert len(chart.percents) == 324


@pytest.mark.parametrize(
    ("attacking", "defending", "percent"),
    [
        ("fire", ["grass"], 200),
        ("electric", ["water", "flying"], 400),
        ("ground", ["flying", "fire"], 0),
        ("grass", ["fire", "dragon"], 25),
        ("fire", ["water", "steel"], 100),
    ],
)
def test_multipliers_multiply(chart, attacking, defending, percent):
    assert chart.percent(*kinds(attacking), kinds(*defending)) == percent


def test_gyarados_is_weak_to_electric_and_rock(chart):
    taken = by_sign(chart.taken(kinds("water", "flying")))
    assert taken["×4"] == {"electric"}
    assert taken["×2"] == {"rock"}
    assert taken["×0"] == {"ground"}
    assert sum(map(len, taken.values())) == 18


def test_attack_takes_the_better_of_two(chart):
    dealt = by_sign(chart.dealt(kinds("ground", "flying")))
    assert dealt["×2"] >= {"fire", "electric", "grass", "fighting"}
    assert "×0" not in dealt


def test_line_of_a_branched_family():
    line = evolution.line_of(Pokemon.objects.get(slug="vaporeon"))
    assert line.pokemon.slug == "eevee"
    assert {(step.pokemon.slug, step.how) for step in line.becomes} == {
        ("vaporeon", "Water Stone"),
        ("jolteon", "Thunder Stone"),
        ("flareon", "Fire Stone"),
    }


@pytest.mark.parametrize(
    ("slug", "stage"),
    [
        ("charmander", "first"),
        ("charmeleon", "middle"),
        ("charizard", "last"),
        ("charizard-mega-x", "last"),
        ("mewtwo", "only"),
        ("pikachu-starter", "only"),
        ("raticate-alola", "last"),
    ],
)
def test_stages(slug, stage):
    assert evolution.stage_of(Pokemon.objects.get(slug=slug), evolution.stages()) == stage


def test_radar_puts_every_stat_on_its_spoke():
    chart = radar([100, 0, 160, 80, 40, 250], ["a", "b", "c", "d", "e", "f"])
    points = [tuple(map(float, point.split(","))) for point in chart.shape.split()]
    assert points[1] == chart.center  # nothing at all
    assert points[0][0] == chart.center[0]  # straight up
    assert points[0][1] < chart.center[1]
    assert points[5] == (float(chart.spokes[5].x), float(chart.spokes[5].y))  # the top of the scale
