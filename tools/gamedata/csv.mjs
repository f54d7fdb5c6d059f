/** CSV as the importer reads it: a header, one row a line, "\n", quotes only where needed. */

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "1" : "0";
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows (objects with the same keys in the same order) as the text of a file. */
export function toCsv(rows) {
  const columns = Object.keys(rows[0]);
  const lines = rows.map((row) => {
    const own = Object.keys(row);
    if (own.join() !== columns.join()) throw new Error(`Columns differ: ${own} / ${columns}`);
    return columns.map((column) => cell(row[column])).join(",");
  });
  return [columns.join(","), ...lines].join("\n") + "\n";
}
