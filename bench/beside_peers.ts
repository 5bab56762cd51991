/**
 * The cases whose work other runtimes do too: what `deno task bench:peers` measures.
 *
 * @module
 */

/** Their names, in the order of `bench/README.md`. */
export const BESIDE_PEERS: readonly string[] = [
  "loop_yield",
  "loop_spawn",
  "loop_sleepers",
  "loop_bytes",
  "loop_call_later",
  "hold",
  "sync_queue",
  "loop_cancel",
  "sync_lock",
  "loop_timeout",
  "workers_round_trip",
  "first_step",
  "loop_first_step",
];
