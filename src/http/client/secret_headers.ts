/**
 * Headers that are meant for one origin only.
 *
 * @module
 */

/** The words that make a header's name that of a secret: `X-Api-Key` as much as `Authorization`. */
const SECRET =
  /(?:^|[-_])(?:auth|authorization|cookie|credentials?|jwt|(?:api)?key|password|secret|token)(?:[-_]|$)/i;
/** A header that has such a word and is none: without it, a payment may be made twice. */
const NO_SECRET = "idempotency-key";

/** Drops the headers that another origin must not see. */
export function dropSecrets(headers: Headers): void {
  for (const name of [...headers.keys()]) {
    if (SECRET.test(name) && name !== NO_SECRET) headers.delete(name);
  }
}
