/**
 * Plays duels and four-move battles many times and counts who wins.
 *
 *   node play.mjs [--plays 400] [--seed 1] [--jobs 1] < lines.jsonl > results.jsonl
 *
 * README.md describes the lines.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { isMain, readLines } from "./lines.mjs";
import { stream } from "./random.mjs";
import { newBattle, playOut, randomSource } from "./simulator.mjs";

export const DEFAULT_PLAYS = 400;

/** Plays one line: `{id, n, wins_a, wins_b, draws, mean_turns}`. */
export function playLine(line, { plays = DEFAULT_PLAYS, seed = 1 } = {}) {
  const n = line.n ?? plays;
  const prng = randomSource(`${seed}/${line.id}/battle`);
  const next = stream(`${seed}/${line.id}/choice`);
  const wins = { a: 0, b: 0, draw: 0 };
  let turns = 0;
  for (let i = 0; i < n; i++) {
    const battle = newBattle(line, prng);
    const end = playOut(battle, next);
    battle.destroy();
    wins[end.winner]++;
    turns += end.turns;
  }
  const mean_turns = n ? Math.round((turns / n) * 100) / 100 : 0;
  return { id: line.id, n, wins_a: wins.a, wins_b: wins.b, draws: wins.draw, mean_turns };
}

function attempt(line, options) {
  try {
    return playLine(line, options);
  } catch (error) {
    throw new Error(`line "${line.id}": ${error.message}`, { cause: error });
  }
}

/** Plays many lines on `jobs` workers; the results come in the order of the lines. */
export async function playLines(lines, { plays, seed, jobs = 1, onResult = () => {} } = {}) {
  const options = { plays, seed };
  const results = new Array(lines.length);
  let given = 0;
  let told = 0;
  const keep = (index, result) => {
    results[index] = result;
    while (told < lines.length && results[told]) onResult(results[told], told++);
  };
  if (jobs <= 1) {
    lines.forEach((line, index) => keep(index, attempt(line, options)));
    return results;
  }
  const work = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { player: true, options } });
      const give = () => {
        if (given >= lines.length) return worker.terminate().then(resolve);
        const index = given++;
        worker.postMessage({ index, line: lines[index] });
      };
      worker.on("message", ({ index, result }) => {
        keep(index, result);
        give();
      });
      worker.on("error", reject);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, lines.length) }, work));
  return results;
}

if (!isMainThread && workerData?.player) {
  parentPort.on("message", ({ index, line }) => {
    parentPort.postMessage({ index, result: attempt(line, workerData.options) });
  });
}

if (isMain(import.meta)) {
  const { values } = parseArgs({
    options: {
      plays: { type: "string", default: String(DEFAULT_PLAYS) },
      seed: { type: "string", default: "1" },
      jobs: { type: "string", default: String(availableParallelism()) },
    },
  });
  const lines = (await readLines()).map((line, index) => ({ id: index, ...line }));
  await playLines(lines, {
    plays: Number(values.plays),
    seed: values.seed,
    jobs: Number(values.jobs),
    onResult: (result) => process.stdout.write(JSON.stringify(result) + "\n"),
  });
}
