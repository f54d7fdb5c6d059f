"""Acceptance runs of the API on real servers with two workers.

    python -m tests.load.run [--postgres URL] [--seconds 60] [--requests 10000]

A minute of mixed load, thousands of requests with a look into the log afterwards, and changes of
facts and model while requests run. The exit code says whether all was well. Without ``--postgres``
the database is SQLite.
"""

import argparse
import itertools
import json
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from tests.load.site import Site, made_site

from django.conf import settings  # isort: skip
from mlcore.game import gamedata  # isort: skip
from mlcore.engine.specs import STATS  # isort: skip
from mlcore.game.spreads import MAX_AV  # isort: skip
from predictiondex.bench.api import Load, drive, line, random_duels  # isort: skip

CONNECTIONS = 8
WORKERS = 2
#: A change of facts or model has to show everywhere within so many seconds.
SEEN_WITHIN = 5.0
DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "starmie",
    "move_a_id": "thunderbolt",
    "move_b_id": "surf",
}
BATTLE, BATCH, BEST_MOVE = (f"/api/v1/predict/{name}/" for name in ("battle", "batch", "best-move"))


# A minute of load ------------------------------------------------------------------------------


def soak(url: str, duels: list[dict[str, Any]], seconds: float) -> Load:
    """Predictions one by one and in batches, and reads, over 8 connections; every one a 200."""
    lines = []
    for number, duel in enumerate(duels):
        lines += [line("POST", BATTLE, duel)] * 3
        lines.append(line("GET", f"/api/v1/pokemon/{duel['pokemon_a_id']}/"))
        if number % 10 == 0:
            lines.append(line("POST", BATCH, {"duels": duels[number : number + 20]}))
            lines.append(line("GET", "/api/v1/types/"))
    return drive(url, lines, seconds=seconds, connections=CONNECTIONS)


# Answered and logged ---------------------------------------------------------------------------


@dataclass
class Answered:
    """Probabilities of the predictions that were answered, by the number of their request."""

    probabilities: dict[int, list[float]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    reads: int = 0


def mixed(url: str, duels: list[dict[str, Any]], requests: int) -> Answered:
    """Requests of all kinds, wrong ones among them, from 8 threads at once.

    Each prediction carries its number in the AVs of side A, so that the log can be told apart.
    """
    answered = Answered()
    client = httpx.Client(base_url=url, timeout=60)

    def ask(number: int) -> None:
        duel = {**duels[number % len(duels)], "setup_a": {"avs": numbered(number)}}
        match number % 8:
            case 0 | 1 | 2 | 3:
                response = client.post(BATTLE, json=duel)
                read = _battle
            case 4:
                response = client.post(BATCH, json={"duels": [duel] * 5})
                read = _batch
            case 5:
                sides = {key: duel[key] for key in ("pokemon_a_id", "pokemon_b_id", "setup_a")}
                moves = {f"moves_{side}": [duel[f"move_{side}_id"]] for side in "ab"}
                response = client.post(BEST_MOVE, json={**sides, **moves, "reasons": False})
                read = _best_move
            case 6:
                response = client.get("/api/v1/pokemon/", params={"page": 1 + number % 3})
                read = None
            case _:
                response = client.post(BATTLE, json={**duel, "move_a_id": "nothing-of-the-kind"})
                if response.status_code != 400:
                    answered.refused[f"{response.status_code} in place of 400"] += 1
                return
        if response.status_code != 200:
            answered.refused[f"{response.status_code} {response.text[:200]}"] += 1
        elif read is None:
            answered.reads += 1
        else:
            answered.probabilities[number] = read(response.json())

    with client, ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(ask, range(requests)))
    return answered


def _battle(answer: dict[str, Any]) -> list[float]:
    return [answer["win_probability"]]


def _batch(answer: dict[str, Any]) -> list[float]:
    return [row["win_probability"] for row in answer["results"]]


def _best_move(answer: dict[str, Any]) -> list[float]:
    return list(itertools.chain(*answer["grid"]["win_probabilities"]))


