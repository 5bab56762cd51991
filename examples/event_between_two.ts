/**
 * Lets one coroutine wait until another says that it can go on: an event.
 *
 *     deno run examples/event_between_two.ts [native]
 *
 * @module
 */

import { type Coroutine, Event, gather, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Waits for the event, as a generator coroutine. */
function* waiter(event: Event, print: Print): Coroutine<void> {
  print("Waiting for the event");
  yield* event.wait();
  print("Continuing after the event is set");
}

/** Works for a while and sets the event, as a generator coroutine. */
function* setter(event: Event, print: Print): Coroutine<void> {
  yield* sleep(2000);
  print("Setting the event");
  event.set();
}

/** Starts both, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const event = new Event();
  yield* gather([waiter(event, print), setter(event, print)]);
}

/** Waits for the event, as a native async function. */
async function waiterNatively(event: Event, print: Print): Promise<void> {
  print("Waiting for the event");
  await event.wait();
  print("Continuing after the event is set");
}

/** Works for a while and sets the event, as a native async function. */
async function setterNatively(event: Event, print: Print): Promise<void> {
  await sleep(2000);
  print("Setting the event");
  event.set();
}

/** Starts both, as a native async function. */
export async function native(print: Print): Promise<void> {
  const event = new Event();
  await gather([() => waiterNatively(event, print), () => setterNatively(event, print)]);
}

if (import.meta.main) await runExample({ generator, native });
