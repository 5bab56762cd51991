/** Cannot be loaded. @module */

throw new RangeError("at the top");
