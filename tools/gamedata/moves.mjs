/**
 * One move of the simulator as one row of fields.
 *
 * What the simulator says in fields is translated; what it says in functions is named by hand in
 * EFFECTS below. A move with a peculiarity that neither place knows stops the build.
 */
import { englishMove, frenchMove, moveSlug, toSlug } from "./names.mjs";

/** Special effects, by the simulator's id of the move. */
const EFFECTS = {
  struggle: "struggle",
  fissure: "one_hit_ko",
  guillotine: "one_hit_ko",
  horndrill: "one_hit_ko",
  nightshade: "level_damage",
  seismictoss: "level_damage",
  psywave: "random_level_damage",
  superfang: "half_hp_damage",
  counter: "counter",
  mirrorcoat: "mirror_coat",
  bide: "bide",
  explosion: "self_destruct",
  selfdestruct: "self_destruct",
  razorwind: "charge",
  skyattack: "charge",
  solarbeam: "charge",
  skullbash: "charge_raise_defense",
  dig: "charge_underground",
  fly: "charge_airborne",
  hyperbeam: "recharge",
  outrage: "lock_in",
  petaldance: "lock_in",
  thrash: "lock_in",
  bind: "partial_trap",
  clamp: "partial_trap",
  firespin: "partial_trap",
  wrap: "partial_trap",
  highjumpkick: "crash",
  jumpkick: "crash",
  rage: "rage",
  facade: "double_when_statused",
  foulplay: "use_target_attack",
  lowkick: "weight_power",
  pikapapow: "friendship_power",
  veeveevolley: "friendship_power",
  dreameater: "target_asleep_only",
  suckerpunch: "target_attacking_only",
  fakeout: "first_turn_only",
  feint: "break_protect",
  brickbreak: "break_screens",
  clearsmog: "reset_target_stages",
  freezyfrost: "reset_all_stages",
  haze: "reset_all_stages",
  leechseed: "leech_seed",
  sappyseed: "leech_seed",
  glitzyglow: "light_screen",
  lightscreen: "light_screen",
  baddybad: "reflect",
  reflect: "reflect",
  sparklyswirl: "cure_user",
  triattack: "tri_status",
  mist: "mist",
  substitute: "substitute",
  protect: "protect",
  rest: "rest",
  roost: "roost",
  focusenergy: "focus_energy",
  minimize: "minimize",
  disable: "disable",
  encore: "encore",
  taunt: "taunt",
  yawn: "yawn",
  mimic: "mimic",
  transform: "transform",
  metronome: "metronome",
  mirrormove: "mirror_move",
  conversion: "conversion",
  helpinghand: "fails_alone",
  roar: "fails_alone",
  teleport: "fails_alone",
  whirlwind: "fails_alone",
  celebrate: "does_nothing",
  splash: "does_nothing",
  stealthrock: "does_nothing",
};

/** Peculiar in the simulator, plain one against one in these games; the value says why. */
const PLAIN = {
  blizzard: "hail, which nobody can call",
  defensecurl: "doubles Rollout, which is not in the games",
  dragontail: "drags out a teammate",
  growth: "stronger in sunlight, which nobody can call",
  thunder: "its accuracy depends on the weather only",
  toxic: "its special accuracy for Poison types follows from ailment, class and the user's type",
  uturn: "switches to a teammate",
};

const AILMENTS = {
  par: "paralysis",
  brn: "burn",
  psn: "poison",
  tox: "bad_poison",
  slp: "sleep",
  frz: "freeze",
  confusion: "confusion",
};

const TARGETS = {
  normal: "opponent",
  any: "opponent",
  allAdjacent: "opponent",
  allAdjacentFoes: "opponent",
  randomNormal: "opponent",
  scripted: "opponent",
  self: "user",
  adjacentAlly: "user",
  allySide: "user",
  all: "field",
  foeSide: "field",
};

const STATS = {
  atk: "attack",
  def: "defense",
  spa: "special_attack",
  spd: "special_defense",
  spe: "speed",
  accuracy: "accuracy",
  evasion: "evasion",
};

