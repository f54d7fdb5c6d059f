"""Level, nature, IVs, AVs and friendship in an address."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from battles.common.spread_query import read_spread, write_spread
from mlcore.engine.specs import NATURE_NAMES
from mlcore.game.spreads import FLAT, MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL, TRAINED, Spread

six = lambda high: st.tuples(*[st.integers(0, high)] * 6)  # noqa: E731
spreads = st.builds(
    Spread,
    level=st.integers(1, MAX_LEVEL),
    nature=st.sampled_from(NATURE_NAMES),
    friendship=st.integers(0, MAX_FRIENDSHIP),
    ivs=six(MAX_IV) | st.integers(0, MAX_IV).map(lambda value: (value,) * 6),
    avs=six(MAX_AV) | st.integers(0, MAX_AV).map(lambda value: (value,) * 6),
)


def read(query, side="a"):
    return read_spread(QueryDict(query), side)


def written(spread, side="a"):
    query = QueryDict(mutable=True)
    for name, value in write_spread(spread, side):
        query[name] = value
    return query


@given(spreads)
def test_what_is_written_is_read_again(spread):
    spread_input = read_spread(written(spread), "a")
    assert spread_input.spread == spread
    assert spread_input.errors == {}


def test_standard_rules_need_no_words():
    assert written(FLAT).urlencode() == ""
    assert written(TRAINED, "b").urlencode() == "level_b=100&friendship_b=255&avs_b=200"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", FLAT),
        ("level_a=&nature_a=&ivs_a=&avs_a=&friendship_a=", FLAT),
        ("level_b=100", FLAT),
        ("level_a=100", Spread(level=100)),
        ("level_a= 7 ", Spread(level=7)),
        ("level_a=20&level_a=30", Spread(level=30)),
        ("nature_a=Timid", Spread(nature="timid")),
        ("ivs_a=0", Spread(ivs=(0,) * 6)),
        ("ivs_a=31-0-31-31-31-31", Spread(ivs=(31, 0, 31, 31, 31, 31))),
        ("ivs_a=31,0,31,31,31,31", Spread(ivs=(31, 0, 31, 31, 31, 31))),
        ("avs_a=1&avs_a=2&avs_a=3&avs_a=&avs_a=5&avs_a=6", Spread(avs=(1, 2, 3, 0, 5, 6))),
        ("avs_a=200", Spread(avs=(200,) * 6)),
    ],
)
def test_what_an_address_says(query, expected):
    spread_input = read(query)
    assert spread_input.errors == {}
    assert spread_input.spread == expected


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("level_a=0", "level", "Level must be a whole number from 1 to 100, not “0”."),
        ("level_a=101", "level", "from 1 to 100, not “101”"),
        ("level_a=5.5", "level", "not “5.5”"),
        ("level_a=٣", "level", "not “٣”"),
        ("level_a=" + "9" * 400, "level", "…”"),
        ("friendship_a=256", "friendship", "from 0 to 255, not “256”"),
        ("nature_a=grumpy", "nature", "There is no nature “grumpy”."),
        ("ivs_a=32", "ivs", "IVs, HP: must be a whole number from 0 to 31, not “32”."),
        ("ivs_a=-5", "ivs", "not “-5”"),
        ("ivs_a=1-2-3", "ivs", "one number for all stats or six"),
        ("avs_a=1&avs_a=2", "avs", "you entered 2"),
        ("avs_a=0-0-0-201-0-0", "avs", "AVs, Special Attack: must be a whole number from 0 to 200"),
        ("avs_a=x", "avs", "not “x”"),
        ("avs_a=0&avs_a=%00&avs_a=0&avs_a=0&avs_a=0&avs_a=0", "avs", "AVs, Attack"),
    ],
)
def test_it_rejects(query, field, words):
    spread_input = read(query)
    assert list(spread_input.errors) == [field]
    assert words in spread_input.errors[field]
    assert getattr(spread_input.spread, field) == getattr(FLAT, field)


@given(
    st.dictionaries(
        st.sampled_from(["level_a", "nature_a", "friendship_a", "ivs_a", "avs_a"]),
        st.lists(st.text(max_size=20), max_size=14),
    )
)
def test_it_survives_anything(values):
    query = QueryDict(mutable=True)
    for name, texts in values.items():
        query.setlist(name, texts)
    spread = read_spread(query, "a").spread
    assert 1 <= spread.level <= MAX_LEVEL
    assert len(spread.ivs) == len(spread.avs) == 6
    assert spread.setups(0).level[0] == spread.level
