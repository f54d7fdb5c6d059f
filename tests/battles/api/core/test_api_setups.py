"""setup_a and setup_b, wherever a duel is named."""

import pytest

from mlcore.engine.specs import NATURE_NAMES
from tests import asking

BATTLE = "/api/v1/predict/battle/"
BEST_MOVE = "/api/v1/predict/best-move/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


def test_it_works(ask, duel, asked):
    setup = {
        "level": 30,
        "nature": "Timid",
        "ivs": {"speed": 3, "hp": 7},
        "avs": {"spe": 12},
        "friendship": 255,
    }
    assert ask(BATTLE, duel(setup_a=setup)).status_code == 200
    a, _move_a, b, _move_b = asked[0]
    assert (a.level[0], a.nature[0], a.friendship[0]) == (30, NATURE_NAMES.index("timid"), 255)
    assert a.ivs[0].tolist() == [7, 31, 31, 31, 31, 3]
    assert a.avs[0].tolist() == [0, 0, 0, 0, 0, 12]
    assert (b.level[0], b.friendship[0], b.ivs[0].tolist()) == (50, 70, [31] * 6)
    assert asking.record_of().columns["level_a"].tolist() == [30]


def test_best_moves_are_judged_with_them(ask, asked):
    body = {"pokemon_a_id": 25, "pokemon_b_id": 6, "setup_b": {"ivs": 0, "avs": 200}}
    assert ask(BEST_MOVE, body).status_code == 200
    a, _move_a, b, _move_b = asked[0]
    assert len(a) == len(b) > 10
    assert (b.ivs == 0).all()
    assert (b.avs == 200).all()
    assert (a.ivs == 31).all()


def test_nothing_said_is_standard_rules(ask, duel, asked):
    ask(BATTLE, duel(setup_a={}, setup_b={}))
    a = asked[0][0]
    assert (a.level[0], a.avs[0].tolist()) == (50, [0] * 6)


@pytest.mark.parametrize(
    ("setup", "error"),
    [
        (None, ("setup_a", "wrong_type")),
        ([], ("setup_a", "wrong_type")),
        ({"lvl": 5}, ("setup_a.lvl", "unknown_key")),
        ({"level": 0}, ("setup_a.level", "not_in_range")),
        ({"level": 10**40}, ("setup_a.level", "not_in_range")),
        ({"level": "50"}, ("setup_a.level", "wrong_type")),
        ({"level": True}, ("setup_a.level", "wrong_type")),
        ({"level": 50.5}, ("setup_a.level", "wrong_type")),
        ({"nature": "cheerful"}, ("setup_a.nature", "not_a_choice")),
        ({"nature": {"a": 1}}, ("setup_a.nature", "not_a_choice")),
        ({"ivs": 32}, ("setup_a.ivs", "not_in_range")),
        ({"ivs": [31] * 6}, ("setup_a.ivs", "wrong_type")),
        ({"ivs": {"luck": 3}}, ("setup_a.ivs", "unknown_key")),
        ({"ivs": {"spe": 3, "speed": 3}}, ("setup_a.ivs", "repeated_stat")),
        ({"avs": {"hp": 201}}, ("setup_a.avs.hp", "not_in_range")),
        ({"friendship": -1}, ("setup_a.friendship", "not_in_range")),
    ],
)
@pytest.mark.parametrize("path", [BATTLE, BEST_MOVE])
def test_it_rejects_what_cannot_be(refused, duel, path, setup, error):
    body = duel() | {"setup_a": setup}
    if path == BEST_MOVE:
        del body["move_a_id"], body["move_b_id"]
    assert refused(path, body) == {error}


def test_all_mistakes_are_named_at_once(refused, duel):
    setup = {"level": 0, "nature": 3, "ivs": 99, "\ud800": 1, "x" * 9_000: 1}
    errors = refused(BATTLE, duel(setup_b=setup))
    assert {code for _field, code in errors} == {"not_in_range", "not_a_choice", "unknown_key"}
    assert len(errors) == 5
