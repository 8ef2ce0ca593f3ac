// Translate: a text or a file on one side, its translations on the other.

import { call, finished, post } from "./api.js";
import { banner, button, count, debounced, field, fill, h, icon, say, select } from "./dom.js";
import { propose } from "./entries.js";
import { openHistory } from "./history.js";
import { langName, languages, languageSelect } from "./languages.js";
import { showNamesOf } from "./matrix.js";
import { enliven, markedText, sourceMarks, STATUS } from "./names.js";
import { Pane } from "./pane.js";
import { Run } from "./run.js";

const DRAFT = "exonym.draft";
const TARGETS = "exonym.targets";
const SAMPLE = "President Vladimir Zelensky came to Kharkov on Tuesday. The road from Kiev was open, he said, and the front in "
  + "Donbass had not moved.\n\nOleg Sinegubov, who governs the Kharkov region, met him at the station.";
const FILES = ".txt,.md,.markdown,.html,.htm,.docx,.odt,.pptx,.odp,.epub,.srt,.vtt,.xml";
const SHOWN_CHIPS = 14;

/** Build the view; returns what the router calls. */
export function translateView(root) {
  return new Translate(root);
}

class Translate {
  constructor(root) {
    this.root = root;
    this.targets = new Set(stored(TARGETS, ["es", "fr"]));
    this.panes = new Map();
    this.file = null;
    fill(root, this.head(), this.compose(), this.columns());
    this.card = enliven(root);
    this.area.value = sessionStorage.getItem(DRAFT) ?? "";
    this.counted();
    this.empty();
    this.load();
  }

  show() {
    document.title = "Translate · Exonym";
  }

  head() {
    return h("div", { class: "view-head" }, h("h1", { tabindex: "-1" }, "Translate"),
      button("History", { glyph: "history", onclick: () => openHistory((group) => this.open(group)) }));
  }

  compose() {
    this.source = select([["auto", "Detect language"]], { class: "grow" });
    this.source.addEventListener("change", () => this.chips());
    this.chipList = h("div", { class: "chips" });
    this.engine = select([["auto", "The best there is"]], { onchange: () => this.load() });
    this.names = select([["house", "The house glossary"], ["false", "None: names as the engine writes them"]]);
    this.go = button("Translate", { kind: "primary", onclick: () => (this.run?.busy ? this.run.cancel() : this.start()), "aria-keyshortcuts": "Control+Enter" });
    return h("div", { class: "compose" },
      field("From", this.source),
      h("fieldset", { class: "targets" }, h("legend", {}, "Into"), this.chipList),
      h("details", { class: "options" }, h("summary", {}, "Options"),
        h("div", { class: "options-body" }, field("Engine", this.engine), field("Names", this.names))),
      h("div", { class: "go" }, this.go));
  }

  columns() {
    this.area = h("textarea", { id: "source-text", class: "text", rows: 12, dir: "auto", spellcheck: "false",
      placeholder: "Paste a text, or drop a file here", "aria-describedby": "source-count" });
    this.area.addEventListener("input", () => this.counted());
    this.fileInput = h("input", { type: "file", accept: FILES, hidden: true, "aria-label": "File to translate",
      onchange: () => { this.take(this.fileInput.files[0]); this.fileInput.value = ""; } });
    this.detected = h("span", { class: "detected" });
    this.marked = h("div", { class: "marked", hidden: true });
    this.chosen = h("div", { class: "file-chosen", hidden: true });
    this.counter = h("span", { class: "muted", id: "source-count" });
    this.edit = button("Edit the text", { glyph: "edit", kind: "small", hidden: true, onclick: () => this.editing(true) });
    this.clear = button("Clear", { kind: "small quiet", onclick: () => this.reset() });
    this.selected = button("Add to the glossary", { glyph: "rule", kind: "small", hidden: true, onclick: () => propose(null, this.selection) });
    document.addEventListener("selectionchange", () => this.select());
    this.problem = h("div", {});
    const pane = h("section", { class: "pane source-pane", "aria-labelledby": "source-label" },
      h("div", { class: "pane-head" }, h("h2", {}, h("label", { for: "source-text", id: "source-label" }, "Source")), this.detected),
      this.area, this.marked, this.chosen, this.problem,
      h("div", { class: "pane-foot" }, this.counter, h("span", { class: "spacer" }), this.edit,
        this.selected,
        button("Open a file", { glyph: "upload", kind: "small", onclick: () => this.fileInput.click() }), this.fileInput, this.clear));
    this.droppable(pane);
    this.results = h("div", { class: "results" });
    this.after = h("div", { class: "after" });
    return [h("div", { class: "workbench" }, pane, h("div", { class: "results-side" }, this.results)), this.after];
  }

