"""Requests a second of the API over HTTP, beside bare views served alike in the same run.

Three servers are started with the deployed configuration: the site on a copy of its database, and
``bare`` alone and behind the site's middleware. wrk asks them in turns, so that what else the
machine does meets all of them.
"""

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.conf import settings

from mlcore.game.gamedata import GameData
from predictiondex.bench import wsgi
from predictiondex.bench.served import BenchServer, copy_site, served

REQUESTS = settings.BASE_DIR / "tools" / "load" / "requests.lua"
CONNECTIONS = 8
ROUNDS = 3
SECONDS = 2.0
BATCH = 1_000
#: So many different requests of an endpoint are sent in turns.
VARIETY = 200
DJANGO, REST = "bare Django view", "bare DRF view"
BEHIND = "bare DRF view behind our middleware"


class NoLoadTool(Exception):
    """wrk is not installed."""


@dataclass(frozen=True)
class BenchTarget:
    """What is asked of an endpoint: lines of method, path and body for ``requests.lua``."""

    name: str
    lines: Sequence[str]
    duels: int = 0
    #: No line is sent in two rounds.
    once: bool = False

    def of_round(self, number: int, rounds: int) -> Sequence[str]:
        return self.lines[number :: rounds + 1] if self.once else self.lines


@dataclass(frozen=True)
class Load:
    """What a load tool measured: requests a second, and seconds of waiting.

    ``cpu``: seconds that the server's workers took for a request, where that was looked at.
    """

    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float = 0.0


@dataclass(frozen=True)
class Measured:
    """Medians of all rounds. ``ratios``: beside the bare views in the order of their names above,
    each to what was measured right before in the same round; none for the bare views themselves.
    ``duels`` predicted by a request, where it is many.
    """

    name: str
    load: Load
    ratios: tuple[float, ...] = ()
    duels: int = 0


