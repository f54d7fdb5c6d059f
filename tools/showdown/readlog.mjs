/**
 * Reads battle logs as their readers do: parsed, applied to a battle, told in sentences.
 *
 *     node readlog.mjs < logs
 *
 * Logs are separated by a blank line. Prints lines that are refused, sentences with something
 * missing and moves that used more PP than they have; exits with 1 if there are any.
 */
import { readFileSync } from "node:fs";
import { Battle } from "@pkmn/client";
import { Generations } from "@pkmn/data";
import { Dex } from "@pkmn/dex";
import { Protocol } from "@pkmn/protocol";
import { LogFormatter } from "@pkmn/view";

const generations = new Generations(Dex, (data) => data.exists);
const ODD = /undefined|null|NaN|\[[A-Z]+\]|\(\)/;

function faultsOf(log) {
  const battle = new Battle(generations);
  const formatter = new LogFormatter("p1", battle);
  const faults = [];
  for (const line of log.split("\n")) {
    try {
      const parsed = Protocol.parseBattleLine(line);
      if (!parsed) throw new Error("not a line of the protocol");
      const text = formatter.formatText(parsed.args, parsed.kwArgs);
      if (ODD.test(text)) faults.push(`${line}: ${text.trim()}`);
      battle.add(parsed.args, parsed.kwArgs);
    } catch (error) {
      faults.push(`${line}: ${error.message}`);
    }
  }
  for (const { team } of battle.sides) {
    for (const pokemon of team) {
      const details = pokemon.speciesForme;
      if (!pokemon.species.exists) faults.push(`${details} is no species`);
      for (const { name, ppUsed } of pokemon.moveSlots) {
        if (ppUsed > battle.gen.moves.get(name)?.pp * 1.6) faults.push(`${name} used ${ppUsed} PP`);
      }
    }
  }
  return faults;
}

const logs = readFileSync(0, "utf8").split(/\n\n+/).filter((log) => log.trim());
const faults = logs.flatMap((log) => faultsOf(log.trim()));
for (const fault of faults) console.log(fault);
console.log(`${logs.length} logs, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
