// The type chart describes each cell in words on hover, tap and keyboard. Without scripts, a cell
// is a link to this page with the same words.
(() => {
  "use strict";

  const chart = document.querySelector("[data-type-chart]");
  const says = document.getElementById("chart-says");
  if (!chart || !says) return;
  const rows = [...chart.tBodies[0].rows].map((row) => [...row.querySelectorAll("td a")]);
  const cells = rows.flat();
  let fixed = chart.querySelector("a[aria-current]");

  const say = (cell) => {
    says.textContent = cell ? cell.getAttribute("aria-label") : says.dataset.hint;
  };

  const reach = (cell) => {
    for (const each of cells) each.tabIndex = each === cell ? 0 : -1;
  };

  // A tapped cell stays highlighted, and its URL can be shared.
  const fix = (cell) => {
    fixed?.removeAttribute("aria-current");
    fixed = cell === fixed ? null : cell;
    fixed?.setAttribute("aria-current", "true");
    const query = new URLSearchParams(location.search);
    for (const name of ["type_attacking", "type_defending"]) {
      const value = fixed && new URL(fixed.href).searchParams.get(name);
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const text = query.toString();
    history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : ""));
    say(fixed ?? cell);
  };

  chart.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td a");
    if (cell && event.pointerType === "mouse") say(cell);
  });
  chart.addEventListener("pointerleave", () => {
    const focused = chart.contains(document.activeElement) && document.activeElement.matches("td a");
    say(fixed ?? (focused ? document.activeElement : null));
  });
  chart.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td a");
    if (!cell) return;
    reach(cell);
    say(cell);
  });
  chart.addEventListener("click", (event) => {
    const cell = event.target.closest("td a");
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fix(cell);
  });
  chart.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td a");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const y = rows.findIndex((row) => row.includes(cell));
    const x = rows[y].indexOf(cell);
    const last = rows.length - 1;
    const next = {
      ArrowUp: rows[Math.max(0, y - 1)][x],
      ArrowDown: rows[Math.min(last, y + 1)][x],
      ArrowLeft: rows[y][Math.max(0, x - 1)],
      ArrowRight: rows[y][Math.min(last, x + 1)],
      Home: rows[y][0],
      End: rows[y][last],
      PageUp: rows[0][x],
      PageDown: rows[last][x],
      " ": cell,
    }[event.key];
    if (!next) return;
    event.preventDefault();
    if (event.key === " ") fix(cell);
    else next.focus();
  });
})();
