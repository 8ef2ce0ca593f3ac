// Revisions: what the glossary file was, what each save changed, and the way back.

import { call, versioned } from "./api.js";
import { banner, button, confirmed, fill, h, say, when } from "./dom.js";

/** Draw the revisions into a view, with one of them open. */
export async function showRevisions(root, n) {
  document.title = "Revisions · Glossary · Exonym";
  const list = h("ol", { class: "revision-list" });
  const detail = h("div", { class: "detail" });
  fill(root, h("div", { class: "view-head" }, h("h1", { tabindex: "-1" }, "Revisions"),
    h("a", { class: "button", href: "#/glossary" }, "Back to the entries")),
  h("div", { class: `split revisions ${n ? "open" : ""}` }, h("div", { class: "master" }, list), detail));
  try {
    const { items, next } = await call("glossary/revisions?limit=100");
    fill(list, items.map((each, at) => line(each, n, at === 0)));
    if (next) list.append(older(list, next, n));
    if (!items.length) fill(list, h("li", { class: "empty-state" }, "Nothing was changed since this server keeps revisions."));
    if (n) await open(detail, n, items[0]?.n === Number(n), root);
    else fill(detail, items.length > 0 && h("div", { class: "empty-state" }, h("p", {}, "Choose a revision to see what it changed.")));
  } catch (error) {
    fill(detail, banner(error.message));
  }
}

function line({ n, who, when: at, summary }, open_, isNewest) {
  return h("li", {}, h("a", { href: `#/revisions/${n}`, "aria-current": String(n) === open_ && "true" },
    h("span", {}, h("b", {}, summary), isNewest && h("span", { class: "badge", dataset: { status: "kept" } }, "in force")),
    h("small", { class: "muted" }, `${when(at)} · ${who}`)));
}

function older(list, before, open_) {
  const item = h("li", {}, button("Older ones", { onclick: async () => {
    try {
      const { items, next } = await call(`glossary/revisions?limit=100&before=${before}`);
      item.remove();
      list.append(...items.map((each) => line(each, open_, false)));
      if (next) list.append(older(list, next, open_));
    } catch (error) {
      say(error.message, { kind: "bad" });
    }
  } }));
  return item;
}

async function open(detail, n, isNewest, root) {
  const revision = await call(`glossary/revisions/${encodeURIComponent(n)}`);
  fill(detail,
    h("div", { class: "pane-head" }, h("h2", {}, revision.summary), h("span", { class: "spacer" }),
      !isNewest && button("Restore this version", { glyph: "history", onclick: () => restore(revision, root) })),
    h("p", { class: "muted" }, `Revision ${revision.n}, ${when(revision.when)}, by ${revision.who}`),
    revision.diff === null ? h("p", {}, "This is the first version that is kept, or nearly all of it is new, so there is nothing to compare it with.")
      : revision.diff ? diffLines(revision.diff) : h("p", {}, "The file is the same as before."),
    h("details", {}, h("summary", {}, "The whole file"), h("pre", { class: "code", tabindex: "0" }, revision.text)));
}

function diffLines(text) {
  const kinds = { "+": "added", "-": "removed", "@": "hunk" };
  return h("pre", { class: "code", tabindex: "0", "aria-label": "What changed" }, text.trimEnd().split("\n").map((each) =>
    h("span", { class: kinds[each[0]] ?? "" }, `${each}\n`)));
}

async function restore(revision, root) {
  if (!await confirmed("Restore this version?", `The glossary becomes what it was ${when(revision.when)}. What it is now stays among the revisions.`, "Restore")) return;
  try {
    const { data } = await versioned("glossary/concepts?limit=1");
    await call(`glossary/revisions/${revision.n}/restore`, { method: "POST", headers: { "If-Match": `"${data.etag}"` } });
    say("Restored.");
    if (location.hash === "#/revisions") showRevisions(root);
    else location.hash = "#/revisions";
  } catch (error) {
    say(error.message, { kind: "bad" });
  }
}
