/** A place in a model where a feature is used. */
export interface Use<Feature> {
  readonly feature: Feature;
  /** The port, and the rule on it, that use the feature; both absent if the model as a whole does. */
  readonly port?: number;
  readonly ruleIndex?: number;
}
