import * as fs from 'fs';
import { accessCases } from './access';
import { egressCases } from './egress';
import { foreignCases } from './foreign';
import { routeCases } from './routes';

/** Writes cases for Open Service Mesh to decide, with what the models and the evaluators of the tests say about each. */
const [file] = process.argv.slice(2);
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env.CASES ?? 200);
const cases = [...accessCases(seed, count), ...foreignCases(seed, count), ...routeCases(seed, count), ...egressCases(seed, count)];
fs.writeFileSync(file, JSON.stringify({ seed, cases }));
