"""Hunts for battles on which the engine and the reference simulator disagree.

    python -m tests.engine.fuzz --minutes 5 [--seed N] [--plays 200]

Each round draws fresh duels, other set-ups, four-move battles and mid-battle
states, plays them on both and looks at the standard scores. What looks wrong is played again with
ten times the plays; what still does is written to tests/golden/fuzz/ as a fixture named by its
seed, and the exit code is 1. Needs Node and `npm ci` in tools/showdown.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFEREE = ROOT / "tools" / "showdown"
FIXTURES = ROOT / "tests" / "golden" / "fuzz"
#: Kinds of sample.mjs with the number of cases a round draws.
KINDS = {"duels": 40, "setups": 20, "battles": 15, "statusheavy": 40, "midbattle": 20}
#: A score beyond this is suspicious; after ten times the plays it counts.
SUSPICIOUS, CERTAIN = 3.5, 4.5


def node(script: str, *options: str, text: str = "") -> list[dict]:
    """Answer lines of a script of tools/showdown."""
    answer = subprocess.run(
        ["node", script, *options],
        cwd=REFEREE,
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in answer.stdout.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--plays", type=int, default=200)
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    import django

    django.setup()
    from mlcore import gamedata
    from tests.engine.arena import Arena
    from tests.engine.golden import compare, play

    arena = Arena(gamedata.load())

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
    count = found = 0
    while time.monotonic() < end:
        for kind, cases in KINDS.items():
            if time.monotonic() > end:
                break
            lines = node("sample.mjs", kind, "--seed", str(seed), "--count", str(cases))
            results = played(lines, options.plays, seed)
            count += len(results)
            doubted = [line for line, score in results if score > SUSPICIOUS]
            if not doubted:
                continue
            bare = [{key: line[key] for key in line if key not in RESULT_KEYS} for line in doubted]
            for line, score in played(bare, 10 * options.plays, seed + 1):
                if score <= CERTAIN:
                    continue
                found += 1
                FIXTURES.mkdir(parents=True, exist_ok=True)
                path = FIXTURES / f"{kind}-{seed}-{line['id']}.jsonl"
                path.write_text(json.dumps(line) + "\n")
                print(f"{path.relative_to(ROOT)}: score {score:.1f}", flush=True)
        print(f"seed {seed}: {count} cases so far, {found} disagreements", flush=True)
        seed += 1
    return 1 if found else 0


RESULT_KEYS = {"n", "wins_a", "wins_b", "draws", "mean_turns"}

if __name__ == "__main__":
    sys.exit(main())
