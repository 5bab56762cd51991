import { createTask, Event, Future, run, Runner, sleep, VirtualClock } from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { Boom, inWorld } from "../trial.ts";

/** Ways to listen to something by hand. */
const WAYS: Record<string, (it: PromiseLike<string>, log: string[]) => unknown> = {
  "then() with one function": (it, log) => it.then((value) => log.push(`then ${value}`)),
  "then() with two functions": (it, log) =>
    it.then((value) => log.push(`then ${value}`), (error) => log.push(`else ${error}`)),
  "catch()": (it, log) =>
    (it as Promise<string>).catch((error) => log.push(`else ${error}`)).then((value) =>
      log.push(`then ${value}`)
    ),
  "finally()": (it, log) =>
    (it as Promise<string>).finally(() => log.push("finally")).then((value) =>
      log.push(`then ${value}`)
    ),
};

for (const [name, listen] of Object.entries(WAYS)) {
  const expected = name === "finally()" ? ["finally", "then value"] : ["then value"];

  Deno.test(`${name} of a task or future is told by who listened in a task that has ended`, async () => {
    await inWorld(() => async () => {
      const shared = createTask(() => sleep(50, "value"));
      const future = new Future<string>();
      const heard: [string[], string[]] = [[], []];
      await createTask(async () => {
        await sleep(1);
        listen(shared, heard[0]);
        listen(future, heard[1]);
      });
      await sleep(1);
      assertEquals([shared.done, future.done], [false, false]);
      assertEquals(await shared, "value");
      future.setResult("value");
      await sleep(1);
      assertEquals(heard, [expected, expected]);
    });
  });

  Deno.test(`${name} by hand leaves alone what its task waits on`, async () => {
    await inWorld(({ loop }) => async () => {
      const shared = createTask(() => sleep(50, "value"));
      const heard: string[][] = [[], [], []];
      listen(shared, heard[0]);
      listen(sleep(20, "value"), heard[1]);
      const event = new Event();
      loop.callLater(100, () => event.set());
      listen(createTask(() => Promise.resolve("value")), heard[2]);
      await event.wait();
      assertEquals([loop.time(), heard], [100, [expected, expected, expected]]);
    });
  });
}

Deno.test("catch() by hand hears of the failure of a task whose listener's task has ended", async () => {
  const log: string[] = [];
  await run(async () => {
    const boom = new Boom("b");
    const failing = createTask(async () => {
      await sleep(20);
      throw boom;
    });
    const promised = failing as unknown as Promise<never>;
    await createTask(async () => {
      await sleep(1);
      promised.catch((error: unknown) => log.push(`caught ${error === boom}`));
      promised.then(() => {}, (error: unknown) => log.push(`else ${error === boom}`));
    });
    await sleep(50);
    assertEquals(failing.cancelled, false);
  }, { clock: new VirtualClock(), signals: [] });
  assertEquals(log, ["caught true", "else true"]);
});

Deno.test("then(), catch() and finally() work by hand where no loop runs", async () => {
  const boom = new Boom("b");
  await using runner = new Runner({ clock: new VirtualClock(), signals: [] });
  const good = runner.loop.createFuture<string>();
  const bad = runner.loop.createFuture<string>();
  const log: string[] = [];
  const promised = bad as unknown as Promise<string>;
  const all = [
    good.then((value) => log.push(`then ${value}`)),
    (good as unknown as Promise<string>).finally(() => log.push("finally")),
    promised.catch((error) => log.push(`caught ${error === boom}`)),
    promised.finally(() => log.push("finally")).then(undefined, (error) => {
      log.push(`caught ${error === boom} at last`);
    }),
  ];
  await runner.run(async () => {
    good.setResult("value");
    bad.setException(boom);
    await sleep(1);
  });
  await Promise.all(all);
  assertEquals(log.sort(), [
    "caught true",
    "caught true at last",
    "finally",
    "finally",
    "then value",
  ]);
});
