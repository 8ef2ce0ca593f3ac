// Discover: names that a text spells in more than one way, each with an entry that settles it.

import { ApiError, call, post, sentence, versioned } from "./api.js";
import { banner, button, count, field, fill, freshId, h, say } from "./dom.js";
import { propose, withRule } from "./entries.js";
import { langName, languageSelect, languages, written } from "./languages.js";

/** Build the view; returns what the router calls. */
export function discoverView(root) {
  return new Discover(root);
}

class Discover {
  constructor(root) {
    this.area = h("textarea", { class: "text", rows: 9, dir: "auto", spellcheck: "false", placeholder: "Paste an article, or several versions of one" });
    this.lang = languageSelect(["en"], { first: ["", "Detect language"] });
    this.go = button("Find names", { kind: "primary", type: "submit", "aria-keyshortcuts": "Control+Enter" });
    this.problem = h("div");
    this.found = h("div", { class: "discovered" });
    fill(root,
      h("div", { class: "view-head" }, h("h1", { tabindex: "-1" }, "Discover"),
        h("p", { class: "lead" }, "Names that waver: spelt in more than one way in the same text.")),
      h("form", { class: "discover-form", onsubmit: (event) => { event.preventDefault(); this.start(); } },
        field("Text", this.area), h("div", { class: "row end" }, field("Language", this.lang, { css: "inline" }), this.go), this.problem),
      this.found);
    fill(this.found, h("div", { class: "empty-state" }, h("h2", {}, "Nothing looked through yet"),
      h("p", {}, "Names that sound alike are grouped. Choose the spelling that the house writes with an arrow key or its number, and press Enter: it is in the glossary.")));
  }

  async show() {
    document.title = "Discover · Exonym";
    try {
      const [info, langs] = await Promise.all([call("info"), languages()]);
      const tags = new Set([...info.glossary.languages, ...langs.map((each) => each.language)]);
      const { value } = this.lang;
      fill(this.lang, this.lang.options[0], [...languageSelect([...tags]).options]);
      this.lang.value = value;
    } catch {
      // The text can be looked through without a list of languages.
    }
  }

  async start() {
    fill(this.problem);
    const text = this.area.value;
    if (!text.trim()) {
      fill(this.problem, banner("There is no text to look through yet."));
      return this.area.focus();
    }
    this.go.disabled = true;
    fill(this.found, h("div", { class: "working" }, h("progress", { "aria-label": "Looking for names" }), h("span", { class: "muted" }, "Looking for names")));
    try {
      const lang = this.lang.value || (await post("detect", { text: text.slice(0, 5000) }))[0][0]?.language || null;
      this.draw(await post("discover", { texts: [text], lang }), lang);
    } catch (error) {
      fill(this.found);
      fill(this.problem, banner(error.message, { details: error.problems.map((each) => each.message) }));
    } finally {
      this.go.disabled = false;
    }
    return null;
  }

  draw({ groups, uncovered }, lang) {
    const wavering = groups.filter((group) => group.spellings.length > 1);
    const grouped = new Set(wavering.flatMap((group) => group.spellings.map((each) => each.spelling)));
    const others = uncovered.filter((each) => !grouped.has(each.spelling));
    fill(this.found,
      h("p", { class: "summary" }, wavering.length ? `${count(wavering.length, "name")} in more than one spelling` : "No name is spelt in more than one way.",
        lang && ` · ${langName(lang)}`),
      h("div", { class: "groups" }, wavering.map((group) => new GroupForm(group, this).element)),
      others.length > 0 && h("section", { class: "uncovered" }, h("h2", {}, "Names that no entry covers"),
        h("ul", {}, others.map((each) => h("li", {}, h("button", { type: "button", class: "chip-button", title: "Open a new entry with this name",
          onclick: () => propose(null, { lang: each.lang ?? lang ?? "en", form: each.spelling, other: null }) },
        h("span", written(each.lang), each.spelling), h("small", {}, ` ×${each.count}`)))))));
    this.found.querySelector(".group input, .group button")?.focus();
  }

  next(from) {
    const forms = [...this.found.querySelectorAll("form.group:not(.accepted)")];
    const after = forms.find((form) => from.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING) ?? forms[0];
    (after?.querySelector("input:checked, input, button") ?? this.area).focus();
  }
}

