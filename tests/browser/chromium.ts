/**
 * Runs the portable tests in headless Chromium; not a part of `deno task test`, which needs npm only.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { bundleSuite } from "../portable/bundle.ts";
import { checkSuite, namesOnDeno } from "../portable/run_suite.ts";
import type { Ability } from "../portable/suite.ts";
import { startCounterpart } from "../web/counterpart_server.ts";
import { runInPage, serveBundles } from "./page.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };

/** What a browser has; it has no async context. */
const ABILITIES: readonly Ability[] = ["WebSocket", "compiling", "order of macrotasks"];

/** Bundles the program that tells which engine it runs on. */
async function bundleProgram(folder: string): Promise<void> {
  await esbuild.build({
    entryPoints: [new URL("program.ts", import.meta.url).pathname],
    outfile: `${folder}/program.mjs`,
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  await esbuild.stop();
}

const folder = await Deno.makeTempDir({ prefix: "weft_browser_" });
await bundleSuite(folder, ABILITIES);
await bundleProgram(folder);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Lets the bundler's process, which was begun before the tests, end when it likes. */
const WITH_BUNDLER = { sanitizeOps: false, sanitizeResources: false };

Deno.test("the portable tests pass in Chromium, and are those of Deno", WITH_BUNDLER, async () => {
  const names = await namesOnDeno();
  await using server = serveBundles(folder);
  await using counterpart = startCounterpart();
  const browser = await chromium.launch(BROWSER);
  try {
    const page = `${server.address}/page`;
    const told = await runInPage(browser, page, "suite.mjs", counterpart.url);
    checkSuite(`Chromium ${browser.version()}`, ABILITIES, names, told);
  } finally {
    await browser.close();
  }
});

Deno.test("a policy without wasm-unsafe-eval brings the JS engine, which says so", async () => {
  await using server = serveBundles(folder);
  const browser = await chromium.launch(BROWSER);
  try {
    const logs = {
      generator: ["after 5", "after 10", "after 20"],
      native: ["after 5", "after 10", "after 20"],
    };
    const run = async (page: string) => {
      const told = await runInPage(browser, `${server.address}/${page}`, "program.mjs");
      return JSON.parse(told.split("\n")[0]);
    };
    assertEquals(await run("page"), { engine: "wasm", reason: null, ...logs });
    const { reason, ...rest } = await run("barred");
    assertEquals(rest, { engine: "js", ...logs });
    assert(/CompileError.*Content Security Policy/.test(reason), reason);
  } finally {
    await browser.close();
  }
});
