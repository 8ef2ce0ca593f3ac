// Text areas whose lines are data: one name a line, or a word, a colon and what belongs to it.

import { field, h } from "./dom.js";

/** Return the lines of a text that hold something. */
export const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** Return `word: value` lines as an object; a line without a colon becomes a word with nothing. */
export function parsePairs(text) {
  return Object.fromEntries(lines(text).map((line) => {
    const at = line.indexOf(":");
    return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  }));
}

export const shownPairs = (pairs) => Object.entries(pairs).map(([word, value]) => `${word}: ${value}`).join("\n");

/** Return a field for lists by language, one language a line: `en: one phrase, another`. */
export function pairsBox(label, lists, name, placeholder) {
  const shown = Object.fromEntries(Object.entries(lists).map(([lang, values]) => [lang, values.join(", ")]));
  const area = h("textarea", { rows: Math.max(1, Object.keys(lists).length), value: shownPairs(shown), placeholder, spellcheck: "false", dataset: { field: name } });
  return {
    element: field(label, area, { hint: "One language a line." }),
    value: () => Object.fromEntries(Object.entries(parsePairs(area.value)).map(([lang, values]) =>
      [lang, values.split(",").map((each) => each.trim()).filter(Boolean)])),
  };
}
