"""What the battle page shows: both sides, buttons, chart, decisions, ending."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from battles.common import text
from battles.compare.simulation import wilson_interval
from battles.models import Battle, Result
from battles.play import addresses, game, narration, outlook, review
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
    def health(self) -> str:
        """The color of its HP, as the games have it: "high", "half", "low", or "none"."""
        if self.hp == 0:
            return "none"
        return (
            "high" if 2 * self.hp > self.max_hp else "half" if 5 * self.hp > self.max_hp else "low"
        )


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
    #: The turn as it was played; empty if the battle cannot be shown again.
    url: str = ""


@dataclass(frozen=True)
class ChanceChart:
    """The win chance over time: a line and the area under it, in a 100 by 100 box.

    rows: (turn, chance in words, address of the turn) for those who cannot see it.
    mark: where the turn that is shown lies, "" if none is.
    """

    line: str
    area: str
    rows: list[tuple[int, str, str]]
    last: int
    mark: str = ""


@dataclass(frozen=True)
class Decided:
    """What decided a battle: a sentence, what happened on that turn, and the player's part."""

    words: str
    happened: Sequence[str] = ()
    blame: str = ""
    turn: int | None = None


@dataclass(frozen=True)
class ReplaySteps:
    """A turn of a finished battle among the others; an address is empty where there is none.

    change: in points of A's chance to win, signed; empty if there is none.
    """

    turn: int
    total: int
    first: str
    previous: str
    next: str
    chance: str
    change: str
    is_rise: bool


def names_of(battle: Battle, snapshot: Snapshot) -> narration.LogNames:
    return narration.LogNames(
        fighters=narration.fighter_names(battle.name_a, battle.name_b),
        move=lambda index: snapshot.moves[index].name,
        type=lambda index: snapshot.types[index].name,
    )


def stage_side(
    battle: Battle, state: np.ndarray, snapshot: Snapshot, names: narration.LogNames, side: int
) -> StageSide:
    own = state[side]
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
        tags=narration.tags(state, side, names) if hp else [],
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


def beats(turn: narration.ToldTurn) -> str:
    """A turn for the script that plays it: [side, kind, HP left or null, words] of each line."""
    return json.dumps(
        [
            [line.side, "miss" if line.is_miss else line.kind, line.hp, line.words]
            for line in turn.lines
        ]
    )


#: An interval wider than this is shown in place of the share.
_WIDE = 0.1


def chance_in_percent(share: float, games: int | None) -> str:
    """With 0 games the result is certain; a share of few games is shown as its interval."""
    if games == 0:
        return text.share(share)
    if games is not outlook.LEARNED:
        low, high = wilson_interval(share * games, games)
        if high - low > _WIDE:
            return _interval(low, high)
    return text.percent(share)


def _interval(low: float, high: float) -> str:
    return _("%(low)d–%(high)s") % {"low": round(100 * low), "high": text.share(high)}


def chance_words(share: float, games: int | None, name: str) -> str:
    """Explains the win chance on the meter."""
    if games == 0:
        return _("The battle is decided.")
    if games is outlook.LEARNED:
        return _(
            "If both play well from here, %(name)s wins %(percent)s of the time. Estimated by a "
            "model that learned from battles against itself."
        ) % {"name": name, "percent": text.percent(share)}
    return text.elided(
        _(
            "Simulated %(games)d times from here, both sides looking ahead: %(name)s won %(wins)s. "
            "Its win chance is %(interval)s (95%% interval)."
        )
        % {
            "games": games,
            "name": name,
            "wins": text.decimal(share * games, 0 if float(share * games).is_integer() else 1),
            "interval": _interval(*wilson_interval(share * games, games)),
        }
    )


def chart_of(battle: Battle, at: int | None, *, can_replay: bool) -> ChanceChart | None:
    """The chart of a finished battle, with a mark at the turn ``at``."""
    shares = [share for share, _games in battle.chances]
    if len(shares) < 2:
        return None
    step = 100 / (len(shares) - 1)
    points = [(i * step, 100 * (1 - share)) for i, share in enumerate(shares)]
    line = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return ChanceChart(
        line=line,
        area=f"0,100 {line} 100,100",
        rows=[
            (
                turn,
                chance_in_percent(share, games),
                addresses.turn_url(battle, turn) if can_replay else "",
            )
            for turn, (share, games) in enumerate(battle.chances)
        ],
        last=len(shares) - 1,
        mark="" if at is None or at >= len(points) else f"{points[at][0]:.2f}%",
    )


