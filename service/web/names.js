// Names in texts: marked with what became of them, lighting up together, and the card that tells about one.

import { call } from "./api.js";
import { button, codePoints, fill, h, icon } from "./dom.js";
import { propose } from "./entries.js";
import { langName, tagOf, written } from "./languages.js";

/** What became of a name, in words; the sign stands behind the name in the text. */
export const STATUS = {
  kept: { label: "kept", sign: "", about: "The engine wrote the name as the house does." },
  rewritten: { label: "rewritten", sign: "✎", about: "The engine wrote it another way; it was put right." },
  inserted: { label: "put in", sign: "+", about: "The engine had lost the name; it was translated again with the name held." },
  missing: { label: "missing", sign: "!", about: "The name is not in the translation. A person has to decide." },
  ambiguous: { label: "undecided", sign: "?", about: "What stands there may be the name or not. A person has to decide." },
};
const GRAVITY = ["kept", "inserted", "rewritten", "ambiguous", "missing"];

/** Return what became of a name as a badge. */
export const badge = (status) =>
  h("span", { class: "badge", dataset: { status } }, STATUS[status].sign && `${STATUS[status].sign} `, STATUS[status].label);

/** Return, for each place of a name in the source, the mentions of all translations and the gravest status. */
export function sourceMarks(translations) {
  const places = new Map();
  for (const translation of translations) {
    for (const mention of translation.mentions) {
      const at = `${mention.source.start}-${mention.source.end}`;
      const mark = places.get(at) ?? { ...mention.source, concept: mention.concept, status: "kept", mentions: [] };
      mark.mentions.push({ ...mention, lang: translation.target });
      if (GRAVITY.indexOf(mention.status) > GRAVITY.indexOf(mark.status)) mark.status = mention.status;
      places.set(at, mark);
    }
  }
  return [...places.values()].map((mark) => ({ ...mark, side: "source" }));
}

/** Return the marks of a translation's text. */
export const targetMarks = (translation) => translation.mentions.filter((mention) => mention.target).map((mention) => ({
  ...mention.target, concept: mention.concept, status: mention.status, side: "target",
  mentions: [{ ...mention, lang: translation.target }],
}));

/** Return a text as an element, its names marked. Arrow keys go from name to name; Tab passes over all but one. */
export function markedText(text, marks, lang, label) {
  const at = codePoints(text);
  const pieces = [];
  let end = 0;
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    const [from, to] = [at(mark.start), at(mark.end)];
    if (from < end) continue;
    pieces.push(text.slice(end, from), nameMark(text.slice(from, to), mark, lang));
    end = to;
  }
  pieces.push(text.slice(end));
  const element = h("div", { class: "text", role: "group", "aria-label": label, ...written(lang) }, pieces);
  element.querySelector(".name")?.setAttribute("tabindex", "0");
  return element;
}

/** Return one name as a thing to be hovered, focused and opened. */
export function nameMark(text, mark, lang) {
  const element = h("span", {
    class: "name", role: "button", tabindex: "-1", "aria-haspopup": "dialog",
    "aria-label": `${text}, ${STATUS[mark.status].label}`, dataset: { concept: mark.concept, status: mark.status },
  }, text);
  element.mark = { ...mark, text, lang };
  return element;
}

/** Make the names below an element light their fellows and show their card. */
export function enliven(root) {
  const card = new Card(root);
  root.addEventListener("pointerover", (event) => card.point(event.target.closest?.(".name"), event.pointerType));
  root.addEventListener("focusin", (event) => { if (event.target.matches(".name")) card.show(event.target); });
  root.addEventListener("focusout", (event) => card.leave(event.relatedTarget));
  root.addEventListener("click", (event) => {
    const name = event.target.closest?.(".name");
    if (name) card.show(name);
  });
  root.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".name")) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); card.show(event.target); card.enter(); }
    else if (event.key === "Escape") card.hide();
    else rove(event);
  });
  return card;
}

