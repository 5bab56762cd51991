/**
 * What ties a job to the trace of its caller, if the program uses OpenTelemetry.
 *
 * Its API is found where every copy of it is registered; nothing of it is imported.
 *
 * @module
 */

/** What is used of the API. */
interface Telemetry {
  readonly context?: {
    active(): unknown;
    with<R>(context: unknown, callback: () => R): R;
  };
  readonly propagation?: {
    inject(context: unknown, carrier: Record<string, string>, setter: object): void;
    extract(context: unknown, carrier: object, getter: object): unknown;
  };
}

/** Finds the API; `undefined` if nobody has registered one. */
function findTelemetry(): Required<Telemetry> | undefined {
  const found = (globalThis as Record<symbol, Telemetry | undefined>)[
    Symbol.for("opentelemetry.js.api.1")
  ];
  return found?.context && found.propagation ? found as Required<Telemetry> : undefined;
}

const setter = {
  set: (carrier: Record<string, string>, key: string, value: string) => void (carrier[key] = value),
};
const getter = {
  get: (carrier: Record<string, string>, key: string) => carrier[key],
  keys: (carrier: Record<string, string>) => Object.keys(carrier),
};

/** Writes down what ties to the trace of the code that runs; `undefined` if nothing does. */
export function writeTrace(): Record<string, string> | undefined {
  const telemetry = findTelemetry();
  if (telemetry === undefined) return undefined;
  const carrier: Record<string, string> = {};
  telemetry.propagation.inject(telemetry.context.active(), carrier, setter);
  return Object.keys(carrier).length > 0 ? carrier : undefined;
}

/** Calls a function within a trace. */
export function withinTrace<R>(
  carrier: Readonly<Record<string, string>> | undefined,
  callback: () => R,
): R {
  const telemetry = carrier && findTelemetry();
  if (telemetry === undefined) return callback();
  const { context, propagation } = telemetry;
  return context.with(propagation.extract(context.active(), carrier!, getter), callback);
}
