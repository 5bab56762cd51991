/**
 * The site of the docs, built, served and opened in headless Chromium.
 *
 * @module
 */

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { assertEquals } from "../assert.ts";
import { buildApart, listFiles } from "../docs/built_site.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };
/** A phone. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};
/** A desk. */
export const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  mjs: "text/javascript",
  svg: "image/svg+xml",
  json: "application/json",
  wasm: "application/wasm",
  zip: "application/zip",
};

/** The folder that the site is built into. */
export const folder: string = await Deno.makeTempDir({ prefix: "weft_site_" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await buildApart(folder);
/** The pages of the site. */
export const places: string[] = listFiles(folder).filter((place) => place.endsWith(".html"));

/** Serves the site as any server of files does. */
function serveSite(): { address: string } & AsyncDisposable {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    const type = TYPES[pathname.split(".").at(-1)!];
    try {
      if (pathname.includes("..") || type === undefined) throw new Deno.errors.NotFound();
      const headers = { "content-type": `${type}; charset=utf-8` };
      return new Response(Deno.readFileSync(folder + pathname), { headers });
    } catch {
      return new Response("not found", { status: 404 });
    }
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Opens a page of its own, and notes what goes wrong in it. */
export async function open(
  browser: Browser,
  options: BrowserContextOptions,
  problems: string[],
): Promise<Page> {
  const page = await browser.newPage(options);
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`${page.url()}: ${error}`));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.url()}: ${response.status()}`);
  });
  return page;
}

/** Runs a body with a browser and the site. */
export async function browse(
  body: (browser: Browser, address: string, problems: string[]) => Promise<void>,
): Promise<void> {
  await using site = serveSite();
  const browser = await chromium.launch(BROWSER);
  const problems: string[] = [];
  try {
    await body(browser, site.address, problems);
  } finally {
    await browser.close();
  }
  assertEquals(problems, []);
}

/** Keeps a picture of what is seen, if somebody asked for that. */
export async function keep(page: Page, name: string): Promise<void> {
  const shots = Deno.env.get("SITE_SHOTS");
  if (shots) await page.screenshot({ path: `${shots}/${name.replaceAll("/", "_")}.png` });
}
