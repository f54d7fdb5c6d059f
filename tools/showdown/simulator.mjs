/**
 * The simulator behind a small surface: the game's data, a battle under this project's rules, and
 * one battle played to its end. A `Battle` object is driven directly, without streams.
 */
import { createRequire } from "node:module";
import { stream } from "./random.mjs";

const require = createRequire(import.meta.url);
const { Battle, Dex, PRNG } = require("pokemon-showdown");

/** The version of the simulator that is installed. */
export const VERSION = require("pokemon-showdown/package.json").version;

/** The data of Let's Go, Pikachu! and Let's Go, Eevee! */
export const dex = Dex.mod("gen7letsgo");

/** A battle that is not decided after this many turns is a draw. */
export const TURN_LIMIT = 100;

/** What a side may set per stat, and what a stat has when nothing is said. */
export const STATS = ["hp", "atk", "def", "spa", "spd", "spe"];
const DEFAULT_LEVEL = 50;
const DEFAULT_NATURE = "hardy";

/** Let's Go's mechanics without any clause, ban or team check. */
const FORMAT = letsGoWithoutClauses();

function letsGoWithoutClauses() {
  const base = Dex.formats.get("gen7letsgorandombattle");
  const format = Object.create(Object.getPrototypeOf(base));
  return Object.assign(format, base, {
    id: "gen7letsgocustomgame",
    name: "[Gen 7 Let's Go] Custom Game",
    team: undefined,
    ruleset: [],
    baseRuleset: [],
    banlist: [],
    unbanlist: [],
    restricted: [],
    customRules: null,
    ruleTable: null,
  });
}

/** The simulator's random source, fed by one of our named streams. */
export function randomSource(text) {
  const next = stream(text);
  const source = new PRNG("gen5,0000000000000000");
  source.rng = { next, getSeed: () => text };
  return source;
}

function allStats(given, value, maximum, what) {
  const stats = {};
  for (const name of Object.keys(given ?? {})) {
    if (!STATS.includes(name)) throw new Error(`${what}: unknown stat "${name}"`);
  }
  for (const name of STATS) {
    stats[name] = given?.[name] ?? value;
    if (!Number.isInteger(stats[name]) || stats[name] < 0 || stats[name] > maximum) {
      throw new Error(`${what}: ${name} must be an integer from 0 to ${maximum}`);
    }
  }
  return stats;
}

/** The simulator's team of one for a side of a line; throws a readable error for a bad one. */
export function team(side, level = DEFAULT_LEVEL) {
  const species = dex.species.get(side.species);
  if (!species.exists || species.isNonstandard) throw new Error(`unknown form "${side.species}"`);
  const moves = side.moves ?? [side.move];
  if (moves.length < 1 || moves.length > 4) throw new Error("a side has one to four moves");
  const ids = moves.map((name) => {
    const move = dex.moves.get(name);
    if (!move.exists) throw new Error(`unknown move "${name}"`);
    return move.id;
  });
  if (new Set(ids).size !== ids.length) throw new Error("a side cannot have a move twice");
  const nature = dex.natures.get(side.nature ?? DEFAULT_NATURE);
  if (!nature.exists) throw new Error(`unknown nature "${side.nature}"`);
  const ownLevel = side.level ?? level;
  if (!Number.isInteger(ownLevel) || ownLevel < 1 || ownLevel > 100) {
    throw new Error("level must be an integer from 1 to 100");
  }
  return [
    {
      name: species.name,
      species: species.name,
      ability: "No Ability",
      item: "",
      moves: ids,
      nature: nature.name,
      level: ownLevel,
      happiness: 70,
      ivs: allStats(side.ivs, 31, 31, "ivs"),
      // The simulator keeps awakening values in the field "evs" and adds them to HP only.
      evs: allStats(side.avs, 0, 200, "avs"),
    },
  ];
}

/** A battle that has begun: both sides are in, turn 1 waits for its choices. */
export function newBattle(line, prng) {
  const battle = new Battle({
    format: FORMAT,
    formatid: FORMAT.id,
    prng,
    p1: { name: "A", team: team(line.a, line.level) },
    p2: { name: "B", team: team(line.b, line.level) },
  });
  applyStart(battle, 0, line.a.start);
  applyStart(battle, 1, line.b.start);
  return battle;
}

const STATUSES = ["brn", "par", "psn", "tox", "slp", "frz"];
const SCREENS = ["reflect", "lightscreen"];
const START_KEYS = ["hp", "status", "boosts", "screens", "substitute", "confusion", "leechseed"];

/**
 * Puts one side into a state of mid-battle before turn 1 (README.md, "Start states"). Counters
 * stand as when the condition has just been inflicted; random ones are drawn anew in each battle.
 */
function applyStart(battle, index, start) {
  if (!start) return;
  const side = battle.sides[index];
  const pokemon = side.active[0];
  const foe = battle.sides[1 - index].active[0];
  const must = (done, what) => {
    if (!done) throw new Error(`${pokemon.species.name} cannot start with ${what}`);
  };
  for (const key of Object.keys(start)) must(START_KEYS.includes(key), `unknown state "${key}"`);
  if (start.hp !== undefined) {
    must(start.hp > 0 && start.hp <= 1, "this fraction of HP");
    pokemon.sethp(Math.max(1, Math.floor(pokemon.maxhp * start.hp)));
  }
  if (start.status) {
    must(STATUSES.includes(start.status), `status "${start.status}"`);
    must(pokemon.setStatus(start.status, foe), start.status);
  }
  for (const [stat, stage] of Object.entries(start.boosts ?? {})) {
    must(stat in pokemon.boosts && Number.isInteger(stage) && Math.abs(stage) <= 6, "these stages");
    pokemon.boosts[stat] = stage;
  }
  for (const screen of start.screens ?? []) {
    must(SCREENS.includes(screen) && side.addSideCondition(screen, pokemon), screen);
  }
  if (start.confusion) must(pokemon.addVolatile("confusion", foe), "confusion");
  if (start.leechseed) {
    must(!pokemon.hasType("Grass") && pokemon.addVolatile("leechseed", foe), "Leech Seed");
  }
  if (start.substitute) must(pokemon.addVolatile("substitute", pokemon), "a substitute");
}

/** The numbers (from 1) of the moves of a request that may be chosen. */
function usable(request) {
  const numbers = [];
  request.moves.forEach((move, i) => {
    if (!move.disabled && move.pp !== 0) numbers.push(i + 1);
  });
  return numbers;
}

/**
 * Makes one side's choice: uniformly among its usable moves. A single one (one-move sets, a lock,
 * recharging, Struggle) takes no random number.
 */
function choose(side, next) {
  for (;;) {
    const numbers = usable(side.activeRequest.active[0]);
    const pick = numbers.length > 1 ? Math.floor((next() / 2 ** 32) * numbers.length) : 0;
    if (side.choose(`move ${numbers[pick]}`)) return;
    // The simulator has just told that this move is disabled in secret: choose again.
    if (!side.activeRequest.update) throw new Error(side.choice.error);
  }
}

/** Plays a begun battle to its end and says who won ("a", "b" or "draw") and in how many turns. */
export function playOut(battle, next) {
  const [a, b] = battle.sides;
  while (!battle.ended && battle.turn <= TURN_LIMIT) {
    choose(a, next);
    choose(b, next);
    battle.commitChoices();
  }
  if (!battle.ended || !battle.winner) {
    return { winner: "draw", turns: Math.min(battle.turn, TURN_LIMIT) };
  }
  return { winner: battle.winner === "A" ? "a" : "b", turns: battle.turn };
}
