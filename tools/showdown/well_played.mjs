/**
 * Plays many battles at once with choices from outside: the simulator has the rules, whoever talks
 * to it has the players. One JSON object per line, in and out; every line in gets one line out.
 *
 *   {"begin": [{"id", "seed", "line"}]}   -> {"begun": [{"id", "states"}]}
 *   {"turns": [{"id", "chose": [a, b]}]}  -> {"turns": [{"id", "could", "chose", "draws", "events",
 *                                                        "changes", "winner"}]}
 *
 * `line` as in README.md, the rest as in tests/mlcore/engine/traces/README.md. `chose` holds ids of
 * moves. `winner` ("A", "B", "draw") is there once the battle is over; the battle is then forgotten.
 * A choice that the simulator does not allow gets {"id", "error"}.
 */
import { createInterface } from "node:readline";
import { isMain } from "./lines.mjs";
import { FORMS } from "./pool.mjs";
import { TURN_LIMIT, newBattle, randomSource } from "./simulator.mjs";
import { changes, eventsOf, finalState, listen, roundDamage, sideState } from "./turns.mjs";

/** The ids of the moves that a side may choose now. */
function able(side) {
  const { moves } = side.activeRequest.active[0];
  return moves.filter((move) => !move.disabled && move.pp !== 0).map(({ id }) => id);
}

function choose(side, move) {
  const index = side.activeRequest.active[0].moves.findIndex(({ id }) => id === move);
  if (index < 0) throw new Error(`${side.name} cannot choose "${move}"`);
  if (!side.choose(`move ${index + 1}`)) throw new Error(side.choice.error);
}

/** A battle that is played turn by turn. */
export class Game {
  constructor(line, seed) {
    const prng = randomSource(`${seed}/battle`);
    this.battle = newBattle(line, prng);
    roundDamage(this.battle);
    this.draws = listen(this.battle, prng);
    this.states = this.battle.sides.map(sideState);
    this.told = this.battle.log.length;
  }

  /** Plays one turn; returns what it was like. */
  turn(chose) {
    const { battle, draws, states } = this;
    const could = battle.sides.map(able);
    draws.length = 0;
    battle.sides.forEach((side, i) => choose(side, chose[i]));
    battle.commitChoices();
    const after = battle.sides.map(battle.ended ? finalState : sideState);
    const answer = {
      could: could.map((names, i) => (names.join() === states[i].moves.join() ? null : names)),
      chose,
      draws: [...draws],
      events: eventsOf(battle.log.slice(this.told)),
      changes: after.map((state, i) => (battle.ended ? state : changes(states[i], state))),
    };
    if (battle.ended || battle.turn > TURN_LIMIT) answer.winner = battle.winner || "draw";
    this.told = battle.log.length;
    this.states = after;
    return answer;
  }
}

/** Answers one message; `games` holds the battles by id. */
export function answer(message, games) {
  if (message.begin) {
    const begun = message.begin.map(({ id, seed, line }) => {
      const game = new Game(line, seed);
      games.set(id, game);
      return { id, states: game.states };
    });
    return { begun };
  }
  const turns = message.turns.map(({ id, chose }) => {
    const game = games.get(id);
    if (!game) return { id, error: "no such battle" };
    let played;
    try {
      played = game.turn(chose);
    } catch (error) {
      played = { error: error.message };
    }
    if (played.winner || played.error) {
      game.battle.destroy();
      games.delete(id);
    }
    return { id, ...played };
  });
  return { turns };
}

if (isMain(import.meta)) {
  const games = new Map();
  process.stdout.write(JSON.stringify({ forms: FORMS }) + "\n");
  for await (const text of createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(answer(JSON.parse(text), games)) + "\n");
  }
}
