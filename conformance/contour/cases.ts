import * as fs from 'fs';
import { exposureCases } from './exposures';
import { scenarioCases } from './scenarios';

/** Writes cases for Contour to decide, with what the model and the evaluator of the tests say about each. */
const [file] = process.argv.slice(2);
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env.CASES ?? 200);
fs.writeFileSync(file, JSON.stringify({ seed, cases: [...scenarioCases(), ...exposureCases(seed, count)] }));
