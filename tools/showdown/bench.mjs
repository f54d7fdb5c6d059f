/**
 * Plays given lines in one process and prints battles per second as JSON, for a comparison with
 * another engine on the same lines.
 *
 *   node bench.mjs [--plays 100] [--seed 1] [--warmup 2] < lines.jsonl
 *
 * The first `warmup` seconds are played without counting, so that Node has compiled what it will.
 * `cpu_seconds` far below `seconds` means that other work slowed the run down.
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
const lines = (await readLines()).map((line, index) => ({ id: index, ...line, n: plays }));

const warm = performance.now() + Number(values.warmup) * 1000;
for (let i = 0; performance.now() < warm; i++) {
  playLine({ ...lines[i % lines.length], n: 10 }, { seed });
}

const started = performance.now();
const cpu = process.cpuUsage();
let turns = 0;
for (const line of lines) turns += playLine(line, { seed }).mean_turns * plays;
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const battles = lines.length * plays;
console.log(
  JSON.stringify({
    simulator: `pokemon-showdown ${VERSION}`,
    node: process.versions.node,
    lines: lines.length,
    plays,
    battles,
    seconds: Number(seconds.toFixed(3)),
    cpu_seconds: Number(((user + system) / 1e6).toFixed(3)),
    battles_per_second: Number((battles / seconds).toFixed(1)),
    turns_per_second: Math.round(turns / seconds),
  }),
);
