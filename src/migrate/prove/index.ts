export { prove, type ProveOptions } from './prove';
export type { Comparison, Proof, Tally, Witness } from './proof';
