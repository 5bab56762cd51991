import { testOn } from "./run_suite.ts";
import { NEWEST_NODE, OLDEST_NODE } from "./runtimes.ts";

for (const runtime of [OLDEST_NODE, NEWEST_NODE]) testOn(runtime);
