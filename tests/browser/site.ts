/**
 * Reads the site of the docs in headless Chromium, on a phone and on a desk.
 *
 *     SITE_SHOTS=FOLDER deno test …    keeps pictures of some pages, too
 *
 * @module
 */

import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { buildApart, listFiles } from "../docs/built_site.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
/** Are pages of each kind. */
const SAMPLES = [
  "index.html",
  "docs/tutorial.html",
  "docs/cancellation.html",
  "docs/rosetta.html",
  "docs/workers.html",
  "docs/decisions/index.html",
  "bench/index.html",
  "api/index.html",
  "api/task.html",
  "examples/hello.ts.html",
];
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  svg: "image/svg+xml",
  json: "application/json",
};

const folder = await Deno.makeTempDir({ prefix: "weft_site_" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await buildApart(folder);
const places = listFiles(folder).filter((place) => place.endsWith(".html"));

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
      return new Response("NOT FOUND", { status: 404 });
    }
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Opens a page of its own, and notes what goes wrong in it. */
async function open(
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
async function browse(
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
async function keep(page: Page, name: string): Promise<void> {
  const shots = Deno.env.get("SITE_SHOTS");
  if (shots) await page.screenshot({ path: `${shots}/${name.replaceAll("/", "_")}.png` });
}

for (const [name, options] of Object.entries({ phone: PHONE, desk: DESK })) {
  Deno.test(`site: on a ${name} no page is wider than the screen, and none has an error`, async () => {
    await browse(async (browser, address, problems) => {
      const page = await open(browser, options, problems);
      for (const place of places) {
        await page.goto(`${address}/${place}`);
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert(width <= options.viewport!.width, `${place} is ${width} wide`);
        if (SAMPLES.includes(place)) await keep(page, `${name}_${place}`);
      }
    });
  });

  Deno.test(`site: on a ${name} the search finds a name and goes to it`, async () => {
    await browse(async (browser, address, problems) => {
      const page = await open(browser, options, problems);
      await page.goto(`${address}/docs/tutorial.html`);
      await page.click("button.find");
      await page.fill("#query", "uncancel");
      await page.waitForSelector(".results a");
      await keep(page, `${name}_search`);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${address}/api/task.html#Task.uncancel`);
      assertEquals(await page.textContent(":target code"), "uncancel");
      await page.click("button.find");
      await page.fill("#query", "qwertz");
      assertEquals(await page.textContent(".count"), "Nothing is found for “qwertz”");
      await page.keyboard.press("Escape");
      assertEquals(await page.isVisible("dialog"), false);
    });
  });
}

Deno.test("site: what is tapped on a phone is large enough, and text is", async () => {
  await browse(async (browser, address, problems) => {
    const page = await open(browser, PHONE, problems);
    await page.goto(`${address}/index.html`);
    assertEquals(await page.evaluate("getComputedStyle(document.body).fontSize"), "16px");
    await page.tap(".menu");
    await page.tap(".pages a[href='docs/design.html']");
    await page.waitForURL(`${address}/docs/design.html`);
    await page.tap(".menu");
    await keep(page, "phone_menu");
    const small = await page.evaluate<string[]>(`
      [...document.querySelectorAll("header button, header a, .pages a, .copy, summary, .turns a")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 40)
        .map((one) => one.outerHTML)`);
    assertEquals(small, []);
  });
});

Deno.test("site: the host's dark scheme is followed, and pages are accessible in both", async () => {
  await browse(async (browser, address, problems) => {
    const grounds: string[] = [];
    for (const [colorScheme, device] of [["light", DESK], ["dark", PHONE]] as const) {
      const page = await open(browser, { ...device, colorScheme }, problems);
      for (const place of SAMPLES) {
        await page.goto(`${address}/${place}`);
        if (colorScheme === "dark") await keep(page, `dark_${place}`);
        await page.evaluate(axe.source);
        const found = await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 160)))`);
        problems.push(...found.map((what) => `${place}, ${colorScheme}: ${what}`));
      }
      grounds.push(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
    }
    assertEquals(grounds, ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]);
  });
});

Deno.test("site: code is copied by its button, and without a script pages are read as well", async () => {
  await browse(async (browser, address, problems) => {
    const page = await open(
      browser,
      { ...DESK, permissions: ["clipboard-read", "clipboard-write"] },
      problems,
    );
    await page.goto(`${address}/index.html`);
    await page.hover(".code");
    await page.click(".copy");
    await page.waitForSelector(".copy:text('Copied')");
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    assert(copied.startsWith("import {") && copied.endsWith("});"), copied);

    const plain = await open(browser, { ...PHONE, javaScriptEnabled: false }, problems);
    await plain.goto(`${address}/index.html`);
    assertEquals(await plain.isVisible("button.find"), false);
    await plain.tap(".menu");
    await plain.tap(".pages a[href='docs/tutorial.html']");
    await plain.waitForURL(`${address}/docs/tutorial.html`);
  });
});

Deno.test("site: pages work from a disk, the search too", async () => {
  await browse(async (browser, _address, problems) => {
    const page = await open(browser, DESK, problems);
    await page.goto(`file://${folder}/index.html`);
    await page.keyboard.press("/");
    await page.fill("#query", "cancelScope");
    await page.waitForSelector(".results a");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/api\/cancel_scope\.html#cancelScope$/i); // Or the class of that name.
  });
});
