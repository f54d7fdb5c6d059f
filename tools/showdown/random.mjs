/**
 * Seeded random numbers. Every stream is named by a text such as "7/duel-12/battle", so a line
 * plays the same however many processes share the work and wherever it stands in a file.
 */

/** Four 32-bit words from a text (FNV-1a with four starting points, then mixed). */
function words(text) {
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((start) => {
    let h = start;
    for (let i = 0; i < text.length; i++) {
      h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
      h ^= h >>> 15;
    }
    h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
    h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
    return (h ^ (h >>> 16)) >>> 0;
  });
}

/** A function that returns unsigned 32-bit integers (generator "sfc32"). */
export function stream(text) {
  let [a, b, c, counter] = words(text);
  const next = () => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + sum) >>> 0;
    return sum;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** Small helpers over a stream, for drawing cases. */
export class Draw {
  constructor(text) {
    this.next = stream(text);
  }

  /** An integer from low to high, both included. */
  int(low, high) {
    return low + Math.floor((this.next() / 2 ** 32) * (high - low + 1));
  }

  /** True with the given probability. */
  chance(probability) {
    return this.next() / 2 ** 32 < probability;
  }

  /** One item of a list. */
  pick(items) {
    return items[this.int(0, items.length - 1)];
  }

  /** `count` different items of a list, in random order. */
  picks(items, count) {
    return this.shuffled(items).slice(0, count);
  }

  /** A shuffled copy of a list. */
  shuffled(items) {
    const list = [...items];
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
}
