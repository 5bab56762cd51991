/**
 * Coloring code, and writing text as HTML.
 *
 * @module
 */

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";

hljs.registerLanguage("sh", bash);
hljs.registerLanguage("js", javascript);
hljs.registerLanguage("json", json);
hljs.registerLanguage("py", python);
hljs.registerLanguage("python", python);
hljs.registerLanguage("ts", typescript);

/** Writes text so that it stands for itself, in a text or an attribute. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Colors code; that of an unknown language stays as it is. */
export function highlight(code: string, language: string): string {
  if (hljs.getLanguage(language) === undefined) return escape(code);
  return hljs.highlight(code, { language }).value.replaceAll("&#x27;", "'");
}

/** Writes a block of code. */
export function writeCode(code: string, language: string): string {
  const inside = highlight(code.replace(/\n$/, ""), language);
  return `<div class="code"><pre><code>${inside}</code></pre></div>\n`;
}
