/** Semaphore: 100 tasks contend for 10 permits, and each holds one while it yields. @module */

import { contention } from "../contention.ts";
import { IN_PYTHON } from "../peers/programs.ts";
import type { Suite } from "../suite.ts";

const PERMITS = 10;

export const syncSemaphore: Suite = {
  ...contention(PERMITS, ({ Semaphore }) => new Semaphore(PERMITS)),
  name: "semaphore, 10 of 100 tasks",
  programs: IN_PYTHON,
};
