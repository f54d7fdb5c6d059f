"""The compare page's prediction: ranking, grid, reasons, and the damage behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Literal

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from battles.common import text
from battles.common.forms import SIDES
from battles.common.serving import Serving
from battles.common.spread_fields import spread_summary
from battles.compare.duel import Duel, duel_of, usable_moves
from battles.compare.fighters import compare_url
from battles.compare.forms import ComparedSide, CompareForm, compare_query
from mlcore.engine.specs import Setups
from mlcore.game import damage_calc, duel_facts, gamedata
from mlcore.game import matchup as game_matchup
from mlcore.game.damage_calc import Damage
from mlcore.game.spreads import Spread
from mlcore.serving import best_move, explanations
from mlcore.serving.predict import LogUnavailable
from pokedex.models import Move, Pokemon

#: Maximum rows and columns of the grid.
GRID_SIZE = 8
REASONS_SHOWN = 3
#: Factors of the model that facts tell of. A fact whose factor makes no difference is no reason.
_FACTOR_OF_FACT = {
    **dict.fromkeys(("effective", "resisted", "no_effect"), "types"),
    **dict.fromkeys(("speed_first", "priority_first", "speed_tie"), "order"),
    "may_miss": "accuracy",
    **dict.fromkeys(("recoil", "drain", "ailment", "flinch"), "effects"),
}
#: Log-odds that are shown as 0.0.
_NOTHING = 0.05


@dataclass(frozen=True)
class MoveRank:
    """A move and its outcome; ``probability`` that its user wins."""

    place: int
    move: Move
    reply: Move
    probability: float
    width: str
    #: Who moves first, as a sentence and in short.
    first: str
    first_short: str
    #: Mean share of the target's HP per use, as text and as a width.
    damage: str
    damage_width: str
    hits: str
    accuracy: str
    #: Code (icon) and sign of the effectiveness.
    multiplier: tuple[str, str]
    effect: str

    @property
    def percent(self) -> str:
        return text.percent(self.probability)


@dataclass(frozen=True)
class GridCell:
    percent: str
    #: Heat, 0 to 10, from A's point of view.
    heat: int
    is_reply: bool
    url: str
    words: str


@dataclass(frozen=True)
class GridRow:
    move: Move
    cells: list[GridCell]


@dataclass(frozen=True)
class Grid:
    """A's win probability for each of its moves (rows) against each of B's (columns)."""

    columns: list[Move]
    rows: list[GridRow]
    #: Says that some moves are left out; else empty.
    left_out: str


@dataclass(frozen=True)
class ReasonLine:
    words: str
    #: "a", "b" or "": the favored side.
    side: str
    sign: str
    #: Which side it favors, in words.
    meaning: str


@dataclass(frozen=True)
class Weight:
    """How far a factor moves the prediction; its bar grows from the middle toward that side."""

    words: str
    #: "a" or "b": the favored side.
    side: str
    #: In log-odds toward that side, as text.
    value: str
    x: str
    width: str
    meaning: str


@dataclass(frozen=True)
class PredictionResult:
    """The prediction for sides that repeat one move, ready for the template."""

    best: MoveRank
    ranking: list[MoveRank]
    #: B's best moves, each against A's best reply.
    replies: list[MoveRank]
    reasons: list[ReasonLine]
    #: What tipped the balance, and the factors that did not.
    weights: list[Weight]
    without_weight: str
    together: str
    favored: str
    words: str
    winner: str
    percent_a: str
    percent_b: str
    advice: str
    announcement: str
    reason: str
    #: Whether there is a move worth using.
    has_chance: bool
    model_version: str
    probability: float
    make_grid: Callable[[], Grid | None] = field(repr=False)

    @cached_property
    def grid(self) -> Grid | None:
        """Made when its tab is opened."""
        return self.make_grid()

    @property
    def width(self) -> str:
        return self.best.width


@dataclass(frozen=True)
class NoResult:
    """Why there is no prediction: "no-move-a", "no-move-b", "no-model" or "no-log".

    Without a damaging move on a side, only the answer for repeated moves is missing.
    """

    code: str
    reason: str = ""

    @property
    def status(self) -> int:
        return 503 if self.code in {"no-model", "no-log"} else 200


@dataclass(frozen=True)
class _Scene:
    """The data behind the rows of a prediction."""

    form: CompareForm
    duel: Duel
    pokemon: dict[str, Pokemon]
    moves: dict[str, dict[str, Move]]
    answer: best_move.Answer

    def move(self, side: str, index: int) -> Move:
        return self.moves[side][self.duel.game.tables.move_slugs[index]]

    def first(self, move_a: int, move_b: int) -> Literal["A", "B", "tie"]:
        speeds = [int(self.duel.stats[side][-1]) for side in SIDES]
        return duel_facts.first_to_move(self.duel.game.tables, *speeds, move_a, move_b)


def read_duel(form: CompareForm, serving: Serving) -> Duel | NoResult:
    """What both fighters of the form are to the engine."""
    if serving.game is None:
        return NoResult("no-model", serving.reason)
    try:
        return duel_of(form, serving.game)
    except gamedata.UnknownName as error:
        # The facts changed within the last two seconds; the copy in memory is about to follow.
        return NoResult("no-model", str(error))


def predict(
    form: CompareForm, duel: Duel | NoResult, serving: Serving
) -> PredictionResult | NoResult:
    """Rank A's attacks against B's best reply, with their spreads."""
    moves = {side: usable_moves(form, side) for side in SIDES}
    for side in SIDES:
        if not moves[side]:
            return NoResult(f"no-move-{side}")
    if isinstance(duel, NoResult):
        return duel
    try:
        damaging = {
            side: game_matchup.damaging_moves(duel.game, duel.moves[side], side) for side in SIDES
        }
        if serving.champion is None:
            return NoResult("no-model", serving.reason)
        answer = best_move.best_move(
            duel.game,
            serving.champion,
            duel.setups["a"],
            damaging["a"],
            duel.setups["b"],
            damaging["b"],
            source="compare",
        )
    except game_matchup.NoDamagingMove as error:
        return NoResult(f"no-move-{error.side}")
    except LogUnavailable as error:
        return NoResult("no-log", str(error))
    scene = _Scene(
        form=form,
        duel=duel,
        pokemon={side: form.fighters[side] for side in SIDES},
        moves={side: {move.slug: move for move in moves[side]} for side in SIDES},
        answer=answer,
    )
    return _result(scene)


def _result(scene: _Scene) -> PredictionResult:
    answer = scene.answer.matchup
    a, b = scene.pokemon["a"], scene.pokemon["b"]
    damage = _damage(scene)
    ranking = _ranked(scene, "a", answer, damage["a"])
    # The other side's view: B's moves into A's best reply.
    mirrored = game_matchup.from_grid(answer.moves_b, answer.moves_a, 1.0 - answer.grid.T)
    replies = _ranked(scene, "b", mirrored, damage["b"])
    best = ranking[0]
    words = text.odds(best.probability, a.name, b.name)
    has_chance = best.probability >= text.HOPELESS
    explained = scene.answer.explain()
    advice = _("Use %(move)s") % {"move": best.move.name} if has_chance else _("No winning move")
    return PredictionResult(
        best=best,
        ranking=ranking,
        replies=replies,
        reasons=_reason_lines(scene, explained, damage),
        weights=[
            _weight(reason, explained, scene)
            for reason in explained.reasons
            if abs(reason.log_odds) >= _NOTHING
        ],
        without_weight=text.listed(
            str(text.FACTORS[reason.code])
            for reason in explained.reasons
            if abs(reason.log_odds) < _NOTHING
        ),
        together=text.decimal(abs(explained.log_odds)),
        favored=(a if explained.log_odds >= 0 else b).name,
        words=words,
        winner=text.favorite(best.probability),
        percent_a=text.percent(best.probability),
        percent_b=text.percent(1 - best.probability),
        advice=advice,
        announcement=f"{words}. {advice}.",
        reason=advice_reason(a, b, best, len(ranking)),
        has_chance=has_chance,
        model_version=answer.model_version,
        probability=best.probability,
        make_grid=partial(_grid, scene, mirrored.ranking),
    )


def _damage(scene: _Scene) -> dict[game_matchup.Side, Damage]:
    """What the moves of both sides take from the other, in the order of the answer; one call."""
    answer, setups = scene.answer.matchup, scene.duel.setups
    count = len(answer.moves_a)
    is_b = np.repeat([0, 1], [count, len(answer.moves_b)])
    fighters = Setups.concatenate([setups[side] for side in SIDES])
    moves = np.concatenate([answer.moves_a, answer.moves_b])
    damage = damage_calc.calculate(
        scene.duel.game.tables, fighters.take(is_b), moves, fighters.take(1 - is_b), uses=1
    )
    return {"a": damage.of(slice(count)), "b": damage.of(slice(count, None))}


def _ranked(
    scene: _Scene, side: str, matchup: game_matchup.Matchup, damage: Damage
) -> list[MoveRank]:
    """Rows of one side's moves, best first; the side is A of ``matchup``."""
    own, values = matchup.moves_a, matchup.values
    foe = "b" if side == "a" else "a"
    names = scene.pokemon["a"].name, scene.pokemon["b"].name
    low, high = damage.fewest_uses, damage.most_uses
    result = []
    for place, row in enumerate(matchup.ranking, start=1):
        move, reply = int(own[row]), int(matchup.moves_b[matchup.replies[row]])
        code = scene.first(move, reply) if side == "a" else scene.first(reply, move)
        shown = scene.move(side, move)
        result.append(
            MoveRank(
                place=place,
                move=shown,
                reply=scene.move(foe, reply),
                probability=float(values[row]),
                width=f"{100 * float(values[row]):.1f}%",
                first=text.who_moves_first(code, *names),
                first_short=text.first_in_short(code, *names),
                damage=text.share(float(damage.expected[row])),
                damage_width=f"{100 * float(damage.expected[row]):.1f}%",
                hits=text.hits_to_knock_out(int(low[row]), int(high[row])),
                accuracy=text.accuracy(shown.accuracy),
                multiplier=text.MULTIPLIERS[int(damage.effectiveness[row])],
                effect=text.effect_in_short(shown),
            )
        )
    return result


