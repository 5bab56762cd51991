import { testOn } from "./run_suite.ts";
import { BUN } from "./runtimes.ts";
import { OF_BUN } from "./suite.ts";

testOn(BUN, OF_BUN);