def drive(url: str, lines: Sequence[str], *, seconds: float, connections: int) -> Load:
    """Send the requests in turns for so long over connections that stay open; whole seconds.

    Raises NoLoadTool, or RuntimeError when a single request fails or is refused.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise NoLoadTool("wrk is not installed (Debian's package wrk): no HTTP load")
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        arguments = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
        done = subprocess.run(
            [wrk, *arguments, "-s", str(REQUESTS), url, "--", file.name],
            capture_output=True,
            text=True,
            check=True,
        )
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    if figures["refused"] or figures["broken"] or not figures["requests"]:
        raise RuntimeError(
            f"{lines[0][:80]}: {figures['refused']} of {figures['requests']} requests "
            f"were refused, {figures['broken']} broke off"
        )
    return Load(
        figures["requests"] / figures["seconds"], figures["p50"], figures["p95"], figures["p99"]
    )


def line(method: str, path: str, body: object = None) -> str:
    return f"{method}\t{path}\t{'' if body is None else json.dumps(body)}"


def targets(game: GameData, seed: int) -> list[BenchTarget]:
    """Every kind of request, each with as many different bodies or addresses as make sense."""
    rng = np.random.default_rng(seed)
    duels = random_duels(game, rng, 20 * BATCH)
    matchups = [
        {
            "pokemon_a_id": duel["pokemon_a_id"],
            "pokemon_b_id": duel["pokemon_b_id"],
            "moves_a": [duel["move_a_id"]],
            "moves_b": [duel["move_b_id"]],
        }
        for duel in duels[:VARIETY]
    ]
    slugs = [str(slug) for slug in rng.choice(game.form_slugs, VARIETY)]

    def predict(what: str, bodies: Sequence[object]) -> list[str]:
        return [line("POST", f"/api/v1/predict/{what}/", body) for body in bodies]

    battles = predict("battle", duels)
    return [
        BenchTarget(f"predict/battle/ ({VARIETY} duels again and again)", battles[:VARIETY]),
        BenchTarget("predict/battle/ (no duel twice)", battles[VARIETY:], once=True),
        BenchTarget(
            f"predict/batch/ of {BATCH:,}",
            predict(
                "batch",
                [{"duels": duels[at : at + BATCH]} for at in range(0, len(duels), BATCH)],
            ),
            BATCH,
        ),
        BenchTarget(
            "predict/best-move/ without reasons",
            predict("best-move", [matchup | {"reasons": False} for matchup in matchups]),
        ),
        BenchTarget("predict/best-move/", predict("best-move", matchups)),
        BenchTarget("pokemon/ (list)", [line("GET", "/api/v1/pokemon/")]),
        BenchTarget("pokemon/ (one)", [line("GET", f"/api/v1/pokemon/{slug}/") for slug in slugs]),
        BenchTarget("moves/ (list)", [line("GET", "/api/v1/moves/?type=fire")]),
        BenchTarget("types/", [line("GET", "/api/v1/types/")]),
    ]


def random_duels(game: GameData, rng: np.random.Generator, count: int) -> list[dict[str, object]]:
    """Bodies of ``predict/battle/``: any form with any of its damaging moves, by id or by slug."""
    forms, moves = np.nonzero(game.tables.usable & game.tables.damaging)
    chosen = rng.integers(len(forms), size=(count, 2))
    by_slug = rng.random(count) < 0.5
    return [
        {
            **{
                f"pokemon_{side}_id": game.form_slugs[forms[k]]
                if slug
                else int(game.tables.form_ids[forms[k]])
                for side, k in zip("ab", pair, strict=True)
            },
            **{
                f"move_{side}_id": game.move_slugs[moves[k]]
                if slug
                else int(game.tables.move_ids[moves[k]])
                for side, k in zip("ab", pair, strict=True)
            },
        }
        for pair, slug in zip(chosen, by_slug, strict=True)
    ]


def api_rates(
    game: GameData, *, seed: int, workers: int = 1, seconds: float = SECONDS, rounds: int = ROUNDS
) -> Iterator[Measured]:
    """The bare views, then every endpoint. Raises what ``drive`` raises."""
    posted = [line("POST", "/api/v1/rest/", {"a": 1, "b": 2})]
    if shutil.which("wrk") is None:
        raise NoLoadTool("wrk is not installed (Debian's package wrk): no HTTP load")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        site.mkdir()
        copy_site(site)
        with (
            served(site, workers=workers) as ours,
            _bare(Path(folder, "alone"), "alone", workers) as alone,
            _bare(Path(folder, "behind"), "behind_middleware", workers) as behind,
        ):
            bare = {
                DJANGO: (alone, [line("GET", "/api/v1/django/")]),
                REST: (alone, posted),
                BEHIND: (behind, posted),
            }

            def measure(server: BenchServer, lines: Sequence[str]) -> Load:
                before, started = server.cpu(), time.monotonic()
                load = drive(server.url, lines, seconds=seconds, connections=CONNECTIONS)
                requests = load.rate * (time.monotonic() - started)
                return replace(load, cpu=(server.cpu() - before) / requests)

            measured = []
            baselines: dict[str, list[Load]] = {name: [] for name in bare}
            for target in targets(game, seed):
                # The first requests of an endpoint fill caches; they are nobody's figure.
                drive(ours.url, target.of_round(rounds, rounds), seconds=1, connections=1)
                by_server: dict[str, list[Load]] = {name: [] for name in (*bare, "")}
                for number in range(rounds):
                    for name, (server, lines) in bare.items():
                        by_server[name].append(measure(server, lines))
                    by_server[""].append(measure(ours, target.of_round(number, rounds)))
                for name in bare:
                    baselines[name] += by_server[name]
                ratios = tuple(_ratio(by_server[""], by_server[name]) for name in bare)
                measured.append(
                    Measured(target.name, _median(by_server[""]), ratios, duels=target.duels)
                )
        for name, loads in baselines.items():
            yield Measured(name, _median(loads))
        yield from measured


def _bare(folder: Path, name: str, workers: int) -> AbstractContextManager[BenchServer]:
    folder.mkdir()
    return served(
        folder,
        workers=workers,
        application=f"{wsgi.__name__}:{name}()",
        ready="/api/v1/django/",
    )


def _median(loads: list[Load]) -> Load:
    return Load(
        *(
            statistics.median(getattr(load, name) for load in loads)
            for name in ("rate", "p50", "p95", "p99", "cpu")
        )
    )


def _ratio(ours: list[Load], bare: list[Load]) -> float:
    return statistics.median(a.rate / b.rate for a, b in zip(ours, bare, strict=True))
