/**
 * Draws the cases of the golden files with a seed. Every function returns lines without results.
 *
 *   node sample.mjs KIND [--seed 1] [--count N]    prints the lines of one kind
 */
import { parseArgs } from "node:util";
import { CHOSEN, UNUSUAL } from "./cases.mjs";
import { expectedDamage } from "./expected.mjs";
import { isMain, toLines } from "./lines.mjs";
import {
  FORMS,
  STATUS_MOVES,
  damagingMovesOf,
  statusMovesOf,
  usableMovesOf,
  usersOf,
} from "./pool.mjs";
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

/** Random duels at other levels, with other natures, IVs and HP awakening values. */
export function setups(seed, count = 150) {
  return series("setup", count, seed, (draw) => {
    const [first, second] = randomLevels(draw);
    return {
      a: { ...randomDuelist(draw), ...randomSetup(draw, first) },
      b: { ...randomDuelist(draw), ...randomSetup(draw, second) },
    };
  });
}

/** True when a move's type does nothing to a form. */
function isImmune(form, move) {
  return !dex.getImmunity(dex.moves.get(move), dex.species.get(form));
}

/** A random opponent that gives an unusual move something to do. */
function opponentFor(draw, move) {
  const category = { counter: "Physical", mirrorcoat: "Special" }[move];
  for (;;) {
    const b = randomDuelist(draw);
    if (isImmune(b.species, move)) continue;
    if (!category || dex.moves.get(b.move).category === category) return b;
  }
}

/**
 * Each unusual damaging move as A's move: twice against an opponent that it can hurt, once against
 * any; then the duels chosen by hand.
 */
export function unusual(seed) {
  const random = Object.entries(UNUSUAL).flatMap(([about, moves]) =>
    moves.flatMap((move) =>
      series(`unusual-${move}`, 3, seed, (draw, i) => ({
        about,
        a: { species: draw.pick(usersOf(move)), move },
        b: i < 2 ? opponentFor(draw, move) : randomDuelist(draw),
      })),
    ),
  );
  const chosen = Object.entries(CHOSEN).flatMap(([about, cases]) =>
    cases.map(([a, moveA, b, moveB], i) => ({
      id: `chosen-${about}-${i + 1}`,
      about,
      a: { species: a, move: moveA },
      b: { species: b, move: moveB },
    })),
  );
  for (const { a, b } of chosen) {
    for (const { species, move } of [a, b]) {
      if (!usableMovesOf(species).includes(move)) throw new Error(`${species} has no ${move}`);
    }
  }
  return [...random, ...chosen];
}

function randomFighter(draw) {
  const species = draw.pick(FORMS);
  return { species, moves: draw.picks(usableMovesOf(species), 4) };
}

/** Random forms, each with four random moves of all that it can use. */
export function battles(seed, count = 250) {
  return series("battle", count, seed, (draw) => ({
    kind: "random",
    a: randomFighter(draw),
    b: randomFighter(draw),
  }));
}

/** How often each status move is given to a side on purpose. */
const TIMES_PER_STATUS_MOVE = 4;

/** A random form with the status move asked for, at least one other and, if it can, an attack. */
function statusFighter(draw, move) {
  const users = usersOf(move).filter((form) => statusMovesOf(form).length > 1);
  const species = draw.pick(users);
  const count = draw.chance(0.2) ? 3 : 2;
  const others = statusMovesOf(species).filter((other) => other !== move);
  const moves = [move, ...draw.picks(others, count - 1)];
  moves.push(...draw.picks(damagingMovesOf(species), 4 - moves.length));
  return { species, moves: draw.shuffled(moves) };
}

