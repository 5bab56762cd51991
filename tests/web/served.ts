/**
 * Tests with the counterpart, for both front ends, in real time.
 *
 * @module
 */

import { type ExceptionContext, run } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { FRONT_ENDS, type FrontEnd, type Program } from "../futures/trial.ts";
import { counterpart } from "./counterpart.ts";

/** Defines a test per front end; nothing may be reported. */
export function served(
  sentence: string,
  program: (url: string, as: FrontEnd) => Program<unknown>,
): void {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${sentence} (${name})`, async () => {
      await using server = counterpart();
      const reports: ExceptionContext[] = [];
      const onError = (context: ExceptionContext) => void reports.push(context);
      await run(as(() => program(server.url, as)), { onError, signals: [] });
      assertEquals(reports.map(({ message, exception }) => `${message}: ${exception}`), []);
    });
  }
}
