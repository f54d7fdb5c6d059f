/** Body shapes of the species, as PokeAPI files them. */
import { readFileSync } from "node:fs";

const lines = readFileSync(new URL("shapes.csv", import.meta.url), "utf8").trim().split("\n").slice(1);
const SHAPES = new Map(
  lines.map((line) => {
    const [number, shape] = line.split(",");
    return [Number(number), shape];
  }),
);

export function shapeOf(number) {
  const shape = SHAPES.get(number);
  if (!shape) throw new Error(`No. ${number}: no body shape`);
  return shape;
}
