/**
 * Asking a consumer of JetStream for no more jobs than there is room for.
 *
 * The client's own ways either take jobs in advance, which then wait here while others are idle, or
 * make a subscription for each. This asks by the same protocol, for as many as there are free places.
 *
 * @module
 */

// deno-lint-ignore-file no-import-prefix -- every entry works by its address, without an import map
import { createInbox, type Msg, type NatsConnection } from "npm:@nats-io/transport-node@3.4.0";
import { nanos } from "./nats_streams.ts";

/** How long, in ms, the server keeps a question in mind. */
const EXPIRES = 5000;
/** How much longer, in ms, an answer is waited for before it is asked anew. */
const PATIENCE = 1000;

/** A question that is not answered in full. */
interface Question {
  left: number;
  readonly until: number;
}

/** A job that has come, and what the server is told of it. */
export class PulledJob {
  readonly #message: Msg;
  readonly #connection: NatsConnection;

  /** Makes one of a message. */
  constructor(message: Msg, connection: NatsConnection) {
    this.#message = message;
    this.#connection = connection;
  }

  /** Its subject. */
  get subject(): string {
    return this.#message.subject;
  }

  /** What it says. */
  get data(): Uint8Array {
    return this.#message.data;
  }

  /**
   * How often it has been delivered, this time included.
   *
   * The subject of the answer tells: `$JS.ACK.STREAM.CONSUMER.COUNT.SEQUENCE.SEQUENCE.TIME.PENDING`, on
   * servers that know domains with a domain and an account behind `ACK`.
   */
  get deliveryCount(): number {
    return this.#told(0);
  }

  /** When it was put into the stream, in ms since 1970. */
  get time(): number {
    return this.#told(3) / 1e6;
  }

  /** Reads a part of the subject of the answer, from the count on. */
  #told(at: number): number {
    const parts = this.#message.reply?.split(".") ?? [];
    return Number(parts[at + (parts.length > 9 ? 6 : 4)]);
  }

  /** Asks for more time. */
  working(): void {
    this.#say("+WPI");
  }

  /** Confirms that it has ended. */
  ack(): void {
    this.#say("+ACK");
  }

  /** Asks that it be delivered again. */
  nak(): void {
    this.#say("-NAK");
  }

  #say(words: string): void {
    if (!this.#connection.isClosed()) this.#message.respond(words);
  }
}

/** What asks for jobs. */
export class JobPuller {
  readonly #connection: NatsConnection;
  readonly #subject: string;
  readonly #inbox: string;
  readonly #take: (job: PulledJob) => Promise<void>;
  readonly #timer: ReturnType<typeof setInterval>;
  #questions: Question[] = [];
  #free: number;
  #isPaused = false;
  #isDoubtful = false;

  /** Begins to ask for as many jobs at once as there are places; what comes, comes to an inbox. */
  constructor(
    connection: NatsConnection,
    { stream, consumer, inbox }: {
      readonly stream: string;
      readonly consumer: string;
      readonly inbox: string;
    },
    places: number,
    take: (job: PulledJob) => Promise<void>,
  ) {
    this.#connection = connection;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#inbox = createInbox(inbox);
    this.#free = places;
    this.#take = take;
    connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error === null) this.#receive(message);
      },
    });
    this.#timer = setInterval(() => this.#expire(), PATIENCE);
    this.#ask();
  }

  /** Asks no more. */
  pause(): void {
    this.#isPaused = true;
    clearInterval(this.#timer);
  }

  /** Forgets what it has asked, and asks anew: the server has forgotten it, too. */
  reset(): void {
    this.#questions = [];
    this.#ask();
  }

  #ask(): void {
    const batch = this.#free - this.#questions.reduce((sum, { left }) => sum + left, 0);
    if (batch <= 0 || this.#isPaused || this.#connection.isClosed()) return;
    this.#questions.push({ left: batch, until: Date.now() + EXPIRES + PATIENCE });
    const question = JSON.stringify({ batch, expires: nanos(EXPIRES) });
    this.#connection.publish(this.#subject, question, { reply: this.#inbox });
  }

  #receive(message: Msg): void {
    if (message.subject === this.#inbox) return this.#takeStatus(message);
    const [oldest] = this.#questions;
    if (oldest !== undefined && --oldest.left === 0) this.#questions.shift();
    this.#free--;
    this.#take(new PulledJob(message, this.#connection)).finally(() => {
      this.#free++;
      this.#ask();
    });
  }

  /** Takes note that a question is over, and how much of it was left. */
  #takeStatus({ headers }: Msg): void {
    const left = Number(headers?.get("Nats-Pending-Messages") ?? NaN);
    const at = this.#questions.findIndex((one) => one.left === left);
    this.#questions.splice(Math.max(at, 0), 1);
    this.#ask();
  }

  /**
   * Drops what was asked and never answered, once the server has said anything at all.
   *
   * To ask while it is silent would be to ask many times at once when the network is back, and to be
   * sent jobs that do not get here yet.
   */
  #expire(): void {
    const now = Date.now();
    if (this.#isDoubtful || !this.#questions.some(({ until }) => until <= now)) return;
    this.#isDoubtful = true;
    this.#connection.flush().then(() => {
      this.#questions = this.#questions.filter(({ until }) => until > now);
      this.#ask();
    }, () => {}).finally(() => this.#isDoubtful = false);
  }
}
