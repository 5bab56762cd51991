/**
 * Lets two people chat in headless Chromium, while the server is restarted.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import { MemoryHistory } from "../../examples/chat_history.ts";
import { startChat } from "../../examples/chat_server.ts";
import { run, until } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };

/** Enters a room by the page. */
async function enter(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Enter" }).click();
  await page.getByText(`${name} has come`).waitFor();
}

/** Says something by the page. */
async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Say").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

Deno.test("two people chat in Chromium, and come again when the server does", async () => {
  const browser = await chromium.launch(BROWSER);
  try {
    await run(async () => {
      const history = new MemoryHistory();
      let server = startChat(0, history);
      const { url, port } = server;
      const [ada, bob] = await until(Promise.all([browser.newPage(), browser.newPage()]));
      await until(enter(ada, url, "Ada"));
      await until(enter(bob, url, "Bob"));
      await until(say(ada, "hello <b>there</b>"));
      for (const page of [ada, bob]) {
        await until(page.getByText("Ada: hello <b>there</b>").waitFor());
        assertEquals(await until(page.locator("#state").textContent()), "here: Ada, Bob");
      }
      await server.shutdown();
      for (const page of [ada, bob]) await until(page.getByText("closed: 1001").waitFor());
      await until(say(bob, "anybody there?"));
      server = startChat(port, history);
      await until(bob.getByText("here: Ada, Bob").waitFor());
      await until(ada.getByText("Bob: anybody there?").waitFor());
      await until(say(bob, "we are back"));
      for (const page of [ada, bob]) {
        await until(page.getByText("Bob: we are back").waitFor());
        for (const text of ["Ada: hello <b>there</b>", "Bob: anybody there?"]) {
          assertEquals(await until(page.getByText(text).count()), 1, `${text} is there once`);
        }
      }
      const cyd = await until(browser.newPage());
      await until(enter(cyd, url, "Cyd"));
      const lines = await until(cyd.locator("#lines li").allTextContents());
      assertEquals(lines.slice(0, 3), [
        "Ada: hello <b>there</b>",
        "Bob: anybody there?",
        "Bob: we are back",
      ]);
      await until(cyd.close());
      await until(bob.close());
      await until(ada.getByText("Bob has left").last().waitFor());
      assert(server.active === 1);
      await until(ada.close());
      await server.shutdown();
    }, { signals: [] });
  } finally {
    await browser.close();
  }
});
