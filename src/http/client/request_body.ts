/**
 * What a request sends after its head.
 *
 * @module
 */

import { show } from "../../lowlevel.ts";
import { readValue } from "./query.ts";

/** The ways to give the body of a request; there may be one. */
interface GivenBody {
  readonly json?: unknown;
  readonly body?: BodyInit | undefined;
  readonly form?: FormData | URLSearchParams | object | undefined;
}

/** Reads the body of a request, and what type it is if the host does not know. */
export function readBody(
  method: string,
  { json, body, form }: GivenBody,
): [body: BodyInit | undefined, type: string | undefined] {
  const given = Object.entries({ json, body, form }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return [undefined, undefined];
  const names = given.map(([name]) => name).join(", ");
  if (given.length > 1) {
    throw new TypeError(`Cannot send more than one body with a request, choose one of: ${names}`);
  }
  if (method === "GET" || method === "HEAD") {
    throw new TypeError(`Cannot send a body with a ${method} request, leave out: ${names}`);
  }
  if (json !== undefined) return [stringify(json), "application/json"];
  if (body !== undefined) return [checkBody(body), undefined];
  return [readForm(form), undefined];
}

/** Writes JSON. */
function stringify(json: unknown): string {
  const text = JSON.stringify(json);
  if (text === undefined) throw new TypeError(`json must be a value that JSON has: ${show(json)}`);
  return text;
}

/** Refuses what the host would send as the name of its class. */
function checkBody(body: unknown): BodyInit {
  const isBody = typeof body === "string" || body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) || body instanceof Blob || body instanceof FormData ||
    body instanceof URLSearchParams || body instanceof ReadableStream;
  if (!isBody) {
    throw new TypeError(
      `body must be a string, bytes, a Blob, a form or a ReadableStream: ${show(body)}`,
    );
  }
  return body as BodyInit;
}

/** Reads a form. */
function readForm(form: unknown): BodyInit {
  if (form instanceof FormData || form instanceof URLSearchParams) return form;
  if (typeof form !== "object" || form === null) {
    throw new TypeError(`form must be an object or a form: ${show(form)}`);
  }
  const pairs = Object.entries(form).map(([name, value]) => [name, readValue("form", name, value)]);
  return new URLSearchParams(pairs);
}
