// Elements, icons, dialogs and messages. Whatever comes from outside goes in as a text node, never as mark-up.

/** Return an element. Properties: `class`, `on…` handlers, `dataset`, booleans, anything else an attribute. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else if (name === "checked") element.checked = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  fill(element, ...children);
  return element;
}

/** Put children in the place of those that an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  copy: "M9 9h10v11H9zM5 15V4h10",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  upload: "M12 16V5M7 9l5-5 5 5M5 20h14",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  history: "M4 12a8 8 0 1 0 2.500-5.800M4 4v4h4M12 8v4.500l3 2",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  compare: "M5 5h5v14H5zM14 5h5v14h-5z",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  key: "M14.500 9.500a4 4 0 1 0-2.600 3.750L13 14h2v2h2v2h3v-3l-5.700-5.500",
  keyboard: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8",
  check: "M5 12.500l4.500 4.500L19 7.500",
  back: "M19 12H5M11 6l-6 6 6 6",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  table: "M4 5h16v14H4zM4 10h16M10 10v9",
  rule: "M6 4h12v16l-6-4-6 4z",
};

/** Return an icon that screen readers pass over. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  svg.classList.add("icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Return a button: with a label, with an icon, or with both. `bare` keeps the label for screen readers alone. */
export function button(label, { kind = "", glyph, bare = false, type = "button", ...props } = {}) {
  const css = ["button", kind, bare && "bare"].filter(Boolean).join(" ");
  const named = bare ? { "aria-label": label, title: label } : {};
  return h("button", { class: css, type, ...named, ...props }, glyph && icon(glyph), bare ? null : h("span", {}, label));
}

let serial = 0;

/** Return an id that no other element has. */
export const freshId = (stem) => `${stem}-${(serial += 1)}`;

/** Return a labelled field: the label, the control, and room for what is wrong with it. */
export function field(label, control, { hint, css = "" } = {}) {
  control.id ||= freshId("field");
  const hintId = hint && freshId("hint");
  if (hint) control.setAttribute("aria-describedby", hintId);
  return h("div", { class: `field ${css}` }, h("label", { for: control.id }, label), control,
    hint && h("p", { class: "hint", id: hintId }, hint));
}

/** Return a select with options given as [value, label]. */
export function select(options, props = {}) {
  const { value, ...rest } = props;
  const element = h("select", rest, options.map(([key, label]) => h("option", { value: key }, label)));
  if (value !== undefined) element.value = value;
  return element;
}

/** Say something in a corner of the page, and to screen readers. */
export function say(message, { kind = "", action } = {}) {
  const toast = h("div", { class: `toast ${kind}` }, h("span", {}, message));
  const drop = () => toast.remove();
  if (action) toast.append(button(action.label, { kind: "quiet", onclick: () => { drop(); action.run(); } }));
  toast.append(button("Close this message", { glyph: "close", bare: true, kind: "quiet", onclick: drop }));
  document.getElementById("toasts").append(toast);
  setTimeout(drop, kind === "bad" || action ? 12000 : 5000);
}

/** Return a box that says what went wrong. */
export function banner(message, { kind = "bad", details = [], actions = [] } = {}) {
  return h("div", { class: `banner ${kind}`, role: kind === "bad" ? "alert" : "note" },
    h("p", {}, message),
    details.length > 0 && h("ul", {}, details.map((each) => h("li", {}, each))),
    actions.length > 0 && h("div", { class: "row" }, actions));
}

/** Open a modal dialog and return it; it leaves the page when it is closed. */
export function dialog(title, body, { css = "", actions = [] } = {}) {
  const heading = h("h2", { id: freshId("dialog") }, title);
  const box = h("dialog", { class: css, "aria-labelledby": heading.id },
    h("div", { class: "dialog-head" }, heading,
      button("Close", { glyph: "close", bare: true, kind: "quiet", onclick: () => box.close() })),
    h("div", { class: "dialog-body" }, body),
    actions.length > 0 && h("div", { class: "dialog-foot" }, actions));
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Ask before something that cannot be taken back; resolves to whether to go on. */
export function confirmed(title, message, verb) {
  return new Promise((resolve) => {
    let answer = false;
    const yes = button(verb, { kind: "danger", onclick: () => { answer = true; box.close(); } });
    const no = button("Cancel", { onclick: () => box.close() });
    const box = dialog(title, h("p", {}, message), { css: "small", actions: [no, yes] });
    box.addEventListener("close", () => resolve(answer));
    no.focus();
  });
}

/** Return a function that runs `run` once nothing has called it for a while. */
export function debounced(run, wait_ms) {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), wait_ms);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Have a file saved by the browser. */
export function save(data, name, type = "text/plain;charset=utf-8") {
  const url = URL.createObjectURL(data instanceof Blob ? data : new Blob([data], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Return an index from code points, in which the server counts, to those of a JavaScript string. */
export function codePoints(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (n) => n;
  const at = [];
  for (let i = 0; i < text.length; i += text.codePointAt(i) > 0xffff ? 2 : 1) at.push(i);
  return (n) => (n < at.length ? at[n] : text.length);
}

/** Return a number with its unit in the right number. */
export const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** Return when something was, in few words. */
export function when(iso) {
  const at = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(iso) ? iso : `${iso}Z`);
  const today = at.toDateString() === new Date().toDateString();
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return today ? `today, ${time}` : `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })}, ${time}`;
}
