// Languages: what can be translated, what they are called, which way they are written.

import { call, withQuery } from "./api.js";
import { h, select } from "./dom.js";

const NAMES = new Intl.DisplayNames(["en"], { type: "language", fallback: "code", languageDisplay: "standard" });
const RTL = new Set(["ar", "arc", "azb", "ckb", "dv", "fa", "glk", "he", "ks", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi"]);
const RTL_SCRIPT = /-(Arab|Hebr|Thaa|Syrc|Nkoo|Adlm|Rohg)\b/;

const known = new Map();

/** Resolve to the languages that can be translated from, each with its targets; asked for once for each engine. */
export function languages(engine = "auto") {
  if (!known.has(engine)) {
    known.set(engine, call(withQuery("languages", { engine })).catch((error) => { known.delete(engine); throw error; }));
  }
  return known.get(engine);
}

/** Return what a language is called in English. */
export function langName(tag) {
  if (!tag) return "unknown language";
  try {
    return NAMES.of(tag).replace("VALENCIA", "Valencian"); // browsers have no name for the variant
  } catch {
    return tag;
  }
}

/** Return which way a language is written: rtl or ltr. */
export function direction(tag) {
  if (/-(Latn|Cyrl)\b/.test(tag)) return "ltr";
  return RTL.has(tag.split("-")[0]) || RTL_SCRIPT.test(tag) ? "rtl" : "ltr";
}

/** Return the attributes of an element that holds text of a language. */
export const written = (tag) => (tag ? { lang: tag, dir: direction(tag) } : { dir: "auto" });

/** Return a language's tag as a small label, with its name for those who do not know it. */
export const tagOf = (tag) => h("abbr", { class: "tag", title: langName(tag) }, tag);

/** Return a select of languages, each [tag, name], with what stands first. */
export function languageSelect(tags, { first, ...props } = {}) {
  const sorted = [...tags].sort((a, b) => langName(a).localeCompare(langName(b)));
  return select([...(first ? [first] : []), ...sorted.map((tag) => [tag, langName(tag)])], props);
}
