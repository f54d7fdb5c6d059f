"""Do people ask about what the model learned from? A diagnosis: the alarm is live quality.

What is asked (species, types, moves, levels) and what is answered is held against duels drawn as
the champion's training duels were, and match-ups of several moves against the starts that the
value of battle states learns from. Requests are what is counted, one duel or match-up of each, and
one move of each side: the cells of one request and the moves of one set are no independent
observations. ``log_totals`` keeps the counts by day. Only batch jobs come here: it needs scipy.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from mlcore.battle_value import search, starts
from mlcore.battle_value.artefact import BattleValue
from mlcore.datasets import sampling, splits
from mlcore.engine import jit
from mlcore.engine.specs import MoveColumn
from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.learning.model import Model
from mlcore.lib import atomic
from mlcore.models import AskedOnDay, DriftReport, ModelKind, PredictionLog
from mlcore.monitoring import log_totals
from mlcore.monitoring.log_totals import ANSWER_BINS
from mlcore.serving import callers, well_played
from mlcore.serving import champion as champion_store
from mlcore.serving.prediction_log import Duels

Say = Callable[[str], None]
Live = Model | BattleValue

WINDOW = timedelta(days=7)
#: Requests below which nothing is said about drift.
MIN_REQUESTS = 200
#: The customary limit of PSI; chance alone passes it when a sample is small or bins are many.
MIN_PSI = 0.1
#: A Kolmogorov-Smirnov distance below this is of no concern, however sure it is.
MIN_DISTANCE = 0.1
#: Chance of a false alarm, for each thing that is compared.
ALPHA = 0.001
_REFERENCE_DUELS = 40_000
#: Fewer: each is answered by the search, in some milliseconds.
_REFERENCE_STARTS = 10_000
_REFERENCE_VALUES = 1_000
#: Categories that a sample would hold fewer of than this are counted together.
_MIN_EXPECTED = 5
_OTHER = "other"
#: What a side without any move does.
_STRUGGLE = "struggle"
_SHOWN = 10
CONTINUOUS = {"level": (0.0, 100.0), "win_probability": (0.0, 1.0)}


def live_models(game: GameData) -> list[Live]:
    """What is watched: the champion, and the value of battle states if it fits the game data.

    Raises NoChampion when there is neither.
    """
    live: list[Live] = []
    with suppress(well_played.NoBattleValue):
        live.append(well_played.current(game))
    with suppress(*([champion_store.NoChampion] if live else [])):
        live.insert(0, champion_store.current())
    return live


def one_move_each(matchups: Duels, random: np.random.Generator) -> Duels:
    """Match-ups with one of the moves of each side, -1 for a side that has none."""
    a, slots_a, b, slots_b = matchups
    moves = [
        log_totals.one_of(slots, random.integers(2**31, size=len(slots)))
        for slots in (slots_a, slots_b)
    ]
    return a, moves[0], b, moves[1]


@dataclass(frozen=True)
class _Labels:
    """What forms and moves of the game are counted as; a species goes by its first form."""

    species: np.ndarray
    types: np.ndarray
    moves: np.ndarray
    move_types: np.ndarray

    @classmethod
    def of(cls, game: GameData) -> "_Labels":
        tables = game.tables
        first: dict[int, str] = {}
        for slug, species in zip(tables.form_slugs, game.form_species, strict=True):
            first.setdefault(int(species), str(slug))
        types = np.array(tables.type_slugs)
        # The last place, which is also place -1: a side without any move.
        return cls(
            species=np.array([first[int(number)] for number in game.form_species]),
            types=types[tables.form_types[:, 0]],
            moves=np.array([*tables.move_slugs, _STRUGGLE]),
            move_types=np.array([*types[tables.moves[:, MoveColumn.TYPE]], _STRUGGLE]),
        )


def observations(game: GameData, duels: Duels, y_prob: np.ndarray) -> dict[str, np.ndarray]:
    """What is compared, by name: labels for categories, numbers for the rest; both sides count."""
    a, move_a, b, move_b = duels
    labels = _Labels.of(game)
    forms = np.concatenate([a.form, b.form])
    moves = np.concatenate([move_a, move_b])
    return {
        "species": labels.species[forms],
        "type": labels.types[forms],
        "move": labels.moves[moves],
        "move_type": labels.move_types[moves],
        "level": np.concatenate([a.level, b.level]).astype(np.float64),
        "win_probability": np.asarray(y_prob, dtype=np.float64),
    }


def counts_of(game: GameData, days: Iterable[AskedOnDay]) -> dict[str, Counter[Any]]:
    """``observations`` of what was asked on these days, counted; chances by the middle of a bin.

    Forms and moves that are gone are left out.
    """
    labels, tables = _Labels.of(game), game.tables
    form_of = {str(number): at for at, number in enumerate(tables.form_ids.tolist())}
    move_of = {str(number): at for at, number in enumerate(tables.move_ids.tolist())} | {"-1": -1}
    counts: dict[str, Counter[Any]] = {
        name: Counter() for name in ("species", "type", "move", "move_type", *CONTINUOUS)
    }
    for day in days:
        seen = {name: list(values.items()) for name, values in day.histograms.items()}
        for number, count in seen.get("forms", ()):
            if (form := form_of.get(number)) is not None:
                counts["species"][str(labels.species[form])] += count
                counts["type"][str(labels.types[form])] += count
        for number, count in seen.get("moves", ()):
            if (move := move_of.get(number)) is not None:
                counts["move"][str(labels.moves[move])] += count
                counts["move_type"][str(labels.move_types[move])] += count
        for number, count in seen.get("levels", ()):
            counts["level"][float(number)] += count
        for number, count in seen.get("answers", ()):
            counts["win_probability"][(int(number) + 0.5) / ANSWER_BINS] += count
    return counts


def reference(game: GameData, live: Live) -> dict[str, Any]:
    """What a model learned from, as shares of categories and as sorted values; kept as JSON.

    A champion's duels are drawn by the recipe of its data set and reduced to the training split.
    They need not be played, and the data set need not be there any more.
    """
    named = (live.version, game.fingerprint[:12], jit.source_hash()[:8])
    name = f"drift_reference_{'_'.join(named)}.json"
    path = Path(settings.MODELS_DIR) / name
    try:
        kept: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        kept = _draw_reference(game, live)
        atomic.write(path, json.dumps(kept).encode())
    return kept


def _learned_from(game: GameData, live: Live) -> tuple[Duels, np.ndarray]:
    """Duels like those that a model learned from, and its answers."""
    if isinstance(live, BattleValue):
        random = np.random.default_rng(0)
        drawn = starts.draw(game.tables, _REFERENCE_STARTS, random)
        threads = settings.ENGINE_THREADS
        answers = search.start_values(game.tables, live.net, *drawn, threads=threads)
        return one_move_each(drawn, random), answers
    recipe = (live.metadata.get("dataset") or {}).get("recipe") or {}
    random = np.random.default_rng(recipe.get("seed", 0))
    a, move_a, b, move_b, _ = sampling.draw(game.tables, _REFERENCE_DUELS, random)
    train = splits.splits_of(game, a.form, b.form) == splits.SPLITS.index("train")
    duels = (a.take(train), move_a[train], b.take(train), move_b[train])
    return duels, learning_model.predict_with(live, game, *duels)


def _draw_reference(game: GameData, live: Live) -> dict[str, Any]:
    return reference_of(game, *_learned_from(game, live))


def reference_of(game: GameData, duels: Duels, y_prob: np.ndarray) -> dict[str, Any]:
    """Duels, and how they end, as what is asked is compared with."""
    seen = observations(game, duels, y_prob)
    reference: dict[str, Any] = {"duels": len(y_prob), "shares": {}, "values": {}}
    for name, values in seen.items():
        if name in CONTINUOUS:
            steps = np.linspace(0, 1, _REFERENCE_VALUES)
            kept = np.quantile(values, steps, method="nearest")
            reference["values"][name] = np.round(kept, 6).tolist()
        else:
            labels, counts = np.unique(values, return_counts=True)
            reference["shares"][name] = {
                str(label): round(float(count) / len(values), 7)
                for label, count in zip(labels, counts, strict=True)
            }
    return reference


def psi(expected: np.ndarray, observed: np.ndarray) -> float:
    """Population stability index of two rows of counts; half a count is added to each bin."""
    p = (expected + 0.5) / (expected + 0.5).sum()
    q = (observed + 0.5) / (observed + 0.5).sum()
    return float(((q - p) * np.log(q / p)).sum())


def psi_limit(bins: int, expected: int, observed: int) -> float:
    """The PSI that chance alone passes once in 1/ALPHA samples, or the customary one.

    Of samples from one distribution, PSI / (1/n + 1/m) is about chi-squared with bins - 1
    degrees of freedom (Yurdakul and Naranjo, 2020).
    """
    from scipy.stats import chi2

    chance = float(chi2.ppf(1 - ALPHA, max(bins - 1, 1))) * (1 / expected + 1 / observed)
    return max(MIN_PSI, chance)


def compare_categories(
    name: str, shares: dict[str, float], count: int, asked: Counter[str]
) -> dict[str, Any]:
    """PSI of counted labels against the reference's shares (of ``count`` observations)."""
    total = asked.total()
    bins = [label for label, share in shares.items() if share * total >= _MIN_EXPECTED]
    expected = [shares[label] * count for label in bins]
    observed = [asked[label] for label in bins]
    rest: tuple[float, int] = (count - sum(expected), total - sum(observed))
    if max(rest) > 0.5:
        bins, expected, observed = [*bins, _OTHER], [*expected, rest[0]], [*observed, rest[1]]
    statistic = psi(np.array(expected), np.array(observed, dtype=np.float64))
    limit = psi_limit(len(bins), count, total)
    rows: list[dict[str, Any]] = [
        {"label": label, "reference": share / count, "asked": number / total}
        for label, share, number in zip(bins, expected, observed, strict=True)
    ]
    rows.sort(key=lambda row: -abs(row["asked"] - row["reference"]))
    return _finding(name, "psi", statistic, limit, statistic > limit, rows[:_SHOWN])


