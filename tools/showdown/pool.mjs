/**
 * The pool: 188 forms, 227 moves and which moves a form can use.
 *
 *   node pool.mjs    prints the counts
 *
 * Learnsets are read when this module loads, before any battle: later the simulator may have mixed
 * other games' codes into the same objects.
 */
import { isMain } from "./lines.mjs";
import { dex } from "./simulator.mjs";

/** Codes of a learnset that count: level-up (and on evolution), TM, tutor. */
const OWN_CODE = /^7[LMT]/;

/** Event moves that no other code holds; one event counts (a Chansey that knows Celebrate). */
const EVENT_MOVES = { chansey: ["celebrate"] };

/** Forms in the order of the national number; a base form's id is the beginning of the others'. */
export const FORMS = dex.species
  .all()
  .filter((species) => !species.isNonstandard)
  .sort((x, y) => x.num - y.num || (x.id < y.id ? -1 : 1))
  .map((species) => species.id);

const isForm = new Set(FORMS);

/** The form whose learnset a form has: its base form for a Mega, itself for the others. */
function learner(species) {
  return species.isMega ? dex.species.get(species.baseSpecies) : species;
}

/** The moves of a form's own learnset. */
function ownMoves(species) {
  const learnset = dex.species.getLearnsetData(species.id).learnset ?? {};
  return Object.keys(learnset)
    .filter(
      (move) =>
        learnset[move].some((code) => OWN_CODE.test(code)) ||
        EVENT_MOVES[species.id]?.includes(move),
    )
    .sort();
}

/** The form that a form evolves from, when it is one of the 188. */
function earlier(species) {
  const previous = species.prevo && dex.species.get(species.prevo);
  return previous && isForm.has(previous.id) ? previous : null;
}

const learned = new Map();
for (const id of FORMS) {
  const species = learner(dex.species.get(id));
  const own = ownMoves(species);
  const kept = new Set();
  for (let from = earlier(species); from; from = earlier(from)) {
    for (const move of ownMoves(from)) if (!own.includes(move)) kept.add(move);
  }
  learned.set(id, { own, kept: [...kept].sort() });
}

/** The moves of a form's own learnset, sorted. */
export function ownMovesOf(form) {
  return learned.get(form).own;
}

/** The moves that a form can use: its own and those kept from earlier evolutions, sorted. */
export function usableMovesOf(form) {
  const { own, kept } = learned.get(form);
  return [...own, ...kept].sort();
}

/** All moves that some form can use, and Struggle. */
export const MOVES = [...new Set(FORMS.flatMap(usableMovesOf)), "struggle"].sort();

/** True for a physical or special move. */
export function isDamaging(move) {
  return dex.moves.get(move).category !== "Status";
}

export const STATUS_MOVES = MOVES.filter((move) => !isDamaging(move));
export const DAMAGING_MOVES = MOVES.filter((move) => isDamaging(move) && move !== "struggle");

/** The damaging moves that a form can use, sorted. */
export function damagingMovesOf(form) {
  return usableMovesOf(form).filter(isDamaging);
}

/** The status moves that a form can use, sorted. */
export function statusMovesOf(form) {
  return usableMovesOf(form).filter((move) => !isDamaging(move));
}

/** The forms that can use a move. */
export function usersOf(move) {
  return FORMS.filter((form) => usableMovesOf(form).includes(move));
}

/** What the pool must count, so that an update of the package cannot change it in silence. */
export function counts() {
  const plain = FORMS.filter((form) => !dex.species.get(form).isMega);
  const sum = (forms, count) => forms.reduce((total, form) => total + count(form).length, 0);
  return {
    forms: FORMS.length,
    moves: MOVES.length,
    damaging_moves: DAMAGING_MOVES.length,
    status_moves: STATUS_MOVES.length,
    own_pairs_without_megas: sum(plain, ownMovesOf),
    damaging_pairs: sum(FORMS, damagingMovesOf),
  };
}

const EXPECTED = {
  forms: 188,
  moves: 227,
  damaging_moves: 157,
  status_moves: 69,
  own_pairs_without_megas: 4632,
  damaging_pairs: 3379,
};

const found = counts();
for (const [name, value] of Object.entries(EXPECTED)) {
  if (found[name] !== value) throw new Error(`pool: ${name} is ${found[name]}, expected ${value}`);
}

if (isMain(import.meta)) console.log(JSON.stringify({ ...found, status: STATUS_MOVES }, null, 1));
