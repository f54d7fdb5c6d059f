"""One battle, turn by turn, the ways to choose in it, and its log in Showdown's protocol."""

import numpy as np
import pytest
from numba import config as numba_config

from mlcore.engine import battle as bt
from mlcore.engine import events as ev
from mlcore.engine import policies, protocol, search
from mlcore.engine import state as st
from mlcore.engine.specs import MoveColumn, Target
from mlcore.engine.state import RECHARGE
from tests.mlcore.engine.arena import EVENT_NAME, fighter

INTERPRETED = bool(numba_config.DISABLE_JIT)


@pytest.fixture
def begin(arena):
    """A battle between two fighters, A and B."""

    def build(a, b, *, seed=1):
        moves = [[arena.move(move) for move in who.moves] for who in (a, b)]
        return bt.Battle(arena.tables, arena.setups(a, b), (moves[0], moves[1]), seed=seed)

    return build


# Turn by turn --------------------------------------------------------------------------------


def test_it_works(begin):
    battle = begin(fighter("mewtwo", "psychic"), fighter("caterpie", "tackle"))
    assert (battle.turn, battle.winner, battle.choices(0)) == (0, None, [0])
    battle.play(0, 0)
    assert (battle.turn, battle.winner) == (1, 0)
    assert battle.choices(0) == []
    kinds = [EVENT_NAME[code] for code in battle.events[:, 0]]
    assert kinds[0] == "TURN"
    assert kinds[-2:] == ["FAINT", "WIN"]


def test_the_same_seed_gives_the_same_battle(begin):
    who = fighter("tauros", "thunder", "fire-blast", "body-slam", "rest")
    logs = []
    for seed in (5, 5, 6):
        battle = begin(who, who, seed=seed)
        battle.play_out(bt.random_choice, bt.random_choice)
        logs.append(battle.events.tolist())
    assert logs[0] == logs[1] != logs[2]


@pytest.mark.parametrize("slots", [(-1, 0), (1, 0), (4, 0), (0, -1), (0, 3)])
def test_it_rejects_what_may_not_be_chosen(begin, slots):
    battle = begin(fighter("mew", "tackle"), fighter("mew", "tackle"))
    with pytest.raises(bt.IllegalChoice, match="may choose"):
        battle.play(*slots)
    assert battle.turn == 0


def test_it_rejects_a_turn_after_the_end(begin):
    battle = begin(fighter("mewtwo", "psychic"), fighter("caterpie", "tackle"))
    battle.play(0, 0)
    with pytest.raises(bt.IllegalChoice, match="over"):
        battle.play(0, 0)


def test_a_bound_fighter_has_no_choices(begin, arena):
    battle = begin(fighter("mew", "fly", "tackle"), fighter("mew", "splash"))
    battle.play(0, 0)
    assert battle.choices(0) == []
    assert battle.forced_move(0) == arena.move("fly")
    assert battle.forced_move(1) is None
    battle.play(-1, 0)
    battle.state[0, st.RECHARGING] = 1
    assert battle.forced_move(0) == RECHARGE


def test_a_draw_after_a_hundred_turns(begin):
    who = fighter("chansey", "splash", "celebrate")
    battle = begin(who, who)
    assert battle.play_out(bt.random_choice, bt.random_choice) == -1
    assert battle.turn == 100


# Ways to choose ------------------------------------------------------------------------------


def test_random_choices_are_legal(begin):
    battle = begin(fighter("mew", "tackle", "rest"), fighter("mew", "splash"))
    assert {bt.random_choice(battle, 0) for _ in range(40)} == {0, 1}


def test_the_strongest_move(begin):
    battle = begin(fighter("mew", "tackle", "x-scissor"), fighter("mew", "splash"))
    assert bt.strongest_damage(battle, 0) == 1


def test_a_guided_policy_takes_the_highest_score(begin):
    asked = []

    def score(battle, side, slots):
        asked.append((side, slots))
        return [0.1, 0.9, 0.3]

    policy = bt.guided_by(score)
    battle = begin(fighter("mew", "tackle", "surf", "rest"), fighter("mew", "splash"))
    assert policy(battle, 0) == 1
    assert asked == [(0, [0, 1, 2])]
    # Nobody is asked where there is nothing to choose.
    assert policy(battle, 1) == 0
    battle.state[0, st.RECHARGING] = 1
    assert policy(battle, 0) == -1
    assert len(asked) == 1


