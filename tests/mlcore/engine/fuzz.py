"""Hunts for battles on which the engine and the reference simulator disagree.

    python -m tests.mlcore.engine.fuzz --minutes 5 [--seed N] [--plays 200]

Each round first records fresh battles of the simulator and replays them turn by turn
(lockstep.py); a battle that goes another way is kept in tests/mlcore/engine/traces/. Then it draws
duels, other set-ups, four-move battles and mid-battle states, plays them many times on both and
looks at the standard scores: what looks wrong is played again with ten times the plays, and what
still does is kept in tests/golden/fuzz/. Fixtures are named by their seed; the exit code is 1 when
there are any. Needs Node and `npm ci` in tools/showdown.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.showdown import node

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "golden" / "fuzz"
TRACES = Path(__file__).parent / "traces"
#: Battles that a round replays turn by turn: drawn by the recorder, and by kind of sample.mjs.
RECORDED = 400
REPLAYED = {"duels": 60, "battles": 60, "statusheavy": 60, "midbattle": 60, "setups": 30}
#: Kinds of sample.mjs with the number of cases a round plays many times.
KINDS = {"duels": 40, "setups": 20, "battles": 15, "statusheavy": 30, "midbattle": 20}
#: A score beyond this is suspicious; after ten times the plays it counts.
SUSPICIOUS, CERTAIN = 3.5, 4.5


def sampled(kind: str, seed: int, count: int) -> list[dict]:
    """Fresh cases of a kind."""
    # The sampler of status battles wants enough of them to use every status move.
    drawn = max(count, 138) if kind == "statusheavy" else count
    return node("sample.mjs", kind, "--seed", str(seed), "--count", str(drawn))[:count]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--plays", type=int, default=200)
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    import django

    django.setup()
    from mlcore.game import gamedata
    from tests.mlcore.engine.arena import Arena
    from tests.mlcore.engine.golden import compare, play
    from tests.mlcore.engine.lockstep import differences

    arena = Arena(gamedata.load())

    def recorded(seed: int) -> Iterator[dict]:
        """Traces of fresh battles."""
        recorder = str(TRACES / "record.mjs")
        for drawn in ((), ("--callers",)):
            yield from node(recorder, "--seed", str(seed), "--count", str(RECORDED), *drawn)
        for kind, cases in REPLAYED.items():
            lines = sampled(kind, seed, cases)
            text = "".join(json.dumps(line) + "\n" for line in lines)
            yield from node(recorder, "--seed", str(seed), "--lines", text=text)

    def played(lines: list[dict], plays: int, seed: int) -> list[tuple[dict, float]]:
        """Lines with the simulator's results, and the largest score of each."""
        text = "".join(json.dumps(line) + "\n" for line in lines)
        results = node("play.mjs", "--plays", str(plays), "--seed", str(seed), text=text)
        golden = [{**line, **result} for line, result in zip(lines, results, strict=True)]
        cases = compare(golden, play(arena, golden, plays=20 * plays, seed=seed))
        return [
            (line, max(abs(case.z or 0), 9.0 if (case.p_exact or 1) < 1e-5 else 0.0))
            for line, case in zip(golden, cases, strict=True)
        ]

    seed, end = options.seed, time.monotonic() + 60 * options.minutes
    count = replayed = disagreements = 0
    while time.monotonic() < end:
        for trace in recorded(seed):
            replayed += 1
            differ = differences(arena, trace)
            if differ:
                disagreements += 1
                path = TRACES / f"found-{seed}-{trace['id']}.jsonl"
                trace["id"] = path.stem
                path.write_text(json.dumps(trace, separators=(",", ":")) + "\n")
                print(f"{path.relative_to(ROOT)}: {differ[0]}", flush=True)
        for kind, cases in KINDS.items():
            if time.monotonic() > end:
                break
            lines = sampled(kind, seed, cases)
            results = played(lines, options.plays, seed)
            count += len(results)
            doubted = [line for line, score in results if score > SUSPICIOUS]
            if not doubted:
                continue
            bare = [{key: line[key] for key in line if key not in RESULT_KEYS} for line in doubted]
            for line, score in played(bare, 10 * options.plays, seed + 1):
                if score <= CERTAIN:
                    continue
                disagreements += 1
                FIXTURES.mkdir(parents=True, exist_ok=True)
                path = FIXTURES / f"{kind}-{seed}-{line['id']}.jsonl"
                path.write_text(json.dumps(line) + "\n")
                print(f"{path.relative_to(ROOT)}: score {score:.1f}", flush=True)
        print(
            f"seed {seed}: so far {replayed} battles replayed, {count} cases played many times, "
            f"{disagreements} disagreements",
            flush=True,
        )
        seed += 1
    return 1 if disagreements else 0


RESULT_KEYS = {"n", "wins_a", "wins_b", "draws", "mean_turns"}

if __name__ == "__main__":
    sys.exit(main())
