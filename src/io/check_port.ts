/**
 * Refusing what is no port.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** Refuses what is no port, or is below `least`: 0 can be listened at only. */
export function checkPort(port: unknown, least: 0 | 1): void {
  if (typeof port !== "number") throw new TypeError(`port MUST BE A NUMBER: ${show(port)}`);
  if (!Number.isInteger(port) || port < least || port > 65535) {
    throw new RangeError(`port MUST BE ${least} TO 65535: ${port}`);
  }
}
