/** JSON lines, and whether a module is the one that was started. */
import { isMainThread } from "node:worker_threads";
import { fileURLToPath } from "node:url";

/** The objects of the JSON lines on standard input; blank lines are skipped. */
export async function readLines() {
  let text = "";
  for await (const part of process.stdin.setEncoding("utf8")) text += part;
  return text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line));
}

/** A list of objects as JSON lines. */
export function toLines(items) {
  return items.map((item) => JSON.stringify(item) + "\n").join("");
}

/** True when Node was started with this module. */
export function isMain(meta) {
  return isMainThread && process.argv[1] === fileURLToPath(meta.url);
}
