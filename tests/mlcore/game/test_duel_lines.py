"""Duels as JSON lines: what is read, and what is said about a line that cannot be used."""

import json

import numpy as np
import pytest

from mlcore.engine.specs import NATURE_NAMES
from mlcore.game.duel_lines import MAX_PLAYS, DuelLine, LineError, parse_lines, to_setups

GOOD = {
    "id": 7,
    "a": {"species": "pikachu", "move": "thunderbolt"},
    "b": {"species": "charizard", "move": "flamethrower"},
}


def parse(game, *lines, allow_moves=False, allow_status=False):
    texts = [line if isinstance(line, str | bytes) else json.dumps(line) for line in lines]
    return parse_lines(texts, game, allow_moves=allow_moves, allow_status=allow_status)


def with_side(**changes):
    return {**GOOD, "a": {**GOOD["a"], **changes}}


def test_a_line_is_read(game):
    (line,) = parse(game, GOOD)
    assert isinstance(line, DuelLine)
    assert line.id == 7
    assert line.plays is None
    assert game.form_slugs[line.a.form] == "pikachu"
    assert game.move_slugs[line.b.moves[0]] == "flamethrower"
    spread = line.a.spread
    assert (spread.level, spread.friendship, spread.ivs, spread.avs) == (
        50,
        70,
        (31,) * 6,
        (0,) * 6,
    )


def test_set_ups_are_read(game):
    (line,) = parse(
        game,
        {
            **with_side(nature="Timid", ivs={"spe": 3}, avs=12, friendship=255),
            "level": 30,
            "b": {**GOOD["b"], "level": 99},
            "n": 25,
        },
    )
    assert line.a.spread.level == 30
    assert line.b.spread.level == 99
    assert line.plays == 25
    setups = to_setups([line.a, line.b])
    assert setups.ivs[0].tolist() == [31, 31, 31, 31, 31, 3]
    assert setups.avs[0].tolist() == [12] * 6
    assert setups.nature[0] == NATURE_NAMES.index("timid")
    assert setups.friendship.tolist() == [255, 70]
    assert len(to_setups([])) == 0


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ("Charizard-Mega-X", "charizard-mega-x"),
        ("charizardmegax", "charizard-mega-x"),
        ("évoli", "eevee"),
        ("Nidoran♀", "nidoran-f"),
        ("mr. mime", "mr-mime"),
    ],
)
def test_names_are_read_as_people_write_them(game, given, slug):
    move = game.move_slugs[game.usable_moves(game.form_index(slug))[0]]
    (line,) = parse(game, with_side(species=given, move=move.replace("-", " ").upper()))
    assert game.form_slugs[line.a.form] == slug
    assert game.move_slugs[line.a.moves[0]] == move


def test_blank_lines_are_skipped_and_lines_without_id_are_counted(game):
    nameless = {key: value for key, value in GOOD.items() if key != "id"}
    lines = parse(game, "\n", nameless, "   ", nameless)
    assert [line.id for line in lines] == [0, 1]


def test_results_in_a_line_are_ignored(game):
    (line,) = parse(game, {**GOOD, "wins_a": 3, "kind": "random"})
    assert isinstance(line, DuelLine)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("{", "not valid JSON", id="broken"),
        pytest.param(b"\xff\xfe", "UTF-8", id="not-utf-8"),
        pytest.param("[" * 100_000, "nested", id="deep"),
        pytest.param("[1]", "a JSON object", id="list"),
        pytest.param('{"id": NaN}', "not a JSON number", id="nan"),
        pytest.param('{"id": 1e999}', "id must be", id="infinite-id"),
        pytest.param({"id": [1]}, "id must be", id="list-id"),
        pytest.param({"id": 1, "a": GOOD["a"]}, '"b" is missing', id="one-side"),
        pytest.param({**GOOD, "a": "pikachu"}, "must be an object", id="text-side"),
        pytest.param(with_side(species="pikachoo"), "unknown Pokémon", id="unknown-pokemon"),
        pytest.param(with_side(species=25), "name of a Pokémon", id="number-pokemon"),
        pytest.param(with_side(move="thunderbold"), "did you mean", id="near-miss"),
        pytest.param(with_side(move="thunder-wave"), "status move", id="status-move"),
        pytest.param(with_side(move="struggle"), "Struggle", id="struggle"),
        pytest.param(with_side(move=None), "name of a move", id="no-move"),
        pytest.param(with_side(moves=["thunderbolt"]), "not allowed here", id="moves"),
        pytest.param(with_side(level=0), "1 to 100", id="level-low"),
        pytest.param(with_side(level=101), "1 to 100", id="level-high"),
        pytest.param(with_side(level=50.0), "1 to 100", id="level-fraction"),
        pytest.param(with_side(level=True), "1 to 100", id="level-true"),
        pytest.param(with_side(level=10**40), "a huge number", id="level-huge"),
        pytest.param(with_side(nature="cheerful"), "one of hardy", id="nature"),
        pytest.param(with_side(nature=3), "one of hardy", id="nature-number"),
        pytest.param(with_side(ivs=32), "0 to 31", id="iv-high"),
        pytest.param(with_side(ivs={"velocity": 3}), "unknown stat", id="iv-name"),
        pytest.param(with_side(ivs={"spe": -1}), "0 to 31", id="iv-low"),
        pytest.param(with_side(ivs=[31]), "or an object", id="iv-list"),
        pytest.param(with_side(avs=201), "0 to 200", id="av-high"),
        pytest.param(with_side(friendship=256), "0 to 255", id="friendship"),
        pytest.param(with_side(lvl=3), 'unknown key "lvl"', id="unknown-key"),
        pytest.param({**GOOD, "n": 0}, f"1 to {MAX_PLAYS}", id="plays"),
        pytest.param({**GOOD, "level": "50"}, "1 to 100", id="level-text"),
        pytest.param(with_side(species="\ud800"), "unknown Pokémon", id="surrogate"),
        pytest.param(with_side(species="pika\x00chu"), None, id="nul"),
    ],
)
def test_a_bad_line_says_what_is_wrong(game, line, words):
    before, bad, after = parse(game, GOOD, line, GOOD)
    assert isinstance(before, DuelLine)
    assert isinstance(after, DuelLine)
    if words is None:
        return
    assert isinstance(bad, LineError)
    assert words in bad.message


def test_moves_are_read_where_they_are_allowed(game):
    side = {"species": "pikachu", "moves": ["thunderbolt", "thunder-wave"]}
    (line,) = parse(game, {**GOOD, "a": side}, allow_moves=True, allow_status=True)
    assert len(line.a.moves) == 2
    for moves, words in (
        ([], "1 to 4"),
        (["surf"] * 5, "1 to 4"),
        (["surf", "Surf"], "twice"),
        ("surf", "a list"),
    ):
        (bad,) = parse(game, {**GOOD, "a": {**side, "moves": moves}}, allow_moves=True)
        assert words in bad.message
    both = {**side, "move": "surf"}
    (bad,) = parse(game, {**GOOD, "a": both}, allow_moves=True, allow_status=True)
    assert "not both" in bad.message


def test_columns_keep_their_types(game):
    (line,) = parse(game, GOOD)
    assert to_setups([line.a]).form.dtype == np.int32
