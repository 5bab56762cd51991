/**
 * What goes wrong with requests of an HTTP client.
 *
 * @module
 */

import { show } from "../../lowlevel.ts";

/** A request as an error names it: by its method, and its address without a name or password. */
export interface RequestName {
  /** Its method. */
  readonly method: string;
  /** Where it goes. */
  readonly url: string;
}

/** What went wrong with a request of an HTTP client; its cause is the host's error. */
export class ClientError extends Error {
  /** The name of the class. */
  override readonly name: string = "ClientError";
  /** The method of the request. */
  readonly method: string;
  /** The address that was asked, without a user's name or password. */
  readonly url: string;

  /** Makes an error of what happened, to which request, and why if that is known. */
  constructor(what: string, request: RequestName, options?: ErrorOptions & { reason?: string }) {
    const { method, url } = request;
    super(`${what}: ${method} ${url}${options?.reason ? `: ${options.reason}` : ""}`, options);
    this.method = method;
    this.url = url;
  }
}

/** The error of an address that cannot be asked: it is none, not one of HTTP, or not the session's. */
export class InvalidUrl extends ClientError {
  /** The name of the class. */
  override readonly name = "InvalidUrl";
}

/** The error of a request that got no answer: no such host, refused, cut off, or not HTTP. */
export class ClientConnectionError extends ClientError {
  /** The name of the class. */
  override readonly name = "ClientConnectionError";
}

/** The error of a body that is broken: cut off, too large, or not what it claims to be. */
export class ClientPayloadError extends ClientError {
  /** The name of the class. */
  override readonly name = "ClientPayloadError";
}

/** The part of a response that comes before its body. */
export interface ResponseHead {
  /** Its status. */
  readonly status: number;
  /** What the status is called; often empty. */
  readonly statusText: string;
  /** Its headers. */
  readonly headers: Headers;
}

/** The error of a response that is complete, and is not what was asked for. */
export class ClientResponseError extends ClientError {
  /** The name of the class. */
  override readonly name: string = "ClientResponseError";
  /** The status of the response. */
  readonly status: number;
  /** What the server calls the status; often empty. */
  readonly statusText: string;
  /** The headers of the response. */
  readonly headers: Headers;

  /** Makes an error of what is wrong with a response. */
  constructor(what: string, request: RequestName, head: ResponseHead, options?: ErrorOptions) {
    super(what, request, options);
    this.status = head.status;
    this.statusText = head.statusText;
    this.headers = head.headers;
  }
}

/** The error of `json()` when the response says that it is something else. */
export class ContentTypeError extends ClientResponseError {
  /** The name of the class. */
  override readonly name = "ContentTypeError";
}

/** The error of a server that redirects more often than the session follows. */
export class TooManyRedirects extends ClientResponseError {
  /** The name of the class. */
  override readonly name = "TooManyRedirects";
}

/** Returns the error of a response's status. */
export function statusError(response: RequestName & ResponseHead): ClientResponseError {
  const { status, statusText } = response;
  const words = statusText ? `${status} ${statusText}` : `${status}`;
  return new ClientResponseError(`The server answered ${words}`, response, response);
}

/** Returns the host's own words about a failure. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return show(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