def test_searching_finds_the_move_that_wins_at_once(begin):
    battle = begin(
        fighter("mew", "splash", "sonic-boom", "tackle"), fighter("mew", "surf", "strength")
    )
    battle.state[0, st.HP] = 5
    battle.state[1, st.HP] = 10
    battle.state[0, st.SPEED_STAGE] = 1
    assert bt.searching(96)(battle, 0) == 2  # Sonic Boom misses once in ten


def test_searching_sees_more_than_the_strongest_move(begin):
    """Both attacks would do; only the quick one comes before the foe's."""
    battle = begin(fighter("mew", "strength", "quick-attack"), fighter("mew", "surf", "strength"))
    battle.state[0, st.HP] = battle.state[1, st.HP] = 10
    battle.state[1, st.SPEED_STAGE] = 1
    assert bt.strongest_damage(battle, 0) == 0
    assert bt.searching(96)(battle, 0) == 1


def test_searching_mixes_where_a_sure_choice_would_be_read(begin):
    """Counter and Mirror Coat against a physical and a special attack: matching pennies."""
    battle = begin(
        fighter("alakazam", "counter", "mirror-coat"), fighter("alakazam", "karate-chop", "psychic")
    )
    battle.state[0, st.HP] = battle.state[1, st.HP] = 60
    policy = bt.searching(400)
    chosen = [policy(battle, 0) for _ in range(20)]
    assert set(chosen) == {0, 1}


@pytest.mark.parametrize("policy", [bt.strongest_damage, bt.searching(64)])
def test_nobody_explodes_who_can_do_anything_else(begin, policy):
    """One on one the user of an explosion has lost: it falls before its target."""
    for other in ("tackle", "growl"):
        battle = begin(
            fighter("electrode", "explosion", other, "self-destruct"), fighter("chansey", "splash")
        )
        assert {policy(battle, 0) for _ in range(10)} == {1}
    battle = begin(fighter("electrode", "explosion"), fighter("chansey", "splash"))
    assert policy(battle, 0) == 0


def test_the_strongest_move_is_the_one_that_trades_best(begin):
    """A crash or recoil is paid from the own HP, unless the hit ends the battle."""
    battle = begin(fighter("hitmonlee", "high-jump-kick", "brick-break"), fighter("mew", "splash"))
    assert bt.strongest_damage(battle, 0) == 0
    battle.state[0, st.HP] = 10
    assert bt.strongest_damage(battle, 0) == 1
    battle = begin(fighter("tauros", "double-edge", "body-slam"), fighter("mew", "splash"))
    battle.state[0, st.HP] = 20
    assert bt.strongest_damage(battle, 0) == 1
    battle.state[1, st.HP] = 60
    assert bt.strongest_damage(battle, 0) == 0


def test_searching_has_one_answer_where_there_is_one(begin):
    battle = begin(fighter("mew", "tackle"), fighter("mew", "splash"))
    assert bt.searching()(battle, 0) == 0
    battle.state[0, st.RECHARGING] = 1
    assert bt.searching()(battle, 0) == -1


def test_searching_leaves_the_battle_as_it_is(begin):
    battle = begin(fighter("mew", "tackle", "surf"), fighter("mew", "splash", "surf"))
    before, log = battle.state.copy(), battle.events.copy()
    bt.searching(32)(battle, 0)
    assert np.array_equal(battle.state, before)
    assert np.array_equal(battle.events, log)


@pytest.mark.parametrize(("winner", "worth"), [(st.A_WINS, 1), (st.B_WINS, 0), (st.DRAW, 0.5)])
def test_a_playout_of_a_decided_battle_is_its_result(begin, winner, worth):
    battle = begin(fighter("mew", "tackle"), fighter("mew", "splash"))
    battle.state[st.FIELD, st.WINNER] = winner
    found = search.playout(battle.state, battle.rng, ev.no_events(), battle.tables.rules)
    assert found == worth


def test_an_undecided_playout_counts_by_hp(begin):
    who = fighter("chansey", "splash", "celebrate")
    battle = begin(who, who)
    battle.state[1, st.HP] = battle.state[1, st.MAX_HP] // 2
    worth = search.playout(battle.state.copy(), battle.rng, ev.no_events(), battle.tables.rules)
    assert 0.65 < worth < 0.75