/** The spellings of one name; Enter accepts the chosen ones. */
class GroupForm {
  constructor(group, view) {
    Object.assign(this, { group, view });
    this.title = group.spellings[0].spelling;
    this.langs = [...new Set(group.spellings.map((each) => each.lang))];
    this.status = h("div", { class: "group-status" });
    this.element = h("form", { class: "group", "aria-label": this.title,
      onsubmit: (event) => { event.preventDefault(); this.accept(); }, onkeydown: (event) => this.key(event) },
    h("h3", {}, this.title, h("small", { class: "muted" }, ` ${count(group.count, "mention")}`)),
    this.langs.map((lang) => this.spellings(lang)),
    group.offers.length > 0 && h("p", { class: "muted offers" }, "Public lists write: ", group.offers.slice(0, 4).map((offer, n) => [n ? ", " : "", h("b", {}, offer.spelling), ` (${offer.source})`])),
    !group.concept && h("p", { class: "muted" }, "These spellings belong to different entries already; open the glossary to decide."),
    h("div", { class: "row" },
      group.concept && button(group.known ? `Add to the entry ${group.concept.id}` : "Accept into the glossary", { kind: "primary small", glyph: "check", type: "submit" }),
      group.concept && button("Open in the form", { kind: "small quiet", onclick: () => propose(group.known ? group.concept.id : null, { concept: this.concept() }) })),
    this.status);
  }

  spellings(lang) {
    const name = freshId("spelling");
    const found = this.group.spellings.filter((each) => each.lang === lang);
    const preferred = this.group.concept?.names[lang]?.preferred;
    return h("fieldset", {}, h("legend", {}, lang ? langName(lang) : "Which does the house write?"), found.map((each, n) =>
      h("label", { class: "spelling" },
        h("input", { type: "radio", name, value: each.spelling, checked: preferred ? each.spelling === preferred : n === 0, dataset: { lang: lang ?? "" } }),
        h("kbd", {}, String(n + 1)), h("span", { class: "spelt", ...written(lang) }, each.spelling),
        h("span", { class: "muted" }, `×${each.count}, line ${each.places.slice(0, 3).map((place) => place.line).join(", ")}`))));
  }

  /** A digit chooses a spelling of the language in which the focus is. */
  key(event) {
    if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    const box = event.target.closest("fieldset")?.querySelectorAll("input")[event.key - 1];
    if (!box) return;
    box.checked = true;
    box.focus();
    event.preventDefault();
  }

  /** Return the entry with the chosen spellings as the preferred names and the other ones deprecated. */
  concept() {
    const concept = structuredClone(this.group.concept);
    for (const box of this.element.querySelectorAll("input:checked")) {
      const names = concept.names[box.dataset.lang];
      if (!names || names.family || names.preferred === box.value) continue;
      const old = names.preferred;
      names.preferred = box.value;
      names.admitted = names.admitted.filter((each) => each !== box.value);
      names.deprecated = [...names.deprecated.filter((each) => each !== box.value), old];
    }
    return concept;
  }

  async accept() {
    const concept = this.concept();
    const button_ = this.element.querySelector("button[type=submit]");
    button_.disabled = true;
    try {
      await saved(concept, this.group.known);
      this.element.classList.add("accepted");
      fill(this.status, h("p", { class: "verdict good" }, "✓ In the glossary. ", h("a", { href: `#/glossary/${encodeURIComponent(concept.id)}` }, `Open ${concept.id}`)));
      say(`${concept.id} is in the glossary.`);
      this.view.next(this.element);
    } catch (error) {
      button_.disabled = false;
      fill(this.status, banner(error.message, { details: error.problems.map((each) => [each.message, each.remedy].filter(Boolean).map(sentence).join(" ")) }));
    }
  }
}

/**
 * Put a concept into the glossary as it is now; when somebody saves in between, look again.
 *
 * What an entry says already stays: only the chosen names and the spellings that it lacks go into it.
 */
async function saved(concept, known) {
  const path = `glossary/concepts/${encodeURIComponent(concept.id)}`;
  for (let left = 3; ; left -= 1) {
    const now = await entry(path);
    if (now.data && !known) throw new ApiError(`Somebody added ${concept.id} meanwhile. Look for names again to see what it has.`);
    const json = now.data ? joined(now.data, concept) : concept;
    try {
      return await call(path, { method: "PUT", json, headers: { "If-Match": now.etag } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412 || !left) throw error;
    }
  }
}

async function entry(path) {
  try {
    return await versioned(path);
  } catch (error) {
    if (error.status !== 404) throw error;
    return { data: null, etag: `"${(await call("glossary/concepts?limit=1")).etag}"` };
  }
}

function joined(current, found) {
  let concept = structuredClone(current);
  for (const [lang, names] of Object.entries(found.names)) {
    if (!concept.names[lang]) concept.names[lang] = names;
    else if (!names.family) for (const other of [null, ...names.deprecated]) concept = withRule(concept, { lang, form: names.preferred, other });
  }
  return concept;
}
