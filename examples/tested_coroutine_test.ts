/**
 * Tests a coroutine that takes a second, in no time: on the test kit's virtual clock.
 *
 *     deno test examples/tested_coroutine_test.ts
 *
 * @module
 */

import { sleep } from "../mod.ts";
import { test } from "../testing.ts";
import { generator as sayHello, native as sayHelloNatively } from "./hello.ts";

test("hello says its two words a second apart", function* ({ clock }) {
  const said: string[] = [];
  yield* sayHello((line) => void said.push(`${line} at ${clock.now()}`));
  console.assert(said.join() === "Hello at 0,World at 1000");
});

test("hello says the same as a native async function", async ({ loop }) => {
  const said: string[] = [];
  await sayHelloNatively((line) => void said.push(`${line} at ${loop.time()}`));
  await sleep(500);
  console.assert(said.join() === "Hello at 0,World at 1000" && loop.time() === 1500);
});
