/**
 * Values as bytes, in the form of the engine's structured clone.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { isPlain } from "./cloneable.ts";

/**
 * What the host has of the engine's serializer.
 *
 * Its functions `serialize` and `deserialize` would not do: what they give are views of the message.
 */
interface Engine {
  readonly Serializer: new () => {
    writeHeader(): void;
    writeValue(value: unknown): void;
    releaseBuffer(): Uint8Array<ArrayBuffer>;
  };
  readonly Deserializer: new (bytes: Uint8Array) => {
    readHeader(): void;
    readValue(): unknown;
  };
}

/** Finds the engine's serializer; it is found at run time and never imported. */
function findEngine(): Engine {
  const host = globalThis as {
    process?: { getBuiltinModule?: (name: string) => Engine | undefined };
  };
  const found = host.process?.getBuiltinModule?.("node:v8");
  if (found === undefined) {
    throw new RuntimeError("Cannot copy a value: this host has no serializer, node:v8");
  }
  return found;
}

/** Writes a value as bytes; throws if it cannot be copied. */
export function serialize(value: unknown): Uint8Array<ArrayBuffer> {
  if (!isPlain(value)) throw new TypeError("Cannot copy what belongs to the host");
  const serializer = new (findEngine().Serializer)();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/** Reads the value of bytes; runs nothing of what it reads, and throws if it is none. */
export function deserialize(bytes: Uint8Array): unknown {
  const deserializer = new (findEngine().Deserializer)(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
