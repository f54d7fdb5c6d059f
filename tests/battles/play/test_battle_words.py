"""Every code of the engine has its words, in both languages."""

import numpy as np
import pytest
from django.utils.translation import override

from battles.play import narration
from mlcore.engine import battle as bt
from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.specs import MoveColumn, Setups
from mlcore.game import gamedata

NAMES = narration.LogNames(
    fighters=("Pikachu", "Mew"), move=lambda index: f"<{index}>", type=lambda index: f"({index})"
)
LANGUAGES = ["en", "fr"]
#: Event codes are the first block of capitals in events.py, each block a range from 0.
CODES = range(ev.TURN, ev.WIN + 1)
CAUSES = range(ev.BY_MOVE, ev.BY_SELF_DESTRUCT + 1)
REASONS = range(ev.CANT_RECHARGE, ev.CANT_NO_PP + 1)
WAYS = range(ev.USED_AS_CHOSEN, ev.USED_LOCKED + 1)
AILMENTS = range(st.PARALYSIS, st.FREEZE + 1)


def told(*rows, hp=(100, 100)) -> list[str]:
    turns = narration.tell(np.array(rows, dtype=np.int64).reshape(-1, 4), NAMES, hp)
    return [line.words for turn in turns for line in turn.lines]


def test_the_ranges_are_all_there_is():
    """A code added to the engine shows up here, and below it needs words."""
    names = [name for name in vars(ev) if name.isupper()]
    assert len(names) == len(CODES) + len(CAUSES) + len(REASONS) + len(WAYS)


def test_every_event_code_has_words():
    assert set(narration.TELLERS) | {ev.TURN, ev.WIN} == set(CODES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_reason_and_ailment_has_words(language):
    with override(language):
        rows = (
            [(ev.DAMAGE, 0, 60, cause) for cause in CAUSES]
            + [(ev.HEAL, 0, 80, cause) for cause in CAUSES]
            + [(ev.CANT, 0, reason, 3) for reason in REASONS]
            + [(code, 0, ailment, 0) for code in (ev.STATUS, ev.CURE) for ailment in AILMENTS]
            + [(ev.STAGE, 0, stat, by) for stat in range(7) for by in (-6, -2, -1, 1, 2, 3, 12)]
        )
        for row in rows:
            (line,) = told(row)
            assert "Pikachu" in line
            assert "%(" not in line
        assert len({told(row)[0] for row in rows if row[0] == ev.CANT}) == len(REASONS)
        assert all(narration.ailment_tag(ailment) for ailment in AILMENTS)


def emitted(source: str, code: str) -> set[str]:
    """Conditions that the engine's source emits with a code, by the names in its calls."""
    import re
    from pathlib import Path

    folder = Path(ev.__file__).parent
    text = "".join((folder / name).read_text() for name in source.split())
    return set(re.findall(rf"ev\.{code}, \w+, st\.(\w+)", text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["START", "END", "ACTIVATE"])
def test_every_condition_that_the_engine_tells_has_words(language, code):
    conditions = emitted("effects.py action.py end_of_turn.py turn.py", code)
    assert len(conditions) >= 4
    if code == "END":
        # Those that are counted down, and that screens and moves start.
        conditions |= {"TAUNT_TURNS", "ENCORE_TURNS", "DISABLE_TURNS", "REFLECT", "LIGHT_SCREEN"}
        conditions |= {"MIST", "TRAPPED"}
    if code == "START":
        conditions |= {"REFLECT", "LIGHT_SCREEN", "MIST"}
    with override(language):
        for name in conditions - {"YAWN_TURNS"}:
            (line,) = told((getattr(ev, code), 1, getattr(st, name), 5))
            assert "Mew" in line, name


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_battles_with_every_move_are_told(language):
    """Each move is used in some battle; no sentence is missing, no placeholder is left."""
    tables = gamedata.current().tables
    moves = [i for i in range(len(tables.moves)) if i != tables.struggle]
    rng = np.random.default_rng(4)
    heard = set()
    with override(language):
        for index in range(0, len(moves), 2):
            forms = rng.integers(len(tables.form_ids), size=2)
            pairs = [moves[index : index + 2], rng.choice(moves, size=4, replace=False).tolist()]
            battle = bt.Battle(tables, Setups.flat(forms), (pairs[0], pairs[1]), seed=int(index))
            for _turn in range(30):
                if battle.winner is not None:
                    break
                battle.play(bt.random_choice(battle, 0), bt.random_choice(battle, 1))
                for side in (0, 1):
                    for tag in narration.tags(battle.state, side, NAMES):
                        assert tag.words
                        assert "%(" not in tag.words
            hp = battle.state[:2, st.MAX_HP].tolist()
            for turn in narration.tell(battle.events, NAMES, hp):
                assert turn.number >= 1
                for line in turn.lines:
                    assert line.words
                    assert "%(" not in line.words
            heard |= set(battle.events[:, 0].tolist())
    missing = {code for code in CODES if code not in heard}
    # Rare ones come in the battles below.
    assert missing <= {ev.TRANSFORM, ev.LEARN, ev.TYPE_CHANGE, ev.ONE_HIT_KO, ev.NOTHING}


def test_damage_and_healing_are_told_in_hp():
    assert told((ev.DAMAGE, 1, 55, ev.BY_MOVE), (ev.HEAL, 1, 80, ev.BY_MOVE)) == [
        "Mew lost 45 HP (55 left).",
        "Mew regained 25 HP (now 80).",
    ]


def test_turns_are_told_in_order():
    rows = [(ev.TURN, 0, 1, 0), (ev.MOVE, 0, 3, 0), (ev.TURN, 0, 2, 0), (ev.WIN, -1, 0, 0)]
    turns = narration.tell(np.array(rows), NAMES, (10, 10))
    assert [turn.number for turn in turns] == [1, 2]
    assert turns[0].lines == [narration.NarratedLine("a", "move", "Pikachu used <3>!")]
    assert turns[1].lines[0].side == ""
    assert narration.spoken(turns[0]) == "Pikachu used <3>!"


def test_names_tell_like_from_like():
    assert narration.fighter_names("Mew", "Abra") == ("Mew", "Abra")
    assert narration.fighter_names("Mew", "Mew") == ("Mew (A)", "Mew (B)")


def state_with(**columns) -> np.ndarray:
    state = st.new_state()
    state[0, st.MOVE_1 : st.MOVE_4 + 1] = [1, 2, 3, 4]
    state[0, st.PP_1 : st.PP_4 + 1] = 5
    for name, value in columns.items():
        state[0, getattr(st, name)] = value
    return state


MOVES = np.zeros((9, len(MoveColumn)), dtype=np.int64)
MOVES[1, MoveColumn.DAMAGE_CLASS] = st.STATUS_CLASS


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"PP_1": 0}, "no PP left"),
        ({"DISABLED": 2}, "disabled"),
        ({"TAUNT_TURNS": 2}, "taunted: no status moves"),
        ({"ENCORED": 4}, "encore: only <3>"),
    ],
)
def test_why_a_move_cannot_be_chosen(columns, reason):
    assert narration.why_not(state_with(**columns), MOVES, 0, 0, NAMES) == reason


