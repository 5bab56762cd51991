/**
 * What a pool of your own kind is made of: a seat is a place where its jobs run.
 *
 * A kind of pool extends `Pool` of `workers.ts`, and starts seats. This one calls functions right here:
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import type { FunctionName, Seat, SeatEvents, ToSeat } from "@weft/weft/seats.ts";
 * import { Pool } from "@weft/weft/workers.ts";
 *
 * class NearSeat implements Seat {
 *   readonly ended = Promise.resolve(); // It holds nothing.
 *   readonly #names: FunctionName[] = [];
 *
 *   constructor(readonly events: SeatEvents) {}
 *
 *   post(message: ToSeat): void {
 *     if (message.type !== "call") return;
 *     if (message.first !== undefined) this.#names[message.fn] = message.first;
 *     const { module, name } = this.#names[message.fn];
 *     import(module).then((exports) => exports[name](...message.args)).then(
 *       (value) => this.events.onMessage({ type: "result", value }),
 *       ({ name, message }) =>
 *         this.events.onMessage({ type: "error", error: { name, message } }),
 *     );
 *   }
 *   cancel = () => true;
 *   kill = () => false;
 *   stop = () => {};
 * }
 *
 * class NearPool extends Pool {
 *   protected override start(events: SeatEvents): Seat {
 *     return new NearSeat(events);
 *   }
 * }
 *
 * const module = "data:text/javascript,export const double = (n) => 2 * n;";
 * await run(async () => {
 *   await using pool = new NearPool({ size: 1 });
 *   console.assert(await pool.run(module, "double", 21) === 42);
 * });
 * ```
 *
 * @module
 */

export type { ErrorRecord } from "./src/workers/error_record.ts";
export type {
  AnswerMessage,
  AskMessage,
  CallMessage,
  CancelMessage,
  ErrorMessage,
  FromSeat,
  FunctionName,
  ProgressMessage,
  ResultMessage,
  StrayMessage,
  ToSeat,
  WithdrawMessage,
} from "./src/workers/message.ts";
export type { Seat, SeatEvents } from "./src/workers/seat.ts";
export type { Work } from "./src/workers/work.ts";
