import { JsCore } from "../../src/engine/core_js.ts";
import { coreContract } from "./core_contract.ts";
import { coreLimits } from "./core_limits.ts";

coreContract("JS core", () => new JsCore());
coreLimits("JS core", () => new JsCore());
