"""``manage.py bench``: figures measured side by side in one run, never against a clock alone."""

import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcore.engine.simulate import Outcomes, simulate_battles, warm_up
from mlcore.engine.specs import Setups
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData, UnknownName
from mlcore.serving import champion as champion_store
from mlcore.serving import predict
from predictiondex.bench import expert_sets, ladder, matchups, turns
from predictiondex.bench.api import CONNECTIONS, Measured, NoLoadTool, api_rates
from predictiondex.bench.pages import page_times

REFEREE = settings.BASE_DIR / "tools" / "showdown"
ROUNDS = 3


class Command(BaseCommand):
    help = (
        "Measure the engine (battles per second on one and two threads, compared with Pokémon "
        "Showdown's simulator if Node and tools/showdown are installed), the model (duels per "
        "second, one at a time and in batches), the pages (server time compared with a bare "
        "view), well-played answers and turns of the battle page (CPU time, the latter at the "
        "slowest states known) and the API (requests per second over HTTP compared with bare "
        "views; needs wrk). Without a flag: all of them. --ladder lets each opponent of the "
        "battle page play the next weaker one, and the network's player play searches and one who "
        "knows its mixture; --sets compares our best moves with players’ sets."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", action="store_true", help="only the engine")
        parser.add_argument("--model", action="store_true", help="only the model")
        parser.add_argument("--pages", action="store_true", help="only the pages")
        parser.add_argument("--matchups", action="store_true", help="only well-played answers")
        parser.add_argument("--turns", action="store_true", help="only turns of the battle page")
        parser.add_argument(
            "--battles",
            type=int,
            help="with --turns: battles of each kind (default: 2); with --ladder: battles of each "
            "start from either seat (default: 10)",
        )
        parser.add_argument(
            "--ladder", action="store_true", help="only how strong the opponents are; takes minutes"
        )
        parser.add_argument(
            "--starts",
            type=int,
            default=300,
            help="with --ladder: starts to draw; contested ones are played (default: 300)",
        )
        parser.add_argument(
            "--sets",
            metavar="FILE",
            help="only how many moves of players’ sets are among our best four; lines "
            "species|Mega Stone|natures|move 1|move 2|move 3|move 4, alternatives with /",
        )
        parser.add_argument("--api", action="store_true", help="only the API, over HTTP")
        parser.add_argument("--web", action="store_true", help="the same as --pages --api")
        parser.add_argument("--workers", type=int, default=1, help="server workers for --api")
        parser.add_argument("--seed", type=int, default=0, help="seed of the duels")

    def handle(self, *args: object, **options: object) -> None:
        game = gamedata.current()
        if options["web"]:
            options["pages"] = options["api"] = True
        parts = ("engine", "model", "pages", "matchups", "turns", "api", "ladder", "sets")
        every = not any(options[name] for name in parts)
        seed, starts = int(str(options["seed"])), int(str(options["starts"]))
        battles = None if options["battles"] is None else int(str(options["battles"]))
        if starts < 1 or (battles is not None and battles < 1) or seed < 0:
            raise CommandError("--starts and --battles must be at least 1, --seed at least 0.")
        if options["engine"] or every:
            self.bench_engine(game, seed)
        if options["model"] or every:
            self.bench_model(game, seed)
        if options["pages"] or every:
            self.bench_pages()
        if options["matchups"] or every:
            self.bench_matchups(game, seed)
        if options["turns"] or every:
            self.bench_turns(seed, battles or 2)
        if options["ladder"]:
            self.bench_ladder(game, seed, starts, battles or 10)
        if options["sets"]:
            self.bench_sets(game, str(options["sets"]))
        if options["api"] or every:
            self.bench_api(game, seed, int(str(options["workers"])))

    def bench_api(self, game: GameData, seed: int, workers: int) -> None:
        self.stdout.write(
            f"API over HTTP: {workers} worker(s), {CONNECTIONS} connections, every request "
            "counted and every prediction logged; ratios to bare views of the same run"
        )
        heads = ("requests/s", "CPU us", "p50 ms", "p95 ms", "p99 ms")
        heads += ("Django", "DRF", "DRF behind")
        self.stdout.write(f"  {'':44}" + "".join(f"{head:>11}" for head in heads))
        try:
            for measured in api_rates(game, seed=seed, workers=workers):
                self.stdout.write(f"  {_api_line(measured)}")
        except (NoLoadTool, RuntimeError) as reason:
            self.stdout.write(f"  {reason}")

    def bench_pages(self) -> None:
        self.stdout.write("pages: milliseconds of CPU, first view and median (a bare Django view)")
        for address, first, page, bare in page_times():
            times = f"{1000 * first:7.1f} {1000 * page:7.1f} ({1000 * bare:.2f})"
            self.stdout.write(f"  {address:60} {times}")

    def bench_matchups(self, game: GameData, seed: int) -> None:
        self.stdout.write("well-played answers: milliseconds of CPU, median and most")
        try:
            for cost in matchups.costs(game, seed):
                self.stdout.write(
                    f"  {cost.name:44} {1000 * cost.median:7.2f} {1000 * cost.most:7.2f}"
                    f"  ({cost.count:,} match-ups)"
                )
        except champion_store.NoChampion as reason:
            self.stdout.write(f"  {reason}")

    def bench_sets(self, game: GameData, file: str) -> None:
        try:
            lines = Path(file).read_text().splitlines()
            overlap = expert_sets.compare(game, expert_sets.read(lines, game))
        except (OSError, ValueError, UnknownName, champion_store.NoChampion) as reason:
            raise CommandError(f"--sets: {reason}") from reason
        self.stdout.write(
            f"moves of {overlap.sets} players’ sets, of four: {overlap.best:.2f} among our best "
            f"four, {overlap.strongest:.2f} among the four strongest attacks, "
            f"{overlap.random:.2f} among four random ones"
        )

    def bench_turns(self, seed: int, battles: int) -> None:
        self.stdout.write("turns of the battle page: milliseconds of CPU, median and most")
        try:
            for times in turns.turn_times(seed, battles=battles):
                self.stdout.write(
                    f"  {times.name:44} {1000 * times.median:7.1f} {1000 * times.most:7.1f}"
                    f"  ({times.turns:,} turns)"
                )
        except champion_store.NoChampion as reason:
            self.stdout.write(f"  {reason}")

    def bench_ladder(self, game: GameData, seed: int, starts: int, battles: int) -> None:
        threads = settings.ENGINE_THREADS
        contested = ladder.contested_starts(game, starts, seed=seed, threads=threads)
        self.stdout.write(
            f"ladder: {len(contested):,} contested of {starts:,} starts, seats swapped; share of "
            "points of the first player with its 95% interval"
        )
        if len(contested) < 2:
            raise CommandError("Fewer than two starts are contested: draw more with --starts.")
        try:
            for kind in (ladder.players, ladder.steps):
                for match in kind(game, contested, battles=battles, seed=seed, threads=threads):
                    pair = f"{match.first} vs {match.second}"
                    self.stdout.write(
                        f"  {pair:84} {match.share:.3f} ± {match.margin:.3f}  "
                        f"({match.battles:,} battles)"
                    )
        except champion_store.NoChampion as reason:
            raise CommandError(str(reason)) from reason

    def bench_engine(self, game: GameData, seed: int) -> None:
        warm_up(game.tables)
        for name, slots in (("duels", 1), ("four-move battles", 4)):
            fighters, moves = _random_battles(game, slots, 200, seed)
            lines = _lines(game, fighters, moves)

            def ours(threads: int, fighters=fighters, moves=moves) -> float:
                started = time.perf_counter()
                outcomes: Outcomes = simulate_battles(
                    game.tables,
                    fighters[0],
                    moves[0],
                    fighters[1],
                    moves[1],
                    plays=2_000,
                    seed=seed,
                    threads=threads,
                )
                return int(outcomes.plays.sum()) / (time.perf_counter() - started)

            one, two, theirs = [], [], []
            for _ in range(ROUNDS):
                one.append(ours(1))
                two.append(ours(2))
                if (rate := _referee_rate(lines, seed)) is not None:
                    theirs.append(rate)
            self.stdout.write(f"{name}: {max(one):,.0f} battles/s on one thread")
            gain = max(b / a for a, b in zip(one, two, strict=True))
            self.stdout.write(f"  two threads vs. one: {gain:.2f} (best of {ROUNDS})")
            if theirs:
                ratios = [a / b for a, b in zip(one, theirs, strict=True)]
                self.stdout.write(
                    f"  Pokémon Showdown: {max(theirs):,.0f} battles/s; ratio "
                    f"{statistics.median(ratios):,.0f} (median of {ROUNDS}; "
                    f"{min(ratios):,.0f} to {max(ratios):,.0f})"
                )
            else:
                self.stdout.write("  Pokémon Showdown: not installed (npm ci in tools/showdown)")

    def bench_model(self, game: GameData, seed: int) -> None:
        try:
            champion = champion_store.current()
        except champion_store.NoChampion as reason:
            self.stdout.write(f"model: {reason}")
            return
        fighters, moves = _random_battles(game, 1, 1_000, seed)

        def predict_rows(count: int) -> None:
            rows = np.arange(count)
            predict.predict(
                game,
                fighters[0].take(rows),
                moves[0][:count, 0],
                fighters[1].take(rows),
                moves[1][:count, 0],
            )

        predict_rows(1)
        self.stdout.write(f"model {champion.version}:")
        for count in (1, 100, 1_000):
            best = min(_seconds(lambda count=count: predict_rows(count)) for _ in range(20))
            self.stdout.write(
                f"  {count:>5} duels per call: {best * 1e3:.2f} ms, {count / best:,.0f} duels/s"
            )


def _api_line(measured: Measured) -> str:
    load = measured.load
    line = f"{measured.name:44}{load.rate:11,.0f}{1e6 * load.cpu:11,.0f}"
    line += "".join(f"{1000 * value:11.1f}" for value in (load.p50, load.p95, load.p99))
    line += "".join(f"{ratio:11.2f}" for ratio in measured.ratios)
    return line + (f"   {load.rate * measured.duels:,.0f} duels/s" if measured.duels else "")


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _random_battles(
    game: GameData, slots: int, count: int, seed: int
) -> tuple[tuple[Setups, Setups], tuple[np.ndarray, np.ndarray]]:
    """Random forms under standard rules with random moves; damaging ones when each has only one."""
    rng = np.random.default_rng(seed)
    sides, moves = [], []
    for _ in range(2):
        forms, rows = [], []
        while len(forms) < count:
            form = int(rng.integers(len(game.form_slugs)))
            usable = game.usable_moves(form, damaging=slots == 1)
            if len(usable) < slots:
                continue
            forms.append(form)
            row = np.full(4, -1, dtype=np.int64)
            row[:slots] = rng.permutation(usable)[:slots]
            rows.append(row)
        sides.append(Setups.flat(np.array(forms)))
        moves.append(np.array(rows))
    return (sides[0], sides[1]), (moves[0], moves[1])


def _lines(game: GameData, fighters: tuple[Setups, Setups], moves: tuple) -> str:
    """The same battles as JSON lines, in the simulator's spelling."""

    def side(which: int, k: int) -> dict[str, object]:
        names = [game.move_slugs[move].replace("-", "") for move in moves[which][k] if move >= 0]
        species = game.form_slugs[fighters[which].form[k]].replace("-", "")
        return {"species": species, "moves": names}

    return "".join(
        json.dumps({"id": k, "a": side(0, k), "b": side(1, k)}) + "\n"
        for k in range(len(fighters[0]))
    )


def _referee_rate(lines: str, seed: int) -> float | None:
    """Battles per second of one process of the reference simulator; None without it."""
    if shutil.which("node") is None or not (REFEREE / "node_modules").is_dir():
        return None
    answer = subprocess.run(
        ["node", "bench.mjs", "--plays", "5", "--seed", str(seed)],
        cwd=REFEREE,
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(json.loads(answer.stdout)["battles_per_second"])
