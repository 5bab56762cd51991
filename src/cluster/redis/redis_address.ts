/**
 * Where a server of Redis is.
 *
 * @module
 */

/** Where a server is, and how to speak to it. */
export interface RedisAddress {
  readonly url: string;
  /** The address without the password. */
  readonly shown: string;
  readonly prefix: string;
  readonly ca: string | readonly string[] | undefined;
  readonly isCluster: boolean;
}