function rove(event) {
  const names = [...event.target.closest(".text, .undecided").querySelectorAll(".name")];
  const at = names.indexOf(event.target);
  const forward = getComputedStyle(event.target).direction === "rtl" ? -1 : 1;
  const to = { ArrowRight: at + forward, ArrowLeft: at - forward, ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: names.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = names[Math.max(0, Math.min(names.length - 1, to))];
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** The card that tells about a name: one for each view that has names. */
class Card {
  constructor(root) {
    this.root = root;
    this.concepts = new Map();
    this.box = h("div", { class: "card", role: "dialog", hidden: true });
    this.box.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.box.addEventListener("pointerleave", () => this.hideSoon());
    this.box.addEventListener("focusout", (event) => this.leave(event.relatedTarget));
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const name = this.name;
      this.hide();
      name?.focus();
      this.hide();
    });
    addEventListener("scroll", () => { if (!this.box.contains(document.activeElement)) this.place(); }, { passive: true, capture: true });
    addEventListener("hashchange", () => this.hide());
    document.addEventListener("pointerdown", (event) => {
      if (!this.box.hidden && !this.box.contains(event.target) && !event.target.closest?.(".name")) this.hide();
    });
    root.append(this.box);
  }

  point(name, pointer) {
    if (pointer === "touch") return;
    clearTimeout(this.timer);
    if (name) this.timer = setTimeout(() => this.show(name), this.box.hidden ? 120 : 220);
    else if (!this.box.hidden) this.hideSoon();
  }

  leave(to) {
    if (to && (this.box.contains(to) || to.matches?.(".name"))) return;
    if (to) this.hide();
  }

  hideSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.box.contains(document.activeElement) && document.activeElement !== this.name) this.hide();
    }, 300);
  }

  hide() {
    clearTimeout(this.timer);
    this.box.hidden = true;
    this.name = null;
    light(this.root, null);
  }

  enter() {
    this.box.querySelector("button, a")?.focus();
  }

  show(name) {
    clearTimeout(this.timer);
    if (this.name === name && !this.box.hidden) return;
    this.name = name;
    light(this.root, name.dataset.concept);
    this.draw(name.mark);
    this.box.hidden = false;
    this.place();
    this.tell(name.mark.concept);
  }

  draw(mark) {
    this.box.setAttribute("aria-label", `About ${mark.text}`);
    this.about = h("p", { class: "card-names" });
    fill(this.box,
      h("div", { class: "card-head" }, h("strong", { ...written(mark.lang) }, mark.text), badge(mark.status)),
      h("p", { class: "card-concept" }, icon("rule"), h("span", {}, mark.concept)),
      this.about,
      h("ul", { class: "card-list" }, mark.mentions.map((mention) => mentionLine(mention, mark.side))),
      h("div", { class: "card-actions" }, rules(mark)));
  }

  async tell(id) {
    if (!this.concepts.has(id)) {
      this.concepts.set(id, call(`glossary/concepts/${encodeURIComponent(id)}`).catch(() => null));
      setTimeout(() => this.concepts.delete(id), 15000);
    }
    const concept = await this.concepts.get(id);
    if (this.name?.mark.concept !== id || !concept) return;
    const langs = new Set([...document.querySelectorAll(".view:not([hidden]) .text[lang]")].map((text) => text.lang));
    const shown = Object.entries(concept.names).filter(([lang]) => langs.has(lang));
    fill(this.about, h("span", { class: "kind" }, concept.kind), shown.map(([lang, names]) =>
      h("span", { class: "pair" }, tagOf(lang), h("span", written(lang), preferred(names)))));
    this.place();
  }

  /** Put the card under its name, or above where there is no room; on a narrow screen it lies at the bottom. */
  place() {
    if (this.box.hidden || !this.name) return;
    if (innerWidth < 640) {
      this.box.style.removeProperty("left");
      this.box.style.removeProperty("top");
      return;
    }
    const at = this.name.getClientRects()[0] ?? this.name.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const below = at.bottom + 8 + height < innerHeight || at.top < height + 70;
    this.box.style.left = `${Math.max(12, Math.min(at.left, innerWidth - width - 12))}px`;
    this.box.style.top = `${below ? at.bottom + 8 : at.top - height - 8}px`;
  }
}

/** Return the preferred name of a language as one string. */
export const preferred = (names) => (names.family ? `${names.given.preferred} ${names.family.preferred}` : names.preferred);

function light(root, concept) {
  for (const name of root.querySelectorAll(".name")) name.classList.toggle("lit", name.dataset.concept === concept);
}

function mentionLine(mention, side) {
  const wrote = mention.engine_wrote && mention.engine_wrote !== mention.target?.text;
  return h("li", {}, tagOf(mention.lang),
    h("span", {}, side === "source" && mention.target && h("b", written(mention.lang), mention.target.text),
      side === "source" && mention.target && " ",
      side === "source" ? badge(mention.status) : STATUS[mention.status].about,
      wrote && h("span", { class: "wrote" }, " The engine had written ", h("q", written(mention.lang), mention.engine_wrote), ".")));
}

/** Return what a person can do about a name. */
function rules(mark) {
  const [mention] = mark.mentions;
  const isTarget = mark.side === "target" && mention.target;
  const wrote = mark.side === "target" && mention.engine_wrote !== mention.target?.text ? mention.engine_wrote : null;
  const lang = mark.side === "target" ? mention.lang : mark.lang;
  const form = isTarget ? mention.target.text : mark.text;
  const open = (rule) => () => propose(mark.concept, rule);
  return [
    (isTarget || mark.side === "source") && button("Make this the rule", {
      kind: "primary small", title: `${form} in ${langName(lang)}`, onclick: open({ lang, form, other: isTarget ? wrote : null }),
    }),
    wrote && button(`Prefer “${wrote}”`, { kind: "small", onclick: open({ lang, form: wrote, other: null }) }),
    button("Open the entry", { kind: "small quiet", onclick: open(null) }),
  ];
}
