
/** Something in a model that a dialect cannot say. */
export interface Refusal<Feature> {
  /** The feature that asks too much. Absent where the sum of things does, like a limit of the API: no option waives that. */
  readonly feature?: Feature;
  /** What cannot be said, where that is not a feature as such. */
  readonly what?: string;
  /** The port, and the rule on it; both absent if it is the model as a whole. */
  readonly port?: number;
  readonly ruleIndex?: number;
  readonly reason: string;
  /** What to write instead. */
  readonly remedy?: string;
}
