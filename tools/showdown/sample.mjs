/**
 * Draws the cases of the golden files with a seed. Every function returns lines without results.
 *
 *   node sample.mjs KIND [--seed 1] [--count N]    prints the lines of one kind
 */
import { parseArgs } from "node:util";
import { expectedDamage } from "./expected.mjs";
import { isMain, toLines } from "./lines.mjs";
import { DAMAGING_MOVES, FORMS, damagingMovesOf, usableMovesOf } from "./pool.mjs";
import { Draw } from "./random.mjs";
import { isOrdinary } from "./rolls.mjs";
import { STATS, dex } from "./simulator.mjs";

const FIGHTERS = FORMS.filter((form) => damagingMovesOf(form).length > 0);

/** `count` lines with ids such as "duel-001", drawn from a stream of their own. */
function series(name, count, seed, make) {
  const draw = new Draw(`${seed}/sample/${name}`);
  return Array.from({ length: count }, (_, i) => ({
    id: `${name}-${String(i + 1).padStart(3, "0")}`,
    ...make(draw, i),
  }));
}

function randomDuelist(draw) {
  const species = draw.pick(FIGHTERS);
  return { species, move: draw.pick(damagingMovesOf(species)) };
}

/** Random forms, each with a random damaging move. */
export function duels(seed, count = 300) {
  return series("duel", count, seed, (draw) => ({
    kind: "random",
    a: randomDuelist(draw),
    b: randomDuelist(draw),
  }));
}

/** The damaging move with the highest expected damage; a tie goes to the first by name. */
function bestMove(species, target) {
  let best = null;
  for (const move of damagingMovesOf(species)) {
    const value = expectedDamage(species, move, target);
    if (!best || value > best.value) best = { move, value };
  }
  return best.move;
}

/** Random forms, each with its strongest move against the other. */
export function bestMoveDuels(seed, count = 150) {
  return series("best", count, seed, (draw) => {
    const a = draw.pick(FIGHTERS);
    const b = draw.pick(FIGHTERS);
    return {
      kind: "best_move",
      a: { species: a, move: bestMove(a, b) },
      b: { species: b, move: bestMove(b, a) },
    };
  });
}

const NATURES = dex.natures.all().map((nature) => nature.id).sort();

/** A level, a nature, IVs and HP awakening values for one side. */
function randomSetup(draw, level) {
  const setup = { level, nature: draw.pick(NATURES) };
  if (draw.chance(0.8)) {
    setup.ivs = Object.fromEntries(STATS.map((stat) => [stat, draw.int(0, 31)]));
  }
  if (draw.chance(0.4)) setup.avs = { hp: draw.int(1, 200) };
  return setup;
}

/** Two levels near each other, the first anywhere from 1 to 100. */
function randomLevels(draw) {
  const a = draw.int(1, 100);
  return [a, Math.min(100, Math.max(1, a + draw.int(-8, 8)))];
}

/** A start state for the rolls: only what enters the formula. */
function randomRollStart(draw, stats, screens) {
  const start = { boosts: { [draw.pick(stats)]: draw.pick([-6, -3, -2, -1, 1, 2, 3, 6]) } };
  if (screens.length && draw.chance(0.5)) start.screens = [draw.pick(screens)];
  return start;
}

/** Random attacker, ordinary move and defender that is not immune. */
export function rolls(seed, count = 300) {
  return series("roll", count, seed, (draw, i) => {
    let a, b;
    do {
      a = randomDuelist(draw);
      b = { species: draw.pick(FORMS) };
    } while (!isOrdinary(a.move) || !dex.getImmunity(dex.moves.get(a.move), species(b)));
    if (i < count * 0.6) return { kind: "flat", a, b };
    if (i < count * 0.8) {
      const [first, second] = randomLevels(draw);
      Object.assign(a, randomSetup(draw, first));
      Object.assign(b, randomSetup(draw, second));
      return { kind: "setup", a, b };
    }
    const physical = dex.moves.get(a.move).category === "Physical";
    const burns = physical && !species(a).types.includes("Fire") && draw.chance(0.4);
    // Brick Break takes the screens down before it hits, outside the formula.
    const screens = a.move === "brickbreak" ? [] : ["reflect", "lightscreen"];
    a.start = randomRollStart(draw, physical ? ["atk"] : ["spa"], []);
    if (burns) a.start.status = "brn";
    b.start = randomRollStart(draw, physical ? ["def"] : ["spd"], screens);
    return { kind: "start", a, b };
  });
}

function species(side) {
  return dex.species.get(side.species);
}

export const KINDS = { duels, bestmove: bestMoveDuels, rolls };

if (isMain(import.meta)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string", default: "1" }, count: { type: "string" } },
  });
  const kind = KINDS[positionals[0]];
  if (!kind) throw new Error(`kinds: ${Object.keys(KINDS).join(", ")}`);
  process.stdout.write(toLines(kind(values.seed, values.count && Number(values.count))));
}
