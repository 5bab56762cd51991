import { newCore } from "../../src/engine/core_pool.ts";
import { coreContract } from "./core_contract.ts";
import { coreLimits } from "./core_limits.ts";

coreContract("WASM core", () => newCore("wasm"));
coreLimits("WASM core", () => newCore("wasm"));
