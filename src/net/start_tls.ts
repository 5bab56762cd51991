/**
 * Encrypting what is connected.
 *
 * @module
 */

import { checkOptions, checkString, checkStrings } from "../lowlevel.ts";

/** How an encrypted connection is begun on one that is there. */
export interface StartTlsOptions {
  /** The name that the certificate must have; that of the host unless given. */
  serverName?: string | undefined;
  /** Further certificates, in PEM, of authorities to trust. */
  caCerts?: readonly string[] | undefined;
  /** The protocols to offer by ALPN. */
  alpnProtocols?: readonly string[] | undefined;
}

/** The names of the options. */
export const START_TLS_NAMES: readonly string[] = ["serverName", "caCerts", "alpnProtocols"];

/** Refuses options that cannot be, among those of these names. */
export function checkTls(
  what: string,
  options: StartTlsOptions,
  names: readonly string[] = START_TLS_NAMES,
): void {
  checkOptions(what, options, names);
  const { serverName, caCerts, alpnProtocols } = options;
  if (serverName !== undefined) checkString("serverName", serverName);
  if (caCerts !== undefined) checkStrings("caCerts", caCerts);
  if (alpnProtocols !== undefined) checkStrings("alpnProtocols", alpnProtocols);
}

/** Encrypts a socket, as its client; closes it where that fails, or is called off. */
export async function startTls(
  conn: Deno.TcpConn,
  hostname: string,
  { serverName = hostname, caCerts, alpnProtocols }: StartTlsOptions,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  let encrypted: Deno.TlsConn;
  try {
    encrypted = await Deno.startTls(conn, {
      hostname: serverName,
      ...(caCerts ? { caCerts: [...caCerts] } : {}),
      ...(alpnProtocols ? { alpnProtocols: [...alpnProtocols] } : {}),
    });
  } catch (error) {
    closeIfOpen(conn);
    throw error;
  }
  return await shakeHands(encrypted, signal);
}

/** Closes a socket, unless the host has taken it. */
function closeIfOpen(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** Waits for the handshake; closes the socket where that fails, or is called off. */
export async function shakeHands(conn: Deno.TlsConn, signal: AbortSignal): Promise<Deno.TlsConn> {
  try {
    signal.throwIfAborted();
    await Promise.race([conn.handshake(), aborted(signal)]);
  } catch (error) {
    conn.close();
    throw error;
  }
  return conn;
}

/** Makes a promise that rejects when a signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
