"use strict";

// A picture for every prompt, drawn with one stroke width in a square of 48 units around 0.
const HAND = "M-8 14 C-12 8 -13 3 -13 -1 C-13 -4 -9 -4 -8 -1 L-7 2 V-11 C-7 -14 -3 -14 -3 -11 V-1"
  + " V-13 C-3 -16 1 -16 1 -13 V-1 V-12 C1 -15 5 -15 5 -12 V0 L8 -5 C10 -8 14 -6 12 -3 L7 9 C6 12 5 13 4 14 Z";
const PICTURES = {
  "show palm": HAND,
  "closer": "M-14 14 H14 M0 -15 V7 M-8 -1 L0 7 L8 -1",
  "farther": "M-14 14 H14 M0 7 V-14 M-8 -6 L0 -14 L8 -6",
  "left": "M14 0 H-14 M-4 -10 L-14 0 L-4 10",
  "right": "M-14 0 H14 M4 -10 L14 0 L4 10",
  "up": "M0 14 V-14 M-10 -4 L0 -14 L10 -4",
  "down": "M0 -14 V14 M-10 4 L0 14 L10 4",
  "flatten": "M-15 4 H15 M-15 -4 H15",
  "spread fingers": "M0 13 L-15 -2 M0 13 L-9 -11 M0 13 V-15 M0 13 L9 -11 M0 13 L15 -2",
  "turn over": "M-12 -3 C-9 -13 9 -13 12 -3 M12 -12 V-3 H4 M12 4 C9 13 -9 13 -12 4 M-12 12 V4 H-4",
  "hold still": "M-7 -11 V11 M7 -11 V11",
  "brighter": "M-5 0 A5 5 0 1 0 5 0 A5 5 0 1 0 -5 0 M0 -15 V-10 M0 10 V15 M-15 0 H-10 M10 0 H15"
    + " M-10.600 -10.600 L-7 -7 M7 7 L10.600 10.600 M-10.600 10.600 L-7 7 M7 -7 L10.600 -10.600",
  "darker": "M6 -13 A13 13 0 1 0 13 6 A10 10 0 0 1 6 -13 Z",
  "clean lens": "M-10 2 A10 10 0 1 0 10 2 A10 10 0 1 0 -10 2 M8 -15 L10 -10 L15 -8 L10 -6 L8 -1 L6 -6 L1 -8 L6 -10 Z",
  "remove cover": "M-12 6 L4 -10 A5 5 0 0 1 11 -3 L-5 13 A5 5 0 0 1 -12 6 M-3 -3 L4 4 M9 10 L15 15",
  "other hand": "M-14 -6 H12 M5 -13 L12 -6 L5 1 M14 8 H-12 M-5 1 L-12 8 L-5 15",
  "one hand": "M-4 -10 L2 -15 V14 M-5 14 H9",
  "take hand away": "M-14 14 H14 M-9 5 L9 -13 M-3 -13 H9 V-1",
};
