import * as fs from 'fs';
import { accessCases } from './access';
import { clusterCases } from './cluster';
import { egressCases } from './egress';
import { foreignCases } from './foreign';
import { migratedCases } from './migrated';
import { policyCases } from './policies';

/** Writes cases for Cilium to decide, with what the models and the evaluators of the tests say about each. */
const [file] = process.argv.slice(2);
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env.CASES ?? 200);
const cases = [
  ...policyCases(), ...accessCases(seed, count), ...clusterCases(seed, count),
  ...egressCases(seed, count), ...foreignCases(seed, count), ...migratedCases(seed, count),
];
fs.writeFileSync(file, JSON.stringify({ seed, cases }));
