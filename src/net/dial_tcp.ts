/**
 * Connecting by the host, so that no socket is lost.
 *
 * @module
 */

/**
 * Has the host connect, and tells it when that is called off. It may have connected all the same:
 * whoever calls it off closes what comes.
 *
 * Once its signal is aborted, the host throws at the end whatever it has, and loses a socket that was
 * connected in the same turn. So it is not let to look, but for what ends its attempt.
 */
export async function dialTcp(
  hostname: string,
  port: number,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const own = controller.signal;
  Object.defineProperty(own, "throwIfAborted", { value: () => {} });
  const stop = () => controller.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Deno.connect({ hostname, port, signal: own });
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
