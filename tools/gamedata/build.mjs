/**
 * Writes pokedex/data from the packages in package.json.
 *
 *   node build.mjs           writes the files
 *   node build.mjs --check   writes nothing; fails when a file would change
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { toCsv } from "./csv.mjs";
import { checkNamedMoves, moveRow } from "./moves.mjs";
import { shapeOf } from "./shapes.mjs";
import { FORM_IDS, TYPES, formNames, speciesNames, toSlug } from "./names.mjs";

const require = createRequire(import.meta.url);

// Copied before the simulator loads: it later mixes other games' codes into the same objects.
const learnsets = structuredClone(
  require("pokemon-showdown/dist/data/mods/gen7letsgo/learnsets.js").Learnsets,
);
const { Dex } = require("pokemon-showdown");
const dex = Dex.mod("gen7letsgo");

const OUTPUT = new URL("../../pokedex/data/", import.meta.url);

/** TM01 to TM60. */
const TMS = (
  "headbutt taunt helpinghand teleport rest lightscreen protect substitute reflect dig willowisp " +
  "facade brickbreak fly seismictoss thunderwave dragontail uturn irontail darkpulse foulplay " +
  "rockslide thunderpunch xscissor waterfall poisonjab toxic triattack scald bulkup firepunch " +
  "dazzlinggleam calmmind dragonpulse icepunch thunderbolt flamethrower thunder outrage psychic " +
  "earthquake selfdestruct shadowball playrough solarbeam fireblast surf hyperbeam superpower " +
  "roost blizzard sludgebomb megadrain flashcannon icebeam stealthrock payday drillrun dreameater " +
  "megahorn"
).split(" ");

/** Evolutions that the simulator does not know or that differ in these games. */
const EVOLUTIONS = {
  "persian-alola": { method: "level_up", level: 28 },
  "raticate-alola": { method: "level_up", level: 20 },
  melmetal: { from: "meltan", method: "candy" },
};

/** What the simulator files under the move tutor but the games teach by shaking the console. */
const SHAKEN = new Set(["pikapapow", "veeveevolley"]);
/** The one event move that no other code holds. */
const EVENT = { chansey: "celebrate" };

const METHODS = ["level_up", "evolution", "tm", "tutor", "shake", "event"];

// ---- types

const types = TYPES.map(([id, english, french], place) => ({
  id,
  slug: toSlug(english),
  name_en: english,
  name_fr: french,
  sort_order: place + 1,
}));

/** The simulator's rows are defenders; its codes: 0 neutral, 1 weak, 2 resistant, 3 immune. */
const PERCENT = [100, 200, 50, 0];
const effectiveness = TYPES.flatMap(([, attacking]) =>
  TYPES.map(([, defending]) => ({
    attacking_type: toSlug(attacking),
    defending_type: toSlug(defending),
    percent: PERCENT[dex.types.get(defending).damageTaken[attacking]],
  })),
);

// ---- species

function kindOf(species) {
  if (species.isMega) return "mega";
  if (species.forme === "Alola") return "alolan";
  if (species.forme === "Starter") return "partner";
  if (species.forme === "") return "base";
  throw new Error(`${species.name}: unknown kind of form`);
}

const forms = dex.species
  .all()
  .filter((species) => !species.isNonstandard)
  .map((species) => {
    const kind = kindOf(species);
    const slug = toSlug(species.name);
    const id = kind === "base" ? species.num : FORM_IDS[slug];
    if (!id) throw new Error(`${slug}: no number`);
    return { species, kind, slug, id };
  })
  .sort((x, y) => x.id - y.id);
const formOf = new Map(forms.map((form) => [form.species.id, form]));
const formBySlug = new Map(forms.map((form) => [form.slug, form]));

const species = forms
  .filter((form) => form.kind === "base")
  .map((form) => {
    const [english, french] = speciesNames(form.id);
    return { id: form.id, slug: form.slug, name_en: english, name_fr: french };
  });

// ---- evolutions

function evolution(form) {
  const own = form.species;
  const override = EVOLUTIONS[form.slug];
  const from = override?.from ? formBySlug.get(override.from) : formOf.get(dex.toID(own.prevo));
  if (!from) return null;
  const row = { from_pokemon: from.slug, to_pokemon: form.slug, method: null, level: null, item: null };
  if (override) return { ...row, method: override.method, level: override.level ?? null };
  if (own.evoType === "useItem") return { ...row, method: "item", item: toSlug(own.evoItem) };
  if (own.evoType === "trade") return { ...row, method: "trade" };
  if (!own.evoType && own.evoLevel) return { ...row, method: "level_up", level: own.evoLevel };
  throw new Error(`${form.slug}: how does it evolve?`);
}

