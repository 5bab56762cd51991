import { testOn } from "./run_suite.ts";
import { BUN } from "./runtimes.ts";

testOn(BUN);
