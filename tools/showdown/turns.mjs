/**
 * What a turn of the simulator was like, in the words of tests/mlcore/engine/traces/README.md: the
 * state of both sides, the random numbers that mattered, and what happened.
 */
export const STAGED = ["atk", "def", "spa", "spd", "spe", "accuracy", "evasion"];

// States -----------------------------------------------------------------------------------------

/** What a side is like between two turns; what is not the matter is not mentioned. */
export function sideState(side) {
  const pokemon = side.active[0];
  if (pokemon.hp <= 0) return { hp: 0 };
  const state = {
    hp: pokemon.hp,
    moves: pokemon.moveSlots.map(({ id }) => id),
    pp: pokemon.moveSlots.map(({ pp }) => pp),
    types: pokemon.getTypes().map((type) => type.toLowerCase()).sort(),
    stats: ["atk", "def", "spa", "spd", "spe"].map((stat) => pokemon.storedStats[stat]),
  };
  if (pokemon.status) state.status = pokemon.status;
  if (pokemon.status === "slp") state.sleep = pokemon.statusState.time;
  if (pokemon.status === "tox") state.toxic = pokemon.statusState.stage;
  for (const stat of STAGED) if (pokemon.boosts[stat]) state[`${stat}_stage`] = pokemon.boosts[stat];
  for (const [name, { duration }] of Object.entries(side.sideConditions)) {
    if (name !== "stealthrock") state[name] = duration;
  }
  if (pokemon.lastMove) state.last = pokemon.lastMove.id;
  for (const [name, own] of Object.entries(pokemon.volatiles)) {
    const value = VOLATILES[name];
    if (value) state[name] = value(own);
    else if (!IGNORED.has(name)) throw new Error(`unknown condition "${name}"`);
  }
  return state;
}

/** What counts once the battle is over. */
export function finalState(side) {
  return { hp: side.active[0].hp };
}

const VOLATILES = {
  confusion: ({ time }) => time,
  substitute: ({ hp }) => hp,
  leechseed: () => 1,
  partiallytrapped: ({ duration }) => duration,
  taunt: ({ duration }) => duration,
  encore: ({ move, duration }) => [move, duration],
  disable: ({ move, duration }) => [move, duration],
  yawn: ({ duration }) => duration,
  focusenergy: () => 1,
  minimize: () => 1,
  rage: () => 1,
  mustrecharge: () => 1,
  stall: ({ counter, duration }) => [counter, duration],
  lockedmove: ({ move, duration, trueDuration }) => [move, duration, trueDuration],
  bide: ({ duration, totalDamage }) => [duration, totalDamage],
  twoturnmove: ({ move }) => move,
};
/** Conditions that say nothing new, or mean nothing without teammates. */
const IGNORED = new Set(["defensecurl", "fly", "dig", "razorwind", "skullbash", "skyattack", "solarbeam"]);

/** What differs from an earlier state; null for what is no more. */
export function changes(before, after) {
  const delta = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) delta[key] = after[key] ?? null;
  }
  return delta;
}

// Events -----------------------------------------------------------------------------------------

const idOf = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The messages that change or stop something, in order, as short texts. */
export function eventsOf(log) {
  const events = [];
  for (let i = 0; i < log.length; i++) {
    // After "split" the same message stands twice: exact for its own side, then for the other.
    const doubled = log[i].startsWith("|split|");
    const [, kind, who, what] = log[doubled ? i + 1 : i].split("|");
    if (doubled) i += 2;
    const side = who?.startsWith("p1") ? "A" : "B";
    if (kind === "move") events.push(`${side} move ${idOf(what)}`);
    else if (kind === "cant") events.push(`${side} cant ${idOf(what.replace("move: ", ""))}`);
    else if (kind === "-damage" || kind === "-heal") events.push(`${side} hp ${parseInt(what)}`);
    else if (kind === "-status") events.push(`${side} status ${what}`);
    else if (kind === "-curestatus") events.push(`${side} cure ${what}`);
    else if (["-crit", "-supereffective", "-resisted", "-immune", "-miss", "faint"].includes(kind)) {
      events.push(`${side} ${kind.replace("-", "")}`);
    }
  }
  return events;
}

// Random numbers ----------------------------------------------------------------------------------

/** Notes what the simulator draws: [numerator, denominator, came true] or [sides, value]. */
export function listen(battle, prng) {
  const draws = [];
  const note = (...draw) => draws.push(draw);
  battle.random = (m, n) => {
    const value = prng.random(m, n);
    // Rest draws a length of sleep and then sets it to its own.
    const idle = battle.effect?.id === "slp" && battle.event?.effect?.id === "rest";
    if (!idle) n ? note(n - m, value - m) : note(m, value);
    return value;
  };
  battle.randomChance = (numerator, denominator) => {
    const came = prng.randomChance(numerator, denominator);
    if (numerator < denominator) note(numerator, denominator, Number(came));
    return came;
  };
  battle.sample = (items) => {
    const index = prng.random(items.length);
    note(items.length, index);
    return items[index];
  };
  return draws;
}

/** Rounds damage down to whole hit points: the simulator keeps Psywave's fractions on substitutes. */
export function roundDamage({ actions }) {
  const getDamage = actions.getDamage.bind(actions);
  actions.getDamage = (...args) => {
    const damage = getDamage(...args);
    return Number.isInteger(damage) || typeof damage !== "number" ? damage : Math.max(1, Math.floor(damage));
  };
}
