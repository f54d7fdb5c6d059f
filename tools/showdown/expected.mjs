/**
 * Expected damage of one use of a move, in closed form: a rule of thumb to choose strong moves for
 * the goldens. It knows no critical hits, no side effects and no order of moves.
 */
import { dex, newBattle, randomSource } from "./simulator.mjs";

const LEVEL = 50;
const MEAN_ROLL = 0.925;
const MEAN_HITS_OF_2_TO_5 = 3.1;

const known = new Map();

/** A form's stats, types and weight under the default rules. */
function fighter(form) {
  if (!known.has(form)) {
    const side = { species: form, move: "splash" };
    const battle = newBattle({ a: side, b: side }, randomSource("stats"));
    const { maxhp, storedStats, types, weighthg } = battle.sides[0].active[0];
    known.set(form, { hp: maxhp, ...storedStats, types: [...types], weight: weighthg / 10 });
    battle.destroy();
  }
  return known.get(form);
}

function lowKickPower(weight) {
  const steps = [[200, 120], [100, 100], [50, 80], [25, 60], [10, 40]];
  return steps.find(([from]) => weight >= from)?.[1] ?? 20;
}

/** The power of moves that compute it. */
const POWER = {
  lowkick: (target) => lowKickPower(target.weight),
  pikapapow: () => 28,
  veeveevolley: () => 28,
};

/** The damage of moves that do not use the formula. */
const FIXED = {
  seismictoss: () => LEVEL,
  nightshade: () => LEVEL,
  psywave: () => LEVEL,
  dragonrage: () => 40,
  sonicboom: () => 20,
  superfang: (target) => target.hp / 2,
  fissure: (target) => target.hp,
  guillotine: (target) => target.hp,
  horndrill: (target) => target.hp,
};

/** Moves that are no plan of their own: they need something first, or cost the user everything. */
const NO_PLAN = ["bide", "counter", "dreameater", "explosion", "fakeout", "mirrorcoat", "selfdestruct"];

/** Turns that one use takes: charging or recharging makes it two. */
function turnsOf(move) {
  return move.flags.charge || move.flags.recharge ? 2 : 1;
}

function hitsOf(move) {
  return Array.isArray(move.multihit) ? MEAN_HITS_OF_2_TO_5 : move.multihit ?? 1;
}

/** HP that a use of the move takes on average, per turn. */
export function expectedDamage(user, moveId, target) {
  const move = dex.moves.get(moveId);
  const a = fighter(user);
  const b = fighter(target);
  if (NO_PLAN.includes(moveId) || !dex.getImmunity(move, b)) return 0;
  const accuracy = move.ohko ? 0.3 : move.accuracy === true ? 1 : move.accuracy / 100;
  if (moveId in FIXED) return FIXED[moveId](b) * accuracy;
  const power = POWER[moveId]?.(b) ?? move.basePower;
  const striker = move.overrideOffensivePokemon === "target" ? b : a;
  const [attack, defense] =
    move.category === "Physical" ? [striker.atk, b.def] : [striker.spa, b.spd];
  const base = (((2 * LEVEL) / 5 + 2) * power * attack) / defense / 50 + 2;
  const stab = a.types.includes(move.type) ? 1.5 : 1;
  const effectiveness = 2 ** dex.getEffectiveness(move, b);
  return (base * MEAN_ROLL * stab * effectiveness * hitsOf(move) * accuracy) / turnsOf(move);
}