@pytest.mark.parametrize(
    ("forced", "sentence"),
    [
        (None, "Mew can only use Struggle."),
        (st.RECHARGE, "Mew must recharge this turn."),
        (7, "Mew continues with <7>."),
    ],
)
def test_what_a_bound_fighter_does(forced, sentence):
    assert narration.bound(forced, "Mew", NAMES) == sentence


def test_tags_tell_status_stages_and_conditions():
    state = state_with(
        STATUS=st.BURN, ATTACK_STAGE=2, SPEED_STAGE=-1, REFLECT=3, DISABLED=3, SUBSTITUTE=25
    )
    assert [(tag.kind, tag.words) for tag in narration.tags(state, 0, NAMES)] == [
        ("status", "Burned"),
        ("up", "Attack +2"),
        ("down", "Speed −1"),
        ("note", "Substitute, 25 HP"),
        ("note", "Reflect, 3 turns"),
        ("note", "<2> disabled"),
    ]
    assert narration.tags(state_with(), 0, NAMES) == []


@pytest.mark.parametrize("column", range(st.CONFUSION, st.CONDITIONS_END))
def test_no_condition_goes_unsaid(column):
    """What is the matter with a fighter shows, but for what passes within the turn."""
    passing = {
        st.FLINCHED,
        st.PROTECTED,
        st.STALL_COUNTER,
        st.STALL_TURNS,
        st.DISABLE_TURNS,
        st.ENCORE_TURNS,
        st.ROOSTED,
        st.LOCK_TURNS,
        st.STATUS_COUNTER,
    }
    state = st.new_state()
    state[0, column] = 1
    assert bool(narration.tags(state, 0, NAMES)) == (column not in passing)


def test_rare_events_have_words():
    assert told((ev.TRANSFORM, 0, 0, 0)) == ["Pikachu transformed into its opponent!"]
    assert told((ev.LEARN, 0, 3, 0)) == ["Pikachu learned <3>!"]
    assert told((ev.TYPE_CHANGE, 0, 3, 0)) == ["Pikachu’s type changed to (3)!"]
    assert told((ev.ONE_HIT_KO, 0, 0, 0)) == ["It’s a one-hit KO!"]
    assert told((ev.NOTHING, 0, 0, 0)) == ["But nothing happened!"]
    for called in (ev.USED_BY_METRONOME, ev.USED_BY_MIRROR_MOVE):
        assert told((ev.MOVE, 0, 3, called)) == ["Pikachu’s move turned into <3>!"]
    assert told((ev.MOVE, 0, 3, ev.USED_LOCKED)) == ["Pikachu used <3>!"]
