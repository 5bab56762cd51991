import { createTask, currentTask, gather, sleep, timeout, until, yieldNow } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { newHostStorage } from "../host_storage.ts";
import { hostTurn } from "../host_turns.ts";
import { asGenerator, inWorld, type Program } from "./trial.ts";

const als = newStorage();

/** Makes a storage; none on a host without, where these tests are skipped. */
function newStorage(): ReturnType<typeof newHostStorage<string>> {
  try {
    return newHostStorage<string>();
  } catch {
    return undefined!;
  }
}

/** Looks at the value and the task, before and after waits of each kind. */
async function look(): Promise<Set<string>> {
  const seen = new Set<string>();
  const note = () => void seen.add(`${als.getStore()} in ${currentTask()?.name}`);
  note();
  for (const pause of [() => sleep(1), hostTurn, yieldNow, () => until(hostTurn()), () => null]) {
    await pause();
    note();
  }
  return seen;
}

/** Runs native code as the only child of a run. */
async function inTask<T>(name: string, body: () => Promise<T>): Promise<T> {
  return await inWorld(() => async () => await createTask(body, { name }));
}

Deno.test("strands of one task each keep the values that they began with", async () => {
  const seen = await inTask("task", async () => {
    const strands = ["a", "b", "c"].map((value) => als.run(value, look));
    strands.push(look());
    return (await Promise.all(strands)).map((set) => [...set]);
  });
  assertEquals(seen, [["a in task"], ["b in task"], ["c in task"], ["undefined in task"]]);
});

Deno.test("what a strand sets is its own, and so is what it sets in a scope", async () => {
  const seen = await inTask("task", async () => {
    const strand = async (value: string) => {
      await null;
      als.enterWith(value);
      const inside = await timeout(1000, look);
      await sleep(1);
      return [...inside, als.getStore()];
    };
    const [one, two] = await Promise.all([strand("a"), strand("b")]);
    return [one, two, als.getStore()];
  });
  assertEquals(seen, [["a in task", "a"], ["b in task", "b"], undefined]);
});

Deno.test("what is lazy runs with the values of where it is awaited", async () => {
  const seen = await inTask("task", async () => [
    [...await als.run("made", () => timeout(1000, look))],
    [...await als.run("awaited", async () => await timeout(1000, look))],
    [...await als.run("chained", () => timeout(1000, look).then((set) => set))],
  ]);
  assertEquals(seen, [["undefined in task"], ["awaited in task"], ["chained in task"]]);
});

Deno.test("tasks that strands make have the values of their strands", async () => {
  const seen = await inTask("task", async () => {
    const strand = (value: string) =>
      als.run(value, async () => {
        await sleep(1);
        const child = function* (): Program<unknown> {
          yield sleep(1);
          return als.getStore();
        };
        return await gather([
          createTask(asGenerator(child)),
          createTask(async () => {
            await hostTurn();
            await sleep(1);
            return als.getStore();
          }),
        ]);
      });
    return await Promise.all([strand("a"), strand("b")]);
  });
  assertEquals(seen, [["a", "a"], ["b", "b"]]);
});

Deno.test("code that nobody awaits keeps its values when its task has ended", async () => {
  const seen: unknown[] = [];
  await inWorld(() => async () => {
    let isEnded = false;
    const leave = async () => {
      for (const pause of [() => sleep(5), hostTurn, () => sleep(5)]) {
        await pause();
        seen.push(als.getStore());
      }
      isEnded = true;
    };
    await als.run("left", () => createTask(() => (leave(), sleep(0))));
    while (!isEnded) {
      await sleep(1);
      await until(hostTurn()); // Time waits for this, and for nothing that code left behind awaits.
    }
  });
  assertEquals(seen, ["left", "left", "left"]);
});

Deno.test("native code that a generator calls has the generator's values, and own ones", async () => {
  const main = function* (): Program<unknown> {
    const strands = [als.run("a", look), look(), als.run("b", look)];
    const seen: unknown[] = [];
    for (const strand of strands) seen.push([...yield until(strand)]);
    return [...seen, als.getStore()];
  };
  const seen = await als.run("outer", () => inWorld(() => () => asGenerator(main)()));
  const found = (seen as unknown[]).slice(0, 3).map((set) => String(set).replace(/ in .*/, ""));
  assertEquals([...found, (seen as unknown[])[3]], ["a", "outer", "b", "outer"]);
});
