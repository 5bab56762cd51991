/** Lock: 100 tasks contend, and each holds the lock while it yields. @module */

import { contention } from "../contention.ts";
import { PROGRAMS } from "../peers/programs.ts";
import type { Suite } from "../suite.ts";

export const syncLock: Suite = {
  ...contention(1, ({ Lock }) => new Lock()),
  name: "lock, 100 tasks contend",
  targets: { generator: [[0.6, "promises"]], async: [[2, "promises"]] },
  programs: PROGRAMS,
};
