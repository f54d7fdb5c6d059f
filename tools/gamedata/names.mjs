/** Slugs, numbers and names in English and French. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const pokemonNames = require("pokemon");
const goMoves = require("pokemongo-json-pokedex/output/locales/fr-FR/move.json");
const oakdexMoves = require("oakdex-pokedex/data/move.json");

/** [PokeAPI's number, English, French], in the order of lists and of the type chart. */
export const TYPES = [
  [1, "Normal", "Normal"],
  [10, "Fire", "Feu"],
  [11, "Water", "Eau"],
  [13, "Electric", "Électrik"],
  [12, "Grass", "Plante"],
  [15, "Ice", "Glace"],
  [2, "Fighting", "Combat"],
  [4, "Poison", "Poison"],
  [5, "Ground", "Sol"],
  [3, "Flying", "Vol"],
  [14, "Psychic", "Psy"],
  [7, "Bug", "Insecte"],
  [6, "Rock", "Roche"],
  [8, "Ghost", "Spectre"],
  [16, "Dragon", "Dragon"],
  [17, "Dark", "Ténèbres"],
  [9, "Steel", "Acier"],
  [18, "Fairy", "Fée"],
];

/** PokeAPI's numbers of the forms that are not base forms, by PokeAPI's slug. */
export const FORM_IDS = {
  "venusaur-mega": 10033,
  "charizard-mega-x": 10034,
  "charizard-mega-y": 10035,
  "blastoise-mega": 10036,
  "alakazam-mega": 10037,
  "gengar-mega": 10038,
  "kangaskhan-mega": 10039,
  "pinsir-mega": 10040,
  "gyarados-mega": 10041,
  "aerodactyl-mega": 10042,
  "mewtwo-mega-x": 10043,
  "mewtwo-mega-y": 10044,
  "slowbro-mega": 10071,
  "pidgeot-mega": 10073,
  "beedrill-mega": 10090,
  "rattata-alola": 10091,
  "raticate-alola": 10092,
  "raichu-alola": 10100,
  "sandshrew-alola": 10101,
  "sandslash-alola": 10102,
  "vulpix-alola": 10103,
  "ninetales-alola": 10104,
  "diglett-alola": 10105,
  "dugtrio-alola": 10106,
  "meowth-alola": 10107,
  "persian-alola": 10108,
  "geodude-alola": 10109,
  "graveler-alola": 10110,
  "golem-alola": 10111,
  "grimer-alola": 10112,
  "muk-alola": 10113,
  "exeggutor-alola": 10114,
  "marowak-alola": 10115,
  "pikachu-starter": 10158,
  "eevee-starter": 10159,
};

/** Where PokeAPI's slug is not the simulator's name with dashes. */
const MOVE_SLUGS = { visegrip: "vice-grip" };

/** The games' own spelling, where the package has that of later games. */
const ENGLISH_MOVES = { visegrip: "Vice Grip" };

export const englishMove = (move) => ENGLISH_MOVES[move.id] ?? move.name;

/** The games' own spelling, where the two sources of French names lack it or have an older one. */
const FRENCH_MOVES = {
  absorb: "Vole-Vie",
  "double-edge": "Damoclès",
  "dragon-pulse": "Draco-Choc",
  "egg-bomb": "Bombe Œuf",
  "fire-punch": "Poing Feu",
  "fire-spin": "Danse Flammes",
  "fury-swipes": "Combo-Griffe",
  "ice-punch": "Poing Glace",
  "karate-chop": "Poing Karaté",
  "petal-dance": "Danse Fleurs",
  "skull-bash": "Coud'Krâne",
  "sludge-bomb": "Bombe Beurk",
  smog: "Purédpois",
  "sonic-boom": "Sonic Boom",
  "swords-dance": "Danse Lames",
  "thunder-punch": "Poing Éclair",
  "thunder-wave": "Cage Éclair",
  twineedle: "Double Dard",
  "wing-attack": "Cru-Ailes",
  "x-scissor": "Plaie Croix",
};

const key = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
const straight = (text) => text.replaceAll("’", "'");

export function toSlug(name) {
  return name
    .toLowerCase()
    .replace(/['’.]/g, "")
    .replace(/[^a-z0-9]+/g, "-");
}

export const moveSlug = (move) => MOVE_SLUGS[move.id] ?? toSlug(move.name);

const goByKey = new Map();
for (const [name, texts] of Object.entries(goMoves)) {
  // That game has two moves of some names; the one without the suffix goes first.
  const plain = key(name.replace(/_FAST$/, ""));
  if (!name.endsWith("_FAST") || !goByKey.has(plain)) goByKey.set(plain, texts.name);
}
const oakdexByKey = new Map(
  Object.entries(oakdexMoves).map(([name, move]) => [key(move.names.en ?? name), move.names.fr]),
);

export function frenchMove(slug) {
  const name = FRENCH_MOVES[slug] ?? goByKey.get(key(slug)) ?? oakdexByKey.get(key(slug));
  if (!name) throw new Error(`No French name for the move ${slug}`);
  return straight(name);
}

/** English and French name of a species, by its national number. */
export function speciesNames(number) {
  return [pokemonNames.getName(number, "en"), pokemonNames.getName(number, "fr")].map(straight);
}

/** English and French name of a form. */
export function formNames(number, kind, forme) {
  const [english, french] = speciesNames(number);
  switch (kind) {
    case "mega": {
      const letter = forme.replace(/^Mega-?/, "");
      return [`Mega ${english} ${letter}`.trim(), `Méga-${french} ${letter}`.trim()];
    }
    case "alolan":
      return [`Alolan ${english}`, `${french} d'Alola`];
    case "partner":
      return [`Partner ${english}`, `${french} Partenaire`];
    default:
      return [english, french];
  }
}
