/**
 * Runs the playground in headless Chromium: both sides of each of its programs.
 *
 * @module
 */

import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { browse, DESK, keep, open, PHONE } from "./served_site.ts";

/** Bounds, in ms, how long both sides of a program may take, on a machine that is busy. */
const LONGEST_RUN = 120_000;

/** Opens the playground. */
async function openPlayground(
  browser: Browser,
  address: string,
  problems: string[],
  device = DESK,
): Promise<Page> {
  const page = await open(browser, device, problems);
  page.setDefaultTimeout(LONGEST_RUN);
  await page.goto(`${address}/playground/index.html`);
  return page;
}

/** Runs what is in the editors, and returns what is said of both. */
async function run(page: Page): Promise<string> {
  await page.click("button.run");
  await page.waitForSelector(".verdict.same, .verdict.different");
  return (await page.textContent(".verdict"))!;
}

/** Waits until the page says something of both programs. */
async function waitFor(page: Page, words: string): Promise<void> {
  await page.locator(".verdict", { hasText: words }).waitFor();
}

/** Reads the lines of a trace. */
function traceOf(page: Page, side: "python" | "weft"): Promise<string[]> {
  return page.locator(`.outcome.${side} .trace li`).allTextContents();
}

Deno.test("playground: each program of the menu gives the same trace on both sides", async () => {
  await browse(async (browser, address, problems) => {
    const page = await openPlayground(browser, address, problems);
    const names = await page.locator("#program option").allTextContents();
    assertEquals(names.length, 50);
    for (const [at, name] of names.entries()) {
      await page.selectOption("#program", String(at));
      const verdict = await run(page);
      const left = await traceOf(page, "python");
      assert(/^The same trace: \d+ lines/.test(verdict), `${name}: ${verdict}`);
      assert(left.length > 0, `${name} prints nothing`);
      const failures = await page.locator(".aside").allTextContents();
      assert(!failures.join().includes("error:"), `${name}: ${failures}`);
      if (at < 10) assertEquals(await traceOf(page, "weft"), left, name);
    }
  });
});

Deno.test("playground: a program that differs shows where, and so does one that fails", async () => {
  await browse(async (browser, address, problems) => {
    const page = await openPlayground(browser, address, problems);
    const source = await page.inputValue("#weft");
    await page.fill("#weft", source.replace(`"org", 100`, `"org", 400`));
    assertEquals(
      await run(page),
      "Line 4 differs: “the text of com” in turn 12 at 300 ms on asyncio, " +
        "“the text of com” in turn 12 at 400 ms on Weft",
    );
    assertEquals(await page.locator(".trace .different").count(), 2);
    await keep(page, "playground_differs");
    await page.fill("#weft", `${source}\nthrow new Error("on purpose");`);
    assertEquals(await run(page), "The same 6 lines, but only Weft has failed");
    const failure = await page.textContent(".outcome.weft .aside");
    assert(failure!.includes("Error: on purpose"), failure!);
    await page.fill("#weft", source);
    await page.fill("#python", "print(1 / 0)");
    assert((await run(page)).startsWith("Line 1 differs: nothing on asyncio, “fetching com”"));
    const error = await page.textContent(".outcome.python .aside");
    assert(error!.includes("ZeroDivisionError: division by zero"), error!);
  });
});

/** Programs that never end: one that waits, one that does not. */
const ENDLESS = {
  "weft": `import { run, sleep } from "@weft/weft";
await run(async () => {
  while (true) {
    console.log("again");
    await sleep(1);
  }
});`,
  "python": "while True: pass",
};

Deno.test("playground: endless programs can be stopped, and others run after them", async () => {
  await browse(async (browser, address, problems) => {
    const page = await openPlayground(browser, address, problems);
    await page.fill("#weft", ENDLESS.weft);
    await page.fill("#python", ENDLESS.python);
    await page.click("button.run");
    await page.locator(".outcome.weft .trace li:nth-child(1000)").waitFor();
    await waitFor(page, "Running …");
    await page.click("button.stop");
    assertEquals(await page.textContent(".verdict"), "Stopped");
    assertEquals(await page.isDisabled("button.stop"), true);
    const asides = await page.locator(".aside").allTextContents();
    assert(asides.every((text) => text.includes("It was stopped")), asides.join());
    await page.fill("#weft", "while (true);");
    await page.uncheck("#with-python");
    await page.click("button.run");
    await waitFor(page, "Running …");
    await page.click("button.stop");
    await page.check("#with-python");
    await page.selectOption("#program", "1");
    assertEquals(await run(page), "The same trace: 6 lines, each in the same turn");
  });
});

Deno.test("playground: the queue and the timers are drawn, step by step", async () => {
  await browse(async (browser, address, problems) => {
    const page = await openPlayground(browser, address, problems, {
      ...DESK,
      reducedMotion: "reduce", // Nothing moves by itself.
    });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.selectOption("#program", "1");
    await page.uncheck("#with-python");
    await page.click("button.run");
    await waitFor(page, "Weft has ended");
    const caption = () => page.textContent(".caption");
    assertEquals(
      await caption(),
      "Turn 1 at 0 ms: main runs, and waits on <task first pending>. 0 timers are armed after it.",
    );
    await page.focus("#step");
    await page.keyboard.press("ArrowRight");
    assertEquals(await page.locator(".queue li").allTextContents(), ["first", "second"]);
    assertEquals(await page.textContent(".queue [aria-current]"), "first");
    await page.keyboard.press("ArrowRight");
    assertEquals(
      await caption(),
      "Turn 2 at 0 ms: second runs, and waits on sleep(1000). 2 timers are armed after it.",
    );
    await page.keyboard.press("ArrowRight");
    assertEquals(
      await caption(),
      "Turn 3 at 1000 ms: second runs, and goes on in the next turn: sleep(1000) is over. " +
        "1 timer is armed after it.",
    );
    const lanes = await page.locator(".lanes text.who").allTextContents();
    assertEquals(lanes, ["main", "first", "second"]);
    const labels = await page.locator(".lanes text.wait").allTextContents();
    assertEquals(labels.filter((label) => label.startsWith("sleep")), [
      "sleep(2000)",
      "sleep(1000)",
    ]);
    assert(!asked.some((url) => url.includes("pyodide")), "Python is loaded when it is asked for");
  });
});

Deno.test("playground: it is accessible after a run, on a phone too, and no wider than it", async () => {
  await browse(async (browser, address, problems) => {
    for (const [device, colorScheme] of [[DESK, "light"], [PHONE, "dark"]] as const) {
      const page = await openPlayground(browser, address, problems, { ...device, colorScheme });
      assert((await run(page)).startsWith("The same trace"));
      await keep(page, `playground_${colorScheme}`);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      assert(width <= device.viewport!.width, `it is ${width} wide`);
      await page.evaluate(axe.source);
      const found = await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 160)))`);
      assertEquals(found, [], colorScheme);
    }
  });
});
