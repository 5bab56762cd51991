/** Timeout: entered, its body yields once, left in time. @module */

import { onLoop } from "../on_loop.ts";
import { onEffect } from "../peers/effect.ts";
import { PROGRAMS } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TIMES = 10_000;
const FEW_TIMES = 2_000;
const MS = 600_000;

/** Bounds generators. */
function* generator({ timeout, yieldNow }: Weft) {
  function* body() {
    yield* yieldNow();
  }
  for (let time = 0; time < TIMES; time++) yield* timeout(MS, body);
  return TIMES;
}

/** Bounds native async functions. */
async function native({ timeout, yieldNow }: Weft) {
  const body = async () => void await yieldNow();
  for (let time = 0; time < TIMES; time++) await timeout(MS, body);
  return TIMES;
}

/** Races a promise of `setTimeout`, which stops nothing. */
function race(): Trial {
  return {
    async run() {
      for (let time = 0; time < FEW_TIMES; time++) {
        const { promise, reject } = Promise.withResolvers<void>();
        const timer = setTimeout(reject, MS);
        await Promise.race([promise, Promise.resolve()]);
        clearTimeout(timer);
      }
      return FEW_TIMES;
    },
  };
}

/** Bounds std's promises, which go on. */
async function stdDeadline(): Promise<Trial> {
  const { deadline } = await import("@std/async/deadline.js");
  return {
    async run() {
      for (let time = 0; time < FEW_TIMES; time++) await deadline(Promise.resolve(), MS);
      return FEW_TIMES;
    },
  };
}

/** Effect, which bounds effects. */
const effect = onEffect(({ Effect }) =>
  Effect.gen(function* () {
    for (let time = 0; time < FEW_TIMES; time++) yield* Effect.timeout(Effect.yieldNow, MS);
    return FEW_TIMES;
  })
);

export const loopTimeout: Suite = {
  name: "timeout that does not expire",
  about: "timeout() around one yield; peers: a race with setTimeout, deadline(), Effect.timeout",
  unit: "ns",
  sizes: [0],
  targets: { generator: [[1, "tokio"]], async: [[2, "tokio"]] },
  rounds: 3,
  weft: { generator: onLoop(generator), async: onLoop(native) },
  peers: { promises: race, "std deadline": stdDeadline, Effect: effect },
  programs: PROGRAMS,
};