  /** Learn what can be translated, by the chosen engine; what is chosen already stays so where it can. */
  async load() {
    try {
      const [found, info] = await Promise.all([languages(this.engine.value), call("info")]);
      this.offered = found;
      const { value } = this.source;
      fill(this.source, this.source.options[0], [...languageSelect(found.map((each) => each.language)).options]);
      this.source.value = value;
      if (this.source.selectedIndex < 0) this.source.value = "auto";
      const engines = info.engines.filter((engine) => engine.pairs.length).map((engine) => engine.name);
      if (this.engine.options.length !== engines.length + 1) {
        this.engine.append(...engines.map((name) => h("option", { value: name }, `Only ${name}`)));
      }
      if (!found.length) fill(this.problem, banner("No engine has a language pair yet. Install one on the server: exonym install en-es, or Debian's apertium packages."));
      this.chips();
    } catch (error) {
      fill(this.problem, banner(error.message, { actions: [button("Try again", { onclick: () => { fill(this.problem); this.load(); } })] }));
    }
  }

  lang() {
    return this.source.value === "auto" ? null : this.source.value;
  }

  reachable() {
    const from = this.lang();
    const langs = (this.offered ?? []).filter((each) => !from || each.language === from);
    return [...new Set(langs.flatMap((each) => each.targets.map((target) => target.language)))]
      .sort((a, b) => langName(a).localeCompare(langName(b)));
  }

  chips(all = false) {
    const tags = this.reachable();
    const few = all || tags.length <= SHOWN_CHIPS;
    const shown = few ? tags : [...tags.filter((tag) => this.targets.has(tag)), ...tags.filter((tag) => !this.targets.has(tag))].slice(0, Math.max(SHOWN_CHIPS, this.targets.size));
    fill(this.chipList, shown.map((tag) => this.chip(tag)),
      !few && button(`All ${tags.length}`, { kind: "small quiet", onclick: () => { this.chips(true); this.chipList.querySelector("input").focus(); } }));
  }

  chip(tag) {
    const box = h("input", { type: "checkbox", value: tag, checked: this.targets.has(tag), onchange: () => {
      if (box.checked) this.targets.add(tag);
      else this.targets.delete(tag);
      keep(TARGETS, [...this.targets]);
    } });
    return h("label", { class: "chip" }, box, h("span", {}, langName(tag)));
  }

  /** Begin: one piece of work for each language, so that each comes, fails and is tried again by itself. */
  async start(only) {
    fill(this.problem);
    const tags = only ?? this.reachable().filter((tag) => this.targets.has(tag));
    const text = only ? this.text : this.area.value;
    if (!this.file && !text.trim()) return this.complain("There is nothing to translate yet: paste a text, or open a file.", this.area);
    if (!tags.length) return this.complain("Choose at least one language to translate into.", this.chipList.querySelector("input"));
    const run = only && this.run?.busy ? this.run : new Run();
    this.run = run;
    if (!only) this.begin(tags, text);
    this.busy(true);
    await run.all(tags, async (tag, signal) => {
      const pane = this.panes.get(tag);
      try {
        pane.working();
        if (this.file) pane.files(await this.sendFile(tag, pane, signal));
        else this.arrived(pane, await this.sendText(text, tag, pane, signal));
      } catch (error) {
        if (error.name === "AbortError") pane.cancelled();
        else pane.failed(error);
      }
    });
    if (this.run === run && !run.busy) this.busy(false);
  }

  begin(tags, text) {
    this.card.hide();
    this.text = text;
    this.result = null;
    fill(this.detected);
    fill(this.after);
    this.panes = new Map(tags.map((tag) => [tag, new Pane(tag, this)]));
    fill(this.results, [...this.panes.values()].map((pane) => pane.element));
    this.results.className = tags.length === 1 ? "results one" : "results";
  }

  async sendText(text, tag, pane, signal) {
    const job = await post("jobs", {
      kind: "translate", text, source: this.source.value, targets: [tag], engine: this.engine.value,
      glossary: this.names.value === "false" ? false : "house",
    }, { signal });
    return this.watch(job, pane, signal);
  }

  async sendFile(tag, pane, signal) {
    const body = new FormData();
    body.append("file", this.file, this.file.name);
    body.append("targets", tag);
    body.append("source", this.source.value);
    body.append("engine", this.engine.value);
    body.append("glossary", this.names.value);
    const job = await call("documents", { method: "POST", body, signal });
    return (await this.watch(job, pane, signal)).files;
  }