/** Flags that say something in a battle of one against one without items, weather or abilities. */
const FLAGS = new Set([
  "bypasssub",
  "charge",
  "contact",
  "defrost",
  "failencore",
  "failmimic",
  "heal",
  "metronome",
  "minimize",
  "mirror",
  "powder",
  "protect",
  "recharge",
  "sound",
]);
/** Flags that say nothing there. */
const IDLE_FLAGS = new Set(
  (
    "allyanim bite bullet dance distance failcopycat failinstruct failmefirst gravity " +
    "mustpressure noassist noparentalbond nosketch nonsky nosleeptalk pulse punch reflectable " +
    "slicing snatch wind"
  ).split(" "),
);

/** Fields of the simulator that this module translates or that say nothing here. */
const FIELDS = new Set(
  (
    "accuracy affectsFainted baseMoveType basePower boosts category condition contestType " +
    "critRatio damage desc drain effectType exists flags fullname gen hasCrashDamage heal id " +
    "ignoreImmunity infiltrates isMax isNonstandard isZ maxMove multihit name noPPBoosts noSketch " +
    "num ohko pp priority realMove recoil secondaries secondary self selfdestruct shortDesc " +
    "sourceEffect stallingMove status struggleRecoil target thawsTarget type volatileStatus " +
    "willCrit zMove breaksProtect callsMove forceSwitch overrideOffensivePokemon selfSwitch " +
    "sideCondition"
  ).split(" "),
);
/** Of those, the ones that need a name in EFFECTS or a reason in PLAIN when they are set. */
const PECULIAR = (
  "breaksProtect callsMove forceSwitch hasCrashDamage ohko overrideOffensivePokemon selfSwitch " +
  "selfdestruct sideCondition stallingMove struggleRecoil"
).split(" ");

const isSet = (value) => value !== undefined && value !== null && value !== false && value !== "";

/** What is peculiar about the move: names of fields and functions. */
function peculiarities(move) {
  const found = PECULIAR.filter((name) => isSet(move[name]));
  for (const [where, holder] of [
    ["", move],
    ["self.", move.self ?? {}],
    ["secondary.", move.secondary ?? {}],
  ]) {
    for (const [name, value] of Object.entries(holder)) {
      if (typeof value === "function") found.push(where + name);
    }
  }
  if (move.volatileStatus && !AILMENTS[move.volatileStatus]) found.push("volatileStatus");
  if (move.self?.volatileStatus) found.push("self.volatileStatus");
  if (move.self?.sideCondition) found.push("self.sideCondition");
  if (move.damage === "level") found.push("damage");
  if (move.flags.charge) found.push("flags.charge");
  return found;
}

function checkKnown(move) {
  for (const [name, value] of Object.entries(move)) {
    if (isSet(value) && typeof value !== "function" && !FIELDS.has(name)) {
      throw new Error(`${move.id}: unknown field ${name}`);
    }
  }
  for (const flag of Object.keys(move.flags)) {
    if (!FLAGS.has(flag) && !IDLE_FLAGS.has(flag)) {
      throw new Error(`${move.id}: unknown flag ${flag}`);
    }
  }
  if ((move.secondaries ?? []).length > 1) throw new Error(`${move.id}: several secondary effects`);
  const peculiar = peculiarities(move);
  const named = move.id in EFFECTS || move.id in PLAIN;
  if (peculiar.length > 0 && !named) {
    throw new Error(`${move.id}: what do ${peculiar.join(", ")} mean?`);
  }
  if (peculiar.length === 0 && named) throw new Error(`${move.id}: nothing peculiar about it`);
}

const percent = (fraction) => (fraction ? Math.round((100 * fraction[0]) / fraction[1]) : 0);

function ailment(move) {
  const status = move.category === "Status";
  const main = move.status ?? move.volatileStatus;
  if (status && AILMENTS[main]) return [AILMENTS[main], 100];
  const side = move.secondary?.status ?? move.secondary?.volatileStatus;
  if (AILMENTS[side]) return [AILMENTS[side], move.secondary.chance];
  // One of three; the effect says which.
  if (move.id === "triattack") return ["none", move.secondary.chance];
  return ["none", 0];
}

