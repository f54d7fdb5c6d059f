// Lighthouse (mobile) on a few pages of a site served by gunicorn, without pictures from outside.
// The median of several runs must reach the limits; exits with 1 when one does not.
//
//   node run.mjs [--runs 5] [--port 8111] [--pages "/,/types/"] [--details]

import { execFile, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const PAGES = [
  "/",
  "/compare/?a=pikachu&b=charizard",
  "/pokemon/",
  "/pokemon/gyarados/",
  "/types/",
  "/rankings/",
  "/model/",
];
const LIMITS = { performance: 95, accessibility: 100, "best-practices": 95, seo: 95 };
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLI = fileURLToPath(new URL("node_modules/lighthouse/cli/index.js", import.meta.url));

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    port: { type: "string", default: "8111" },
    pages: { type: "string", default: PAGES.join(",") },
    details: { type: "boolean", default: false },
  },
});
const site = `http://127.0.0.1:${options.port}`;

async function serve() {
  const server = spawn(
    ".venv/bin/gunicorn",
    ["--config", "deploy/gunicorn.conf.py", "predictiondex.wsgi"],
    {
      cwd: ROOT,
      env: { ...process.env, PORT: options.port, SPRITE_URL_TEMPLATE: "", LOG_LEVEL: "WARNING" },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  for (let attempt = 0; attempt < 180; attempt += 1) {
    if (server.exitCode !== null) throw new Error("the server ended before it was ready");
    const ready = await fetch(`${site}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return server;
    await sleep(500);
  }
  server.kill();
  throw new Error("the server did not become ready");
}

async function audit(url) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      CLI,
      url,
      "--quiet",
      "--output=json",
      `--only-categories=${Object.keys(LIMITS).join(",")}`,
      "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
    ],
    {
      maxBuffer: 256 * 1024 * 1024,
      env: { CHROME_PATH: "/usr/bin/chromium", ...process.env },
    },
  );
  return JSON.parse(stdout);
}

// On a busy machine Chromium sometimes loses the trace of a page; such a run is made again.
async function auditWithPatience(url) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await audit(url);
    } catch (error) {
      const reason = error.stderr?.trim() || error.message.slice(0, 300);
      if (attempt === 3) throw new Error(`no report of ${url}: ${reason}`);
      console.error(`again: ${reason}`);
    }
  }
}

const median = (numbers) => numbers.slice().sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

function findings(report) {
  return Object.keys(LIMITS).flatMap((name) =>
    report.categories[name].auditRefs
      .filter((reference) => reference.weight > 0)
      .map((reference) => report.audits[reference.id])
      .filter((each) => each.score !== null && each.score < 0.9)
      .map((each) => `    ${name}: ${each.id} ${each.displayValue ?? ""}`),
  );
}

const server = await serve();
let failed = false;
try {
  for (const page of options.pages.split(",")) {
    const reports = [];
    for (let run = 0; run < Number(options.runs); run += 1) {
      reports.push(await auditWithPatience(site + page));
    }
    console.log(page);
    for (const [name, limit] of Object.entries(LIMITS)) {
      const scores = reports.map((each) => Math.round(100 * each.categories[name].score));
      const middle = median(scores);
      failed ||= middle < limit;
      const word = middle < limit ? "TOO LOW" : "ok";
      console.log(`  ${name}: ${middle} (${scores.join(", ")}; at least ${limit}) ${word}`);
    }
    if (options.details) console.log([...new Set(reports.flatMap(findings))].join("\n"));
  }
} finally {
  server.kill();
}
process.exitCode = failed ? 1 : 0;
