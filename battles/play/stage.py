"""What the battle page shows: both sides, buttons, chart, decisions, ending."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from battles.common import text
from battles.models import Battle, Result
from battles.play import game, narration, outlook, review
from battles.play.snapshots import Known, KnownForm, KnownMove, Snapshot
from mlcore.engine import battle as bt
from mlcore.engine import effectiveness
from mlcore.engine import state as st
from mlcore.engine.specs import NO_TYPE, DamageClass
from pokedex.choices import DamageClass as DamageClassName


@dataclass(frozen=True)
class StageSide:
    """One side of the stage."""

    side: str
    form: KnownForm
    name: str
    level: int
    hp: int
    max_hp: int
    width: str
    types: list[Known]
    tags: list[narration.Tag]
    moves: list[tuple[KnownMove, int]]

    @property
    def is_low(self) -> bool:
        return 0 < self.hp <= self.max_hp // 5


@dataclass(frozen=True)
class Button:
    """A move button, with the reason if it is disabled."""

    slot: int
    move: KnownMove
    damage_class: str
    pp: int
    reason: str
    #: Code and sign of its effectiveness against the foe; empty for a status move.
    effect: tuple[str, str] | None


@dataclass(frozen=True)
class Decision:
    """A decision of the player and its review."""

    turn: int
    chosen: str
    best: str
    #: "best", "equal", "slip" or "mistake".
    verdict: str
    verdict_words: str
    #: What the choice cost, in percentage points of win chance.
    points: int
    #: The best mixture in words; empty where it is a single move.
    plan: str
    #: Whether the value of battle states reviewed it, and not playouts.
    is_learned: bool


@dataclass(frozen=True)
class ChanceChart:
    """The win chance over time: a line and the area under it, in a 100 by 100 box.

    rows: (turn, chance in words) for those who cannot see it.
    """

    line: str
    area: str
    rows: list[tuple[int, str]]
    last: int


def names_of(battle: Battle, snapshot: Snapshot) -> narration.LogNames:
    return narration.LogNames(
        fighters=narration.fighter_names(battle.name_a, battle.name_b),
        move=lambda index: snapshot.moves[index].name,
        type=lambda index: snapshot.types[index].name,
    )


def stage_side(
    battle: Battle, engine: bt.Battle, snapshot: Snapshot, names: narration.LogNames, side: int
) -> StageSide:
    own = engine.state[side]
    slots = [slot for slot in range(st.MOVE_SLOTS) if own[st.MOVE_1 + slot] >= 0]
    hp, max_hp = int(own[st.HP]), int(own[st.MAX_HP])
    return StageSide(
        side="ab"[side],
        form=game.form_of(battle, side),
        name=names.fighters[side],
        level=int(own[st.LEVEL]),
        hp=hp,
        max_hp=max_hp,
        width=f"{100 * hp / max_hp:.1f}%",
        types=[snapshot.types[t] for t in own[[st.TYPE_1, st.TYPE_2]] if t != NO_TYPE],
        tags=narration.tags(engine.state, side, names) if hp else [],
        moves=[(snapshot.moves[own[st.MOVE_1 + slot]], int(own[st.PP_1 + slot])) for slot in slots],
    )


def buttons(engine: bt.Battle, snapshot: Snapshot, names: narration.LogNames) -> list[Button]:
    """The player's moves; empty if there is no choice."""
    allowed = engine.choices(0)
    own = engine.state[0]
    if not allowed:
        return []
    result = []
    for slot in range(st.MOVE_SLOTS):
        index = int(own[st.MOVE_1 + slot])
        if index < 0:
            continue
        move = snapshot.moves[index]
        reason = ""
        if slot not in allowed:
            reason = narration.why_not(engine.state, engine.tables.moves, 0, slot, names)
        result.append(
            Button(
                slot=slot,
                move=move,
                damage_class=DamageClassName[move.damage_class.name].label,
                pp=int(own[st.PP_1 + slot]),
                reason=reason,
                effect=effect(engine, move),
            )
        )
    return result


def effect(engine: bt.Battle, move: KnownMove) -> tuple[str, str] | None:
    """The effectiveness of the move's type against the foe's current types."""
    if move.damage_class == DamageClass.STATUS:
        return None
    foe = engine.state[1]
    chart = engine.tables.type_chart
    percent = effectiveness.percent(chart, move.type.index, foe[st.TYPE_1], foe[st.TYPE_2])
    return text.MULTIPLIERS.get(int(percent))


def chance_in_percent(share: float, games: int | None) -> str:
    """With 0 games the result is certain: 0% and 100% are then exact."""
    return text.share(share) if games == 0 else text.percent(share)


def chance_words(share: float, games: int | None, name: str) -> str:
    """Explains the win chance on the meter."""
    if games == 0:
        return _("The battle is decided.")
    if games is outlook.LEARNED:
        return _(
            "If both play well from here, %(name)s wins %(percent)s of the time. Estimated by a "
            "model that learned from battles against itself."
        ) % {"name": name, "percent": text.percent(share)}
    return _(
        "Simulated %(games)d times from here, both sides looking ahead: %(name)s won %(percent)s."
    ) % {"games": games, "name": name, "percent": text.percent(share)}


def chart_of(battle: Battle) -> ChanceChart | None:
    shares = [share for share, _games in battle.chances]
    if len(shares) < 2:
        return None
    step = 100 / (len(shares) - 1)
    points = [(i * step, 100 * (1 - share)) for i, share in enumerate(shares)]
    line = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return ChanceChart(
        line=line,
        area=f"0,100 {line} 100,100",
        rows=[(turn, text.percent(share)) for turn, share in enumerate(shares)],
        last=len(shares) - 1,
    )


def decisions(replay: game.Replay, snapshot: Snapshot) -> list[Decision]:
    """The player's decisions, compared with the best ones."""
    result = []
    for weighed in review.review(replay):
        cost = 0.0 if weighed.is_within else weighed.best_value - weighed.value
        points = max(0, round(100 * cost))
        plan = [(snapshot.moves[move].name, share) for move, share in weighed.plan]
        verdict = (
            "best"
            if weighed.chosen == weighed.best
            else "equal"
            if points < review.NOISE_POINTS
            else "slip"
            if points < review.MISTAKE_POINTS
            else "mistake"
        )
        result.append(
            Decision(
                turn=weighed.turn,
                chosen=snapshot.moves[weighed.chosen].name,
                best=snapshot.moves[weighed.best].name,
                verdict=verdict,
                verdict_words={
                    "best": pgettext("choice", "best"),
                    "equal": pgettext("choice", "equal"),
                    "slip": pgettext("choice", "inaccuracy"),
                    "mistake": pgettext("choice", "mistake"),
                }[verdict],
                points=points,
                plan=text.mixture(plan) if len(plan) > 1 else "",
                is_learned=bool(plan),
            )
        )
    return result


def ending_words(battle: Battle) -> str:
    return {
        Result.WON: _("You won!"),
        Result.LOST: _("You lost."),
        Result.DRAW: _("A draw."),
        Result.FORFEIT: _("You gave up."),
    }[Result(battle.result)]


def watched_ending(battle: Battle) -> str:
    """The ending as shown to spectators."""
    winner = {Result.WON: battle.name_a, Result.LOST: battle.name_b}.get(Result(battle.result))
    if winner:
        return _("%(name)s won.") % {"name": winner}
    return _("A draw.") if battle.result == Result.DRAW else _("The player gave up.")