def test_searching_beats_random(arena):
    """A small sample; the large one is measured by the benchmark."""
    from mlcore.engine.simulate import simulate_battles

    who = fighter("charizard", "flamethrower", "roost", "dragon-rage", "growl")
    setups, slots = arena.setups(who), arena.slots(who)[None]
    plays = 2 if INTERPRETED else 200
    outcomes = simulate_battles(
        arena.tables,
        setups,
        slots,
        setups,
        slots,
        plays=plays,
        seed=3,
        policy_a=policies.SEARCH,
        policy_b=policies.RANDOM,
    )
    assert outcomes.wins_a[0] + outcomes.wins_b[0] + outcomes.draws[0] == plays
    if not INTERPRETED:
        assert outcomes.win_share[0] > 0.7


# The protocol --------------------------------------------------------------------------------


@pytest.fixture
def text_of(arena):
    """The protocol text of some events."""
    names = protocol.ProtocolNames(
        fighters=("Mew", "Muk"),
        players=("Ann", "Bob"),
        move=lambda move: arena.tables.move_slugs[move],
        type=lambda type_: arena.tables.type_slugs[type_],
        is_aimed=lambda move: arena.tables.moves[move, MoveColumn.TARGET] == Target.OPPONENT,
        struggle=arena.tables.struggle,
    )

    def convert(rows):
        log = np.array(rows, dtype=np.int64).reshape(-1, 4)
        return protocol.to_protocol(log, names, levels=(50, 60), max_hp=(175, 180))

    return convert


def test_the_protocol_begins_with_who_plays(text_of):
    assert text_of([]).splitlines() == [
        "|gametype|singles",
        "|player|p1|Ann|",
        "|teamsize|p1|1",
        "|player|p2|Bob|",
        "|teamsize|p2|1",
        "|gen|7",
        "|tier|[Gen 7 Let's Go] Custom Game",
        "|start",
        "|switch|p1a: Mew|Mew, L50|175/175",
        "|switch|p2a: Muk|Muk, L60|180/180",
    ]


def messages(text):
    """The lines after the beginning."""
    return text.splitlines()[10:]


