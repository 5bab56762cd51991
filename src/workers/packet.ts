/**
 * Messages in a stream of bytes that also carries what a job prints.
 *
 * A packet is a mark that both sides agreed on, the length, and the message as the engine's serializer
 * writes it. Whatever is not in a packet is text.
 *
 *     | mark: 16 bytes | length: 4 bytes, little-endian | message: length bytes |
 *
 * @module
 */

import { deserialize, serialize } from "./serializer.ts";

/** The length of a mark, in bytes. */
export const MARK_LENGTH = 16;
const HEAD_LENGTH = MARK_LENGTH + 4;

/** Writes a packet; throws if the message cannot be copied. */
export function writePacket(mark: Uint8Array, message: unknown): Uint8Array<ArrayBuffer> {
  const body = serialize(message);
  const packet = new Uint8Array(HEAD_LENGTH + body.length);
  packet.set(mark);
  new DataView(packet.buffer).setUint32(MARK_LENGTH, body.length, true);
  packet.set(body, HEAD_LENGTH);
  return packet;
}

/** A reader that parts a stream into messages and text. */
export class PacketReader {
  readonly #mark: Uint8Array;
  readonly #onMessage: (message: unknown) => void;
  readonly #onText: (text: Uint8Array) => void;
  /** The pieces of a packet that is not complete. */
  #pieces: Uint8Array[] = [];
  #held = 0;
  /** The number of bytes that it takes before it is worth looking again. */
  #needed = 1;

  /** Makes a reader of packets that begin with a mark. */
  constructor(
    mark: Uint8Array,
    onMessage: (message: unknown) => void,
    onText: (text: Uint8Array) => void,
  ) {
    this.#mark = mark;
    this.#onMessage = onMessage;
    this.#onText = onText;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#held += bytes.length;
    if (this.#held < this.#needed) return;
    const rest = this.#read(join(this.#pieces, this.#held));
    this.#pieces = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
  }

  /** Takes the end of the stream: what is held is no packet. */
  end(): void {
    if (this.#held > 0) this.#onText(join(this.#pieces, this.#held));
    this.#pieces = [];
    this.#held = 0;
  }

  /** Reads all that is complete; returns the beginning of a packet that is not. */
  #read(bytes: Uint8Array): Uint8Array {
    let at = 0;
    for (;;) {
      const start = this.#find(bytes, at);
      if (start > at) this.#onText(bytes.subarray(at, start));
      const left = bytes.length - start;
      if (left < HEAD_LENGTH) {
        this.#needed = Math.min(left + 1, HEAD_LENGTH);
        return bytes.subarray(start);
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset + start + MARK_LENGTH, 4);
      const end = HEAD_LENGTH + view.getUint32(0, true);
      if (left < end) {
        this.#needed = end;
        return bytes.subarray(start);
      }
      at = start + end;
      this.#onMessage(deserialize(bytes.subarray(start + HEAD_LENGTH, at)));
    }
  }

  /** Finds where the next mark begins, or may begin; the end if none does. */
  #find(bytes: Uint8Array, from: number): number {
    const mark = this.#mark;
    let start = bytes.indexOf(mark[0], from);
    while (start >= 0) {
      let same = 1;
      while (same < mark.length && start + same < bytes.length) {
        if (bytes[start + same] !== mark[same]) break;
        same++;
      }
      if (same === mark.length || start + same === bytes.length) return start;
      start = bytes.indexOf(mark[0], start + 1);
    }
    return bytes.length;
  }
}

/** Joins pieces. */
function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