def _grid(scene: _Scene, order_b: np.ndarray) -> Grid | None:
    """The heat map of both sides' best moves; None if a side has a single move."""
    answer = scene.answer.matchup
    rows, columns = answer.ranking[:GRID_SIZE], order_b[:GRID_SIZE]
    if len(answer.moves_a) < 2 and len(answer.moves_b) < 2:
        return None
    corners = {side: scene.form.corner(side) for side in SIDES}
    moves_b = [scene.move("b", int(answer.moves_b[column])) for column in columns]
    shown = []
    for row in rows:
        move = scene.move("a", int(answer.moves_a[row]))
        cells = [
            _cell(
                move, reply, float(answer.grid[row, column]), column == answer.replies[row], corners
            )
            for reply, column in zip(moves_b, columns, strict=True)
        ]
        shown.append(GridRow(move, cells))
    left_out = ""
    if len(rows) < len(answer.moves_a) or len(columns) < len(answer.moves_b):
        left_out = _(
            "Showing the top %(rows)d of %(all_rows)d moves against the top %(columns)d of "
            "%(all_columns)d."
        ) % {
            "rows": len(rows),
            "all_rows": len(answer.moves_a),
            "columns": len(columns),
            "all_columns": len(answer.moves_b),
        }
    return Grid(moves_b, shown, left_out)


