/** Checks that battles run under this project's rules:  node --test */
import assert from "node:assert/strict";
import { test } from "node:test";
import { playLine, playLines } from "./play.mjs";
import { counts } from "./pool.mjs";
import { stream } from "./random.mjs";
import { rollsOf } from "./rolls.mjs";
import { TURN_LIMIT, newBattle, playOut, randomSource } from "./simulator.mjs";
import { answer } from "./well_played.mjs";

const PLAYS = 40;

function play(a, b, more = {}) {
  const duelist = ([species, move, rest]) => ({ species, move, ...rest });
  return playLine({ id: "test", a: duelist(a), b: duelist(b), ...more }, { plays: PLAYS });
}

/** A played battle, with the whole log. */
function played(a, b) {
  const battle = newBattle({ a, b }, randomSource("test"));
  const end = playOut(battle, stream("test"));
  return { battle, end, log: battle.log };
}

test("the pool has the game's counts", () => {
  assert.equal(counts().damaging_pairs, 3379);
});

test("a Mega has its own stats and types from the first turn to the last", () => {
  const line = {
    a: { species: "charizardmegax", move: "dragonpulse" },
    b: { species: "charizard", move: "ember" },
  };
  const battle = newBattle(line, randomSource("test"));
  const mega = battle.sides[0].active[0];
  assert.deepEqual(mega.getTypes(), ["Fire", "Dragon"]);
  // Attack 130, level 50, IV 31, friendship factor 1.02.
  assert.equal(mega.storedStats.atk, Math.floor(150 * 1.02));
  playOut(battle, stream("test"));
  assert.equal(mega.species.id, "charizardmegax");
});

test("stats follow the formula, and awakening values raise HP only", () => {
  const side = { species: "pikachu", move: "thunderbolt", avs: { hp: 100, atk: 100, spe: 200 } };
  const { maxhp, storedStats } = newBattle({ a: side, b: side }, randomSource("t")).sides[0].active[0];
  assert.equal(maxhp, 110 + 100);
  assert.deepEqual({ ...storedStats }, { atk: 76, def: 61, spa: 71, spd: 71, spe: 112 });
});

test("a user of Explosion that knocks out the foe loses", () => {
  const result = play(["electrode", "explosion", { level: 100 }], ["caterpie", "tackle", { level: 1 }]);
  assert.equal(result.wins_b, PLAYS);
  assert.equal(result.mean_turns, 1);
});

test("a user of recoil that knocks out the foe wins although it faints", () => {
  const weak = { level: 100, start: { hp: 0.01 } };
  const result = play(["tauros", "doubleedge", weak], ["caterpie", "tackle", { level: 1 }]);
  assert.equal(result.wins_a, PLAYS);
});

test("a crash costs half the maximum HP, also on an immune target", () => {
  const half = { start: { hp: 0.5 } };
  const result = play(["hitmonlee", "highjumpkick", half], ["gengar", "nightshade"]);
  assert.equal(result.wins_b, PLAYS);
  assert.equal(result.mean_turns, 1);
});

test("a move without PP gives way to Struggle, which hits Ghosts", () => {
  const { log, end } = played(
    { species: "snorlax", move: "bodyslam" },
    { species: "gastly", move: "nightshade" },
  );
  assert.equal(log.filter((line) => line.includes("|Body Slam|")).length, 24);
  assert.ok(log.some((line) => line.startsWith("|move|") && line.includes("|Struggle|")));
  assert.ok(end.turns > 24);
});

test("a battle is a draw after 100 turns", () => {
  const moves = ["softboiled", "defensecurl", "celebrate", "minimize"];
  const side = { species: "chansey", moves };
  const result = playLine({ id: "draw", a: side, b: side }, { plays: 3 });
  assert.equal(result.draws, 3);
  assert.equal(result.mean_turns, TURN_LIMIT);
});

test("one-hit knock-outs and evasion are allowed", () => {
  const ohko = play(["rhydon", "horndrill"], ["snorlax", "bodyslam", { start: { status: "slp" } }]);
  assert.ok(ohko.wins_a > 0);
  const { log } = played(
    { species: "muk", moves: ["minimize"] },
    { species: "chansey", moves: ["softboiled"] },
  );
  assert.ok(log.some((line) => line.startsWith("|-boost|") && line.includes("|evasion|2")));
});

