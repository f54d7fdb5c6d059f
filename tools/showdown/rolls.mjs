/**
 * The 16 damage rolls of ordinary damaging moves, without and with a critical hit.
 *
 *   node rolls.mjs < triples.jsonl > rolls.jsonl
 *
 * A line is `{a: {species, move, ...}, b: {species, ...}, level?}`; the answer adds `normal` and
 * `crit`, each 16 numbers from the lowest roll (85 %) to the highest (100 %). The simulator's own
 * damage function computes them in a begun battle: we fix its random number and the critical hit.
 * An immune target takes 16 times 0.
 */
import { isMain, readLines, toLines } from "./lines.mjs";
import { dex, newBattle, randomSource } from "./simulator.mjs";

const ROLLS = 16;

/** True for a move whose damage comes from the damage formula. */
export function isOrdinary(move) {
  const { basePower, category, damage, damageCallback, ohko } = dex.moves.get(move);
  return category !== "Status" && basePower > 0 && !damage && !damageCallback && !ohko;
}

/** The rolls of one line: `{normal: [...16], crit: [...16]}`. */
export function rollsOf(line) {
  if (!isOrdinary(line.a.move)) throw new Error(`"${line.a.move}" does not use the formula`);
  const b = line.b.move || line.b.moves ? line.b : { ...line.b, move: "splash" };
  const battle = newBattle({ ...line, b }, randomSource("rolls"));
  const [user, target] = battle.sides.map((side) => side.active[0]);
  const series = (isCritical) =>
    Array.from({ length: ROLLS }, (_, i) => {
      const move = dex.getActiveMove(line.a.move);
      move.willCrit = isCritical;
      // The simulator multiplies by 100 minus this number.
      battle.random = () => ROLLS - 1 - i;
      battle.setActiveMove(move, user, target);
      return battle.actions.getDamage(user, target, move, true) || 0;
    });
  const rolls = { normal: series(false), crit: series(true) };
  battle.destroy();
  return rolls;
}

if (isMain(import.meta)) {
  const lines = await readLines();
  process.stdout.write(toLines(lines.map((line) => ({ ...line, ...rollsOf(line) }))));
}
