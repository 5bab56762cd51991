/**
 * Readings of two sensors, joined, sifted, and written in batches: operators over what comes.
 *
 *     deno run examples/sensor_readings.ts [native]
 *
 * @module
 */

import { buffer, filter, map, merge, type Stream } from "../flow.ts";
import { asyncGenerator, type Coroutine, each, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** A sensor's name, how often it reads, in ms, and what it reads. */
type Sensor = readonly [name: string, every: number, values: readonly number[]];

const SENSORS: readonly Sensor[] = [
  ["roof", 300, [11, 12, -273, 13, 12, 11]],
  ["cellar", 470, [8, 8, 9]],
];

interface Reading {
  readonly name: string;
  readonly value: number;
}

/** Reads a sensor with the library's async generator. */
function readSensor([name, every, values]: Sensor): AsyncIterable<Reading> {
  return asyncGenerator<Reading>(function* (emit) {
    for (const value of values) {
      yield* sleep(every);
      yield* emit({ name, value });
    }
  });
}

/** Makes batches of the readings that can be true: of three, or what came within 400 ms. */
function batch(sensors: readonly AsyncIterable<Reading>[]): Stream<string[]> {
  const sound = filter(merge(sensors), ({ value }) => value > -100);
  const lines = map(sound, ({ name, value }) => `${name} ${value} °C`);
  return buffer(lines, 3, { within: 400 });
}

/** Prints the batches, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  yield* each(batch(SENSORS.map(readSensor)), function* (lines) {
    print(lines.join(", "));
  });
}

/** Reads a sensor with the language's async generator. */
async function* readNatively([name, every, values]: Sensor): AsyncGenerator<Reading> {
  for (const value of values) {
    await sleep(every);
    yield { name, value };
  }
}

/** Prints the batches, as a native async function. */
export async function native(print: Print): Promise<void> {
  for await (const lines of batch(SENSORS.map(readNatively))) print(lines.join(", "));
}

if (import.meta.main) await runExample({ generator, native });
