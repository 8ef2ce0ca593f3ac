// The form of one entry: filled in, checked while one types, previewed, saved, and what happens when someone else was first.

import { call, post, sentence, versioned } from "./api.js";
import { banner, button, confirmed, count, debounced, dialog, field, fill, freshId, h, say, select } from "./dom.js";
import { canon, conceptWith, differences, emptyConcept, idOf, inWords, noNames, proposed, withField, withRule } from "./entries.js";
import { langName, languageSelect, languages, tagOf, written } from "./languages.js";
import { NamesFields } from "./names-fields.js";
import { pairsBox } from "./pairs-box.js";

const KINDS = [["place", "Place"], ["person", "Person"], ["organisation", "Organisation"], ["term", "Term"]];
const path = (id) => `glossary/concepts/${encodeURIComponent(id)}`;

/** One entry being read or written. */
export class EntryForm {
  constructor(root, { changed, closed }) {
    Object.assign(this, { root, changed, closed });
    root.owner = this;
    this.check = debounced(() => this.validate(), 300);
  }

  /** Show the entry of an id, or an empty one, filled in with what was proposed elsewhere. */
  async open(id) {
    const rule = proposed(id);
    this.isNew = id === "+new";
    fill(this.root, h("p", { class: "muted" }, "Opening"));
    try {
      if (this.isNew) await this.opened(emptyConcept(), await this.versionOfNow(), rule);
      else {
        const { data, etag } = await versioned(path(id));
        await this.opened(data, etag, rule);
      }
    } catch (error) {
      if (error.status === 404 && rule) {
        this.isNew = true;
        await this.opened(emptyConcept(), await this.versionOfNow(), rule);
      } else fill(this.root, banner(error.message, { actions: [button("Back to the entries", { kind: "small", onclick: this.closed })] }));
    }
  }

  async versionOfNow() {
    return `"${(await call("glossary/concepts?limit=1")).etag}"`;
  }

  async opened(concept, etag, rule) {
    Object.assign(this, { base: concept, etag });
    const tags = new Set((await languages().catch(() => [])).flatMap((each) => [each.language, ...each.targets.map((target) => target.language)]));
    for (const tag of (await call("info").catch(() => null))?.glossary.languages ?? []) tags.add(tag);
    this.tags = tags;
    if (this.root.owner !== this) return; // another entry was opened meanwhile
    this.draw(filled(concept, rule, this.isNew));
    if (rule || this.isNew) this.validate();
    if (rule) say("Filled in. Look it over, then save.");
  }

