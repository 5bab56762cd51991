/** A timer through the public API: armed, and cancelled before it is due. @module */

import { onLoop } from "../on_loop.ts";
import { PROGRAMS } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const TIMERS = 100_000;
const FEW_TIMERS = 10_000;
const MS = 600_000;
const idle = () => {};

/** Arms and cancels handles of the running loop. */
function handles({ getRunningLoop, sleep }: Weft) {
  const loop = getRunningLoop();
  for (let at = 0; at < TIMERS; at++) loop.callLater(MS, idle).cancel();
  return sleep(0, TIMERS);
}

/** Arms and clears timeouts of the host. */
function timeouts(): Trial {
  return {
    run() {
      for (let at = 0; at < FEW_TIMERS; at++) clearTimeout(setTimeout(idle, MS));
      return FEW_TIMERS;
    },
  };
}

/** Starts std's delay and aborts it. */
async function stdDelay(): Promise<Trial> {
  const { delay } = await import("@std/async/delay.js");
  return {
    async run() {
      const delays: Promise<void>[] = [];
      for (let at = 0; at < FEW_TIMERS; at++) {
        const controller = new AbortController();
        delays.push(delay(MS, { signal: controller.signal }));
        controller.abort();
      }
      await Promise.allSettled(delays);
      return FEW_TIMERS;
    },
  };
}

export const loopCallLater: Suite = {
  name: "callLater and cancel",
  about: "loop.callLater(…).cancel(), against clearTimeout(setTimeout(…)) and the like",
  unit: "ns",
  sizes: [0],
  targets: { callLater: [[0.6, "Go"]] },
  weft: { callLater: onLoop(handles) },
  peers: { setTimeout: timeouts, "std delay": stdDelay },
  programs: PROGRAMS,
};