test("a start state is in force on turn 1", () => {
  const start = {
    hp: 0.5,
    status: "tox",
    boosts: { atk: 2, evasion: -1 },
    screens: ["reflect"],
    substitute: true,
    confusion: true,
    leechseed: true,
  };
  const side = { species: "snorlax", move: "bodyslam" };
  const battle = newBattle({ a: { ...side, start }, b: side }, randomSource("test"));
  const pokemon = battle.sides[0].active[0];
  assert.equal(battle.turn, 1);
  assert.equal(pokemon.hp, Math.floor(pokemon.maxhp / 2));
  assert.equal(pokemon.volatiles.substitute.hp, Math.floor(pokemon.maxhp / 4));
  assert.equal(pokemon.statusState.stage, 0);
  assert.equal(battle.sides[0].sideConditions.reflect.duration, 5);
  assert.ok(pokemon.volatiles.confusion.time >= 2 && pokemon.volatiles.confusion.time <= 5);
});

test("wrong lines are refused", () => {
  const bad = (a) => () => play(a, ["pikachu", "thunderbolt"]);
  assert.throws(bad(["agumon", "tackle"]), /unknown form/);
  assert.throws(bad(["pikachu", "agumonslash"]), /unknown move/);
  assert.throws(bad(["pikachu", "tackle", { level: 0 }]), /level/);
  assert.throws(bad(["pikachu", "tackle", { ivs: { hp: 32 } }]), /hp/);
  assert.throws(bad(["charizard", "ember", { start: { status: "brn" } }]), /cannot start/);
});

test("results do not depend on the number of workers", async () => {
  const lines = ["tackle", "growl", "ember"].map((move, i) => ({
    id: i,
    a: { species: "charizard", moves: [move, "slash", "scratch"] },
    b: { species: "blastoise", moves: ["surf", "withdraw"] },
  }));
  const options = { plays: 20, seed: "9" };
  const one = await playLines(lines, { ...options, jobs: 1 });
  assert.deepEqual(await playLines(lines, { ...options, jobs: 2 }), one);
  assert.notDeepEqual(await playLines(lines, { ...options, seed: "10" }), one);
});

test("rolls rise from 85 % to 100 % and a critical hit ignores a screen", () => {
  const b = { species: "snorlax", start: { screens: ["reflect"] } };
  const a = { species: "machamp", move: "brickbreak" };
  const behind = rollsOf({ a, b });
  const open = rollsOf({ a, b: { species: "snorlax" } });
  assert.equal(open.normal.length, 16);
  assert.deepEqual(open.normal, [...open.normal].sort((x, y) => x - y));
  assert.deepEqual(behind.crit, open.crit);
  assert.ok(behind.normal[0] < open.normal[0]);
});

test("choices from outside are played, and refused when there is no such choice", () => {
  const games = new Map();
  const line = {
    a: { species: "chansey", moves: ["softboiled", "seismictoss"] },
    b: { species: "snorlax", moves: ["rest", "bodyslam"] },
  };
  const begin = ["one", "two"].map((id) => ({ id, seed: id, line }));
  const { begun } = answer({ begin }, games);
  assert.deepEqual(begun.map(({ states }) => states[1].hp), [235, 235]);
  const chose = ["seismictoss", "bodyslam"];
  const { turns } = answer({ turns: [{ id: "one", chose }, { id: "two", chose: ["surf", "rest"] }] }, games);
  assert.equal(turns[0].changes[1].hp, 185);
  assert.ok(turns[0].draws.length > 0 && turns[0].events.includes("A move seismictoss"));
  assert.match(turns[1].error, /cannot choose "surf"/);
  assert.deepEqual([...games.keys()], ["one"]);
  for (let i = 0; games.size && i < TURN_LIMIT; i++) {
    const [turn] = answer({ turns: [{ id: "one", chose }] }, games).turns;
    if (turn.winner) assert.ok(["A", "B"].includes(turn.winner));
  }
  assert.equal(games.size, 0);
});