  draw(concept) {
    this.start = concept;
    this.id = h("input", { value: concept.id, readonly: !this.isNew, required: true, dataset: { field: "id" }, spellcheck: "false", autocapitalize: "none" });
    this.kind = select(KINDS, { value: concept.kind, dataset: { field: "kind" }, onchange: () => { for (const names of this.languages.values()) names.redraw(); } });
    this.match = select([["smart", "As usual: capitals count where the name has them"], ["sensitive", "Capitals always count"], ["any", "Capitals never count"]], { value: concept.match, dataset: { field: "match" } });
    this.romanise = select([["null", "Automatic"], ["true", "Yes"], ["false", "No"]], { value: String(concept.romanise), dataset: { field: "romanise" } });
    this.note = h("textarea", { rows: 2, value: concept.note, dataset: { field: "note" } });
    this.origin = h("input", { value: concept.source, dataset: { field: "source" } });
    this.except = pairsBox("Phrases that are left alone", concept.except, "except", "en: Kiev Dynamo, chicken Kiev");
    this.near = pairsBox("Only near one of these words", concept.near, "near", "en: prophet, Islam");
    this.languages = new Map(Object.entries(concept.names).map(([lang, names]) => [lang, new NamesFields(lang, names, this)]));
    this.languageList = h("div", { class: "languages" }, [...this.languages.values()].map((each) => each.element));
    this.summary = h("div", { class: "problem-summary", "aria-live": "polite" });
    this.told = h("div");
    this.preview = h("div", { class: "preview-list", role: "group", tabindex: "0", hidden: true, "aria-label": "Places that would change" });
    this.effectSaid = h("p", { class: "muted", role: "status" }, "Change something to see its effect on the article that was translated last.");
    this.save = button("Save", { kind: "primary", type: "submit", "aria-keyshortcuts": "Control+S" });
    const title = h("h2", { tabindex: "-1" }, this.isNew ? "New entry" : concept.id);
    this.form = h("form", { class: "entry-form", novalidate: true,
      oninput: () => this.typed(), onsubmit: (event) => { event.preventDefault(); this.store(); } },
    h("div", { class: "pane-head" }, title, h("span", { class: "spacer" }), button("Close the entry", { glyph: "close", bare: true, kind: "quiet", onclick: () => this.close() })),
    h("div", { class: "pair-row" }, field("Id", this.id), field("Kind", this.kind)),
    this.languageList, this.adder(),
    h("details", { class: "options" }, h("summary", {}, "When it applies, where it comes from"), h("div", { class: "options-body" },
      field("Capitals", this.match), field("Romanisations of Cyrillic names are put right", this.romanise),
      this.except.element, this.near.element, field("Note", this.note), field("Source", this.origin))),
    h("div", { class: "form-end" },
      h("section", { class: "preview-section", "aria-label": "What this would change" }, h("h3", {}, "What this would change"), this.effectSaid, this.preview),
      this.summary, this.told,
      h("div", { class: "form-foot" }, this.save, button("Undo changes", { onclick: () => { this.draw(this.base); this.validate(); } }), h("span", { class: "spacer" }),
        !this.isNew && button("Delete the entry", { kind: "danger quiet", glyph: "trash", onclick: () => this.remove() }))));
    fill(this.root, this.form);
    if (this.isNew) this.languageList.querySelector("input")?.focus();
    else title.focus({ preventScroll: true });
  }

