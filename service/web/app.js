// The page: which view is shown, the tools at the top, the keys.

import { call, key, onKeyNeeded } from "./api.js";
import { banner, button, confirmed, dialog, field, fill, h, say } from "./dom.js";
import { diffView } from "./diff.js";
import { discoverView } from "./discover.js";
import { glossaryView, revisionsView } from "./glossary.js";
import { translateView } from "./translate.js";

const BUILD = { translate: translateView, glossary: glossaryView, discover: discoverView, diff: diffView, revisions: revisionsView };
const LETTERS = { t: "translate", g: "glossary", d: "discover", f: "diff" };
const PLAIN_KEYS = "exonym.plain-keys";
const views = new Map();
let shown = location.hash;
let staying = false;

/** Show the view that the address names. */
async function route(event) {
  if (staying) return void (staying = false);
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name = "", id] = path.split("/").map(decode);
  const view = BUILD[name] ? name : "translate";
  if (event && await stays()) return undefined;
  shown = location.hash;
  for (const section of document.querySelectorAll(".view")) section.hidden = section.id !== view;
  const nav = view === "revisions" ? "glossary" : view;
  for (const link of document.querySelectorAll("#nav a")) {
    if (link.dataset.view === nav) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const root = document.getElementById(view);
  if (!views.has(view)) views.set(view, BUILD[view](root));
  await views.get(view).show(id, new URLSearchParams(query));
  if (event && !root.contains(document.activeElement) && !document.querySelector("dialog[open]")) root.querySelector("h1")?.focus({ preventScroll: true });
  return undefined;
}

/** Ask before an entry that is not saved is left; returns whether to stay. */
async function stays() {
  const form = views.get("glossary")?.form;
  if (!form?.dirty() || location.hash === shown) return false;
  const to = location.hash;
  staying = true;
  location.hash = shown;
  if (!await confirmed("Leave without saving?", "What you changed in this entry is lost.", "Leave")) return true;
  form.saved = true;
  location.hash = to;
  return true;
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Ask for an API key; resolves to whether one was given. Several requests that need one ask together. */
let asking = null;
function askForKey(message) {
  asking ??= new Promise((resolve) => {
    const input = h("input", { type: "password", autocomplete: "off", required: true, spellcheck: "false" });
    let given = false;
    const form = h("form", { onsubmit: (event) => { event.preventDefault(); given = Boolean(input.value.trim()); key.set(input.value.trim()); box.close(); } },
      h("p", {}, message), field("API key", input, { hint: "Kept until this tab is closed, and sent to this server alone." }),
      h("div", { class: "dialog-foot" }, button("Not now", { onclick: () => box.close() }), button("Use this key", { kind: "primary", type: "submit" })));
    const box = dialog("This server asks for an API key", form, { css: "small" });
    box.addEventListener("close", () => { asking = null; resolve(given); });
    input.focus();
  });
  return asking;
}

function nextTheme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = dark ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("exonym.theme", theme);
  } catch {
    // It holds until the page is closed.
  }
  say(`${theme === "dark" ? "Dark" : "Light"} colours.`);
}

const plainKeys = () => localStorage.getItem(PLAIN_KEYS) !== "off";

function showKeys() {
  const rows = [
    [["Ctrl", "Enter"], "Translate, find names or compare, wherever the focus is"],
    [["Ctrl", "S"], "Save the entry that is open"],
    [["G"], "then T, G, D or F: Translate, Glossary, Discover, Diff"],
    [["/"], "Search the glossary"],
    [["?"], "This list"],
    [["←", "→"], "From name to name in a text; Home and End for the first and the last"],
    [["Enter"], "On a name: into its card. In Discover: accept the chosen spelling"],
    [["1", "…", "9"], "In Discover: choose a spelling"],
    [["Esc"], "Close the card or the dialog"],
  ];
  const box = h("input", { type: "checkbox", checked: plainKeys(), onchange: () => localStorage.setItem(PLAIN_KEYS, box.checked ? "on" : "off") });
  dialog("Keys", [h("dl", { class: "keys" }, rows.map(([keys, about]) => [h("dt", {}, keys.map((each) => h("kbd", {}, each))), h("dd", {}, about)])),
    h("label", { class: "check" }, box, "Keys without Ctrl work (G, / and ?)")], { css: "small" });
}

let leader = 0;
function pressed(event) {
  if (document.querySelector("dialog[open]")) return;
  const view = document.querySelector(".view:not([hidden])");
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const part = views.get(view.id);
    if (part.start && !part.run?.busy) { event.preventDefault(); part.start(); }
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const form = view.querySelector("form.entry-form");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (!plainKeys() || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const after = performance.now() - leader < 1500;
  leader = 0;
  if (after && LETTERS[event.key]) location.hash = `#/${LETTERS[event.key]}`;
  else if (event.key === "g") leader = performance.now();
  else if (event.key === "?") showKeys();
  else if (event.key === "/") {
    event.preventDefault();
    if (view.id !== "glossary") location.hash = "#/glossary";
    setTimeout(() => document.querySelector("#glossary input[type=search]")?.focus(), 50);
  }
}

async function start() {
  onKeyNeeded(askForKey);
  const tools = document.getElementById("tools");
  const keyButton = button("API key", { glyph: "key", bare: true, kind: "quiet", hidden: true,
    onclick: async () => { if (await askForKey(key.get() ? "A key is in use. Another one takes its place." : "No key is in use.")) location.reload(); } });
  fill(tools, keyButton, button("Keys of the keyboard", { glyph: "keyboard", bare: true, kind: "quiet", onclick: showKeys }),
    button("Light or dark", { glyph: "theme", bare: true, kind: "quiet", onclick: nextTheme }));
  document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); document.getElementById("main").focus(); });
  addEventListener("keydown", pressed);
  addEventListener("beforeunload", (event) => { if (views.get("glossary")?.dirty()) event.preventDefault(); });
  try {
    const info = await call("info");
    keyButton.hidden = !info.keys_required;
    if (info.keys_required && !key.get()) await askForKey("What you translate and the glossary are behind a key. Ask the server's operator for one.");
  } catch (error) {
    fill(document.getElementById("notice"), banner(error.message, { actions: [button("Try again", { onclick: () => location.reload() })] }));
  }
  addEventListener("hashchange", route); // not before: the first view would be opened twice
  await route();
}

start();