def _cell(
    move: Move, reply: Move, probability: float, is_reply: bool, corners: dict[str, ComparedSide]
) -> GridCell:
    percent = text.percent(probability)
    query = compare_query(
        replace(corners["a"], moves=(move.slug,)), replace(corners["b"], moves=(reply.slug,))
    )
    words = _("%(move)s vs %(reply)s: %(percent)s") % {
        "move": move.name,
        "reply": reply.name,
        "percent": percent,
    }
    if is_reply:
        words = _("%(words)s, the best reply") % {"words": words}
    return GridCell(
        percent=text.percent_in_short(probability),
        heat=round(probability * 10),
        is_reply=is_reply,
        url=compare_url(query),
        words=words,
    )


def _reason_lines(
    scene: _Scene, explained: explanations.Explanation, damage: dict[game_matchup.Side, Damage]
) -> list[ReasonLine]:
    """Facts about the recommended move and its best reply, by the rules of the game.

    Only those that speak of what makes a difference for the model, if there are any.
    """
    duel = scene.duel
    move_a, move_b = scene.answer.best_duel
    answer = scene.answer.matchup
    row_a = answer.best
    rows = {"a": row_a, "b": int(answer.replies[row_a])}
    facts = duel_facts.find(
        duel.game.tables,
        duel.setups["a"],
        move_a,
        duel.setups["b"],
        move_b,
        {side: damage[side].of(slice(row, row + 1)) for side, row in rows.items()},
    )
    idle = {reason.code for reason in explained.reasons if abs(reason.log_odds) < _NOTHING}
    reasons = [fact for fact in facts if _FACTOR_OF_FACT.get(fact.code) not in idle] or facts
    names = {side: scene.pokemon[side].name for side in SIDES}
    moves = {"a": scene.move("a", move_a).name, "b": scene.move("b", move_b).name}
    return [reason_line(reason, names, moves) for reason in reasons[:REASONS_SHOWN]]