  adder() {
    const missing = [...this.tags].filter((tag) => !this.languages.has(tag));
    const box = languageSelect(missing, { first: ["", "Choose a language"], "aria-label": "Language to add" });
    const other = h("input", { placeholder: "or a tag, such as pt-BR", "aria-label": "Tag of a language to add", size: 14 });
    const add = () => {
      const lang = other.value.trim() || box.value;
      if (!lang) return box.focus();
      if (this.languages.has(lang)) return this.languages.get(lang).focus();
      const names = new NamesFields(lang, noNames(), this);
      this.languages.set(lang, names);
      this.languageList.append(names.element);
      row.replaceWith(this.adder());
      names.focus();
      return this.typed();
    };
    other.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } });
    const row = h("div", { class: "row adder", oninput: (event) => event.stopPropagation() }, box, other, button("Add the language", { glyph: "plus", kind: "small", onclick: add }));
    return row;
  }

  drop(lang) {
    this.languages.get(lang).element.remove();
    this.languages.delete(lang);
    this.form.querySelector(".adder").replaceWith(this.adder());
    this.form.querySelector(".adder select").focus();
    this.typed();
  }

  /** Return the entry as it stands in the form. */
  value() {
    return {
      id: this.id.value.trim(), kind: this.kind.value,
      names: Object.fromEntries([...this.languages].map(([lang, names]) => [lang, names.value()])),
      except: this.except.value(), near: this.near.value(), match: this.match.value,
      romanise: JSON.parse(this.romanise.value), note: this.note.value.trim(), source: this.origin.value.trim(),
    };
  }

  dirty() {
    return Boolean(this.form?.isConnected) && canon(this.value()) !== canon(this.base) && !this.saved;
  }

  typed() {
    if (this.isNew && document.activeElement !== this.id && !this.ownId) {
      const first = [...this.languages.values()].map((names) => names.first()).find(Boolean);
      if (first) this.id.value = idOf(first);
    }
    if (document.activeElement === this.id) this.ownId = Boolean(this.id.value);
    this.check();
  }

  /** Have the server check the entry, show each problem at its field, and what saving would change if there is none. */
  async validate() {
    const round = (this.round = (this.round ?? 0) + 1);
    const concept = this.value();
    try {
      const { problems } = await post("glossary/validate", { concept });
      if (round !== this.round) return;
      this.show(problems);
      if (!problems.some((problem) => problem.severity === "error")) await this.effect(concept, round);
      else this.tell("Shown when the entry has no mistake.");
    } catch (error) {
      if (round === this.round) fill(this.told, banner(error.message));
    }
  }

  show(problems) {
    for (const old of this.form.querySelectorAll(".field-problem")) old.remove();
    for (const control of this.form.querySelectorAll("[aria-invalid]")) {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-describedby");
    }
    const elsewhere = problems.filter((problem) => !this.beside(problem));
    const errors = problems.filter((problem) => problem.severity === "error").length;
    fill(this.summary, elsewhere.map((problem) => h("p", { class: `field-problem ${problem.severity}` }, words(problem))),
      errors > 0 && h("p", { class: "muted" }, `${count(errors, "mistake")} to mend before this can be saved.`));
    this.save.disabled = errors > 0;
  }

  /** Put a problem under the field that it is about; returns whether there is one. */
  beside(problem) {
    const parts = (problem.field ?? "").split(".");
    for (let n = parts.length; n > 0; n -= 1) {
      const control = this.form.querySelector(`[data-field="${CSS.escape(parts.slice(0, n).join("."))}"]`);
      if (!control) continue;
      const text = h("p", { class: `field-problem ${problem.severity}`, id: freshId("problem") }, words(problem));
      control.closest(".field, .language")?.append(text);
      if (problem.severity === "error") control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", [control.getAttribute("aria-describedby"), text.id].filter(Boolean).join(" "));
      const hidden = control.closest("details");
      if (hidden) hidden.open = true;
      return true;
    }
    return false;
  }

  async effect(concept, round) {
    if (canon(concept) === canon(this.base)) return this.tell("Nothing is changed.");
    const { items } = await post("glossary/preview", { concept });
    if (round !== this.round) return;
    const n = items.reduce((sum, item) => sum + item.n_changes, 0);
    this.tell(!items.length ? "Nothing was translated yet that this could be tried on."
      : n ? `${count(n, "place")} of the article that was translated last:` : "Nothing in the article that was translated last.",
    items.filter((item) => item.n_changes).map((item) => h("ul", {}, item.changes.slice(0, 12).map((change) =>
      h("li", {}, tagOf(item.lang), h("span", written(item.lang), ...snippet(change)))))));
  }

  /** Say what saving would do, and list the places. */
  tell(message, ...places) {
    fill(this.effectSaid, message);
    fill(this.preview, ...places);
    this.preview.hidden = !this.preview.childElementCount;
  }

  async store() {
    const concept = this.value();
    fill(this.told);
    if (!concept.id) return void fill(this.told, banner("The entry needs an id: letters, digits and underscores."));
    this.save.disabled = true;
    try {
      if (this.isNew && await this.exists(concept.id)) return;
      await this.put(concept, this.etag);
    } catch (error) {
      if (error.status === 412) await this.overtaken(concept);
      else this.refused(error);
    } finally {
      this.save.disabled = false;
    }
  }

  async exists(id) {
    const there = await call(path(id)).catch((error) => { if (error.status !== 404) throw error; });
    if (there) fill(this.told, banner(`There is an entry ${id} already.`, { actions: [h("a", { class: "button small", href: `#/glossary/${encodeURIComponent(id)}` }, "Open it")] }));
    return Boolean(there);
  }

  refused(error) {
    const problems = error.problems.filter((problem) => problem.severity || problem.field);
    this.show(problems.map((problem) => ({ severity: "error", ...problem })));
    fill(this.told, banner(error.message));
  }

  async put(concept, etag) {
    const { data, etag: now } = await versioned(path(concept.id), { method: "PUT", json: concept, headers: { "If-Match": etag } });
    Object.assign(this, { base: data, etag: now, isNew: false });
    say(`${concept.id} saved.`);
    const to = `#/glossary/${encodeURIComponent(concept.id)}`;
    this.saved = true;
    if (location.hash === to) { this.saved = false; this.draw(data); this.changed(); } else location.hash = to;
  }

  /** Somebody saved first. If it was another entry, go on; if it was this one, show both and let the person choose. */
  async overtaken(ours) {
    try {
      const now = await versioned(path(ours.id)).catch(async (error) => {
        if (error.status !== 404) throw error;
        return { data: null, etag: await this.versionOfNow() };
      });
      const theirsIsBase = now.data ? canon(now.data) === canon(this.base) : this.isNew;
      if (theirsIsBase || (now.data && canon(now.data) === canon(ours))) await this.put(ours, now.etag);
      else if (now.data) this.choose(ours, now.data, now.etag);
      else this.deletedMeanwhile(ours, now.etag);
    } catch (error) {
      this.refused(error);
    }
  }

  choose(ours, theirs, etag) {
    const rows = differences(ours, theirs).map((row) => [...row, freshId("choice")]);
    const mine = new Map(differences(this.base, ours).map(([name]) => [name, true]));
    const table = h("table", { class: "conflict" }, h("thead", {}, h("tr", {}, ["Field", "Yours", "Theirs"].map((label) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, rows.map(([name, a, b, group]) => h("tr", {}, h("th", { scope: "row" }, fieldName(name)),
        [["ours", a], ["theirs", b]].map(([side, value]) => h("td", {}, h("label", {},
          h("input", { type: "radio", name: group, value: side, checked: (side === "ours") === mine.has(name) }), h("span", {}, inWords(value)))))))));
    const go = button("Save what is chosen", { kind: "primary", onclick: async () => {
      const merged = rows.reduce((concept, [name, , b, group]) => (table.querySelector(`input[name="${group}"]:checked`).value === "theirs" ? withField(concept, name, b) : concept), ours);
      box.close();
      try {
        await this.put(merged, etag);
      } catch (error) {
        if (error.status === 412) await this.overtaken(merged);
        else { this.draw(merged); this.refused(error); }
      }
    } });
    const take = button("Take theirs whole", { onclick: () => { box.close(); Object.assign(this, { base: theirs, etag }); this.draw(theirs); this.changed(); } });
    const box = dialog("Somebody else saved this entry first", [h("p", {}, "Nothing is lost: choose for each field which version the glossary keeps."), h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Both versions" }, table)], { css: "wide", actions: [take, go] });
  }

  async deletedMeanwhile(ours, etag) {
    if (await confirmed("Somebody else deleted this entry", "Yours can be saved as a new one.", "Save mine")) await this.put(ours, etag);
  }

  async remove() {
    if (!await confirmed(`Delete ${this.base.id}?`, "Its names are no longer put right. The revisions keep it.", "Delete")) return;
    try {
      await call(path(this.base.id), { method: "DELETE", headers: { "If-Match": this.etag } });
      say(`${this.base.id} deleted.`);
      this.saved = true;
      this.closed();
    } catch (error) {
      if (error.status === 412) {
        const { data, etag } = await versioned(path(this.base.id));
        Object.assign(this, { base: data, etag });
        this.draw(data);
        fill(this.told, banner("The glossary was changed meanwhile; this is the entry as it is now. Delete it again if you still want to."));
      } else this.refused(error);
    }
  }

  async close() {
    if (this.dirty() && !await confirmed("Close without saving?", "What you changed in this entry is lost.", "Close")) return;
    this.saved = true;
    this.closed();
  }
}

function filled(concept, rule, isNew) {
  if (!rule) return concept;
  if (rule.concept) return rule.concept;
  return isNew ? conceptWith(rule) : withRule(concept, rule);
}

const words = ({ severity, message, remedy }) => [h("b", {}, severity === "error" ? "✗ " : "⚠ "), [message, remedy].filter(Boolean).map(sentence).join(" ")];

function fieldName(name) {
  const [part, lang] = name.split(".");
  return lang ? `${{ names: "Names", except: "Left alone", near: "Only near" }[part]}, ${langName(lang)}` : name;
}

/** Return what differs between two snippets, marked. */
function snippet({ before, after }) {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const wordStart = before.slice(0, head).search(/\S*$/);
  const wordEnd = tail - (before.slice(before.length - tail).match(/^\S*/)?.[0].length ?? 0);
  return ["…", before.slice(0, wordStart), h("del", {}, before.slice(wordStart, before.length - wordEnd)), " ",
    h("ins", {}, after.slice(wordStart, after.length - wordEnd)), before.slice(before.length - wordEnd), "…"];
}
