"""schemathesis asks a live copy of this site everything that its schema allows, and more.

    python -m tests.load.schema [--examples N] [--seed S]

Once without a key and once with one, all checks. The exit code says whether all was well.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.load.site import copied_site

CONFIG = Path(__file__).with_name("schemathesis.toml")
#: Fewer cases than this say nothing.
LEAST = 2_000
PHASES = "examples,coverage,fuzzing,stateful"


def ask_everything(
    url: str,
    *,
    examples: int,
    seed: int,
    key: str = "",
    phases: str = PHASES,
    without: Sequence[str] = (),
) -> tuple[int, str]:
    """Number of cases that were sent, and what failed: an empty text when all was well.

    ``without`` names addresses that are left out.
    """
    with TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")),
                f"--config-file={CONFIG}",
                "--no-color",
                "run",
                f"{url}/api/schema/?format=json",
                f"--phases={phases}",
                f"--max-examples={examples}",
                f"--seed={seed}",
                "--continue-on-failure",
                "--no-shrink",
                "--generation-database=none",
                "--report=json",
                f"--report-json-path={report}",
                *([f"--header=Authorization: Bearer {key}"] if key else []),
                *(f"--exclude-path={path}" for path in without),
            ],
            cwd=name,
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            raise RuntimeError(done.stdout[-3000:] + done.stderr[-3000:])
        count = json.loads(report.read_text())["test_cases"]["generated"]
    return count, "" if done.returncode == 0 else done.stdout[-20_000:]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=10, help="an operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    worst = 0
    with copied_site() as site, site.served() as server:
        for words, key in (("without a key", ""), ("with a key", site.make_key())):
            count, failed = ask_everything(
                server.url, examples=options.examples, seed=options.seed, key=key
            )
            print(f"{words}: {count} cases, {failed if failed else 'all well'}", flush=True)
            worst |= bool(failed) or count < LEAST
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
