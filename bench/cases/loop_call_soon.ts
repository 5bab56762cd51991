/** Callbacks: 1,000 at a time are scheduled, and called in the next turn. @module */

import { onLoop } from "../on_loop.ts";
import { IN_PYTHON } from "../peers/programs.ts";
import type { Suite, Trial, Weft } from "../suite.ts";

const CALLBACKS = 1_000;
const TIMES = 50;

/** Calls back from the running loop. */
function* handles({ getRunningLoop, yieldNow }: Weft) {
  const loop = getRunningLoop();
  let calls = 0;
  const callback = () => calls++;
  for (let time = 0; time < TIMES; time++) {
    for (let at = 0; at < CALLBACKS; at++) loop.callSoon(callback);
    yield* yieldNow();
  }
  return calls;
}

/** Prepares callbacks of the host, which cannot be cancelled in the case of microtasks. */
function onHost(soon: (callback: () => void) => void): () => Trial {
  return () => {
    let calls = 0;
    const callback = () => calls++;
    return {
      async run() {
        calls = 0;
        for (let time = 0; time < TIMES; time++) {
          for (let at = 1; at < CALLBACKS; at++) soon(callback);
          await new Promise<void>((resolve) =>
            soon(() => {
              callback();
              resolve();
            })
          );
        }
        return calls;
      },
    };
  };
}

export const loopCallSoon: Suite = {
  name: "callSoon",
  about: "schedule a callback and call it; 1,000 a turn",
  unit: "ns",
  sizes: [0],
  weft: { callSoon: onLoop(handles) },
  peers: {
    queueMicrotask: onHost(queueMicrotask),
    setImmediate: onHost((callback) => void setImmediate(callback)),
  },
  programs: IN_PYTHON,
};