const evolutions = forms
  .map(evolution)
  .filter(Boolean)
  .sort(
    (x, y) =>
      formBySlug.get(x.from_pokemon).id - formBySlug.get(y.from_pokemon).id ||
      formBySlug.get(x.to_pokemon).id - formBySlug.get(y.to_pokemon).id,
  );
const evolvesFrom = new Map(evolutions.map((row) => [row.to_pokemon, row.from_pokemon]));
const evolves = new Set(evolutions.map((row) => row.from_pokemon));

// ---- forms

/** Drawn larger with every stage; what never evolves is grown up. Partners look like their kin. */
function sizeOf(slug) {
  if (!evolves.has(slug)) return "large";
  return evolvesFrom.has(slug) ? "medium" : "small";
}

const pokemon = forms.map(({ species: own, kind, slug, id }) => {
  const [english, french] = formNames(own.num, kind, own.forme);
  const base = toSlug(own.baseSpecies);
  const stats = own.baseStats;
  return {
    id,
    slug,
    species: base,
    kind,
    base_form: kind === "mega" ? base : null,
    name_en: english,
    name_fr: french,
    type_1: toSlug(own.types[0]),
    type_2: own.types[1] ? toSlug(own.types[1]) : null,
    base_hp: stats.hp,
    base_attack: stats.atk,
    base_defense: stats.def,
    base_special_attack: stats.spa,
    base_special_defense: stats.spd,
    base_speed: stats.spe,
    weight_hg: own.weighthg,
    color: own.color.toLowerCase(),
    shape: shapeOf(own.num),
    size: sizeOf(kind === "alolan" ? slug : base),
  };
});

// ---- learnsets

/** Method and level of a code of the simulator, null for codes that do not count. */
function learnt(code, form, move) {
  if (code.startsWith("7L")) {
    const level = Number(code.slice(2));
    return level === 0 ? ["evolution", null] : ["level_up", level];
  }
  if (code === "7M") return ["tm", null];
  if (code === "7T") return [SHAKEN.has(move) ? "shake" : "tutor", null];
  if (code.startsWith("7S") && EVENT[form.species.id] === move) return ["event", null];
  return null;
}

const entries = forms
  .filter((form) => form.kind !== "mega")
  .flatMap((form) =>
    Object.entries(learnsets[form.species.id].learnset).flatMap(([move, codes]) =>
      codes
        .map((code) => learnt(code, form, move))
        .filter(Boolean)
        .map(([method, level]) => ({ form, move: dex.moves.get(move), method, level })),
    ),
  )
  .sort(
    (x, y) =>
      x.form.id - y.form.id ||
      METHODS.indexOf(x.method) - METHODS.indexOf(y.method) ||
      x.level - y.level ||
      x.move.num - y.move.num,
  );

// ---- moves

const pool = new Set([...entries.map((entry) => entry.move.id), "struggle"]);
checkNamedMoves(pool);
for (const { move, method } of entries) {
  if (method === "tm" && !TMS.includes(move.id)) {
    throw new Error(`${move.id} is taught by TM but has no number`);
  }
}
const moves = [...pool]
  .map((id) => dex.moves.get(id))
  .sort((x, y) => x.num - y.num)
  .map((move) => {
    const tm = TMS.indexOf(move.id) + 1;
    return moveRow(dex, move, tm || null);
  });
const moveByNumber = new Map(moves.map((move) => [move.id, move.slug]));

const learnset = entries.map(({ form, move, method, level }) => ({
  pokemon: form.slug,
  move: moveByNumber.get(move.num),
  method,
  level,
}));

// ---- moves kept from earlier evolutions

const learns = new Map(forms.map((form) => [form.slug, new Set()]));
for (const row of learnset) learns.get(row.pokemon).add(row.move);

const moveNumbers = new Map(moves.map((move) => [move.slug, move.id]));
const kept = forms.flatMap((form) => {
  const known = new Set(learns.get(form.slug));
  const rows = [];
  for (let from = evolvesFrom.get(form.slug); from; from = evolvesFrom.get(from)) {
    for (const move of learns.get(from)) {
      if (known.has(move)) continue;
      known.add(move);
      rows.push({ pokemon: form.slug, move, learned_as: from });
    }
  }
  return rows.sort((x, y) => moveNumbers.get(x.move) - moveNumbers.get(y.move));
});

