/**
 * The search: a dialog that finds sections in an index made in advance.
 *
 * @module
 */

import MiniSearch from "minisearch";
import { SEARCH_OPTIONS } from "../search_options.js";

const { document } = globalThis;
/** Bounds how many sections are listed. */
const MOST_RESULTS = 20;

/** Makes an element. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Is the dialog, once it was made. */
let dialog;

/** Finds sections: by words, by their beginnings, and only else by words that are much like them. */
function search(indexes, query) {
  const find = (options) =>
    indexes.flatMap((index) => index.search(query, options)).sort((a, b) => b.score - a.score);
  const found = find({});
  return found.length > 0 ? found : find({ fuzzy: 0.25 });
}

/** Makes the dialog. */
function makeDialog(base) {
  const indexes = globalThis.weftIndexes.map((json) => MiniSearch.loadJS(json, SEARCH_OPTIONS));
  const input = make("input", {
    type: "search",
    id: "query",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "cancelScope, retry, worker …",
    enterkeyhint: "go",
  });
  const label = make("label", { for: "query" }, "Search the guides and the reference");
  const close = make("button", { type: "button", class: "close" }, "Close");
  const count = make("p", { class: "count", role: "status" });
  const list = make("ol", { class: "results" });
  const form = make("form", { role: "search" }, label, input, close);
  const made = make("dialog", { class: "search", "aria-label": "Search" }, form, count, list);
  input.addEventListener("input", () => show(indexes, base, input.value.trim(), count, list));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  close.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => {
    const isLink = event.target.closest("a") !== null;
    if (isLink || event.target === made) made.close();
  });
  made.addEventListener("keydown", (event) => move(event, input, list));
  document.body.append(made);
  return made;
}

/** Lists what is found. */
function show(indexes, base, query, count, list) {
  const found = query === "" ? [] : search(indexes, query);
  list.replaceChildren(
    ...found.slice(0, MOST_RESULTS).map((one) => {
      const where = one.page === one.title ? [] : [make("small", {}, one.page)];
      return make(
        "li",
        {},
        make("a", { href: base + one.place }, make("b", {}, one.title), " ", ...where),
        make("p", {}, one.start),
      );
    }),
  );
  count.textContent = query === ""
    ? ""
    : found.length === 0
    ? `Nothing is found for “${query}”`
    : found.length === 1
    ? "1 section"
    : `${found.length} sections`;
}

/** Moves between the words asked for and the links. */
function move(event, input, list) {
  if (event.key === "Escape") return dialog.close(); // The host would empty the field first.
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const stops = [input, ...list.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement) + step;
  stops[Math.min(Math.max(at, 0), stops.length - 1)].focus();
}

/** Opens the search. */
globalThis.weftSearch = (base) => {
  dialog ??= makeDialog(base);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
};
