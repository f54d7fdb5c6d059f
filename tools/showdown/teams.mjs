/**
 * Teams in text, and what Showdown's own `Teams.import` makes of them.
 *
 *     node teams.mjs --seed 1 --count 400     draws that many sets, in texts of one to three
 *     node teams.mjs --import < lines.jsonl   imports the `text` of each line
 *
 * One JSON object per text: `text`, and `sets` as imported. Where `reads` is given, our reader takes
 * what Showdown's does not, for that reason, and `sets` are those of the same team in its words.
 */
import { parseArgs } from "node:util";
import simulator from "pokemon-showdown";
import { readLines, toLines } from "./lines.mjs";
import { FORMS, MOVES } from "./pool.mjs";
import { Draw } from "./random.mjs";
import { dex } from "./simulator.mjs";

const { Teams } = simulator;
const STATS = ["hp", "atk", "def", "spa", "spd", "spe"];
const WRITTEN = { hp: "HP", atk: "Atk", def: "Def", spa: "SpA", spd: "SpD", spe: "Spe" };
const OTHERS = {
  hp: ["hp", "HP"],
  atk: ["ATK", "Attack", "atk"],
  def: ["DEF", "Defense", "def"],
  spa: ["SPA", "SpAtk", "SAtk", "spa"],
  spd: ["SPD", "SpDef", "SDef", "spd"],
  spe: ["Spd", "Speed", "SPE", "spe"],
};
const LONG = { spa: "Special Attack", spd: "Special Defense", hp: "Hit Points" };
const NICKNAMES = ["Sparky", "Éclair", "Mr. X", "50", "A-B", "Pikachu", "l'étoile", "N", "☆"];
const ITEMS = ["Light Ball", "Leftovers", "No Item", "Choice Band", "Charizardite X", "Eevium Z"];
const NATURES = dex.natures.all().map(({ name }) => name);

function drawnSet(draw) {
  const species = dex.species.get(draw.pick(FORMS));
  const stone = dex.items.all().find(({ megaStone }) => megaStone && species.name in megaStone);
  const values = (high) => Object.fromEntries(STATS.map((stat) => [stat, draw.int(0, high)]));
  const moves = new Set();
  while (moves.size < draw.int(1, 5)) moves.add(dex.moves.get(draw.pick(MOVES)).name);
  const set = { name: "", species: species.name, item: "", ability: "", moves: [...moves] };
  if (draw.chance(0.3)) set.name = draw.pick(NICKNAMES);
  if (draw.chance(0.4)) set.item = stone && draw.chance(0.6) ? stone.name : draw.pick(ITEMS);
  if (draw.chance(0.4)) set.ability = draw.pick(["No Ability", "Static", "Levitate"]);
  if (draw.chance(0.4)) set.gender = draw.pick(["M", "F"]);
  if (draw.chance(0.6)) set.level = draw.int(1, 100);
  if (draw.chance(0.3)) set.happiness = draw.int(0, 255);
  if (draw.chance(0.1)) set.shiny = true;
  if (draw.chance(0.8)) set.nature = draw.pick(NATURES);
  if (draw.chance(0.6)) set.evs = values(draw.chance(0.2) ? 252 : 200);
  if (draw.chance(0.5)) set.ivs = values(31);
  return set;
}

/** A set as people write it; `names` gives a stat's name, `evs` the word for its values. */
function written(set, draw, names, evs) {
  const line = (word, values, usual) => {
    const parts = STATS.filter((stat) => values[stat] !== usual);
    return parts.length ? [`${word}: ${parts.map((s) => `${values[s]} ${names(s)}`).join(" / ")}`] : [];
  };
  const head = set.name && set.name !== set.species ? `${set.name} (${set.species})` : set.species;
  const gender = set.gender ? ` (${set.gender})` : "";
  const lines = [
    ...(set.ability ? [`Ability: ${set.ability}`] : []),
    ...(set.level ? [`Level: ${set.level}`] : []),
    ...(set.shiny ? ["Shiny: Yes"] : []),
    ...(set.happiness === undefined ? [] : [`Happiness: ${set.happiness}`]),
    ...(set.evs ? line(evs, set.evs, 0) : []),
    ...(set.nature ? [`${set.nature} ${draw.pick(["Nature", "nature"])}`] : []),
    ...(set.ivs ? line("IVs", set.ivs, 31) : []),
  ];
  // The order of the fields does not matter.
  if (draw.chance(0.3)) lines.reverse();
  const moves = set.moves.map((move) => `${draw.pick(["- ", "-", "~ "])}${move}`);
  return [head + gender + (set.item ? ` @ ${set.item}` : ""), ...lines, ...moves].join("\n");
}

function drawnText(draw, sets) {
  const between = draw.pick(["\n\n", "\n\n", "\n---\n", "\n\n=== [gen7letsgoou] Team ===\n\n"]);
  const team = (names, evs) => sets.map((set) => written(set, draw, names, evs)).join(between);
  const usual = (stat) => WRITTEN[stat];
  const plain = (text, said, reads) => ({ text: said, reads, sets: Teams.import(text) });
  const told = (text) => ({ text, sets: Teams.import(text) });
  switch (draw.pick(["text", "text", "names", "crlf", "export", "packed", "json", "avs", "long", "spaces"])) {
    case "names":
      return told(team((stat) => draw.pick(OTHERS[stat]), "EVs"));
    case "crlf":
      return told(team(usual, "EVs").replaceAll("\n", "\r\n"));
    case "export":
      return told(Teams.export(Teams.import(team(usual, "EVs"))));
    case "packed":
      return told(Teams.pack(Teams.import(team(usual, "EVs"))));
    case "json":
      return told(JSON.stringify(Teams.import(team(usual, "EVs"))));
    case "avs": {
      const text = team(usual, "EVs");
      return plain(text, text.replaceAll("EVs: ", "AVs: "), "AVs by their name");
    }
    case "long": {
      const text = team(usual, "EVs");
      const said = text.replace(/(\d) (HP|SpA|SpD)\b/g, (all, number, stat) => {
        return `${number} ${LONG[stat.toLowerCase()]}`;
      });
      return plain(text, said, "stat names of two words");
    }
    case "spaces": {
      const text = team(usual, "EVs");
      const said = text.replace(/ /g, () => draw.pick(["\u00a0", "\t", "  ", " "]));
      return plain(text, said, "tabs, no-break spaces and double spaces");
    }
    default:
      return told(team(usual, "EVs"));
  }
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "400" },
    import: { type: "boolean", default: false },
  },
});
if (values.import) {
  const lines = await readLines();
  process.stdout.write(toLines(lines.map(({ text }) => ({ text, sets: Teams.import(text) }))));
} else {
  const texts = [];
  for (let left = Number(values.count), i = 0; left > 0; i++) {
    const draw = new Draw(`${values.seed}/teams/${i}`);
    const sets = Array.from({ length: Math.min(left, draw.int(1, 3)) }, () => drawnSet(draw));
    texts.push(drawnText(draw, sets));
    left -= sets.length;
  }
  process.stdout.write(toLines(texts));
}
