// Glossary: the table of entries, and what is done to all of them: import, export, what it was before.

import { call, request, versioned, withQuery } from "./api.js";
import { banner, button, count, debounced, dialog, field, fill, h, save, say, select } from "./dom.js";
import { EntryForm } from "./entry.js";
import { propose } from "./entries.js";
import { langName, languageSelect, written } from "./languages.js";
import { preferred } from "./names.js";
import { showRevisions } from "./revisions.js";

const KINDS = [["place", "Places"], ["person", "People"], ["organisation", "Organisations"], ["term", "Terms"]];
const PAGE = 100;
const COLUMNS = 4;

/** Build the view; returns what the router calls. */
export function glossaryView(root) {
  return new GlossaryView(root);
}

class GlossaryView {
  constructor(root) {
    this.search = h("input", { type: "search", placeholder: "Name, id or note", "aria-keyshortcuts": "/" });
    this.kind = select([["", "All kinds"], ...KINDS]);
    this.lang = languageSelect([], { first: ["", "All languages"] });
    this.summary = h("p", { class: "muted", role: "status" });
    this.notice = h("div");
    this.list = h("div", { class: "entries" });
    this.detail = h("div", { class: "detail", hidden: true });
    const again = debounced(() => this.load(), 200);
    for (const box of [this.search, this.kind, this.lang]) box.addEventListener("input", again);
    fill(root,
      h("div", { class: "view-head" }, h("h1", { tabindex: "-1" }, "Glossary"),
        h("div", { class: "row" },
          button("New entry", { glyph: "plus", kind: "primary", onclick: () => propose(null, null) }),
          button("Import", { glyph: "upload", onclick: () => this.importing() }),
          button("Export", { glyph: "download", onclick: () => this.exporting() }),
          button("Revisions", { glyph: "history", onclick: () => { location.hash = "#/revisions"; } }))),
      this.notice,
      this.split = h("div", { class: "split" },
        h("div", { class: "master" },
          h("div", { class: "filters-row", role: "search" }, field("Search", this.search, { css: "grow" }), field("Kind", this.kind), field("Language", this.lang)),
          this.summary, this.list),
        this.detail));
  }

  async show(id) {
    document.title = id ? `${id} · Glossary · Exonym` : "Glossary · Exonym";
    this.id = id;
    this.detail.hidden = !id;
    this.split.classList.toggle("open", Boolean(id));
    if (id) await this.openEntry(id);
    else fill(this.detail);
    await this.load();
  }

  /** Tell whether leaving would lose what was typed. */
  dirty() {
    return Boolean(this.form?.dirty());
  }

  async openEntry(id) {
    this.form = new EntryForm(this.detail, { changed: () => this.load(), closed: () => { this.form = null; location.hash = "#/glossary"; } });
    await this.form.open(id);
  }

  async load() {
    try {
      const [page, info] = await Promise.all([
        call(withQuery("glossary/concepts", { search: this.search.value.trim(), kind: this.kind.value, lang: this.lang.value, limit: PAGE })),
        call("info")]);
      this.info = info.glossary;
      this.about();
      this.draw(page);
    } catch (error) {
      fill(this.list, banner(error.message, { actions: [button("Try again", { kind: "small", onclick: () => this.load() })] }));
    }
  }

  about() {
    const { problems, writable, languages } = this.info;
    const wrong = problems.filter((problem) => problem.severity === "error");
    fill(this.notice,
      wrong.length > 0 && banner(`The glossary file has ${count(wrong.length, "mistake")}. The last good version is in force until it is mended, or a revision restored.`,
        { details: wrong.slice(0, 5).map((each) => `${each.line ? `Line ${each.line}: ` : ""}${each.message}. ${each.remedy}`) }),
      !writable && banner("The glossary file cannot be written by the server, so it can be read here and not changed.", { kind: "note" }));
    if (this.lang.options.length !== languages.length + 1) {
      const { value } = this.lang;
      fill(this.lang, this.lang.options[0], [...languageSelect(languages).options]);
      this.lang.value = value;
    }
  }

