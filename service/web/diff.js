// Diff: two translations side by side, what names changed apart from what else did.

import { call, post, withQuery } from "./api.js";
import { banner, button, codePoints, count, field, fill, h, select, when } from "./dom.js";
import { langName, languageSelect, languages, written } from "./languages.js";
import { matrixTable } from "./matrix.js";

const CLASSES = { name: "Names", number: "Numbers", punctuation: "Punctuation", wording: "Wording" };
const SIGN = { name: "N", number: "#", punctuation: "·", wording: "W" };
const AT_ONCE = 150;

/** Build the view; returns what the router calls. */
export function diffView(root) {
  return new DiffView(root);
}

class DiffView {
  constructor(root) {
    this.root = root;
    this.classes = new Set(Object.keys(CLASSES));
    this.sides = { a: new Side("a", "Before", () => this.kept), b: new Side("b", "After", () => this.kept) };
    this.kept = [];
    this.lang = languageSelect(["en"], { first: ["", "Language of the texts"] });
    this.langField = field("Language of pasted texts", this.lang);
    this.source = h("textarea", { rows: 3, dir: "auto", class: "text" });
    this.sourceLang = languageSelect(["en"], { first: ["", "Its language"] });
    this.report = h("div", { class: "report" });
    this.said = h("p", { class: "visually-hidden", role: "status" });
    this.problem = h("div");
    this.go = button("Compare", { kind: "primary", type: "submit", "aria-keyshortcuts": "Control+Enter" });
    fill(root,
      h("div", { class: "view-head" }, h("h1", { tabindex: "-1" }, "Diff"),
        h("p", { class: "lead" }, "Two translations of one text: two engines, two versions of the glossary, or one made elsewhere.")),
      h("form", { class: "diff-form", onsubmit: (event) => { event.preventDefault(); this.start(); } },
        h("div", { class: "sides" }, this.sides.a.element, this.sides.b.element),
        this.pasted = h("div", { class: "pasted" }, this.langField,
          h("details", { class: "options" }, h("summary", {}, "The text they are translations of"),
            h("div", { class: "options-body" }, field("Language of the source", this.sourceLang), field("Source text", this.source)))),
        this.problem, h("div", { class: "row" }, this.go,
          button("Exchange the sides", { kind: "quiet", onclick: () => this.exchange() }))),
      this.said, this.report);
    for (const side of Object.values(this.sides)) side.onchange = () => this.choices();
    this.blank();
  }

  async show(_, query) {
    document.title = "Diff · Exonym";
    await this.load();
    const [a, b] = [query.get("a"), query.get("b")];
    if (a) await this.sides.a.pick(a);
    if (b) await this.sides.b.pick(b);
    if (a && !b) this.suggest(a);
    this.choices();
    if (a && b) this.start();
  }

  async load() {
    try {
      const [{ items }, langs, info] = await Promise.all([call("translations?limit=200"), languages(), call("info")]);
      this.kept = items;
      const tags = new Set([...info.glossary.languages, ...langs.flatMap((each) => [each.language, ...each.targets.map((target) => target.language)])]);
      for (const box of [this.lang, this.sourceLang]) {
        const { value } = box;
        fill(box, box.options[0], [...languageSelect([...tags]).options]);
        box.value = value;
      }
      for (const side of Object.values(this.sides)) side.offer();
    } catch (error) {
      fill(this.problem, banner(error.message));
    }
  }

  /** Choose for the other side what is likeliest meant: another translation of the same text into the same language. */
  suggest(id) {
    const first = this.kept.find((each) => each.id === id);
    const other = first && this.kept.find((each) => each.id !== id && each.group === first.group && each.target === first.target);
    if (other) this.sides.b.pick(other.id);
  }

  choices() {
    const isPasted = Object.values(this.sides).some((side) => !side.kept());
    this.pasted.hidden = !isPasted;
  }

  exchange() {
    const [a, b] = [this.sides.a.state(), this.sides.b.state()];
    this.sides.a.restore(b);
    this.sides.b.restore(a);
    this.choices();
  }

