import * as fs from 'node:fs';
import * as path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { listed } from '../../src/errors/words';

const SCHEMA = JSON.parse(fs.readFileSync(path.join(__dirname, '../../schemas/output.json'), 'utf8'));
const ajv = new Ajv({ strict: true, strictTuples: false, strictRequired: false }).addSchema(SCHEMA, 'output');

/** The commands that the schema has a definition for. */
export const DESCRIBED: readonly string[] = Object.keys(SCHEMA.definitions).filter(name => SCHEMA.definitions[name].description?.startsWith('`cdk8s-mesh '));

/** What is wrong with what a command printed as JSON, by the schema in the package; nothing, if it is as the schema says. */
export function wrongOutput(command: string, text: string): string | undefined {
  const check = ajv.getSchema(`output#/definitions/${command}`) as ValidateFunction | undefined;
  if (check === undefined) return `schemas/output.json has no definition '${command}'`;
  return check(JSON.parse(text)) ? undefined : listed((check.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`));
}
