/**
 * How a job that runs on a loop waits for a call of a function of its caller.
 *
 * @module
 */

import { findTask, until } from "../lowlevel.ts";
import { provideLoopWait } from "./job_call.ts";

provideLoopWait((begin, label) => findTask() === undefined ? undefined : until(begin, { label }));
