import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';
import type { Channel } from './validator';

const FOLDER = path.join(__dirname, '..', '..', 'imports', 'crds');

/** The pinned CRDs, with one channel of Gateway API. */
export function crds(channel: Channel): any[] {
  return ['smi', `gateway-api/${channel}`, 'istio', 'linkerd'].flatMap(folder => {
    const files = fs.readdirSync(path.join(FOLDER, folder)).sort();
    return files.map(file => parse(fs.readFileSync(path.join(FOLDER, folder, file), 'utf8')));
  });
}

/** The schema of a manifest; undefined for what no CRD serves. */
export function schemaOf({ apiVersion, kind }: any, served: any[]): any {
  const [group, version] = String(apiVersion).split('/');
  const crd = served.find(({ spec }) => spec.group === group && spec.names.kind === kind);
  return crd?.spec.versions.find(({ name }: any) => name === version)?.schema.openAPIV3Schema;
}
