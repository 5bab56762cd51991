/**
 * All cases, in the order of the table.
 *
 * @module
 */

import { burst } from "./cases/burst.ts";
import { bytes } from "./cases/bytes.ts";
import { churn } from "./cases/churn.ts";
import { crossing } from "./cases/crossing.ts";
import { first10ms } from "./cases/first_10ms.ts";
import { firstStep } from "./cases/first_step.ts";
import { hold } from "./cases/hold.ts";
import { holdBatch } from "./cases/hold_batch.ts";
import { ready } from "./cases/ready.ts";
import { rearm } from "./cases/rearm.ts";
import { sameDeadline } from "./cases/same_deadline.ts";
import { sameDeadlineChurn } from "./cases/same_deadline_churn.ts";
import type { Suite } from "./suite.ts";

/** Holds every case by the name of its file. */
export const SUITES: Readonly<Record<string, Suite>> = {
  ready,
  hold,
  hold_batch: holdBatch,
  rearm,
  churn,
  burst,
  same_deadline: sameDeadline,
  same_deadline_churn: sameDeadlineChurn,
  bytes,
  crossing,
  first_10ms: first10ms,
  first_step: firstStep,
};
