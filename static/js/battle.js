// Battle pages with scripts: turns that play on the stage, keys, the focus after a turn, and the
// names of selected moves in the folded list. Without scripts, everything works with forms and
// links.
(() => {
  "use strict";

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  let used = "";

  // A turn on the stage: each line moves what it speaks of.

  const WAIT = { move: 480, harm: 620, heal: 620, miss: 620, end: 600 };
  const OTHER_WAIT = 520;
  const COUNT = 400;
  let playing = 0;

  const health = (hp, most) => (2 * hp > most ? "is-high" : 5 * hp > most ? "is-half" : "is-low");

  const show = (side, hp) => {
    const most = Number(side.dataset.most);
    const bar = side.querySelector("[data-bar]");
    bar.classList.remove("is-high", "is-half", "is-low");
    if (hp > 0) bar.classList.add(health(hp, most));
    side.querySelector("[data-figure]").textContent = hp;
  };

  const fill = (side, hp) => {
    const share = (100 * hp) / Number(side.dataset.most);
    side.querySelector("[data-bar] rect:last-child").setAttribute("width", `${share.toFixed(1)}%`);
  };

  const animate = (side, name) => {
    const face = side.querySelector("[data-face]");
    face.classList.remove(name);
    void face.offsetWidth;
    face.classList.add(name);
    face.addEventListener("animationend", () => face.classList.remove(name), { once: true });
  };

  const float = (side, change) => {
    const words = document.createElement("span");
    words.className = change > 0 ? "stage-float is-heal" : "stage-float";
    words.textContent = change > 0 ? `+${change}` : `\u2212${-change}`;
    words.setAttribute("aria-hidden", "true");
    words.addEventListener("animationend", () => words.remove());
    side.querySelector("[data-face]").append(words);
  };

  const count = (side, from, to, run) => {
    const start = performance.now();
    const step = (now) => {
      if (run !== playing) return;
      const part = Math.min(1, (now - start) / COUNT);
      show(side, Math.round(from + (to - from) * part));
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };

  const settle = (stage, sides, last) => {
    for (const side of Object.values(sides)) {
      const hp = Number(side.dataset.hp);
      show(side, hp);
      fill(side, hp);
      side.classList.toggle("is-down", hp === 0);
    }
    stage.querySelector("[data-caption]").textContent = last;
    stage.closest(".battle").classList.remove("is-playing");
  };

  const play = async (stage) => {
    const beats = JSON.parse(stage.dataset.beats);
    const sides = Object.fromEntries(
      [...stage.querySelectorAll("[data-side]")].map((side) => [side.dataset.side, side]),
    );
    if (calm() || !beats.length) return;
    const run = ++playing;
    const now = {};
    for (const [name, side] of Object.entries(sides)) {
      now[name] = Number(side.dataset.before);
      show(side, now[name]);
      fill(side, now[name]);
      side.classList.remove("is-down");
    }
    const caption = stage.querySelector("[data-caption]");
    stage.closest(".battle").classList.add("is-playing");
    for (const [name, kind, hp, words] of beats) {
      caption.textContent = words;
      const side = sides[name];
      if (side && hp !== null) {
        fill(side, hp);
        count(side, now[name], hp, run);
        if (hp !== now[name]) float(side, hp - now[name]);
        if (hp < now[name]) animate(side, "is-hit");
        now[name] = hp;
      } else if (side && kind === "move") {
        animate(side, "is-lunging");
      } else if (side && kind === "miss") {
        animate(sides[name === "a" ? "b" : "a"], "is-dodging");
      } else if (side && kind === "end" && now[name] === 0) {
        side.classList.add("is-down");
      }
      await new Promise((done) => setTimeout(done, WAIT[kind] ?? OTHER_WAIT));
      if (run !== playing || !stage.isConnected) return;
    }
    settle(stage, sides, beats.at(-1)[3]);
  };

  // Whoever acts does not want to wait.
  const skip = () => {
    const stage = document.querySelector(".is-playing .stage[data-beats]");
    if (!stage) return;
    playing += 1;
    const sides = Object.fromEntries(
      [...stage.querySelectorAll("[data-side]")].map((side) => [side.dataset.side, side]),
    );
    settle(stage, sides, JSON.parse(stage.dataset.beats).at(-1)[3]);
  };
  document.addEventListener("pointerdown", skip);

  // Keys: 1 to 4 use a move, arrows walk through a finished battle.

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const battle = document.getElementById("battle-play");
    if (!battle || event.target.closest("input, textarea, select, .log-turns")) return;
    if (!/^([1-4]|Arrow(Left|Right))$/.test(event.key)) return;
    const control = battle.querySelector(`[aria-keyshortcuts="${event.key}"]:not(:disabled)`);
    if (!control) return;
    event.preventDefault();
    skip();
    control.click();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = event.target;
    if (element.closest?.(".battle-choose")) {
      used = event.detail.requestConfig.triggeringEvent?.submitter?.id ?? "";
    } else if (element.closest?.(".replay-ways")) {
      used = element.id;
    }
  });

  // The same move keeps the focus; at the end, the result gets it.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "battle-play") return;
    const stage = document.querySelector(".stage[data-plays]");
    if (stage) play(stage);
    const ending = document.getElementById("ending-title");
    if (ending) {
      ending.focus({ preventScroll: true });
      document.getElementById("battle-play")
        .scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
      return;
    }
    const same = used && document.getElementById(used);
    const next = same && !same.disabled
      ? same
      : document.querySelector(".battle-choose button:not(:disabled), #replay-next");
    next?.focus({ preventScroll: true });
  });

  document.addEventListener("change", (event) => {
    const fold = event.target.closest(".fighter-moves");
    if (!fold) return;
    const ticked = [...fold.querySelectorAll("input[type=checkbox]:checked")];
    fold.querySelector("[data-chosen]").textContent =
      ticked.map((box) => box.dataset.name).join(", ");
  });
})();