/** Stat changes: [changes, whose, chance]. */
function statChanges(move) {
  if (move.boosts) return [move.boosts, move.target === "self" ? "user" : "target", 100];
  if (move.self?.boosts) return [move.self.boosts, "user", move.self.chance ?? 100];
  if (move.secondary?.boosts) return [move.secondary.boosts, "target", move.secondary.chance];
  if (move.secondary?.self?.boosts) {
    return [move.secondary.self.boosts, "user", move.secondary.chance];
  }
  return [{}, "target", 0];
}

/** Asks the simulator's own condition whether a move reaches a target that is away. */
function reaches(dex, condition, move) {
  return dex.moves.get(condition).condition.onInvulnerability(null, null, move) === undefined;
}

/** Asks the simulator's own condition whether a move does double damage to such a target. */
function doubled(dex, condition, move) {
  const battle = { chainModify: (factor) => factor };
  const { onSourceModifyDamage } = dex.moves.get(condition).condition;
  return onSourceModifyDamage.call(battle, 0, null, null, move) === 2;
}

/** One row of moves.csv. */
export function moveRow(dex, move, tmNumber) {
  checkKnown(move);
  const damaging = move.category !== "Status";
  const slug = moveSlug(move);
  const [ailmentName, ailmentChance] = ailment(move);
  const [changes, whose, changeChance] = statChanges(move);
  const [minHits, maxHits] = Array.isArray(move.multihit)
    ? move.multihit
    : [move.multihit ?? 1, move.multihit ?? 1];
  const flag = (name) => Boolean(move.flags[name]);
  return {
    id: move.num,
    slug,
    name_en: englishMove(move),
    name_fr: frenchMove(slug),
    type: toSlug(move.type),
    damage_class: move.category.toLowerCase(),
    power: move.basePower || null,
    accuracy: move.accuracy === true ? null : move.accuracy,
    pp: move.pp,
    priority: move.priority,
    target: TARGETS[move.target],
    critical_stage: (move.critRatio ?? 1) - 1,
    always_crits: Boolean(move.willCrit),
    min_hits: minHits,
    max_hits: maxHits,
    drain_percent: percent(move.drain),
    recoil_percent: percent(move.recoil),
    heal_percent: percent(move.heal),
    ailment: ailmentName,
    ailment_chance: ailmentChance,
    flinch_chance: move.secondary?.volatileStatus === "flinch" ? move.secondary.chance : 0,
    ...Object.fromEntries(
      Object.entries(STATS).map(([short, name]) => [`${name}_change`, changes[short] ?? 0]),
    ),
    stat_change_target: whose,
    stat_change_chance: changeChance,
    fixed_damage: typeof move.damage === "number" ? move.damage : null,
    effect: EFFECTS[move.id] ?? "none",
    blocked_by_protect: flag("protect"),
    bypasses_substitute: flag("bypasssub"),
    is_powder: flag("powder"),
    // Bide itself reaches nobody; the blow that it ends with is an ordinary Normal hit. Struggle
    // has no type.
    respects_type_immunity:
      move.id === "bide" || (move.id !== "struggle" && !(move.ignoreImmunity ?? !damaging)),
    thaws_user: flag("defrost"),
    thaws_target: Boolean(move.thawsTarget) || (damaging && move.type === "Fire"),
    hits_airborne: reaches(dex, "fly", move),
    hits_underground: reaches(dex, "dig", move),
    doubled_by_airborne: doubled(dex, "fly", move),
    doubled_by_underground: doubled(dex, "dig", move),
    doubled_by_minimize: doubled(dex, "minimize", move),
    can_be_mirrored: flag("mirror"),
    called_by_metronome:
      flag("metronome") &&
      move.gen === 1 &&
      (!move.isNonstandard || move.isNonstandard === "Unobtainable"),
    can_be_encored: !flag("failencore"),
    can_be_mimicked: !flag("failmimic"),
    makes_contact: flag("contact"),
    is_sound: flag("sound"),
    tm_number: tmNumber ?? null,
  };
}

/** Fails when a move named above is not in the game. */
export function checkNamedMoves(pool) {
  for (const id of [...Object.keys(EFFECTS), ...Object.keys(PLAIN)]) {
    if (!pool.has(id)) throw new Error(`${id} is named but not in the game`);
  }
}
