import * as fs from 'node:fs';
import * as path from 'node:path';
import { made, proofOf } from './generated';
import { SMI_MESHES } from '../../../src/dialects/smi/read/meshes';
import { TARGET_NAMES } from '../../../src/migrate/targets';

/** A folder with SMI of others, by an environment variable: what they wrote is not ours to keep here. */
const FOLDER = process.env.SMI_CORPUS;
const REQUESTS = Number(process.env.ORACLE_CASES ?? 200);
const FILES = FOLDER === undefined ? []
  : fs.readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(file => /\.(ya?ml|json)$/.test(file)).sort().map(file => path.join(FOLDER, file));

beforeAll(() => void jest.spyOn(console, 'warn').mockReturnValue());

(FOLDER === undefined ? test.skip : test)('of no file does more pass than before, nor less without a word, whoever read it', () => {
  expect(FILES).not.toEqual([]);
  for (const file of FILES) {
    const texts = [fs.readFileSync(file, 'utf8')];
    for (const from of SMI_MESHES) {
      for (const to of TARGET_NAMES) {
        for (const isEnforced of [true, undefined]) {
          const { witnesses } = proofOf(made({ from, to, texts }, { isEnforced }), to, REQUESTS, 1);
          expect({ file, from, to, faults: witnesses.filter(({ comparison }) => comparison !== 'said') }).toEqual({ file, from, to, faults: [] });
        }
      }
    }
  }
}, 3_600_000);
