"""Damaging moves without a rule of their own: power, accuracy, priority, PP, secondary effect.

A Mew (all stats 122, 175 HP) uses each move on another Mew. Source of the table: the reference
simulator's move data.
"""

import pytest

from mlcore.engine.specs import TYPES, MoveColumn
from tests.mlcore.engine.arena import CRIT, MAX, fails, fighter, happens, pick
from tests.mlcore.engine.formula import damage

# move, type, class, power, accuracy (0: never misses), PP, priority, critical stage, effect
TABLE = """
    acid            poison    special   40 100 30  0 0 special_defense-1:10
    air-slash       flying    special   75  95 15  0 0 flinch:30
    aqua-jet        water     physical  40 100 20  1 0 -
    aurora-beam     ice       special   65 100 20  0 0 attack-1:10
    bite            dark      physical  60 100 25  0 0 flinch:30
    blizzard        ice       special  110  70  5  0 0 freeze:10
    body-slam       normal    physical  85 100 15  0 0 paralysis:30
    bone-club       ground    physical  65  85 20  0 0 flinch:10
    bubble          water     special   40 100 30  0 0 speed-1:10
    bubble-beam     water     special   65 100 20  0 0 speed-1:10
    bug-buzz        bug       special   90 100 10  0 0 special_defense-1:10
    buzzy-buzz      electric  special   90 100 15  0 0 paralysis:100
    confusion       psychic   special   50 100 25  0 0 confusion:10
    constrict       normal    physical  10 100 35  0 0 speed-1:10
    crabhammer      water     physical 100  90 10  0 1 -
    crunch          dark      physical  80 100 15  0 0 defense-1:20
    cut             normal    physical  50  95 30  0 0 -
    dark-pulse      dark      special   80 100 15  0 0 flinch:20
    dazzling-gleam  fairy     special   80 100 10  0 0 -
    dizzy-punch     normal    physical  70 100 10  0 0 confusion:20
    dragon-pulse    dragon    special   85 100 10  0 0 -
    dragon-tail     dragon    physical  60  90 10 -6 0 -
    drill-peck      flying    physical  80 100 20  0 0 -
    drill-run       ground    physical  80  95 10  0 1 -
    earthquake      ground    physical 100 100 10  0 0 -
    egg-bomb        normal    physical 100  75 10  0 0 -
    ember           fire      special   40 100 25  0 0 burn:10
    fire-blast      fire      special  110  85  5  0 0 burn:10
    fire-punch      fire      physical  75 100 15  0 0 burn:10
    flamethrower    fire      special   90 100 15  0 0 burn:10
    flash-cannon    steel     special   80 100 10  0 0 special_defense-1:10
    floaty-fall     flying    physical  90  95 15  0 0 flinch:30
    gust            flying    special   40 100 35  0 0 -
    headbutt        normal    physical  70 100 15  0 0 flinch:30
    heat-wave       fire      special   95  90 10  0 0 burn:10
    horn-attack     normal    physical  65 100 25  0 0 -
    hydro-pump      water     special  110  80  5  0 0 -
    hyper-fang      normal    physical  80  90 15  0 0 flinch:10
    ice-beam        ice       special   90 100 10  0 0 freeze:10
    ice-punch       ice       physical  75 100 15  0 0 freeze:10
    ice-shard       ice       physical  40 100 30  1 0 -
    iron-tail       steel     physical 100  75 15  0 0 defense-1:30
    karate-chop     fighting  physical  50 100 25  0 1 -
    lick            ghost     physical  30 100 30  0 0 paralysis:30
    mega-kick       normal    physical 120  75  5  0 0 -
    mega-punch      normal    physical  80  85 20  0 0 -
    megahorn        bug       physical 120  85 10  0 0 -
    moonblast       fairy     special   95 100 15  0 0 special_attack-1:30
    pay-day         normal    physical  40 100 20  0 0 -
    peck            flying    physical  35 100 35  0 0 -
    play-rough      fairy     physical  90  90 10  0 0 attack-1:10
    poison-jab      poison    physical  80 100 20  0 0 poison:30
    poison-sting    poison    physical  15 100 35  0 0 poison:30
    pound           normal    physical  40 100 35  0 0 -
    power-whip      grass     physical 120  85 10  0 0 -
    psybeam         psychic   special   65 100 20  0 0 confusion:10
    psychic         psychic   special   90 100 10  0 0 special_defense-1:10
    quick-attack    normal    physical  40 100 30  1 0 -
    razor-leaf      grass     physical  55  95 25  0 1 -
    rock-slide      rock      physical  75  90 10  0 0 flinch:30
    rock-throw      rock      physical  50  90 15  0 0 -
    rolling-kick    fighting  physical  60  85 15  0 0 flinch:30
    scald           water     special   80 100 15  0 0 burn:30
    scratch         normal    physical  40 100 35  0 0 -
    shadow-ball     ghost     special   80 100 15  0 0 special_defense-1:20
    sizzly-slide    fire      physical  90 100 15  0 0 burn:100
    slam            normal    physical  80  75 20  0 0 -
    slash           normal    physical  70 100 20  0 1 -
    sludge          poison    special   65 100 20  0 0 poison:30
    sludge-bomb     poison    special   90 100 10  0 0 poison:30
    smog            poison    special   30  70 20  0 0 poison:40
    splishy-splash  water     special   90 100 15  0 0 paralysis:30
    stomp           normal    physical  65 100 20  0 0 flinch:30
    strength        normal    physical  80 100 15  0 0 -
    surf            water     special   90 100 15  0 0 -
    swift           normal    special   60   0 20  0 0 -
    tackle          normal    physical  40 100 35  0 0 -
    thunder         electric  special  110  70 10  0 0 paralysis:30
    thunder-punch   electric  physical  75 100 15  0 0 paralysis:10
    thunder-shock   electric  special   40 100 30  0 0 paralysis:10
    thunderbolt     electric  special   90 100 15  0 0 paralysis:10
    u-turn          bug       physical  70 100 20  0 0 -
    vice-grip       normal    physical  55 100 30  0 0 -
    vine-whip       grass     physical  45 100 25  0 0 -
    water-gun       water     special   40 100 25  0 0 -
    waterfall       water     physical  80 100 15  0 0 flinch:20
    wing-attack     flying    physical  60 100 35  0 0 -
    x-scissor       bug       physical  80 100 15  0 0 -
"""
MOVES = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()}
#: Psychic is weak to these and resists those.
WEAK, RESISTED = ("bug", "ghost", "dark"), ("fighting", "psychic")
TICKS = {"burn": 175 // 16, "poison": 175 // 8}


def odds_of(critical):
    return 8 if critical == "1" else 24


@pytest.fixture
def used(arena):
    """A turn in which A's Mew uses the move first, with the outcomes given."""

    def use(move, *, hit=True, effect=True, critical=False):
        type_, _, power, accuracy, _, _, stage, secondary = MOVES[move]
        battle = arena.battle(
            fighter("mew", move, stages={"speed": 1}), fighter("mew", "splash", "tackle")
        )
        script = []
        if 0 < int(accuracy) < 100:
            script.append((happens if hit else fails)(int(accuracy)))
        if hit:
            script += [(happens if critical else fails)(1, odds_of(stage)), MAX]
            if secondary != "-":
                name, chance = secondary.split(":")
                if int(chance) < 100:
                    script.append((happens if effect else fails)(int(chance)))
                if effect and name == "confusion":
                    script += [pick(3, 4), fails(33)]
                if effect and name == "paralysis":
                    script.append(fails(1, 4))
                if effect and name == "freeze":
                    script.append(fails(1, 5))
        battle.turn(move, "splash", script)
        expected = damage(
            int(power),
            critical=critical,
            stab=type_ == "psychic",
            weaknesses=int(type_ in WEAK),
            resistances=int(type_ in RESISTED),
        )
        return battle, expected

    return use


@pytest.mark.parametrize("move", MOVES)
def test_ordinary_move(arena, used, move):
    """Damage without its secondary effect, which has its chance; PP; the type and class."""
    type_, class_, _, accuracy, pp, priority, _, effect = MOVES[move]
    row = arena.tables.moves[arena.move(move)]
    assert TYPES[row[MoveColumn.TYPE]] == type_
    assert row[MoveColumn.DAMAGE_CLASS] == ("physical", "special").index(class_)
    assert row[MoveColumn.PRIORITY] == int(priority)

    battle, expected = used(move, effect=effect.endswith(":100"))
    # Mew has 175 HP, which four moves in a row could take at once.
    assert battle.damages[0] == ("B", 175 - min(175, expected))
    assert battle.a.moves == {move: int(pp) * 8 // 5 - 1}
    assert battle.a.lost == 0
    if not effect.endswith(":100"):
        assert battle.b.lost == expected
        assert (battle.b.status, battle.b.stages) == ("none", {})
        assert (battle.b.confusion, battle.happened("CANT", "B")) == (0, False)

    battle, expected = used(move, effect=effect.endswith(":100"), critical=True)
    assert battle.damages[0] == ("B", 175 - min(175, expected))

    if 0 < int(accuracy) < 100:
        battle, _ = used(move, hit=False)
        assert battle.b.lost == 0
        assert battle.happened("MISS", "A")
        assert battle.a.moves == {move: int(pp) * 8 // 5 - 1}


@pytest.mark.parametrize("move", [name for name, row in MOVES.items() if row[-1] != "-"])
def test_secondary_effect(used, move):
    battle, expected = used(move)
    effect = MOVES[move][-1].split(":")[0]
    tick = TICKS.get(effect, 0)
    assert battle.b.lost == expected + tick
    if effect == "flinch":
        assert battle.happened("CANT", "B")
        assert battle.b.moves == {"splash": 64, "tackle": 56}
        assert battle.b.flinched == 0  # by the end of the turn
    elif effect == "confusion":
        assert battle.b.confusion == 4  # drawn 5, one action gone
    elif effect in ("burn", "paralysis", "poison", "freeze"):
        assert battle.b.status == effect
    else:
        stat, change = effect.rsplit("-", 1)
        assert battle.b.stages == {stat: -int(change)}


@pytest.mark.parametrize("move", ["quick-attack", "aqua-jet", "ice-shard"])
def test_priority_goes_before_speed(arena, move):
    """A slower Mew with a priority move acts first. Source: priority +1."""
    battle = arena.battle(
        fighter("mew", move, stages={"speed": -6}), fighter("mew", "splash", stages={"speed": 6})
    )
    battle.turn(move, "splash", [fails(1, 24), MAX])
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]


def test_dragon_tail_comes_last_and_drags_nobody(arena):
    """Priority -6; with no teammate there is no one to drag in."""
    battle = arena.battle(
        fighter("mew", "dragon-tail", stages={"speed": 6}), fighter("mew", "splash")
    )
    battle.turn("dragon-tail", "splash", [happens(90), fails(1, 24), MAX])
    assert battle.names("MOVE", "FAIL") == ["B MOVE", "A MOVE"]
    assert battle.b.lost == damage(60)


def test_u_turn_is_a_plain_attack_without_teammates(arena):
    battle = arena.battle(fighter("mew", "u-turn", stages={"speed": 1}), fighter("mew", "splash"))
    battle.turn("u-turn", "splash", [fails(1, 24), MAX])
    assert battle.b.lost == damage(70, weaknesses=1)
    assert not battle.happened("FAIL")


@pytest.mark.parametrize("stage", [6, -6])
def test_swift_ignores_accuracy_and_evasion(arena, stage):
    battle = arena.battle(
        fighter("mew", "swift", stages={"speed": 1, "accuracy": -stage}),
        fighter("mew", "splash", stages={"evasion": stage}),
    )
    battle.turn("swift", "splash", [fails(1, 24), MAX])
    assert battle.b.lost == damage(60)


@pytest.mark.parametrize("move", ["scald", "flare-blitz", "sizzly-slide"])
def test_a_move_that_thaws_its_user_is_used_while_frozen(arena, move):
    """No thawing roll: the move itself melts the ice."""
    battle = arena.battle(
        fighter("mew", move, status="freeze", stages={"speed": 1}), fighter("mew", "splash")
    )
    extra = {"scald": [fails(30)], "flare-blitz": [fails(10)], "sizzly-slide": []}[move]
    battle.turn(move, "splash", [fails(1, 24), MAX, *extra])
    assert battle.a.status == "none"
    assert battle.happened("CURE", "A")
    assert battle.b.lost > 0


@pytest.mark.parametrize("move", ["ember", "fire-punch", "flamethrower", "fire-blast", "heat-wave"])
def test_a_fire_hit_thaws_the_target(arena, move):
    """...and so it may be burnt no earlier than by the next one."""
    accuracy = MOVES[move][3]
    battle = arena.battle(
        fighter("mew", move, stages={"speed": 1}), fighter("mew", "splash", status="freeze")
    )
    accurate = [] if accuracy == "100" else [happens(int(accuracy))]
    battle.turn(move, "splash", [*accurate, fails(1, 24), MAX, happens(10)])
    assert battle.b.status == "none"
    assert battle.names("CURE", "CANT") == ["B CURE"]


def test_scald_thaws_the_target(arena):
    battle = arena.battle(
        fighter("mew", "scald", stages={"speed": 1}), fighter("mew", "splash", status="freeze")
    )
    battle.turn("scald", "splash", [fails(1, 24), MAX, happens(30)])
    assert battle.b.status == "none"


@pytest.mark.parametrize(
    ("move", "form", "status"),
    [
        ("thunderbolt", "raichu", "none"),
        ("body-slam", "raichu", "none"),  # generation 7: no Electric type is ever paralysed
        ("lick", "raichu-alola", "none"),
        ("ember", "charizard", "none"),
        ("scald", "charizard", "none"),
        ("ice-beam", "dewgong", "none"),
        ("sludge-bomb", "arbok", "none"),
        ("poison-sting", "gengar", "none"),
        ("body-slam", "snorlax", "paralysis"),
        ("sludge-bomb", "snorlax", "poison"),
    ],
)
def test_secondary_effects_respect_immunity_by_type(arena, move, form, status):
    _, _, _, _, _, _, stage, effect = MOVES[move]
    chance = int(effect.split(":")[1])
    battle = arena.battle(
        fighter("mew", move, stages={"speed": 6}), fighter(form, "splash", hp=900, max_hp=900)
    )
    script = [fails(1, odds_of(stage)), MAX, happens(chance)]
    if status == "paralysis":
        script.append(fails(1, 4))
    battle.turn(move, "splash", script)
    assert battle.b.status == status


def test_a_second_status_does_not_replace_the_first(arena):
    battle = arena.battle(
        fighter("mew", "ember", stages={"speed": 1}),
        fighter("mew", "splash", status="poison"),
    )
    battle.turn("ember", "splash", [fails(1, 24), MAX, happens(10)])
    assert battle.b.status == "poison"


def test_a_substitute_keeps_secondary_effects_away(arena):
    """The chance is not even rolled: the hit never reached the fighter."""
    battle = arena.battle(
        fighter("mew", "body-slam", stages={"speed": 1}),
        fighter("mew", "splash", substitute=43),
    )
    battle.turn("body-slam", "splash", [CRIT, MAX])
    assert battle.b.status == "none"
    assert battle.b.lost == 0


def test_bug_buzz_goes_through_a_substitute(arena):
    """Sound does. Source: its flag in the simulator's data."""
    battle = arena.battle(
        fighter("mew", "bug-buzz", stages={"speed": 1}),
        fighter("mew", "splash", substitute=43),
    )
    battle.turn("bug-buzz", "splash", [fails(1, 24), MAX, happens(10)])
    assert battle.b.lost == damage(90, weaknesses=1)
    assert battle.b.substitute == 43
    assert battle.b.stages == {"special_defense": -1}


@pytest.mark.parametrize(
    ("move", "doubled"),
    [("stomp", 1), ("body-slam", 1), ("strength", 0), ("headbutt", 0)],
)
def test_trampling_hits_a_minimized_target_twice_as_hard_and_surely(arena, move, doubled):
    """Stomp and Body Slam (and Double Iron Bash) ignore the evasion of Minimize, too."""
    power = int(MOVES[move][2])
    battle = arena.battle(
        fighter("mew", move, stages={"speed": 1}),
        fighter("mew", "splash", minimized=1, stages={"evasion": 2}, hp=900, max_hp=900),
    )
    accurate = [] if doubled else [happens(60)]
    effect = MOVES[move][-1]
    extra = [] if effect == "-" else [fails(int(effect.split(":")[1]))]
    battle.turn(move, "splash", [*accurate, fails(1, 24), MAX, *extra])
    assert battle.b.lost == damage(power, doubled=doubled)


@pytest.mark.parametrize(
    ("move", "state", "doubled"),
    [("gust", 1, 1), ("thunder", 1, 0), ("earthquake", 2, 1)],
    ids=["gust-airborne", "thunder-airborne", "earthquake-underground"],
)
def test_moves_that_reach_a_hidden_target(arena, move, state, doubled):
    """Gust and Earthquake double. 1: up in the air, 2: under the ground."""
    charging = "fly" if state == 1 else "dig"
    battle = arena.battle(
        fighter("mew", move, stages={"speed": 1}),
        fighter("mew", charging, hidden=state, charging=charging, hp=900, max_hp=900),
    )
    power, accuracy = int(MOVES[move][2]), int(MOVES[move][3])
    accurate = [happens(accuracy)] if accuracy < 100 else []
    extra = [fails(30)] if move == "thunder" else []
    landing = [happens(95), fails(1, 24), MAX] if charging == "fly" else [fails(1, 24), MAX]
    battle.turn(move, None, [*accurate, fails(1, 24), MAX, *extra, *landing])
    assert battle.damages[0] == ("B", 900 - damage(power, doubled=doubled))


@pytest.mark.parametrize("state", [1, 2], ids=["airborne", "underground"])
def test_other_moves_miss_a_hidden_target_without_a_roll(arena, state):
    charging = "fly" if state == 1 else "dig"
    battle = arena.battle(
        fighter("mew", "surf", stages={"speed": 1}),
        fighter("mew", charging, hidden=state, charging=charging),
    )
    landing = [happens(95), fails(1, 24), MAX] if charging == "fly" else [fails(1, 24), MAX]
    battle.turn("surf", None, landing)
    assert battle.happened("MISS", "A")
    assert battle.b.lost == 0
