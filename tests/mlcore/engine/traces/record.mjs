/**
 * Plays battles on the reference simulator and records every turn: what each side could choose and
 * chose, every random number that mattered, what happened, and the state afterwards.
 *
 *   node record.mjs --seed 1 --count 100       records battles drawn with the seed
 *   node record.mjs --seed 1 --callers         the same, each side with a move that plays others
 *   node record.mjs --seed 1 --lines < lines   records given lines (tools/showdown/README.md)
 *
 * One JSON object per battle. README.md in this folder describes it. Needs `npm ci` in
 * tools/showdown.
 */
import { parseArgs } from "node:util";
import { UNUSUAL } from "../../../../tools/showdown/cases.mjs";
import { readLines } from "../../../../tools/showdown/lines.mjs";
import { FORMS, MOVES, STATUS_MOVES } from "../../../../tools/showdown/pool.mjs";
import { Draw, stream } from "../../../../tools/showdown/random.mjs";
import { TURN_LIMIT, dex, newBattle, randomSource } from "../../../../tools/showdown/simulator.mjs";
import {
  STAGED,
  changes,
  eventsOf,
  finalState,
  listen,
  roundDamage,
  sideState,
} from "../../../../tools/showdown/turns.mjs";

// Drawing battles --------------------------------------------------------------------------------

const ALL = MOVES.filter((move) => move !== "struggle");
const SPECIAL = [...new Set([...STATUS_MOVES, ...Object.values(UNUSUAL).flat()])];
/** Whoever has one of these can come to use any move. */
const CALLERS = ["metronome", "mimic", "transform", "mirrormove"];
const CATCHES = {
  brn: ["Fire"],
  par: ["Electric"],
  psn: ["Poison", "Steel"],
  tox: ["Poison", "Steel"],
  slp: [],
  frz: ["Ice"],
};

function startState(draw, species) {
  const { types } = dex.species.get(species);
  const start = {};
  if (draw.chance(0.4)) start.hp = draw.int(5, 95) / 100;
  if (draw.chance(0.4)) {
    const able = ([, immune]) => !immune.some((type) => types.includes(type));
    start.status = draw.pick(Object.entries(CATCHES).filter(able))[0];
  }
  if (draw.chance(0.2)) start.boosts = { [draw.pick(STAGED)]: draw.int(-6, 6) };
  if (draw.chance(0.2)) start.screens = [draw.pick(["reflect", "lightscreen"])];
  if (draw.chance(0.2)) start.confusion = true;
  if (draw.chance(0.2) && !types.includes("Grass")) start.leechseed = true;
  if (draw.chance(0.2)) start.substitute = true;
  return start;
}

/** Any form with any moves, whether it can learn them or not; unusual moves come up often. */
function drawnSide(draw, level, callers) {
  const species = draw.pick(FORMS);
  const moves = new Set(callers ? [draw.pick(CALLERS)] : []);
  const count = draw.chance(0.2) ? draw.int(1, 3) : 4;
  while (moves.size < count) moves.add(draw.pick(draw.chance(0.75) ? SPECIAL : ALL));
  const own = draw.chance(0.5) ? level : level + draw.int(-5, 5);
  const side = { species, moves: [...moves], level: Math.min(100, Math.max(1, own)) };
  // Many HP make for long battles, in which more can happen.
  if (draw.chance(0.6)) side.avs = { hp: 200 };
  if (draw.chance(0.3)) side.start = startState(draw, species);
  return side;
}

function drawnLines(seed, count, callers) {
  return Array.from({ length: count }, (_, i) => {
    const draw = new Draw(`${seed}/${callers ? "callers" : "traces"}/${i}`);
    const level = draw.chance(0.5) ? 50 : draw.int(1, 100);
    const [a, b] = [drawnSide(draw, level, callers), drawnSide(draw, level, callers)];
    const line = { id: `${seed}-${i}`, a, b };
    if (draw.chance(0.15)) {
      // The same form twice: every order is a speed tie.
      for (const key of ["species", "level"]) line.b[key] = line.a[key];
      delete line.a.start;
      delete line.b.start;
    }
    return line;
  });
}

// Playing ----------------------------------------------------------------------------------------

/** The names of the moves that may be chosen, and the one that is. */
function choose(side, next) {
  for (;;) {
    const { moves } = side.activeRequest.active[0];
    const able = moves.filter((move) => !move.disabled && move.pp !== 0);
    const move = able[able.length > 1 ? Math.floor((next() / 2 ** 32) * able.length) : 0];
    if (side.choose(`move ${moves.indexOf(move) + 1}`)) {
      return { could: able.map(({ id }) => id), chose: move.id };
    }
    if (!side.activeRequest.update) throw new Error(side.choice.error);
  }
}

function record(line, seed) {
  const prng = randomSource(`${seed}/${line.id}/battle`);
  const next = stream(`${seed}/${line.id}/choice`);
  const battle = newBattle(line, prng);
  roundDamage(battle);
  const draws = listen(battle, prng);
  let states = battle.sides.map(sideState);
  const trace = { ...line, states, turns: [] };
  let told = battle.log.length;
  while (!battle.ended && battle.turn <= TURN_LIMIT) {
    draws.length = 0;
    const choices = battle.sides.map((side) => choose(side, next));
    battle.commitChoices();
    const after = battle.sides.map(battle.ended ? finalState : sideState);
    const all = (i) => choices[i].could.join() === (states[i].moves ?? []).join();
    trace.turns.push({
      could: choices.map(({ could }, i) => (all(i) ? null : could)),
      chose: choices.map(({ chose }) => chose),
      draws: [...draws],
      events: eventsOf(battle.log.slice(told)),
      changes: after.map((state, i) => (battle.ended ? state : changes(states[i], state))),
    });
    told = battle.log.length;
    states = after;
  }
  trace.winner = battle.ended && battle.winner ? battle.winner : "draw";
  battle.destroy();
  return trace;
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "100" },
    lines: { type: "boolean", default: false },
    callers: { type: "boolean", default: false },
  },
});
const lines = values.lines ? await readLines() : drawnLines(values.seed, Number(values.count), values.callers);
for (const [i, line] of lines.entries()) {
  process.stdout.write(JSON.stringify(record({ id: String(i), ...line }, values.seed)) + "\n");
}