def compare_values(name: str, known: list[float], asked: Counter[float]) -> dict[str, Any]:
    """Kolmogorov-Smirnov distance of counted numbers to the reference's."""
    values = np.array(sorted(asked))
    weights = np.array([asked[value] for value in values.tolist()], dtype=np.float64)
    low, high = CONTINUOUS[name]
    if name == "win_probability":  # as coarse as what it is held against
        known = ((np.floor(np.array(known) * ANSWER_BINS) + 0.5) / ANSWER_BINS).tolist()
    steps = np.union1d(values, known)
    total = weights.sum()
    below = np.concatenate([[0.0], np.cumsum(weights)]) / total
    reached = below[np.searchsorted(values, steps, side="right")]
    expected = np.searchsorted(np.sort(known), steps, side="right") / len(known)
    distance = float(np.abs(reached - expected).max())
    edges = np.linspace(low, high, 11)
    then = np.histogram(known, edges)[0] / len(known)
    now = np.histogram(values, edges, weights=weights)[0] / total
    rows = [
        {
            "label": f"{edges[i]:g} – {edges[i + 1]:g}",
            "reference": float(then[i]),
            "asked": float(now[i]),
        }
        for i in range(10)
    ]
    # The distance that would be sure, by the asymptotic distribution.
    sure = (-np.log(ALPHA / 2) / 2 * (1 / total + 1 / len(known))) ** 0.5
    limit = max(MIN_DISTANCE, float(sure))
    return _finding(name, "ks", distance, limit, distance > limit, rows)


