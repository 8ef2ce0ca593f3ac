// Entries of the glossary as data: what a rule changes in one, how two of them differ, and the way to the form.

/** What the form is to be filled in with when it opens next. */
let proposal = null;

/** Open the form of a concept, filled in with a rule: {lang, form, other} or a whole `concept`. */
export function propose(id, rule) {
  proposal = { id, rule };
  const to = id ? `#/glossary/${encodeURIComponent(id)}` : "#/glossary/+new";
  if (location.hash === to) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = to;
}

/** Take what was proposed for a concept, once. */
export function proposed(id) {
  const found = proposal && (proposal.id ?? "+new") === id ? proposal.rule : null;
  proposal = null;
  return found;
}

export const noNames = (preferred = "") => ({ preferred, admitted: [], deprecated: [], forms: {} });
export const emptyConcept = () => ({
  id: "", kind: "place", names: { en: noNames() }, except: {}, near: {}, match: "smart", romanise: null, note: "", source: "",
});

/** Return a concept in which `form` is the preferred name of a language and `other` one that is rewritten to it. */
export function withRule(concept, { lang, form, other }) {
  const result = structuredClone(concept);
  const names = result.names[lang];
  if (!names) {
    result.names[lang] = noNames();
    prefer(result.names[lang], form, other);
  } else if (names.family) {
    const [words, others] = [form.split(/\s+/), other?.split(/\s+/) ?? []];
    prefer(names.family, words.at(-1), others.at(-1));
    if (words.length > 1) prefer(names.given, words.slice(0, -1).join(" "), others.slice(0, -1).join(" "));
  } else {
    prefer(names, form, other);
  }
  return result;
}

function prefer(names, form, other) {
  const old = names.preferred;
  const known = () => [names.preferred, ...names.admitted, ...names.deprecated];
  if (form !== old) {
    names.preferred = form;
    names.admitted = names.admitted.filter((each) => each !== form);
    names.deprecated = names.deprecated.filter((each) => each !== form);
    names.forms = {};
    if (old && !known().includes(old)) names.deprecated.push(old);
  }
  if (other && !known().includes(other)) names.deprecated.push(other);
}

/** Return an id made of a name: letters, digits and underscores. */
export const idOf = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "");

/** Return a concept as a map from field to value, one for each language, to compare and to choose by. */
export function fieldsOf(concept) {
  const fields = new Map([["kind", concept.kind], ["match", concept.match], ["romanise", concept.romanise], ["note", concept.note], ["source", concept.source]]);
  for (const part of ["names", "except", "near"]) {
    for (const [lang, value] of Object.entries(concept[part] ?? {})) fields.set(`${part}.${lang}`, value);
  }
  return fields;
}

/** Return the fields in which two concepts differ: [field, ours, theirs]. */
export function differences(ours, theirs) {
  const [a, b] = [fieldsOf(ours), fieldsOf(theirs)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => canon(a.get(name)) !== canon(b.get(name)))
    .map((name) => [name, a.get(name), b.get(name)]);
}

/** Return a concept with one field as it is elsewhere; undefined takes the field away. */
export function withField(concept, name, value) {
  const result = structuredClone(concept);
  const [part, lang] = name.split(/\.(.*)/s);
  if (lang === undefined) result[part] = value;
  else if (value === undefined) delete result[part][lang];
  else result[part] = { ...result[part], [lang]: value };
  return result;
}

/** Return a value as text that is the same for the same value, whatever the order of its members. */
export function canon(value) {
  if (Array.isArray(value)) return `[${value.map(canon).join()}]`;
  if (value && typeof value === "object") return `{${Object.keys(value).sort().map((each) => `${each}:${canon(value[each])}`).join()}}`;
  return JSON.stringify(value ?? null);
}

/** Return the value of a field in words. */
export function inWords(value) {
  if (value === undefined) return "(not there)";
  if (value === null) return "automatic";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object") return String(value) || "(empty)";
  if (value.family) return `${inWords(value.given)} | ${inWords(value.family)}${value.alone ? "" : " | never the family name alone"}`;
  const { preferred, admitted = [], deprecated = [], forms = {} } = value;
  const cases = Object.entries(forms).map(([name, form]) => `${name}: ${form}`);
  return [preferred, admitted.length && `admitted: ${admitted.join(", ")}`, deprecated.length && `deprecated: ${deprecated.join(", ")}`,
    cases.length && `forms: ${cases.join(", ")}`].filter(Boolean).join("; ");
}

/** Return a new concept with one name in it, and another one that is rewritten to it. */
export const conceptWith = ({ lang, form, other }) => ({
  ...emptyConcept(), id: idOf(form), names: { [lang]: { ...noNames(form), deprecated: other ? [other] : [] } },
});