  async watch(job, pane, signal) {
    const stop = () => call(`jobs/${job.id}`, { method: "DELETE" }).catch(() => {});
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await finished(job, { signal, onprogress: (state) => pane.progress(state) });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  arrived(pane, result) {
    if (this.panes.get(pane.tag) !== pane) return; // another text was begun meanwhile
    pane.done(result.translations[0]);
    this.result = result;
    this.shown(result);
  }

  /** Show the source with its names marked, as far as translations are there. */
  shown({ source, detected }) {
    const done = this.translations();
    fill(this.detected, detected ? `Detected: ${langName(source)}${detected.confidence ? ` (${Math.round(detected.confidence * 100)} %)` : ""}` : langName(source));
    fill(this.marked, markedText(this.text, sourceMarks(done), source, "Source, names marked"));
    this.editing(false);
    const kept = done.filter((translation) => translation.id);
    fill(this.after, kept.length > 0 && h("div", { class: "row" },
      button("Names across languages", { glyph: "table", onclick: () => showNamesOf(kept[0].id) })));
  }

  translations() {
    return [...this.panes.values()].map((pane) => pane.translation).filter(Boolean);
  }

  editing(on) {
    this.area.hidden = !on || Boolean(this.file);
    this.marked.hidden = on;
    this.edit.hidden = on;
    if (on) this.area.focus();
  }

  busy(on) {
    fill(this.go, h("span", {}, on ? "Cancel" : "Translate"));
    this.go.classList.toggle("primary", !on);
    this.results.setAttribute("aria-busy", String(on));
    if (!on) this.summed();
  }

  summed() {
    const names = this.translations().flatMap((translation) => translation.mentions);
    if (!names.length) return;
    const open = names.filter((mention) => mention.status === "missing" || mention.status === "ambiguous").length;
    say(`${count(this.translations().length, "translation")}, ${count(names.length, "name")}${open ? `, ${open} to decide` : ", all as the house writes them"}.`);
  }

  /** Show a kept text with its translations. */
  open(kept) {
    this.run?.cancel();
    this.unchoose();
    this.area.value = kept[0].source_text;
    this.counted();
    this.begin(kept.map((each) => each.target), kept[0].source_text);
    for (const each of kept) this.panes.get(each.target).done(each);
    this.shown({ source: kept[0].source, detected: null });
  }

  reset() {
    this.run?.cancel();
    this.unchoose();
    this.panes.clear();
    this.area.value = "";
    fill(this.detected);
    fill(this.problem);
    fill(this.after);
    this.counted();
    this.empty();
    this.editing(true);
  }

  empty() {
    this.results.className = "results empty";
    fill(this.results, h("div", { class: "empty-state" },
      h("h2", {}, "Translations appear here"),
      h("p", {}, "Every name the house glossary knows is marked with what became of it. Point at one, or move to it with the arrow keys, to see its fellows in every language."),
      h("ul", { class: "legend" }, Object.entries(STATUS).map(([status, { label, about }]) =>
        h("li", {}, h("span", { class: "name", dataset: { status } }, label), h("span", {}, about)))),
      button("Try an example", { onclick: () => { this.area.value = SAMPLE; this.counted(); this.start(); } })));
  }

  counted() {
    const text = this.area.value;
    this.clear.hidden = !text && !this.file;
    this.measure ??= debounced(() => this.measured(), 200);
    this.measure();
  }

  measured() {
    const text = this.area.value;
    const words = text.trim() ? text.trim().split(/\s+/).length : 0;
    fill(this.counter, words ? `${count(words, "word")}, ${count([...text].length, "character")}` : "");
    try {
      sessionStorage.setItem(DRAFT, text.length < 1e6 ? text : "");
    } catch {
      // Full: the text is on the page all the same.
    }
  }

  complain(message, at) {
    fill(this.problem, banner(message));
    at?.focus();
  }

  droppable(pane) {
    pane.addEventListener("dragover", (event) => { event.preventDefault(); pane.classList.add("dropping"); });
    pane.addEventListener("dragleave", () => pane.classList.remove("dropping"));
    pane.addEventListener("drop", (event) => {
      pane.classList.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.take(event.dataTransfer.files[0]);
    });
  }

  /** Take a file: plain text is read into the page, anything else is translated as the file that it is. */
  async take(file) {
    if (!file) return;
    fill(this.problem);
    if (!/\.txt$/i.test(file.name)) return this.choose(file);
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      this.reset();
      this.area.value = text;
      this.counted();
    } catch {
      this.complain(`${file.name} is not written in UTF-8. Save it as UTF-8 and open it again.`);
    }
  }

  choose(file) {
    this.reset();
    this.file = file;
    this.area.hidden = true;
    this.clear.hidden = false;
    this.chosen.hidden = false;
    fill(this.chosen, icon("download"), h("strong", {}, file.name),
      h("span", { class: "muted" }, `${Math.max(1, Math.round(file.size / 1024)).toLocaleString("en")} kB. Its layout is kept; choose languages and press Translate.`));
  }

  unchoose() {
    this.file = null;
    this.chosen.hidden = true;
    this.area.hidden = false;
  }

  /** Offer what is selected, in the source or in a translation, as a new entry. */
  select() {
    const selection = getSelection();
    const inArea = document.activeElement === this.area;
    const at = selection.anchorNode?.parentElement?.closest(".text[lang]");
    if (!inArea && !(at && this.root.contains(at))) return;
    const form = (inArea ? this.area.value.slice(this.area.selectionStart, this.area.selectionEnd) : selection.toString()).trim();
    this.selected.hidden = !form || form.length > 80 || form.includes("\n");
    if (this.selected.hidden) return;
    this.selection = { lang: (inArea ? this.lang() ?? this.result?.source : at.lang) || "en", form, other: null };
    fill(this.selected, icon("rule"), h("span", {}, `Add “${form}” to the glossary`));
  }
}

function stored(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
