/**
 * Writes the golden files of the engine's tests: sampled cases and what the simulator answers.
 *
 *   node golden.mjs [--seed 1] [--plays 400] [--jobs 1] [--out ../../tests/golden]
 *                   [--only duels,rolls]
 *
 * MANIFEST.json keeps for every file its seed, plays, number of cases and sha256.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { toLines } from "./lines.mjs";
import { DEFAULT_PLAYS, playLines } from "./play.mjs";
import { rollsOf } from "./rolls.mjs";
import * as sample from "./sample.mjs";
import { VERSION } from "./simulator.mjs";

/** What each file holds; all but the rolls are played. */
const FILES = {
  rolls: (seed) => sample.rolls(seed),
  duels: (seed) => [...sample.duels(seed), ...sample.bestMoveDuels(seed)],
  unusual: (seed) => sample.unusual(seed),
  setups: (seed) => sample.setups(seed),
  midbattle: (seed) => sample.midBattles(seed),
  battles: (seed) => [...sample.battles(seed), ...sample.statusBattles(seed)],
};

async function played(lines, { name, ...options }) {
  const started = Date.now();
  const onResult = (_, index) => {
    if ((index + 1) % 10 && index + 1 < lines.length) return;
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stderr.write(`\r${name}: ${index + 1} of ${lines.length} lines, ${seconds} s`);
  };
  const results = await playLines(lines, { ...options, onResult });
  process.stderr.write("\n");
  return lines.map((line, i) => ({ ...line, ...results[i] }));
}

function readManifest(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { files: {} };
}

async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      plays: { type: "string", default: String(DEFAULT_PLAYS) },
      jobs: { type: "string", default: "1" },
      out: {
        type: "string",
        default: fileURLToPath(new URL("../../tests/golden", import.meta.url)),
      },
      only: { type: "string", default: Object.keys(FILES).join(",") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(
      "node golden.mjs [--seed TEXT] [--plays N] [--jobs N] [--only FILE,FILE] [--out FOLDER]\n" +
        `Plays golden cases on the simulator; files: ${Object.keys(FILES).join(", ")}.\n`,
    );
    return;
  }
  const names = values.only.split(",");
  for (const name of names) {
    if (!FILES[name]) throw new Error(`"${name}": files are ${Object.keys(FILES).join(", ")}`);
  }
  mkdirSync(values.out, { recursive: true });
  const plays = Number(values.plays);
  for (const name of names) {
    const lines = FILES[name](values.seed);
    const isPlayed = name !== "rolls";
    const options = { name, plays, seed: values.seed, jobs: Number(values.jobs) };
    const golden = isPlayed
      ? await played(lines, options)
      : lines.map((line) => ({ ...line, ...rollsOf(line) }));
    const text = toLines(golden);
    const file = `${name}.jsonl`;
    writeFileSync(join(values.out, file), text);
    const path = join(values.out, "MANIFEST.json");
    const { files } = readManifest(path);
    files[file] = {
      cases: golden.length,
      ...(isPlayed && { plays }),
      seed: values.seed,
      sha256: createHash("sha256").update(text).digest("hex"),
    };
    const manifest = {
      simulator: `pokemon-showdown ${VERSION}`,
      mod: "gen7letsgo",
      date: new Date().toISOString().slice(0, 10),
      files: Object.fromEntries(Object.entries(files).sort(([x], [y]) => (x < y ? -1 : 1))),
    };
    writeFileSync(path, JSON.stringify(manifest, null, 2) + "\n");
  }
}

await main();
