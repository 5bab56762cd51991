import { testOn } from "./run_suite.ts";
import { NEWEST_NODE } from "./runtimes.ts";

testOn(NEWEST_NODE);
