/**
 * Types the core as workers get it: compiled when they are deployed.
 *
 * @module
 */

/** The module of the scheduler core. */
declare const module: WebAssembly.Module;
export default module;
