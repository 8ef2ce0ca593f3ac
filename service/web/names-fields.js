// The names of one language in the form: in one piece, or a person's in two.

import { button, field, h } from "./dom.js";
import { noNames } from "./entries.js";
import { langName, tagOf, written } from "./languages.js";
import { lines, parsePairs, shownPairs } from "./pairs-box.js";

/** Fields for one language; `form` is told when something changes. */
export class NamesFields {
  constructor(lang, names, form) {
    Object.assign(this, { lang, form });
    this.element = h("fieldset", { class: "language", dataset: { field: `names.${lang}` } });
    this.draw(names);
  }

  draw(names) {
    const inParts = Boolean(names.family);
    this.parts = inParts
      ? { given: new PartFields(this.lang, "given", names.given), family: new PartFields(this.lang, "family", names.family) }
      : { whole: new PartFields(this.lang, "", names) };
    this.alone = h("input", { type: "checkbox", checked: names.alone ?? true, dataset: { field: `names.${this.lang}.alone` } });
    const splitter = this.splitter(names, inParts);
    const children = [
      h("legend", {}, langName(this.lang), " ", tagOf(this.lang)),
      Object.values(this.parts).map((part) => part.element),
      (inParts || splitter) && h("div", { class: "row language-foot" },
        inParts && h("label", { class: "check" }, this.alone, "The family name alone is the person, too"), splitter),
      button(`Remove ${langName(this.lang)}`, { glyph: "trash", bare: true, kind: "quiet small", onclick: () => this.form.drop(this.lang) }),
    ];
    this.element.replaceChildren(...children.flat().filter(Boolean));
  }

  /** Draw the fields again with what they hold: whether they can be divided depends on the kind of the entry. */
  redraw() {
    this.draw(this.value());
  }

  splitter(names, inParts) {
    if (!inParts && this.form.kind.value !== "person") return null;
    return button(inParts ? "Write as one name" : "Write as given and family name", { kind: "small quiet", onclick: () => {
      this.draw(inParts ? joined(this.value()) : divided(this.value()));
      this.form.typed();
      this.focus();
    } });
  }

  value() {
    if (this.parts.whole) return this.parts.whole.value();
    return { given: this.parts.given.value(), family: this.parts.family.value(), alone: this.alone.checked };
  }

  first() {
    return (this.parts.whole ?? this.parts.family).preferred.value.trim();
  }

  focus() {
    this.element.querySelector("input").focus();
  }
}

class PartFields {
  constructor(lang, part, names) {
    const at = (name) => `names.${lang}.${part ? `${part}.` : ""}${name}`;
    const text = (name, value) => h("textarea", { rows: Math.max(1, value.length), value: value.join("\n"), spellcheck: "false", dataset: { field: at(name) }, ...written(lang) });
    this.preferred = h("input", { value: names.preferred, spellcheck: "false", dataset: { field: at("preferred") }, ...written(lang) });
    this.admitted = text("admitted", names.admitted);
    this.deprecated = text("deprecated", names.deprecated);
    this.forms = h("textarea", { rows: Math.max(1, Object.keys(names.forms).length), value: shownPairs(names.forms), spellcheck: "false", dataset: { field: at("forms") }, placeholder: "gen: Donbasu" });
    const which = { given: "Given name: ", family: "Family name: " }[part] ?? "";
    const label = (word) => (which ? `${which}${word}` : word.charAt(0).toUpperCase() + word.slice(1));
    const forms = h("details", { class: "forms", open: Object.keys(names.forms).length > 0 }, h("summary", {}, "Grammatical forms"), field(label("forms, one a line"), this.forms));
    this.element = h("div", { class: "part" }, field(label("preferred"), this.preferred),
      field(label("admitted"), this.admitted), field(label("deprecated"), this.deprecated), forms);
  }

  value() {
    return { preferred: this.preferred.value.trim(), admitted: lines(this.admitted.value), deprecated: lines(this.deprecated.value), forms: parsePairs(this.forms.value) };
  }
}

function divided({ preferred, admitted, deprecated }) {
  const cut = (name) => [name.split(/\s+/).slice(0, -1).join(" "), name.split(/\s+/).at(-1)];
  const side = (n) => (names) => [...new Set(names.map((name) => cut(name)[n]).filter(Boolean))];
  const part = (n) => {
    const own = cut(preferred)[n];
    const less = (names) => side(n)(names).filter((name) => name !== own);
    return { ...noNames(own), admitted: less(admitted), deprecated: less(deprecated) };
  };
  return { given: part(0), family: part(1), alone: true };
}

function joined({ given, family }) {
  const whole = (name) => `${given.preferred} ${name}`.trim();
  return { ...noNames(whole(family.preferred)), admitted: family.admitted.map(whole), deprecated: family.deprecated.map(whole) };
}
