/**
 * All cases, in the order of the table: the core, the loop, then the primitives.
 *
 * @module
 */

import { burst } from "./cases/burst.ts";
import { bytes } from "./cases/bytes.ts";
import { churn } from "./cases/churn.ts";
import { crossing } from "./cases/crossing.ts";
import { first10ms } from "./cases/first_10ms.ts";
import { firstStep } from "./cases/first_step.ts";
import { growth } from "./cases/growth.ts";
import { growthConnections } from "./cases/growth_connections.ts";
import { hold } from "./cases/hold.ts";
import { holdBatch } from "./cases/hold_batch.ts";
import { ioClient } from "./cases/io_client.ts";
import { ioEcho } from "./cases/io_echo.ts";
import { loopBytes } from "./cases/loop_bytes.ts";
import { loopCallLater } from "./cases/loop_call_later.ts";
import { loopCallSoon } from "./cases/loop_call_soon.ts";
import { loopCalls } from "./cases/loop_calls.ts";
import { loopCancel } from "./cases/loop_cancel.ts";
import { loopFirstStep } from "./cases/loop_first_step.ts";
import { loopGather } from "./cases/loop_gather.ts";
import { loopGroup } from "./cases/loop_group.ts";
import { loopNesting } from "./cases/loop_nesting.ts";
import { loopSleepers } from "./cases/loop_sleepers.ts";
import { loopSpawn } from "./cases/loop_spawn.ts";
import { loopTimeout } from "./cases/loop_timeout.ts";
import { loopYield } from "./cases/loop_yield.ts";
import { ready } from "./cases/ready.ts";
import { rearm } from "./cases/rearm.ts";
import { sameDeadline } from "./cases/same_deadline.ts";
import { sameDeadlineChurn } from "./cases/same_deadline_churn.ts";
import { syncEvent } from "./cases/sync_event.ts";
import { syncLock } from "./cases/sync_lock.ts";
import { syncLockFree } from "./cases/sync_lock_free.ts";
import { syncMapConcurrent } from "./cases/sync_map_concurrent.ts";
import { syncQueue } from "./cases/sync_queue.ts";
import { syncSemaphore } from "./cases/sync_semaphore.ts";
import { workersCores } from "./cases/workers_cores.ts";
import { workersMap } from "./cases/workers_map.ts";
import { workersRoundTrip } from "./cases/workers_round_trip.ts";
import type { Suite } from "./suite.ts";

/** Returns whether a case runs again and again on a loop that stays. */
export function isOnLoop(file: string, suite: Suite): boolean {
  return !suite.fresh && /^(loop|sync)_/.test(file);
}

/** Every case by the name of its file. */
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
  loop_first_step: loopFirstStep,
  loop_yield: loopYield,
  loop_spawn: loopSpawn,
  loop_sleepers: loopSleepers,
  loop_bytes: loopBytes,
  loop_cancel: loopCancel,
  loop_call_later: loopCallLater,
  loop_call_soon: loopCallSoon,
  loop_nesting: loopNesting,
  loop_calls: loopCalls,
  loop_gather: loopGather,
  loop_timeout: loopTimeout,
  loop_group: loopGroup,
  sync_queue: syncQueue,
  sync_lock: syncLock,
  sync_lock_free: syncLockFree,
  sync_semaphore: syncSemaphore,
  sync_event: syncEvent,
  sync_map_concurrent: syncMapConcurrent,
  growth,
  growth_connections: growthConnections,
  io_client: ioClient,
  io_echo: ioEcho,
  workers_round_trip: workersRoundTrip,
  workers_map: workersMap,
  workers_cores: workersCores,
};