// ---- output

const files = Object.fromEntries(
  Object.entries({
    types,
    type_effectiveness: effectiveness,
    species,
    pokemon,
    evolutions,
    moves,
    learnsets: learnset,
    kept_moves: kept,
  }).map(([name, rows]) => [`${name}.csv`, toCsv(rows)]),
);

const USES = {
  "pokemon-showdown": "everything but French names (the `gen7letsgo` rules)",
  pokemon: "species' names",
  "pokemongo-json-pokedex": "moves' French names, first choice",
  "oakdex-pokedex": "moves' French names, second choice",
};
const sources = Object.entries(require("./package.json").dependencies)
  .map(([name, version]) => {
    const installed = require(`${name}/package.json`);
    if (installed.version !== version) throw new Error(`${name} ${installed.version} is installed`);
    return `| ${name} | ${version} | ${installed.license} | ${USES[name]} |`;
  })
  .join("\n");
/** Written by hand from what players recorded; this script only vouches for them. */
const BY_HAND = ["bosses.csv", "boss_pokemon.csv", "other_species.csv"];
const byHand = BY_HAND.map((name) => [name, readFileSync(new URL(name, OUTPUT), "utf8")]);
const hashes = [...Object.entries(files), ...byHand]
  .map(([name, text]) => {
    const hash = createHash("sha256").update(text).digest("hex");
    return `| ${name} | ${text.split("\n").length - 2} | \`${hash}\` |`;
  })
  .join("\n");
files["SOURCES.md"] = `# Where the game's facts come from

Written by \`tools/gamedata\` (\`npm ci && npm run build\`), but for the bosses (see below), and not
edited by hand. The program reads the CSV files only, through \`manage.py import_pokedex\`.

| npm package | Version | Licence | Used for |
| --- | --- | --- | --- |
${sources}

Known in these games but not in the packages, and therefore written in \`tools/gamedata\`: the
numbers of the TMs, the numbers PokeAPI gives to forms, the evolutions of Alolan Persian (level 28),
Alolan Raticate (level 20) and Meltan (candy in Pokémon GO), the names of types and forms, and the meaning of moves that the simulator defines by functions.

So are the names of moves in this game's spelling, where the packages have another game's: "Vice
Grip", which is "Vise Grip" since the eighth generation, and twenty French ones. The French are
those of PokeAPI (\`data/v2/csv/move_names.csv\`, BSD-3-Clause, language 5), which agree with our
other names for the numbers up to 354 and from 383 to 492; the rest was not compared. Doubt: that
file holds one spelling a move, that of its newest game, so a French name that changed after the
seventh generation would pass for this game's. Old spellings are found, too (\`pokedex/lookup.py\`).

The body shapes in \`pokemon.csv\` are those of PokeAPI (\`data/v2/csv/pokemon_species.csv\` at commit
00153867, BSD-3-Clause), kept in \`tools/gamedata/shapes.csv\`; it has none for Meltan and Melmetal,
which are filed by their looks in the games. Sizes follow from the evolutions.

Community-sourced and kept by hand, not written by \`tools/gamedata\`: \`bosses.csv\` and
\`boss_pokemon.csv\`, the teams of Gym Leaders, the Elite Four and the Champion as players recorded
them, with the most notable moves only. The games' own tables may differ; corrections belong in the
admin.

\`other_species.csv\` holds the number and names of every species that is not in Let's Go, so that the
search can say so: from the npm package \`pokemon\` 3.3.1 (MIT), \`data/en.json\` and \`data/fr.json\`.
It is not imported into the database.

Pokémon and the names of Pokémon and moves are trademarks of their owners. The files hold facts and
names only: no artwork, no descriptions.

| File | Rows | sha256 |
| --- | ---: | --- |
${hashes}
`;

const check = process.argv.includes("--check");
mkdirSync(OUTPUT, { recursive: true });
let changed = 0;
for (const [name, text] of Object.entries(files)) {
  const path = fileURLToPath(new URL(name, OUTPUT));
  let before = null;
  try {
    before = readFileSync(path, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  if (before === text) continue;
  changed += 1;
  console.log(`${check ? "differs" : "written"}: ${name}`);
  if (!check) writeFileSync(path, text);
}
console.log(changed === 0 ? "Nothing changed." : `${changed} file(s).`);
if (check && changed > 0) process.exitCode = 1;
