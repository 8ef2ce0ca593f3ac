// One translation beside the source: waited for, worked on, there, or why it is not.

import { request } from "./api.js";
import { banner, button, count, fill, freshId, h, save, say } from "./dom.js";
import { compareWith } from "./diff.js";
import { langName } from "./languages.js";
import { badge, markedText, nameMark, STATUS, targetMarks } from "./names.js";

/** The pane of one language; `view` translates again when it is asked to. */
export class Pane {
  constructor(tag, view) {
    Object.assign(this, { tag, view, translation: null });
    this.route = h("span", { class: "route muted" });
    this.actions = h("div", { class: "row" });
    this.body = h("div", { class: "pane-body" }, h("p", { class: "waiting muted" }, "Waiting for its turn"));
    const title = h("h2", { id: freshId("pane") }, langName(tag));
    this.element = h("section", { class: "pane", "aria-labelledby": title.id, dataset: { target: tag } },
      h("div", { class: "pane-head" }, title, this.route, this.actions), this.body);
  }

  working() {
    this.bar = h("progress", { "aria-label": `Progress of ${langName(this.tag)}` });
    this.told = h("span", { class: "muted" }, "Sending");
    fill(this.actions);
    fill(this.body, h("div", { class: "working" }, this.bar, this.told));
  }

  progress({ state, done, total }) {
    if (state === "queued") return void fill(this.told, "Waiting until the server has room");
    if (total) Object.assign(this.bar, { max: total, value: done });
    fill(this.told, total ? `${done.toLocaleString("en")} of ${count(total, "sentence")}` : "Working");
  }

  done(translation) {
    this.translation = translation;
    fill(this.route, translation.route.length ? `by ${translation.route.map((hop) => hop.replace(":", " ").replace("-", " → ")).join(", ")}` : "");
    this.route.title = `Signature: ${translation.signature}`;
    fill(this.actions, this.tools());
    const undecided = translation.mentions.filter((mention) => !mention.target);
    fill(this.body, this.tally(),
      markedText(translation.text, targetMarks(translation), translation.target, `${langName(translation.target)}, names marked`),
      undecided.length > 0 && h("div", { class: "undecided" }, h("h3", {}, "Not found in this translation"),
        undecided.map((mention) => nameMark(mention.source.text,
          { ...mention.source, concept: mention.concept, status: mention.status, side: "target", mentions: [{ ...mention, lang: translation.target }] },
          translation.source))),
      translation.lost_marks?.length > 0 && h("ul", { class: "muted" }, translation.lost_marks.map((each) => h("li", {}, each))));
    this.body.querySelector(".undecided .name")?.setAttribute("tabindex", "0");
  }

  tally() {
    const counts = Object.keys(STATUS).map((status) => [status, this.translation.mentions.filter((mention) => mention.status === status).length]);
    const some = counts.filter(([, n]) => n);
    return h("p", { class: "tally" }, some.length ? some.map(([status, n]) => h("span", {}, badge(status), ` ${n}`)) : h("span", { class: "muted" }, "No name of the glossary"));
  }

  tools() {
    const { text, target, id } = this.translation;
    const name = langName(target);
    return [
      button(`Copy the ${name} text`, { glyph: "copy", bare: true, kind: "quiet", onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          say(`${name} copied.`);
        } catch {
          say("The browser does not let this page copy. Select the text and copy it yourself.", { kind: "bad" });
        }
      } }),
      button(`Download the ${name} text`, { glyph: "download", bare: true, kind: "quiet", onclick: () => save(text, `translation.${target}.txt`) }),
      id && button(`Compare the ${name} text`, { glyph: "compare", bare: true, kind: "quiet", onclick: () => { location.hash = compareWith(id); } }),
    ];
  }

  files(files) {
    fill(this.body, h("ul", { class: "files" }, files.map((file) => h("li", {},
      button(file.name, { glyph: "download", onclick: async () => {
        try {
          save(await (await request(file.url.replace(/^\/?api\//, ""))).blob(), file.name);
        } catch (error) {
          say(error.message, { kind: "bad" });
        }
      } }),
      h("span", { class: "muted" }, count(file.n_segments, "sentence")),
      (file.lost_marks ?? []).map((each) => h("p", { class: "muted" }, each))))));
  }

  failed(error) {
    fill(this.body, banner(error.message, { details: error.problems.map((problem) => problem.message),
      actions: [button("Try again", { kind: "small", onclick: () => this.view.start([this.tag]) })] }));
  }

  cancelled() {
    fill(this.body, h("p", { class: "waiting muted" }, "Cancelled. "),
      button("Translate again", { kind: "small", onclick: () => this.view.start([this.tag]) }));
  }
}