  draw(page) {
    this.loaded = page.items.length;
    fill(this.summary, page.total ? count(page.total, "entry", "entries") : "");
    if (!page.items.length) {
      const filtered = this.search.value || this.kind.value || this.lang.value;
      return void fill(this.list, h("div", { class: "empty-state" }, h("h2", {}, filtered ? "No entry matches" : "No entry yet"),
        h("p", {}, filtered ? "Try fewer letters, or another kind or language." : "An entry says how one name is spelt in each language, and which spellings are put right."),
        filtered ? button("Show all entries", { onclick: () => { this.search.value = this.kind.value = this.lang.value = ""; this.load(); } })
          : button("Write the first entry", { kind: "primary", onclick: () => propose(null, null) })));
    }
    const langs = this.columns();
    this.body = h("tbody", {}, page.items.map((concept) => this.row(concept, langs)));
    return void fill(this.list, h("div", { class: "table-scroll" }, h("table", { class: "entry-table" },
      h("caption", { class: "visually-hidden" }, "Entries of the glossary"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Entry"), h("th", { scope: "col", class: "kind-column" }, "Kind"),
        langs.map((lang) => h("th", { scope: "col", class: "lang-column" }, langName(lang))), h("th", { scope: "col", class: "number lang-column" }, "Languages"))),
      this.body)), this.more(page));
  }

  more(page) {
    return page.total > this.loaded && button(`Show more of ${page.total.toLocaleString("en")}`, { onclick: async (event) => {
      const next = await call(withQuery("glossary/concepts", { search: this.search.value.trim(), kind: this.kind.value, lang: this.lang.value, limit: PAGE, offset: this.loaded }))
        .catch((error) => say(error.message, { kind: "bad" }));
      if (!next) return;
      this.body.append(...next.items.map((concept) => this.row(concept, this.columns())));
      this.loaded += next.items.length;
      if (this.loaded >= next.total) event.target.closest("button").remove();
    } });
  }

  columns() {
    const first = [this.lang.value, "en", "uk", "es", "fr", ...this.info.languages].filter(Boolean);
    return [...new Set(first)].filter((lang) => this.info.languages.includes(lang)).slice(0, COLUMNS);
  }

  row(concept, langs) {
    const current = concept.id === this.id;
    const main = concept.names[this.lang.value] ?? concept.names.en ?? Object.values(concept.names)[0];
    return h("tr", { class: current ? "current" : "" },
      h("th", { scope: "row" }, h("a", { href: `#/glossary/${encodeURIComponent(concept.id)}`, "aria-current": current && "true" }, main ? preferred(main) : concept.id), h("small", {}, concept.id)),
      h("td", { class: "kind-column" }, h("span", { class: "kind" }, concept.kind)),
      langs.map((lang) => h("td", { class: "lang-column" }, concept.names[lang] && nameCell(concept.names[lang], lang))),
      h("td", { class: "number lang-column" }, Object.keys(concept.names).length));
  }

  exporting() {
    const kinds = [["tbx", "TBX, the terminology standard (ISO 30042)"], ["csv", "CSV table, for a spreadsheet"], ["tsv", "Table with tabs"], ["yaml", "The file itself (YAML)"]];
    const box = dialog("Export the glossary", h("ul", { class: "choices" }, kinds.map(([form, label]) => h("li", {}, button(label, { glyph: "download", onclick: async () => {
      try {
        save(await (await request(`glossary/export?format=${form}`)).blob(), `names.${form}`);
        box.close();
      } catch (error) {
        say(error.message, { kind: "bad" });
      }
    } })))), { css: "small" });
  }

  importing() {
    const file = h("input", { type: "file", accept: ".tbx,.xml,.csv,.tsv,.yaml,.yml" });
    const form = select([["tbx", "TBX"], ["csv", "CSV"], ["tsv", "Table with tabs"], ["yaml", "YAML"]]);
    const kind = select(KINDS.map(([value, label]) => [value, label]), { value: "term" });
    const told = h("div", { role: "status" });
    const go = button("Import", { kind: "primary", disabled: true, onclick: () => run(false) });
    file.addEventListener("change", () => {
      const suffix = file.files[0]?.name.split(".").pop().toLowerCase();
      form.value = { xml: "tbx", yml: "yaml" }[suffix] ?? (["tbx", "csv", "tsv", "yaml"].includes(suffix) ? suffix : form.value);
      if (file.files[0]) run(true);
    });
    form.addEventListener("change", () => { if (file.files[0]) run(true); });
    const run = async (dry) => {
      try {
        const { data: now } = await versioned("glossary/concepts?limit=1");
        const found = await call(withQuery("glossary/import", { format: form.value, kind: kind.value, dry_run: dry }), {
          method: "POST", body: await file.files[0].arrayBuffer(), headers: { "Content-Type": "application/octet-stream", "If-Match": `"${now.etag}"` } });
        const details = found.problems.slice(0, 20).map((each) => `${each.line ? `Line ${each.line}: ` : ""}${each.message}`);
        fill(told, banner(dry ? `This adds ${count(found.added, "entry", "entries")} and changes ${found.changed}. Nothing is taken away.` : "Imported.", { kind: "note", details }));
        go.disabled = dry ? !(found.added || found.changed) : true;
        if (dry) return;
        say(`${count(found.added, "entry", "entries")} added, ${found.changed} changed.`);
        box.close();
        this.load();
      } catch (error) {
        go.disabled = true;
        fill(told, banner(error.message, { details: error.problems?.slice(0, 20).map((each) => each.message) ?? [] }));
      }
    };
    const box = dialog("Import into the glossary", [field("File", file), h("div", { class: "row" }, field("Format", form), field("Kind of new entries", kind)), told],
      { css: "small", actions: [button("Cancel", { onclick: () => box.close() }), go] });
  }
}

function nameCell(names, lang) {
  const deprecated = names.family ? names.family.deprecated : names.deprecated;
  return [h("span", written(lang), preferred(names)),
    deprecated.length > 0 && h("small", { class: "struck" }, h("span", { class: "visually-hidden" }, "not: "), h("s", written(lang), deprecated.slice(0, 2).join(", ")), deprecated.length > 2 && ` +${deprecated.length - 2}`)];
}

/** Build the view of revisions, which belongs to the glossary. */
export const revisionsView = (root) => ({ show: (n) => showRevisions(root, n) });
