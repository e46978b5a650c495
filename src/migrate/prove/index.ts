export { prove, type ProveOptions } from './prove';
export type { Comparison, Proof, Said, Tally, Witness } from './proof';
export { isFault, proofLines, witnessLine } from './words';
