// An event, which one sets for another, as generator coroutines
import { Event, gather, run, sleep } from "@weft/weft";

const event = new Event();

function* waiter() {
  console.log("waiting for the event");
  yield* event.wait();
  console.log("going on: the event is set");
}

function* setter() {
  yield* sleep(2000);
  console.log("setting the event");
  event.set();
}

function* main() {
  yield* gather([waiter(), setter()]);
}

await run(main);