def _weight(
    reason: explanations.Reason, explained: explanations.Explanation, scene: _Scene
) -> Weight:
    longest = max(max(abs(factor.log_odds) for factor in explained.reasons), 1e-9)
    value = text.decimal(abs(reason.log_odds))
    side = "a" if reason.log_odds > 0 else "b"
    width = 50 * abs(reason.log_odds) / longest
    return Weight(
        words=str(text.FACTORS[reason.code]),
        side=side,
        value=value,
        x=f"{50 - width if reason.log_odds > 0 else 50:.1f}%",
        width=f"{width:.1f}%",
        meaning=_("favors %(name)s:") % {"name": scene.pokemon[side].name},
    )


def reason_line(
    reason: duel_facts.DuelFact, names: dict[str, str], moves: dict[str, str]
) -> ReasonLine:
    side = reason.speaks_for
    return ReasonLine(
        words=text.reason_in_words(reason, names, moves),
        side=side or "",
        sign={"a": "+", "b": "−", None: "="}[side],
        meaning=_("favors %(name)s:") % {"name": names[side]} if side else _("favors neither:"),
    )


def advice_reason(a: Pokemon, b: Pokemon, best: MoveRank, count: int) -> str:
    """The reason for the recommendation, in one sentence."""
    words = {"reply": best.reply.name, "a": a.name, "b": b.name, "count": count}
    if best.probability < text.HOPELESS:
        words["move"] = best.move.name
        sentence = _("Even the best option, %(move)s, almost never beats %(b)s’s reply, %(reply)s.")
    elif count == 1:
        sentence = _("It is %(a)s’s only damaging move; %(b)s’s best reply is %(reply)s.")
    else:
        sentence = ngettext(
            "The best move, even into %(b)s’s best reply, %(reply)s.",
            "The best of %(count)d moves, even into %(b)s’s best reply, %(reply)s.",
            count,
        )
    return text.elided(sentence % words)


def conditions(spreads: dict[str, Spread], names: Sequence[str]) -> str:
    """Under which set-ups the answer holds."""
    if all(spread.is_flat for spread in spreads.values()):
        return _("Both at level 50 with perfect IVs, no AVs, a neutral nature and friendship 70.")
    return _("%(a)s: %(of_a)s. %(b)s: %(of_b)s.") % {
        "a": names[0],
        "of_a": spread_summary(spreads["a"]),
        "b": names[1],
        "of_b": spread_summary(spreads["b"]),
    }
