/** JSON lines, and whether a module is the one that was started. */
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { fileURLToPath } from "node:url";

/** The objects of a file of JSON lines (a path or a file descriptor); blank lines are skipped. */
export function readLines(file) {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((text) => text.trim())
    .map((text) => JSON.parse(text));
}

/** A list of objects as JSON lines. */
export function toLines(items) {
  return items.map((item) => JSON.stringify(item) + "\n").join("");
}

/** True when Node was started with this module. */
export function isMain(meta) {
  return isMainThread && process.argv[1] === fileURLToPath(meta.url);
}
