/**
 * Clients that say something on a bare connection, and go.
 *
 * @module
 */

import { until } from "../../mod.ts";
import { PIECE } from "./routes.ts";

/** Says something on a bare connection, reads once if there is to be an answer, and hangs up. */
export async function hangUp(port: number, text: string, isAnswered: boolean): Promise<void> {
  using conn = await until(Deno.connect({ hostname: "127.0.0.1", port }));
  await until(conn.write(new TextEncoder().encode(text)));
  if (isAnswered) await until(conn.read(new Uint8Array(PIECE)));
}
