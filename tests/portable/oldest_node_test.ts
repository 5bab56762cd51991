import { testOn } from "./run_suite.ts";
import { OLDEST_NODE } from "./runtimes.ts";
import { OF_OLDEST_NODE } from "./suite.ts";

testOn(OLDEST_NODE, OF_OLDEST_NODE);