def _finding(
    name: str, test: str, statistic: float, limit: float, drifted: bool, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "name": name,
        "test": test,
        "statistic": statistic,
        "limit": limit,
        "drifted": drifted,
        "rows": rows,
    }


def compare(known: dict[str, Any], counts: dict[str, Counter[Any]]) -> list[dict[str, Any]]:
    """What was asked, see ``counts_of``, beside a ``reference``, one finding a name."""
    findings = []
    for name, asked in counts.items():
        if name in CONTINUOUS:
            findings.append(compare_values(name, known["values"][name], asked))
        else:
            shares = known["shares"][name]
            findings.append(compare_categories(name, shares, 2 * known["duels"], asked))
    return findings


def check_drift(
    game: GameData,
    live: Live,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    say: Say = lambda words: None,
) -> DriftReport:
    """What was asked on the days of the window (by default the last week) beside what was learned;
    kept.

    Only requests that this version answered count: its answers are compared too. Nothing is said
    about a few requests, nor about those of a few callers.
    """
    log_totals.add_up()
    kind = ModelKind.BATTLE if isinstance(live, BattleValue) else ModelKind.DUEL
    until = until or timezone.now()
    since = since or until - WINDOW
    first, last = (moment.astimezone(UTC).date() for moment in (since, until))
    days = list(
        AskedOnDay.objects.filter(
            day__range=(first, last),
            data_fingerprint=game.fingerprint[: PredictionLog.FINGERPRINT_LENGTH],
            model=kind,
            model_version=live.version,
        )
    )
    requests = sum(day.counted for day in days)
    findings = []
    verdict = DriftReport.Verdict.TOO_FEW
    if requests >= MIN_REQUESTS and _most_of_one_caller(days) <= log_totals.SHARE * requests:
        findings = compare(reference(game, live), counts_of(game, days))
        drifted = any(finding["drifted"] for finding in findings)
        verdict = DriftReport.Verdict.DRIFTED if drifted else DriftReport.Verdict.STABLE
    row = DriftReport.objects.create(
        window_start=datetime.combine(first, time.min, UTC),
        window_end=until,
        model=kind,
        model_version=live.version,
        data_fingerprint=game.fingerprint,
        requests=requests,
        verdict=verdict,
        worst=max((f["statistic"] / f["limit"] for f in findings), default=0.0),
        findings=findings,
    )
    say(f"{live.version}: {row.requests} requests, {row.get_verdict_display()}")
    for finding in findings:
        mark = "drifted" if finding["drifted"] else "stable"
        say(
            f"    {finding['name']}: {finding['test']} {finding['statistic']:.4f} "
            f"(limit {finding['limit']:.4f}), {mark}"
        )
        if finding["drifted"]:
            more, less = rose_and_fell(finding)
            say(
                f"        more {more['label']} ({more['asked']:.1%} of requests, "
                f"{more['reference']:.1%} of training), fewer {less['label']} "
                f"({less['asked']:.1%}, {less['reference']:.1%})"
            )
    return row


def rose_and_fell(finding: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of a finding that are asked for more and less often, most of all."""
    ordered = sorted(finding["rows"], key=lambda row: float(row["asked"] - row["reference"]))
    return ordered[-1], ordered[0]


def _most_of_one_caller(days: list[AskedOnDay]) -> int:
    """Requests of whoever asked most, where a number is the same caller's in each of its weeks."""
    asked: Counter[tuple[int, str]] = Counter()
    for day in days:
        week = callers.week_of(datetime.combine(day.day, time.min, UTC))
        asked.update({(week, number): count for number, count in day.callers.items()})
    return max(asked.values(), default=0)
