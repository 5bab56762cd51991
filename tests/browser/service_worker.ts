/**
 * Runs the service worker of the tree in headless Chromium, before pages that are slow or gone.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { bundleScript } from "../edge/script_bundle.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };
const WITH_BUNDLER = { sanitizeOps: false, sanitizeResources: false };

/** Asks for a path in a page, which the service worker answers. */
function ask(
  page: Page,
  path: string,
): Promise<[status: number, from: string | null, text: string]> {
  return page.evaluate(async (path: string) => {
    const response = await fetch(path);
    return [response.status, response.headers.get("x-from"), await response.text()] as const;
  }, path) as Promise<[number, string | null, string]>;
}

Deno.test(
  "the service worker answers from the network while it is quick, and else from memory",
  WITH_BUNDLER,
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "weft_service_worker_" });
    await bundleScript("edge/scripts/service_worker.ts", `${folder}/service_worker.js`);
    const script = await Deno.readTextFile(`${folder}/service_worker.js`);
    let version = 0;
    let isSlow = false;
    const slow: (() => void)[] = [];
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async ({ url }) => {
        const { pathname } = new URL(url);
        if (pathname === "/service_worker.js") {
          return new Response(script, { headers: { "content-type": "text/javascript" } });
        }
        if (pathname === "/") {
          return new Response("<!doctype html>", {
            headers: { "content-type": "text/html" },
          });
        }
        if (!pathname.startsWith("/pages/")) return new Response(null, { status: 404 });
        const response = new Response(`version ${++version}`, {
          headers: { "cache-control": "no-store" },
        });
        if (isSlow) await new Promise<void>((resolve) => slow.push(resolve));
        return response;
      },
    );
    const browser = await chromium.launch(BROWSER);
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.addr.port}/`);
      await page.evaluate(async () => {
        const { serviceWorker } = navigator as unknown as {
          serviceWorker: EventTarget & {
            readonly controller: unknown;
            register(url: string, options: object): Promise<unknown>;
          };
        };
        const controlled = new Promise((resolve) =>
          serviceWorker.addEventListener("controllerchange", resolve)
        );
        await serviceWorker.register("/service_worker.js", { type: "module" });
        if (serviceWorker.controller === null) await controlled;
      });
      assertEquals(await ask(page, "/pages/a"), [200, null, "version 1"]);
      assertEquals(await ask(page, "/pages/a"), [200, null, "version 2"]);
      isSlow = true;
      assertEquals(await ask(page, "/pages/a"), [200, "cache", "version 2"]);
      isSlow = false;
      for (const answer of slow.splice(0)) answer(); // It goes on after the response, and is remembered.
      await server.shutdown();
      for (let text = ""; text !== "version 3";) {
        let from: string | null;
        [, from, text] = await ask(page, "/pages/a");
        assertEquals(from, "cache");
      }
      const [status, , words] = await ask(page, "/pages/unknown");
      assertEquals([status, words], [503, "The network is gone, and nothing is known"]);
      const direct = await page.evaluate(() => fetch("/other").then(() => "answered", String));
      assert(direct.startsWith("TypeError"), direct); // It is none of the worker's.
    } finally {
      await browser.close();
      for (const answer of slow) answer();
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
