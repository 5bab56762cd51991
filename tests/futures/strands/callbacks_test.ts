import {
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  RuntimeError,
  sleep,
} from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { assertError, caughtBy, inWorld } from "../trial.ts";
import { hostTurns } from "../../host_turns.ts";
import { foreign } from "./foreign.ts";

/** Ways in which a callback may be registered. */
const WAYS: Record<string, (callback: () => Promise<void>) => void> = {
  "callSoon()": (callback) => void getRunningLoop().callSoon(callback),
  "addDoneCallback()": (callback) => {
    const future = new Future<void>();
    future.addDoneCallback(callback as () => void);
    future.setResult();
  },
};

/** Names the current task, if there is one: what is in no callback any more may know of no loop. */
function nameOfTask(): string | undefined {
  try {
    return currentTask()?.name;
  } catch (error) {
    assertError(error, RuntimeError);
    return undefined;
  }
}

for (const [name, register] of Object.entries(WAYS)) {
  for (const [what, pause] of [["host", hostTurns], ["loop's time", () => foreign(1)]] as const) {
    Deno.test(`async code of ${name} belongs to no task, after a promise of the ${what}`, async () => {
      await inWorld(() => async () => {
        const seen: unknown[] = [];
        const ended = Promise.withResolvers<void>();
        const innocent = createTask(async () => {
          for (let n = 0; n < 20; n++) await sleep(2);
        }, { name: "innocent" });
        register(async () => {
          await pause();
          seen.push(nameOfTask());
          seen.push(await caughtBy(sleep(100)));
          ended.resolve();
        });
        await sleep(10);
        innocent.cancel();
        await caughtBy(innocent);
        await ended.promise;
        assertEquals(seen[0], undefined);
        assertError(seen[1], RuntimeError, "sleep(100)");
      });
    });
  }
}