  async start() {
    fill(this.problem);
    const empty = Object.values(this.sides).find((side) => !side.kept() && !side.area.value.trim());
    if (empty) {
      fill(this.problem, banner(`${empty.title} is empty: choose a kept translation, or paste a text.`));
      return empty.area.focus();
    }
    const body = { a: this.sides.a.body(), b: this.sides.b.body() };
    const chosen = [this.sides.a.kept(), this.sides.b.kept()].find(Boolean);
    const lang = this.lang.value || chosen?.target;
    if (!chosen && !lang) {
      fill(this.problem, banner("Say in which language the two texts are written."));
      return this.lang.focus();
    }
    if (!chosen || this.lang.value) body.lang = lang;
    if (this.source.value.trim() && this.sourceLang.value) Object.assign(body, { source_text: this.source.value, source: this.sourceLang.value });
    this.go.disabled = true;
    fill(this.report, h("div", { class: "working" }, h("progress", { "aria-label": "Comparing" }), h("span", { class: "muted" }, "Comparing")));
    try {
      this.found = await post("diff", body);
      this.draw(lang ?? this.found.lang);
    } catch (error) {
      fill(this.report);
      fill(this.problem, banner(error.message, { details: error.problems.map((each) => each.message) }));
    } finally {
      this.go.disabled = false;
    }
    return null;
  }

  blank() {
    fill(this.report, h("div", { class: "empty-state" }, h("h2", {}, "Nothing compared yet"),
      h("p", {}, "Each change is told apart: a name (and which side follows the glossary), a number, punctuation or wording.")));
  }

  draw(lang) {
    const { counts, similarity, pairs, matrix } = this.found;
    this.onlyChanged ??= true;
    const n = counts.changes ?? pairs.reduce((sum, pair) => sum + pair.changes.length, 0);
    const boxes = Object.entries(CLASSES).map(([name, label]) => toggle(`${label} ${(counts[name] ?? 0).toLocaleString("en")}`, this.classes.has(name), (on) => {
      if (on) this.classes.add(name);
      else this.classes.delete(name);
      this.pairs(lang);
    }));
    const same = toggle("Sentences without a change", !this.onlyChanged, (on) => { this.onlyChanged = !on; this.pairs(lang); });
    this.list = h("div", { class: "diff-pairs" });
    fill(this.report,
      h("div", { class: "summary" },
        h("p", {}, h("strong", {}, n ? count(n, "change") : "No change"), ` in ${count(pairs.length, "sentence pair")}`),
        h("p", {}, h("strong", {}, `${similarity.toFixed(1)} %`), " alike (chrF)"),
        onlyNames(counts) && h("p", { class: "verdict good" }, "They differ in nothing but names.")),
      h("fieldset", { class: "filters" }, h("legend", {}, "Show"), boxes, same),
      this.list,
      matrix && h("section", { class: "matrix-section" }, h("h2", {}, "Names in both"), matrixTable(matrix)));
    this.pairs(lang);
    fill(this.said, n ? `${count(n, "change")}, ${similarity.toFixed(1)} % alike.` : "No change.");
  }

  pairs(lang, from = 0) {
    const shown = this.found.pairs.filter((pair) => !this.onlyChanged || pair.changes.some((change) => this.classes.has(change.class)));
    const heads = ["a", "b"].map((side) => h("h3", {}, this.sides[side].caption()));
    const blocks = shown.slice(from, from + AT_ONCE).map((pair) => this.pair(pair, lang));
    const more = shown.length > from + AT_ONCE && button(`Show ${count(Math.min(AT_ONCE, shown.length - from - AT_ONCE), "more pair")}`, {
      onclick: (event) => { event.currentTarget.remove(); this.pairs(lang, from + AT_ONCE); },
    });
    if (from) this.list.append(...blocks, ...(more ? [more] : []));
    else fill(this.list, shown.length ? [h("div", { class: "diff-heads" }, heads), blocks, more] : h("p", { class: "empty-state" }, this.found.pairs.some((pair) => pair.changes.length) ? "No change of the kinds that are shown." : "The two say the same, word for word."));
  }

  pair(pair, lang) {
    const changes = pair.changes.filter((change) => this.classes.has(change.class));
    const names = changes.filter((change) => change.class === "name");
    return h("article", { class: "diff-pair", "aria-label": `Sentences ${pair.kind}` },
      ["a", "b"].map((side) => h("div", { class: `side ${side}`, ...written(lang) }, pieces(pair[side], changes, side))),
      pair.kind !== "1-1" && h("p", { class: "kind-note" }, kindNote(pair.kind)),
      names.length > 0 && h("ul", { class: "name-changes" }, names.map((change) => h("li", {}, nameChange(change, lang)))));
  }
}

const onlyNames = (counts) => counts.name > 0 && !counts.number && !counts.punctuation && !counts.wording;

