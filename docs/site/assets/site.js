/**
 * What a page does beyond being read: copying code, scrolling by keyboard, and opening the search.
 *
 * @module
 */

const { document } = globalThis;
/** Is where the site begins, however deep the page is. */
const BASE = new URL("../", document.currentScript.src).href;

/** Puts a button on each block of code that copies it. */
function addCopyButtons() {
  for (const block of document.querySelectorAll(".code:not(.signature)")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      button.textContent = await copy(block.querySelector("code")) ? "Copied" : "Select and copy";
      setTimeout(() => button.textContent = "Copy", 2000);
    });
    block.append(button);
  }
}

/** Copies the text of an element; selects it where the host does not let pages copy. */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    globalThis.getSelection().selectAllChildren(element);
    return false;
  }
}

/** Lets the keyboard scroll what is wider than its place. */
function markScrollable() {
  for (const element of document.querySelectorAll(".scroll, .code pre, .picture")) {
    if (element.scrollWidth <= element.clientWidth) {
      element.removeAttribute("tabindex");
      element.removeAttribute("role");
      continue;
    }
    element.tabIndex = 0;
    element.setAttribute("role", "group"); // A region would be a landmark.
    element.setAttribute("aria-label", element.matches(".scroll") ? "Table" : "Wide content");
  }
}

/** Lets the moving picture be seen again: a picture moves when it is loaded. */
function addAgain() {
  const button = document.querySelector(".demo .again");
  if (button === null) return;
  button.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  button.addEventListener("click", () => {
    const picture = document.querySelector(".demo picture");
    picture.replaceWith(picture.cloneNode(true));
  });
}

/** Loads a script of the site once. */
function load(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = BASE + name;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`CANNOT LOAD ${name}`));
    document.head.append(script);
  });
}

let loading;

/** Is what the search needs: its script, and the indexes of the guides and of the reference. */
const SEARCH = ["assets/search.js", "assets/search_index.js", "api/search_index.js"];

/** Opens the search; what it needs comes when it is first needed. */
async function openSearch() {
  loading ??= Promise.all(SEARCH.map(load));
  try {
    await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
  globalThis.weftSearch(BASE);
}

const find = document.querySelector("button.find");
find.hidden = false;
find.addEventListener("click", openSearch);
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select");
  const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isCommand = event.key === "k" && (event.ctrlKey || event.metaKey);
  if (!isCommand && (!isSlash || isTyping)) return;
  event.preventDefault();
  openSearch();
});
document.querySelector("#pages [aria-current]")?.scrollIntoView({ block: "nearest" });
addCopyButtons();
addAgain();
markScrollable();
addEventListener("resize", markScrollable);
