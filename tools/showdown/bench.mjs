/**
 * Plays given lines in one process and prints battles per second as JSON, for a comparison with
 * another engine on the same lines.
 *
 *   node bench.mjs [--plays 100] [--seed 1] [--warmup 2] < lines.jsonl
 *
 * The first `warmup` seconds are played without counting, so that Node has compiled what it will.
 */
import { parseArgs } from "node:util";
import { readLines } from "./lines.mjs";
import { playLine } from "./play.mjs";
import { VERSION } from "./simulator.mjs";

const { values } = parseArgs({
  options: {
    plays: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    warmup: { type: "string", default: "2" },
  },
});
const plays = Number(values.plays);
const seed = values.seed;
const lines = readLines(process.stdin.fd).map((line, index) => ({ id: index, ...line, n: plays }));

const warm = performance.now() + Number(values.warmup) * 1000;
for (let i = 0; performance.now() < warm; i++) {
  playLine({ ...lines[i % lines.length], n: 10 }, { seed });
}

const started = performance.now();
let turns = 0;
for (const line of lines) turns += playLine(line, { seed }).mean_turns * plays;
const seconds = (performance.now() - started) / 1000;
const battles = lines.length * plays;
console.log(
  JSON.stringify({
    simulator: `pokemon-showdown ${VERSION}`,
    node: process.versions.node,
    lines: lines.length,
    plays,
    battles,
    seconds: Number(seconds.toFixed(3)),
    battles_per_second: Number((battles / seconds).toFixed(1)),
    turns_per_second: Math.round(turns / seconds),
  }),
);