function kindNote(kind) {
  const [a, b] = kind.split("-").map(Number);
  if (!a) return "Only after";
  if (!b) return "Only before";
  return `${count(a, "sentence")} against ${b}`;
}

const FOLLOWS = { a: "before follows the glossary", b: "after follows the glossary", both: "both follow the glossary", neither: "neither follows the glossary" };

function nameChange({ before, after, concept, follows }, lang) {
  return [h("a", { href: `#/glossary/${encodeURIComponent(concept)}` }, concept), ": ",
    h("del", written(lang), before || "(nothing)"), " → ", h("ins", written(lang), after || "(nothing)"),
    follows && h("span", { class: `follows ${follows}` }, ` ${follows === "neither" ? "✗" : "✓"} ${FOLLOWS[follows]}`)];
}

/** Return the sentences of one side with their changes marked. */
function pieces(sentences, changes, side) {
  return sentences.map(({ start, end, text }, n) => {
    const at = codePoints(text);
    const inside = changes.map((change) => ({ change, from: change.spans[side][0], to: change.spans[side][1] }))
      .filter(({ from, to }) => to > from && from >= start && from < end);
    const found = [n ? " " : null];
    let last = 0;
    for (const { change, from, to } of inside) {
      const [i, j] = [at(from - start), at(Math.min(to, end) - start)];
      if (i < last) continue;
      found.push(text.slice(last, i), h(side === "a" ? "del" : "ins", { class: `change of-${change.class}`, title: CLASSES[change.class], dataset: { sign: SIGN[change.class] } }, text.slice(i, j)));
      last = j;
    }
    return [...found, text.slice(last)];
  });
}

function toggle(label, checked, change) {
  const box = h("input", { type: "checkbox", checked, onchange: () => change(box.checked) });
  return h("label", { class: "chip" }, box, h("span", {}, label));
}

/** One side: a kept translation, or a text that is pasted. */
class Side {
  constructor(name, title, kept) {
    Object.assign(this, { name, title, offered: kept, onchange: () => {} });
    this.choice = select([["", "A text pasted below"]], { onchange: () => this.pick(this.choice.value) });
    this.area = h("textarea", { class: "text", rows: 7, dir: "auto", spellcheck: "false", placeholder: "Paste a translation" });
    this.preview = h("div", { class: "text preview", hidden: true, tabindex: "0", role: "region", "aria-label": `${title}, text` });
    this.areaField = field(`${title}: text`, this.area, { css: "quiet-label" });
    this.element = h("section", { class: "pane", "aria-label": title },
      h("div", { class: "pane-head" }, h("h2", {}, title)), field("Translation", this.choice), this.areaField, this.preview);
  }

  offer() {
    const { value } = this.choice;
    fill(this.choice, h("option", { value: "" }, "A text pasted below"), this.offered().map((each) =>
      h("option", { value: each.id }, `${langName(each.target)}, ${each.engine}, ${when(each.created)}: ${each.preview.slice(0, 50)}`)));
    this.choice.value = value;
    if (this.choice.selectedIndex < 0) this.choice.value = "";
  }

  kept() {
    return this.choice.value ? this.offered().find((each) => each.id === this.choice.value) ?? { id: this.choice.value, target: null } : null;
  }

  async pick(id) {
    if (id && ![...this.choice.options].some((option) => option.value === id)) this.choice.append(h("option", { value: id }, `Translation ${id}`));
    this.choice.value = id;
    const kept = this.kept();
    this.areaField.hidden = Boolean(kept);
    this.preview.hidden = !kept;
    if (kept) {
      fill(this.preview, kept.preview ?? "");
      for (const [name, value] of Object.entries(written(kept.target))) this.preview.setAttribute(name, value);
      const whole = await call(`translations/${id}`).catch((error) => ({ text: error.message }));
      if (this.choice.value === id) fill(this.preview, whole.text);
    }
    this.onchange();
  }

  body() {
    return this.kept() ? { id: this.choice.value } : { text: this.area.value };
  }

  caption() {
    const kept = this.kept();
    return kept?.engine ? `${this.title}: ${kept.engine}, ${when(kept.created)}` : this.title;
  }

  state() {
    return { id: this.choice.value, text: this.area.value };
  }

  restore({ id, text }) {
    this.area.value = text;
    this.pick(id);
  }
}

/** Return the address of the view with a translation on one side. */
export const compareWith = (id) => withQuery("#/diff", { a: id });