# events -> lines. Source: the public description of the simulator's protocol.
MESSAGES = [
    ("first-turn", [(ev.TURN, 0, 1, 0)], ["|", "|turn|1"]),
    ("later-turn", [(ev.TURN, 0, 2, 0)], ["|upkeep", "|turn|2"]),
    ("move", [(ev.MOVE, 0, "surf", 0)], ["|move|p1a: Mew|surf|p2a: Muk"]),
    ("asleep", [(ev.CANT, 1, ev.CANT_SLEEP, 0)], ["|cant|p2a: Muk|slp"]),
    ("no-pp", [(ev.CANT, 1, ev.CANT_NO_PP, "surf")], ["|cant|p2a: Muk|nopp|surf"]),
    ("taunted", [(ev.CANT, 1, ev.CANT_TAUNT, "haze")], ["|cant|p2a: Muk|move: Taunt|haze"]),
    (
        "seed",
        [(ev.DAMAGE, 0, 80, ev.BY_SEED), (ev.HEAL, 1, 90, ev.BY_SEED)],
        [
            "|-damage|p1a: Mew|80/175|[from] Leech Seed|[of] p2a: Muk",
            "|-heal|p2a: Muk|90/180|[silent]",
        ],
    ),
    ("drowsy", [(ev.START, 0, st.YAWN_TURNS, 0)], ["|-start|p1a: Mew|move: Yawn|[of] p2a: Muk"]),
    ("miss", [(ev.MISS, 0, 0, 0)], ["|-miss|p1a: Mew|p2a: Muk"]),
    ("fail", [(ev.FAIL, 0, 0, 0)], ["|-fail|p1a: Mew"]),
    ("immune", [(ev.IMMUNE, 1, 0, 0)], ["|-immune|p2a: Muk"]),
    ("damage", [(ev.DAMAGE, 1, 80, ev.BY_MOVE)], ["|-damage|p2a: Muk|80/180"]),
    ("burn", [(ev.DAMAGE, 0, 80, ev.BY_BURN)], ["|-damage|p1a: Mew|80/175|[from] brn"]),
    ("down", [(ev.DAMAGE, 1, 0, ev.BY_MOVE)], ["|-damage|p2a: Muk|0 fnt"]),
    (
        "heal",
        [(ev.HEAL, 0, 100, ev.BY_DRAIN)],
        ["|-heal|p1a: Mew|100/175|[from] drain|[of] p2a: Muk"],
    ),
    ("critical", [(ev.CRITICAL, 1, 0, 0)], ["|-crit|p2a: Muk"]),
    ("super", [(ev.SUPER_EFFECTIVE, 1, 1, 0)], ["|-supereffective|p2a: Muk"]),
    ("resisted", [(ev.RESISTED, 1, 1, 0)], ["|-resisted|p2a: Muk"]),
    (
        "status",
        [(ev.STATUS, 1, st.BURN, 0), (ev.DAMAGE, 1, 9, 0), (ev.CURE, 1, st.BURN, 0)],
        ["|-status|p2a: Muk|brn", "|-damage|p2a: Muk|9/180 brn", "|-curestatus|p2a: Muk|brn|[msg]"],
    ),
    ("boost", [(ev.STAGE, 0, 0, 2)], ["|-boost|p1a: Mew|atk|2"]),
    ("unboost", [(ev.STAGE, 0, 6, -1)], ["|-unboost|p1a: Mew|evasion|1"]),
    ("substitute", [(ev.START, 0, st.SUBSTITUTE, 0)], ["|-start|p1a: Mew|Substitute"]),
    ("substitute-end", [(ev.END, 0, st.SUBSTITUTE, 0)], ["|-end|p1a: Mew|Substitute"]),
    (
        "substitute-hit",
        [(ev.ACTIVATE, 0, st.SUBSTITUTE, 0)],
        ["|-activate|p1a: Mew|move: Substitute|[damage]"],
    ),
    ("disable", [(ev.START, 0, st.DISABLED, "surf")], ["|-start|p1a: Mew|Disable|surf"]),
    ("trap", [(ev.START, 1, st.TRAPPED, "wrap")], ["|-activate|p2a: Muk|move: wrap|[of] p1a: Mew"]),
    ("reflect", [(ev.START, 0, st.REFLECT, 0)], ["|-sidestart|p1: Ann|Reflect"]),
    ("mist-end", [(ev.END, 1, st.MIST, 0)], ["|-sideend|p2: Bob|Mist"]),
    ("protect", [(ev.START, 0, st.PROTECTED, 0)], ["|-singleturn|p1a: Mew|Protect"]),
    ("protect-end", [(ev.END, 0, st.PROTECTED, 0)], []),
    ("no-word-for-it", [(ev.START, 0, st.RAGING, 0)], []),
    ("protected", [(ev.ACTIVATE, 0, st.PROTECTED, 0)], ["|-activate|p1a: Mew|move: Protect"]),
    ("prepare", [(ev.PREPARE, 0, "fly", 0)], ["|-prepare|p1a: Mew|fly"]),
    ("hits", [(ev.HIT_COUNT, 0, 3, 0)], ["|-hitcount|p2a: Muk|3"]),
    ("knock-out", [(ev.ONE_HIT_KO, 1, 0, 0)], ["|-ohko"]),
    ("clear", [(ev.RESET_STAGES, 1, 0, 0)], ["|-clearboost|p2a: Muk"]),
    ("transform", [(ev.TRANSFORM, 0, 0, 0)], ["|-transform|p1a: Mew|p2a: Muk"]),
    ("type", [(ev.TYPE_CHANGE, 0, st.WATER, 0)], ["|-start|p1a: Mew|typechange|water"]),
    ("mimic", [(ev.LEARN, 0, "surf", 0)], ["|-start|p1a: Mew|Mimic|surf"]),
    ("nothing", [(ev.NOTHING, 0, "splash", 0)], ["|-nothing"]),
    ("faint", [(ev.FAINT, 1, 0, 0)], ["|faint|p2a: Muk"]),
    ("win", [(ev.WIN, 1, 0, 0)], ["|win|Bob"]),
    ("draw", [(ev.WIN, -1, 0, 0)], ["|tie"]),
]


@pytest.mark.parametrize(
    ("rows", "lines"), [case[1:] for case in MESSAGES], ids=[case[0] for case in MESSAGES]
)
def test_a_message_of_the_protocol(arena, text_of, rows, lines):
    numbers = [
        [arena.move(value) if isinstance(value, str) else value for value in row] for row in rows
    ]
    assert messages(text_of(numbers)) == lines