def numbered(number: int) -> dict[str, int]:
    """A number as six AVs."""
    digits = (number // (MAX_AV + 1) ** place % (MAX_AV + 1) for place in range(len(STATS)))
    return dict(zip(STATS, digits, strict=True))


_LOG = """
import json
from mlcore.models import PredictionLog
from mlcore.serving import prediction_log
for record in PredictionLog.objects.values_list("record", flat=True).iterator():
    kept = prediction_log.unpack(bytes(record))
    print(json.dumps([kept.columns["avs_a"][0].tolist(), kept.chances.tolist()]))
"""


def logged(site: Site) -> list[tuple[int, list[float]]]:
    """Number of the request and probabilities of every row of the log."""
    rows = []
    for text in site.shell(_LOG).splitlines():
        avs, chances = json.loads(text)
        number = sum(av * (MAX_AV + 1) ** place for place, av in enumerate(avs))
        rows.append((number, chances))
    return rows


# Changes while requests run --------------------------------------------------------------------


@dataclass
class Watched:
    """What was answered when: (time the request began, probability, version), and failures."""

    answers: list[tuple[float, float, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def last_with(self, is_old: Callable[[float, str], bool]) -> float:
        """When the last request began that was answered the old way."""
        return max((at for at, chance, version in self.answers if is_old(chance, version)))


@contextmanager
def watch(url: str, threads: int = 4) -> Iterator[Watched]:
    """Ask one duel again and again until the block ends, each time over a new connection.

    The workers accept connections from the same socket, so both are asked.
    """
    watched = Watched()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            began = time.time()
            try:
                response = httpx.post(url + BATTLE, json=DUEL, timeout=30)
            except httpx.HTTPError as error:
                watched.failures.append(repr(error))
                continue
            if response.status_code == 200:
                body = response.json()
                watched.answers.append((began, body["win_probability"], body["model_version"]))
            else:
                watched.failures.append(f"{response.status_code} {response.text[:200]}")

    with ThreadPoolExecutor(threads) as pool:
        asked = [pool.submit(ask) for _ in range(threads)]
        try:
            yield watched
        finally:
            done.set()
    for future in asked:
        future.result()


_FASTER = """
import time
from pokedex.models import Pokemon
form = Pokemon.objects.get(slug="pikachu")
form.base_speed, form.is_curated = 150, True
form.save()
print(time.time())
"""
_PROMOTED = """
import time
from tests.load.site import write_champion
write_champion("v2", 2)
print(time.time())
"""


def change_facts(site: Site) -> float:
    """Pikachu's Speed as the admin saves it; the time when that was done."""
    return float(site.shell(_FASTER))


def promote(site: Site) -> float:
    """Another champion; the time when that was done."""
    return float(site.shell(_PROMOTED))


def changes(site: Site, url: str) -> tuple[dict[str, float], list[str]]:
    """Seconds after each change until the last old answer was asked for, and what failed."""
    seconds = {}
    with watch(url) as watched:
        time.sleep(2)
        _at, old_chance, old_version = watched.answers[-1]
        changed = change_facts(site)
        time.sleep(SEEN_WITHIN + 2)
        seconds["facts"] = watched.last_with(lambda p, _v: p == old_chance) - changed
        if watched.answers[-1][1] == old_chance:
            watched.failures.append("the change of a stat changed no answer")
        promoted = promote(site)
        time.sleep(SEEN_WITHIN + 2)
        seconds["model"] = watched.last_with(lambda _p, v: v == old_version) - promoted
        if watched.answers[-1][2] == old_version:
            watched.failures.append("the promotion changed no answer")
    return seconds, watched.failures


def busy_workers(pids: list[int], before: dict[int, int]) -> int:
    """How many of the processes have worked since ``before`` (of ``cpu_ticks``)."""
    return sum(cpu_ticks(pid) > before[pid] for pid in pids)


def cpu_ticks(pid: int) -> int:
    """Ticks of processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


# -----------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", default="", help="a server on which a database may be made")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--requests", type=int, default=10_000)
    options = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    duels = random_duels(gamedata.current(), np.random.default_rng(1), 500)
    wrong = []
    with made_site(postgres=options.postgres, models=settings.MODELS_DIR) as site:
        with site.served(workers=WORKERS) as server:
            load = soak(server.url, duels, options.seconds)
            print(
                f"{options.seconds:g} s, {CONNECTIONS} connections, {WORKERS} workers: "
                f"{load.rate:,.0f} requests/s, p50 {1000 * load.p50:.1f} ms, "
                f"p95 {1000 * load.p95:.1f} ms, p99 {1000 * load.p99:.1f} ms, no error",
                flush=True,
            )
        site.shell("from mlcore.models import PredictionLog; PredictionLog.objects.all().delete()")
        with site.served(workers=WORKERS) as server:
            answered = mixed(server.url, duels, options.requests)
            rows = logged(site)
            if sorted(rows) != sorted(answered.probabilities.items()):
                wrong.append("the log is not what was answered")
            wrong += [f"{count} times {what}" for what, count in answered.refused.items()]
            print(
                f"{options.requests:,} mixed requests: {len(answered.probabilities):,} with "
                f"predictions, {len(rows):,} rows in the log",
                flush=True,
            )
    with made_site(postgres=options.postgres) as site, site.served(workers=WORKERS) as server:
        seconds, failures = changes(site, server.url)
        wrong += failures
        for what, after in seconds.items():
            print(f"a change of {what}: last old answer after {after:.2f} s")
            if after > SEEN_WITHIN:
                wrong.append(f"the change of {what} took too long to show")
    print("all well" if not wrong else "\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
