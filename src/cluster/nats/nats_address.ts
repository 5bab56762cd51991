/**
 * Where a server of NATS is.
 *
 * @module
 */

/** Where a server is, and how to speak to it. */
export interface NatsAddress {
  readonly host: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly hasTls: boolean;
  /** The address without the password. */
  readonly shown: string;
  readonly prefix: string;
  readonly ca: string | undefined;
}
