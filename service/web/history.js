// History: the translations that the server keeps, one line for each text.

import { call, withQuery } from "./api.js";
import { banner, button, confirmed, count, debounced, dialog, fill, h, say, when } from "./dom.js";
import { tagOf, written } from "./languages.js";

const SHOWN = 60;

/** Open the history; calls `choose` with the kept translations of the text that a person picks. */
export function openHistory(choose) {
  const search = h("input", { type: "search", placeholder: "Search texts and translations", "aria-label": "Search the history" });
  const list = h("ul", { class: "history" });
  const more = h("div", { class: "row" });
  const box = dialog("History", [search, list, more], { css: "drawer", actions: [
    button("Delete all", { kind: "danger quiet", glyph: "trash", onclick: () => deleteAll(() => load()) }),
  ] });
  const pick = async (group) => {
    try {
      choose(await wholeGroup(group));
      box.close();
    } catch (error) {
      say(error.message, { kind: "bad" });
    }
  };
  const load = async (before) => {
    try {
      const page = await call(withQuery("translations", { search: search.value.trim(), limit: SHOWN, before }));
      const lines = grouped(page.items).map((items) => line(items, pick, () => load()));
      if (before) list.append(...lines);
      else fill(list, lines.length ? lines : h("li", { class: "empty-state" }, search.value ? "Nothing that is kept has these words." : "Nothing is kept yet. What you translate is listed here."));
      fill(more, page.next && button("Older ones", { onclick: () => load(page.next) }));
    } catch (error) {
      fill(list, h("li", {}, banner(error.message)));
    }
  };
  search.addEventListener("input", debounced(() => load(), 250));
  load();
  search.focus();
}

function grouped(items) {
  const groups = new Map();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups.values()];
}

function line(items, pick, reload) {
  const [newest] = items;
  const langs = [...new Set(items.map((item) => item.target))];
  return h("li", {},
    h("button", { class: "history-open", type: "button", onclick: () => pick(newest.group) },
      h("span", { class: "history-text", ...written(newest.source) }, newest.source_preview),
      h("span", { class: "muted" }, tagOf(newest.source), " → ", langs.map((lang) => [tagOf(lang), " "]), ` ${when(newest.created)}`)),
    button("Delete this text's translations", { glyph: "trash", bare: true, kind: "quiet", onclick: async () => {
      try {
        for (const item of items) await call(`translations/${item.id}`, { method: "DELETE" });
        reload();
      } catch (error) {
        say(error.message, { kind: "bad" });
      }
    } }));
}

/** Resolve to the newest translation of a text in each language. */
export async function wholeGroup(group) {
  const { items } = await call(withQuery("translations", { group, limit: 200 }));
  const newest = new Map();
  for (const item of items) if (!newest.has(item.target)) newest.set(item.target, item);
  return Promise.all([...newest.values()].map((item) => call(`translations/${item.id}`)));
}

async function deleteAll(reload) {
  if (!await confirmed("Delete the history?", "Every kept translation is deleted from the server, for everyone who uses it.", "Delete all")) return;
  try {
    const { deleted } = await call("translations", { method: "DELETE" });
    say(`${count(deleted, "translation")} deleted.`);
    reload();
  } catch (error) {
    say(error.message, { kind: "bad" });
  }
}