/** Battles in which two or three of a side's four moves are status moves, all of them in turn. */
export function statusBattles(seed, count = 170) {
  const draw = new Draw(`${seed}/sample/status-schedule`);
  const rounds = Array.from({ length: TIMES_PER_STATUS_MOVE }, () => draw.shuffled(STATUS_MOVES));
  const schedule = rounds.flat();
  if (schedule.length > 2 * count) throw new Error("too few battles for all status moves");
  return series("status", count, seed, (draw, i) => {
    const [first, second] = [2 * i, 2 * i + 1].map((n) => schedule[n] ?? draw.pick(STATUS_MOVES));
    return { kind: "status", a: statusFighter(draw, first), b: statusFighter(draw, second) };
  });
}

const STATUS_IMMUNITY = {
  brn: ["Fire"],
  par: ["Electric"],
  psn: ["Poison", "Steel"],
  tox: ["Poison", "Steel"],
  slp: [],
  frz: ["Ice"],
};
const STAGES = [-6, -4, -3, -2, -2, -1, -1, 1, 1, 2, 2, 3, 4, 6];
const STAGED = ["atk", "def", "spa", "spd", "spe", "accuracy", "evasion"];

/** A state that a side may be in in the middle of a battle. */
function randomStart(draw, form) {
  const { types } = dex.species.get(form);
  const start = {};
  if (draw.chance(0.6)) start.hp = draw.int(20, 95) / 100;
  if (draw.chance(0.4)) {
    const catching = Object.keys(STATUS_IMMUNITY).filter(
      (status) => !STATUS_IMMUNITY[status].some((type) => types.includes(type)),
    );
    start.status = draw.pick(catching);
  }
  if (draw.chance(0.4)) {
    const stats = draw.picks(STAGED, draw.int(1, 2)).sort();
    start.boosts = Object.fromEntries(stats.map((stat) => [stat, draw.pick(STAGES)]));
  }
  if (draw.chance(0.25)) start.screens = draw.picks(["lightscreen", "reflect"], draw.int(1, 2)).sort();
  if (draw.chance(0.15)) start.substitute = true;
  if (draw.chance(0.15)) start.confusion = true;
  if (draw.chance(0.15) && !types.includes("Grass")) start.leechseed = true;
  return start;
}

/** Duels, and battles of four moves a side, that begin in the middle. */
export function midBattles(seed, count = 120) {
  return series("mid", count, seed, (draw, i) => {
    const make = i < (count * 2) / 3 ? randomDuelist : randomFighter;
    const [a, b] = [make(draw), make(draw)];
    for (const side of [a, b]) {
      const start = randomStart(draw, side.species);
      if (Object.keys(start).length) side.start = start;
    }
    return { kind: a.move ? "duel" : "battle", a, b };
  });
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
    } while (!isOrdinary(a.move) || isImmune(b.species, a.move));
    if (i < count * 0.6) return { kind: "flat", a, b };
    if (i < count * 0.8) {
      const [first, second] = randomLevels(draw);
      Object.assign(a, randomSetup(draw, first));
      Object.assign(b, randomSetup(draw, second));
      return { kind: "setup", a, b };
    }
    const physical = dex.moves.get(a.move).category === "Physical";
    const burns = physical && !dex.species.get(a.species).types.includes("Fire");
    // Brick Break takes the screens down before it hits, outside the formula.
    const screens = a.move === "brickbreak" ? [] : ["reflect", "lightscreen"];
    a.start = randomRollStart(draw, physical ? ["atk"] : ["spa"], []);
    if (burns && draw.chance(0.4)) a.start.status = "brn";
    b.start = randomRollStart(draw, physical ? ["def"] : ["spd"], screens);
    return { kind: "start", a, b };
  });
}

export const KINDS = {
  duels,
  bestmove: bestMoveDuels,
  unusual,
  setups,
  battles,
  statusheavy: statusBattles,
  midbattle: midBattles,
  rolls,
};

if (isMain(import.meta)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string", default: "1" }, count: { type: "string" } },
  });
  const kind = KINDS[positionals[0]];
  if (!kind) throw new Error(`kinds: ${Object.keys(KINDS).join(", ")}`);
  process.stdout.write(toLines(kind(values.seed, values.count && Number(values.count))));
}
