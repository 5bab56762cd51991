/**
 * Lets Chromium hear all that the other end of a WebSocket may say, right or wrong.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { assertEquals } from "../assert.ts";
import { conducted, CONDUCTS } from "../http/websocket/conduct.ts";
import { RawSocketServer } from "../http/websocket/raw_socket.ts";
import { runInPage, serveBundles } from "./page.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };

/** What Chromium hears otherwise: it refuses what comes after the end, and takes any code. */
const OTHERWISE: Readonly<Record<string, readonly [by: string, code: number]>> = {
  "what comes after the end": ["network", 1006],
  "the code 0, which is wrong": ["peer", 0],
  "the code 999, which is wrong": ["peer", 999],
};

const folder = await Deno.makeTempDir({ prefix: "weft_web_sockets_" });
await esbuild.build({
  entryPoints: [new URL("conduct_program.ts", import.meta.url).pathname],
  outfile: `${folder}/conduct_program.mjs`,
  bundle: true,
  format: "esm",
  target: "es2022",
  logLevel: "error",
});
await esbuild.stop();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test({
  name: "connectWebSocket() in Chromium hears what the server says, and ends on what is wrong",
  // The bundler's process, which was begun before the tests, ends when it likes.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using server = new RawSocketServer(conducted);
    await using bundles = serveBundles(folder);
    const browser = await chromium.launch(BROWSER);
    let told: string;
    try {
      const page = `${bundles.address}/page`;
      told = await runInPage(browser, page, "conduct_program.mjs", server.url);
    } finally {
      await browser.close();
    }
    const found = told.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    for (const [n, [what, { messages, code }]] of Object.entries(CONDUCTS).entries()) {
      const usual = [code === 1006 ? "network" : "peer", code] as const;
      const [by, heardCode] = OTHERWISE[what] ?? usual;
      assertEquals(found[n], { what, heard: { messages, by, code: heardCode } });
    }
    assertEquals(found.length, Object.keys(CONDUCTS).length);
  },
});
