/**
 * Asking for what is known of a name.
 *
 * @module
 */

import {
  type Awaitable,
  checkOneOf,
  checkOptions,
  checkPort,
  checkString,
  show,
  until,
} from "../lowlevel.ts";

/** What a record of each type is given as. */
export interface DnsRecords {
  /** An IPv4 address. */
  A: string;
  /** An IPv6 address. */
  AAAA: string;
  /** The name that stands for another's addresses. */
  ANAME: string;
  /** Who may issue certificates. */
  CAA: Deno.CaaRecord;
  /** The name that it is another name of. */
  CNAME: string;
  /** Where mail goes. */
  MX: Deno.MxRecord;
  /** How it is rewritten. */
  NAPTR: Deno.NaptrRecord;
  /** A server that answers for it. */
  NS: string;
  /** The name of an address. */
  PTR: string;
  /** Where a zone begins. */
  SOA: Deno.SoaRecord;
  /** Where a service is. */
  SRV: Deno.SrvRecord;
  /** Text, in parts. */
  TXT: string[];
}

/** Whom to ask. */
export interface ResolveOptions {
  /** The address of a name server; those of the system unless given. */
  hostname?: string | undefined;
  /** Its port; 53 unless given. */
  port?: number | undefined;
}

const TYPES: readonly (keyof DnsRecords)[] = [
  "A",
  "AAAA",
  "ANAME",
  "CAA",
  "CNAME",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SOA",
  "SRV",
  "TXT",
];

/**
 * Asks the domain name system for all records of a type that a name has. It needs `--allow-net`.
 *
 * A name that has none is a `Deno.errors.NotFound`.
 *
 * **Cancel safety.** A cancelled wait ends at once, and the host is told to stop asking.
 *
 * **Gotchas.** It asks name servers. What a connection goes to may also come from elsewhere, as from
 * `/etc/hosts`.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { resolve } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   console.assert((await resolve("localhost", "A")).includes("127.0.0.1"));
 * });
 * ```
 */
export function resolve<T extends keyof DnsRecords>(
  name: string,
  type: T,
  options: ResolveOptions = {},
): Awaitable<DnsRecords[T][]> {
  checkString("name", name);
  checkOneOf("type", type, TYPES);
  checkOptions("resolve()", options, ["hostname", "port"]);
  const { hostname, port } = options;
  if (hostname !== undefined) checkString("hostname", hostname);
  if (port !== undefined) checkPort(port, 1);
  if (port !== undefined && hostname === undefined) {
    throw new TypeError(`Cannot ask at a port of no name server, give its hostname: ${port}`);
  }
  const nameServer = hostname && { ipAddr: hostname, ...(port === undefined ? {} : { port }) };
  const label = `resolve(${show(name)}, ${show(type)})`;
  return until(
    (signal) =>
      Deno.resolveDns(name, type, { signal, ...(nameServer ? { nameServer } : {}) }) as Promise<
        unknown
      > as Promise<DnsRecords[T][]>,
    { label },
  );
}
