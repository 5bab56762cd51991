/** One deadline: timers that all tie are armed, then expire in the order of arming. @module */

import { bursts } from "../bursts.ts";
import type { Suite } from "../suite.ts";

export const sameDeadline: Suite = {
  ...bursts(() => 1),
  name: "burst with one deadline",
  about: "claim and arm a timer, expire it in order, take it, release it; all tie",
};
