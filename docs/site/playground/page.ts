/**
 * The page of the playground, and what it loads.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { ROOT } from "../pages.ts";
import { type Page, PLAYGROUND } from "../template.ts";
import { listPairs } from "./programs.ts";

const HERE = new URL("./", import.meta.url);
const FOLDER = PLAYGROUND.replace("index.html", "");
const TARGET = ["chrome120", "firefox128", "safari17"];

/** What CPython needs, of its package. */
const PYTHON_FILES = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"];

/** The modules of Python that run a program on virtual time, by their paths. */
const PYTHON_MODULES = [
  "tests/conformance/python/virtual_loop.py",
  "tests/conformance/python/program.py",
  "docs/site/playground/traced.py",
];

const LEAD = "The same program twice: on CPython’s asyncio, in this page, and on Weft. Time is " +
  "virtual: it jumps when nothing is ready. Change either side, and see where they part.";

/** The page before its script has filled it. */
const HTML = `<h1>Playground</h1>
<p class="lead">${LEAD}</p>
<noscript><p>Programs run in the browser: this page needs JavaScript.</p></noscript>
<div class="workshop" hidden>
<div class="controls">
<label for="program">Program</label>
<select id="program"></select>
<button type="button" class="run">Run</button>
<button type="button" class="stop" disabled>Stop</button>
<label class="with-python"><input type="checkbox" id="with-python" checked> Python, too (14 MB, once)</label>
</div>
<div class="sides">
<section>
<h2><label for="python">Python</label></h2>
<textarea id="python" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"></textarea>
</section>
<section>
<h2><label for="weft">Weft</label></h2>
<textarea id="weft" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"></textarea>
</section>
</div>
<p class="verdict" role="status"></p>
<div class="outcomes">
<section class="outcome python">
<h2>What asyncio prints</h2>
<ol class="trace"></ol>
<pre class="aside" hidden></pre>
</section>
<section class="loop">
<h2>Weft’s loop</h2>
<p class="caption">Here the loop is drawn, turn by turn, once a program runs.</p>
<div class="stage" hidden>
<div class="player">
<button type="button" class="play">Play</button>
<label for="step" class="unseen">Step</label>
<input type="range" id="step" min="0" max="0" value="0">
</div>
<h3>Ready in this turn</h3>
<ol class="queue"></ol>
<h3 id="lanes">Who waits on what, from turn to turn</h3>
<div class="lanes" role="group" aria-labelledby="lanes" tabindex="0"></div>
</div>
</section>
<section class="outcome weft">
<h2>What Weft prints</h2>
<ol class="trace"></ol>
<pre class="aside" hidden></pre>
</section>
</div>
</div>
<p>Write JavaScript on the right, with native <code>async</code> functions or generator coroutines;
types are left out, and all is imported from <code>@weft/weft</code>. The browser has no
asynchronous context: wait for its own promises by <code>until()</code>. Nothing that you write
leaves this page.</p>
`;

/** Writes the page. */
export function writePlayground(): Page {
  return {
    place: PLAYGROUND,
    title: "Playground",
    html: HTML,
    sections: [{
      heading: { level: 1, id: "", text: "Playground" },
      text: `Python asyncio CPython browser trace queue timers ${LEAD}`,
      lead: LEAD,
    }],
    area: "playground",
    kind: "Guide",
    assets: [`${FOLDER}playground.css`, `${FOLDER}programs.js`, `${FOLDER}playground.js`],
    allowed: "; worker-src 'self'",
  };
}

/** Reads the modules of Python, by their names. */
function readModules(): Record<string, string> {
  return Object.fromEntries(PYTHON_MODULES.map((path) => [
    path.split("/").at(-1)!.replace(".py", ""),
    Deno.readTextFileSync(new URL(path, ROOT)),
  ]));
}

/** Puts what the page loads into the folder of a site. */
export async function buildPlayground(site: string): Promise<void> {
  const out = `${site}/${FOLDER}`;
  await Deno.mkdir(`${out}pyodide`, { recursive: true });
  const file = (name: string) => new URL(name, HERE).pathname;
  const shared: esbuild.BuildOptions = { bundle: true, minify: true, target: TARGET };
  await Promise.all([
    esbuild.build({
      ...shared,
      entryPoints: [
        { in: file("library.ts"), out: "weft" },
        { in: file("weft_worker.ts"), out: "weft_worker" },
        { in: file("python_worker.ts"), out: "python_worker" },
      ],
      outdir: out,
      format: "esm",
      target: "es2022",
      keepNames: true, // Callbacks are shown by their names.
      define: { MODULES: JSON.stringify(readModules()) },
    }),
    esbuild.build({
      ...shared,
      entryPoints: [file("playground.js"), file("playground.css")],
      outdir: out,
      format: "iife",
    }),
  ]);
  const pairs = JSON.stringify(listPairs());
  await Deno.writeTextFile(`${out}programs.js`, `globalThis.weftPrograms = ${pairs};\n`);
  await copyPython(`${out}pyodide/`);
}

/** Copies CPython, whose list of packages is left empty. */
async function copyPython(out: string): Promise<void> {
  await import("pyodide"); // An address is known of what is loaded only.
  const read = (name: string) => Deno.readFile(new URL(name, import.meta.resolve("pyodide")));
  for (const name of PYTHON_FILES) await Deno.writeFile(out + name, await read(name));
  const lock = JSON.parse(new TextDecoder().decode(await read("pyodide-lock.json")));
  await Deno.writeTextFile(
    `${out}pyodide-lock.json`,
    JSON.stringify({ ...lock, packages: {} }),
  );
}
