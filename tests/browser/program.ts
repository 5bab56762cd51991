/**
 * A program in a page: it tells which engine it runs on, and what both front ends gave.
 *
 * @module
 */

import { fallbackReason, newCore } from "../../core.ts";
import { run, sleep, taskGroup } from "../../mod.ts";
import { LAST_LINE } from "../portable/registry.ts";

const { tellOutcome } = globalThis as unknown as { tellOutcome(line: string): void };

const generator = await run(function* () {
  const log: string[] = [];
  yield* taskGroup(function* (group) {
    for (const ms of [20, 5, 10]) {
      group.createTask(function* () {
        yield* sleep(ms);
        log.push(`after ${ms}`);
      });
    }
  });
  return log;
});

const native = await run(async () => {
  const log: string[] = [];
  await taskGroup(async (group) => {
    for (const ms of [20, 5, 10]) {
      group.createTask(async () => {
        await sleep(ms);
        log.push(`after ${ms}`);
      });
    }
    await sleep(0);
  });
  return log;
});

const engine = newCore().engine;
tellOutcome(JSON.stringify({ engine, reason: fallbackReason() ?? null, generator, native }));
tellOutcome(LAST_LINE);
