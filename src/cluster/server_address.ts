/**
 * Where the server of an engine is.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** The address of a server, and how it is shown: without the password. */
export interface ServerAddress {
  readonly url: URL;
  readonly shown: string;
  /** Whether all that is said is encrypted. */
  readonly hasTls: boolean;
}

/** Reads an address of one of two schemes, the second of which is encrypted; refuses any other. */
export function readServerAddress(given: unknown, plain: string, secure: string): ServerAddress {
  const url = typeof given === "string" ? URL.parse(given) : given;
  if (!(url instanceof URL)) throw new TypeError(`url must be a URL: ${show(given)}`);
  const { protocol, username, host } = url;
  if (protocol !== `${plain}:` && protocol !== `${secure}:`) {
    throw new RangeError(`url must begin with ${plain}:// or ${secure}://, not with ${protocol}//`);
  }
  if (host === "") throw new RangeError(`url must name a host: ${protocol}//HOST:PORT`);
  const shown = `${protocol}//${username && `${username}@`}${host}`;
  return { url, shown, hasTls: protocol === `${secure}:` };
}
