import { seededRandom } from "../../../local/carrier/ids.ts";

/** Repeatable chance. */
export interface Draw {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number from 0 up to, but not including, this one. */
  below(limit: number): number;
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  /** One of the values, as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T;
}

export function drawFrom(seed: number): Draw {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    chance: (probability) => random() < probability,
    below,
    between: (low, high) => low + below(high - low + 1),
    pick(from) {
      const [first] = from.slice(below(from.length));
      if (first === undefined) throw new Error("There is nothing to pick from");
      return first;
    },
    weighted(choices) {
      let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of choices) {
        left -= weight;
        if (left < 0) return value;
      }
      throw new Error("There is nothing to choose from");
    },
  };
}
