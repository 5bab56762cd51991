/** A job that tells what span it is within. */

import { writeTrace } from "../../src/workers/trace_context.ts";

/** Returns the header of the span that is active, after a wait. */
export async function findTrace(): Promise<string | undefined> {
  await new Promise((resolve) => setTimeout(resolve));
  return writeTrace()?.traceparent;
}
