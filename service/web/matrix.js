// The matrix: every concept against every language, so that one sees at a glance where an output stands out.

import { call } from "./api.js";
import { badge } from "./names.js";
import { banner, count, dialog, h } from "./dom.js";
import { langName, written } from "./languages.js";

const REASONS = { several: "written in several ways", deprecated: "in a way that the house rejects", unlisted: "in a way that the glossary does not know", missing: "missing" };

/** Show the matrix of a kept translation and its fellows. */
export async function showNamesOf(id) {
  try {
    const matrix = await call(`translations/${id}/names`);
    dialog("Names across languages", matrixTable(matrix), { css: "wide" });
  } catch (error) {
    dialog("Names across languages", banner(error.message));
  }
}

/** Return a matrix as a table. */
export function matrixTable({ columns, rows, n_outliers }) {
  if (!rows.length) return h("p", { class: "empty-state" }, "The glossary knows no name in these texts.");
  const several = new Set(columns.map(({ lang }) => lang).filter((lang, n, all) => all.indexOf(lang) !== n));
  return h("div", {},
    h("p", { class: n_outliers ? "verdict bad" : "verdict good" }, n_outliers
      ? `${count(n_outliers, "cell")} to look at, marked with a flag.` : "Every output agrees with the glossary."),
    h("div", { class: "table-scroll", role: "region", tabindex: "0", "aria-label": "Names across languages" },
      h("table", { class: "matrix" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Concept"),
          columns.map(({ label, lang }) => h("th", { scope: "col" }, langName(lang), several.has(lang) && h("small", {}, label))))),
        h("tbody", {}, rows.map((row) => h("tr", {},
          h("th", { scope: "row" }, h("a", { href: `#/glossary/${encodeURIComponent(row.concept)}` }, breakable(row.concept)),
            row.n_source > 0 && h("small", {}, `${row.n_source}× in source`)),
          row.cells.map((each, n) => cell(each, columns[n].lang))))))));
}

/** Return an id in which a line may end behind each underscore. */
const breakable = (id) => id.split(/(?<=_)/).map((part) => [part, h("wbr")]);

function cell(found, lang) {
  if (!found) return h("td", { class: "none" }, h("span", { class: "visually-hidden" }, "no rule"), "–");
  const why = found.outlier.map((reason) => REASONS[reason] ?? reason).join("; ");
  return h("td", { class: found.outlier.length ? "outlier" : "" },
    found.forms.map((form) => h("span", { class: `form ${form.role}` }, h("span", written(lang), form.text), form.n > 1 && h("small", {}, ` ×${form.n}`))),
    found.n_missing > 0 && h("span", { class: "form" }, badge("missing"), found.n_missing > 1 && h("small", {}, ` ×${found.n_missing}`)),
    why && h("span", { class: "why" }, `⚑ ${why}`));
}
