/**
 * Reads the site of the docs in headless Chromium, on a phone and on a desk.
 *
 *     SITE_SHOTS=FOLDER deno test …    keeps pictures of some pages, too
 *
 * @module
 */

import axe from "axe-core";
import { assert, assertEquals } from "../assert.ts";
import { browse, DESK, folder, keep, open, PHONE, places } from "./served_site.ts";

/** Are pages of each kind. */
const SAMPLES = [
  "index.html",
  "README.html",
  "playground/index.html",
  "pages.html",
  "licenses.html",
  "docs/tutorial.html",
  "docs/from-python.html",
  "docs/cancellation.html",
  "docs/rosetta.html",
  "docs/workers.html",
  "docs/decisions/index.html",
  "bench/index.html",
  "api/index.html",
  "api/task.html",
  "examples/hello.ts.html",
];

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
    await page.goto(`${address}/README.html`);
    assertEquals(await page.evaluate("getComputedStyle(document.body).fontSize"), "16px");
    await page.tap(".menu");
    await page.tap(".pages a[href='docs/design.html']");
    await page.waitForURL(`${address}/docs/design.html`);
    await page.tap(".menu");
    await keep(page, "phone_menu");
    const small = await page.evaluate<string[]>(`
      [...document.querySelectorAll(
        "header button, header a, .pages a, .copy, summary, .turns a, footer a")]
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
    await page.goto(`${address}/README.html`);
    await page.hover(".code");
    await page.click(".copy");
    await page.waitForSelector(".copy:text('Copied')");
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    assert(copied.startsWith("import {") && copied.endsWith("});"), copied);

    const plain = await open(browser, { ...PHONE, javaScriptEnabled: false }, problems);
    await plain.goto(`${address}/README.html`);
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

Deno.test("site: the first page says on one screen what Weft is, and the picture moves by itself", async () => {
  await browse(async (browser, address, problems) => {
    const desk = await open(browser, DESK, problems);
    await desk.goto(`${address}/index.html`);
    const below = await desk.evaluate<string[]>(`
      [...document.querySelectorAll("h1, .demo, .samples section")]
        .filter((one) => one.getBoundingClientRect().bottom > innerHeight)
        .map((one) => one.outerHTML.slice(0, 80))`);
    assertEquals(below, []);
    const plain = await open(browser, { ...PHONE, javaScriptEnabled: false }, problems);
    await plain.goto(`${address}/index.html`);
    const box = await plain.locator(".demo img").boundingBox();
    assert(box!.y + box!.height < PHONE.viewport!.height, `the picture ends at ${box!.y}`);
    assertEquals(await plain.isVisible(".again"), false);
    await desk.click(".again");
    assert(await desk.evaluate("document.querySelector('.demo img').decode().then(() => true)"));

    for (const place of ["demo.svg", "demo_narrow.svg"]) {
      const moves: number[][] = [];
      for (const reducedMotion of ["no-preference", "reduce"] as const) {
        const page = await browser.newPage({ ...DESK, reducedMotion });
        await page.goto(`${address}/assets/${place}`);
        moves.push(
          await page.evaluate<number[]>(
            "document.getAnimations().map(({ effect }) => effect.getComputedTiming().endTime)",
          ),
        );
        await page.close();
      }
      assert(moves[0].length > 0 && moves[0].every((end) => end <= 5000), String(moves[0]));
      assertEquals(moves[1], []);
    }
  });
});

Deno.test("site: code has no needless bar to scroll by, and its button lies inside", async () => {
  await browse(async (browser, address, problems) => {
    for (const options of [DESK, PHONE]) {
      const page = await open(browser, options, problems);
      for (const place of SAMPLES) {
        await page.goto(`${address}/${place}`);
        const wrong = await page.evaluate<string[]>(`
          [...document.querySelectorAll(".code")].flatMap((block) => {
            const pre = block.querySelector("pre");
            const button = block.querySelector(".copy")?.getBoundingClientRect();
            const { left, right, top, bottom } = block.getBoundingClientRect();
            const isInside = !button || button.left >= left && button.right <= right &&
              button.top >= top && button.bottom <= bottom;
            const code = pre.textContent.split("\\n");
            const isShort = code.every((line) => line.length <= 100);
            const isNeedless = pre.scrollHeight > pre.clientHeight + 20 ||
              innerWidth > 1000 && isShort && pre.scrollWidth > pre.clientWidth;
            return isInside && !isNeedless ? [] : [code[0]];
          })`);
        problems.push(...wrong.map((code) => `${place}: ${code}`));
      }
    }
  });
});
