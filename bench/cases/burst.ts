/** Burst: timers are armed in random order, then all are due at once. @module */

import { bursts } from "../bursts.ts";
import type { Suite } from "../suite.ts";

export const burst: Suite = {
  ...bursts((random) => random.next()),
  name: "burst: arm all, expire all",
  about: "claim and arm a timer, expire it in order, take it, release it",
};