def decided(
    battle: Battle,
    told: Sequence[narration.ToldTurn],
    weighed: Sequence[Decision],
    name: str,
    *,
    mine: bool,
) -> Decided | None:
    """What decided a finished battle, in sentences; None if it ended before its first turn."""
    if battle.result == Result.FORFEIT:
        share, games = battle.chances[-1]
        chance = chance_in_percent(share, games)
        return Decided(
            (
                _("Your win chance was %(chance)s when you gave up.")
                if mine
                else _("The player’s win chance was %(chance)s at that moment.")
            )
            % {"chance": chance}
        )
    point = review.turning_point(battle)
    if point is None:
        if len(battle.chances) < 2:
            return None
        share, games = battle.chances[0]
        if abs(share - 0.5) > 0.5 - review.TURNING_POINT:
            words = (
                _("The matchup decided it: your win chance was %(chance)s before the first turn.")
                if mine
                else _("The matchup decided it: %(name)s’s win chance was %(chance)s at the start.")
            )
        else:
            words = (
                _("No turn changed much: your win chance was %(chance)s before the first turn.")
                if mine
                else _("No turn changed much: %(name)s’s win chance was %(chance)s at the start.")
            )
        chance = chance_in_percent(share, games)
        return Decided(text.elided(words % {"name": name, "chance": chance}))
    before, after = (
        chance_in_percent(*battle.chances[turn]) for turn in (point.turn - 1, point.turn)
    )
    rose = point.after > point.before
    if mine:
        words = (
            _("Turn %(turn)d decided it: your win chance rose from %(before)s to %(after)s.")
            if rose
            else _("Turn %(turn)d decided it: your win chance fell from %(before)s to %(after)s.")
        )
    else:
        words = (
            _("Turn %(turn)d decided it: %(name)s’s win chance rose from %(before)s to %(after)s.")
            if rose
            else _(
                "Turn %(turn)d decided it: %(name)s’s win chance fell from %(before)s to %(after)s."
            )
        )
    lines = next((turn.lines for turn in told if turn.number == point.turn), [])
    decision = next((each for each in weighed if each.turn == point.turn), None)
    return Decided(
        words=text.elided(
            words % {"turn": point.turn, "name": name, "before": before, "after": after}
        ),
        happened=[line.words for line in lines if line.kind != "harm"],
        blame=_blame(decision, rose=rose, mine=mine),
        turn=point.turn,
    )


def _blame(decision: Decision | None, *, rose: bool, mine: bool) -> str:
    """Whether the player's own move had a part in a turn that went wrong."""
    if rose or decision is None:
        return ""
    if decision.points >= review.NOISE_POINTS:
        return _("%(chosen)s was worth %(points)d points less than %(best)s.") % {
            "chosen": decision.chosen,
            "points": decision.points,
            "best": decision.best,
        }
    if not mine:
        return ""
    return _("%(chosen)s was a good choice: the rolls and the opponent’s move did the rest.") % {
        "chosen": decision.chosen
    }


def replay_steps(battle: Battle, at: int) -> ReplaySteps:
    """The turn that is shown, and the ways to the others."""

    def url(turn: int) -> str:
        return addresses.turn_url(battle, turn) if 0 <= turn <= battle.turns else ""

    share, games = battle.chances[at]
    change = ""
    if at:
        points = round(100 * share) - round(100 * battle.chances[at - 1][0])
        change = text.signed(points) if points else ""
    return ReplaySteps(
        turn=at,
        total=battle.turns,
        first=url(0) if at else "",
        previous=url(at - 1),
        next=url(at + 1),
        chance=chance_in_percent(share, games),
        change=change,
        is_rise=change.startswith("+"),
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
                url=addresses.turn_url(replay.battle, weighed.turn),
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


def share_words(battle: Battle, *, mine: bool) -> str:
    """The result in a sentence, for friends; of the player, or of somebody who watched."""
    if not mine:
        return _("%(a)s vs %(b)s on PredictionDex") % {"a": battle.name_a, "b": battle.name_b}
    words = {
        Result.WON: _("I beat %(b)s with %(a)s on PredictionDex!"),
        Result.LOST: _("My %(a)s lost to %(b)s on PredictionDex. Can you do better?"),
        Result.DRAW: _("%(a)s vs %(b)s on PredictionDex: a draw."),
        Result.FORFEIT: _("%(a)s vs %(b)s on PredictionDex: I gave up. Can you do better?"),
    }[Result(battle.result)]
    return words % {"a": battle.name_a, "b": battle.name_b}