# move event, what follows -> the move's line
USED = [
    ("metronome", ("surf", ev.USED_BY_METRONOME), [], "surf|p2a: Muk|[from] move: Metronome"),
    ("mirror", ("surf", ev.USED_BY_MIRROR_MOVE), [], "surf|p2a: Muk|[from] move: Mirror Move"),
    ("later-turn", ("outrage", ev.USED_LOCKED), [], "outrage|p2a: Muk|[from] lockedmove"),
    ("on-itself", ("recover", 0), [], "recover|p1a: Mew"),
    ("missed", ("surf", 0), [(ev.MISS, 0, 0, 0)], "surf|p2a: Muk|[miss]"),
    ("failed", ("toxic", 0), [(ev.FAIL, 0, 0, 0)], "toxic||[still]"),
    ("charging", ("fly", 0), [(ev.PREPARE, 0, 0, 0)], "fly||[still]"),
    (
        "failed-later",
        ("fly", ev.USED_LOCKED),
        [(ev.FAIL, 0, 0, 0)],
        "fly||[from] lockedmove|[still]",
    ),
]


@pytest.mark.parametrize(
    ("used", "rows", "line"), [case[1:] for case in USED], ids=[case[0] for case in USED]
)
def test_how_a_move_was_used(arena, text_of, used, rows, line):
    move, how = used
    first = messages(text_of([(ev.MOVE, 0, arena.move(move), how), *rows]))[0]
    assert first == f"|move|p1a: Mew|{line}"


def test_struggle_says_so(arena, text_of):
    rows = [(ev.MOVE, 0, arena.tables.struggle, 0), (ev.DAMAGE, 0, 9, ev.BY_RECOIL)]
    assert messages(text_of(rows))[1:] == [
        "|-activate|p1a: Mew|move: Struggle",
        "|-damage|p1a: Mew|9/175|[from] recoil",
    ]


# what brought it, events after it -> the last line
AFTER = [
    (
        "rest",
        (0, "rest"),
        [(ev.STATUS, 0, st.SLEEP, 0)],
        "-status|p1a: Mew|slp|[from] move: rest",
    ),
    (
        "spore",
        (1, "spore"),
        [(ev.STATUS, 0, st.SLEEP, 0)],
        "-status|p1a: Mew|slp|[from] move: spore",
    ),
    (
        "yawn",
        (1, "yawn"),
        [(ev.END, 0, st.YAWN_TURNS, 0), (ev.STATUS, 0, st.SLEEP, 0)],
        "-status|p1a: Mew|slp",
    ),
    (
        "rampage",
        (0, "outrage"),
        [(ev.START, 0, st.CONFUSION, 0)],
        "-start|p1a: Mew|confusion|[fatigue]",
    ),
    ("confused", (1, "supersonic"), [(ev.START, 0, st.CONFUSION, 0)], "-start|p1a: Mew|confusion"),
    (
        "bound",
        (1, "wrap"),
        [(ev.START, 0, st.TRAPPED, "wrap"), (ev.DAMAGE, 0, 9, ev.BY_TRAP)],
        "-damage|p1a: Mew|9/175|[from] move: wrap|[partiallytrapped]",
    ),
    (
        "free-again",
        (1, "wrap"),
        [(ev.START, 0, st.TRAPPED, "wrap"), (ev.END, 0, st.TRAPPED, 0)],
        "-end|p1a: Mew|wrap|[partiallytrapped]",
    ),
    (
        "crash",
        (0, "high-jump-kick"),
        [(ev.DAMAGE, 0, 9, ev.BY_CRASH)],
        "-damage|p1a: Mew|9/175|[from] high-jump-kick",
    ),
]


@pytest.mark.parametrize(
    ("used", "rows", "line"), [case[1:] for case in AFTER], ids=[case[0] for case in AFTER]
)
def test_what_a_move_brought(arena, text_of, used, rows, line):
    side, move = used
    numbers = [
        [arena.move(value) if isinstance(value, str) else value for value in row] for row in rows
    ]
    lines = messages(text_of([(ev.MOVE, side, arena.move(move), 0), *numbers]))
    assert lines[-1] == f"|{line}"


def test_every_event_of_real_battles_can_be_written(begin, arena, text_of):
    rng = np.random.default_rng(3)
    known = [slug for slug in arena.tables.move_slugs if slug != "struggle"]
    seen = set()
    for seed in range(20 if INTERPRETED else 100):
        sides = [fighter("mew", *rng.choice(known, 4, replace=False)) for _ in range(2)]
        battle = begin(*sides, seed=seed)
        battle.play_out(bt.random_choice, bt.random_choice)
        lines = messages(text_of(battle.events))
        assert all(line.startswith("|") for line in lines)
        assert lines[-1].split("|")[1] in ("win", "tie")
        seen |= {line.split("|")[1] for line in lines}
    assert {"move", "-damage", "faint", "turn", "upkeep", "win"} <= seen
