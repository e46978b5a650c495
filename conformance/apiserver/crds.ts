import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';
import type { Channel } from './validator';

const FOLDER = path.join(__dirname, '..', '..', 'imports', 'crds');

const read = new Map<Channel, any[]>();

/** What `imports/crds` has, with one channel of Gateway API. */
export function crds(channel: Channel): any[] {
  const known = read.get(channel) ?? load(channel);
  read.set(channel, known);
  return known;
}

function load(channel: Channel): any[] {
  const files = (fs.readdirSync(FOLDER, { recursive: true }) as string[]).filter(file => file.endsWith('.yaml')).sort();
  const wanted = files.filter(file => !/^gateway-api\b/.test(file) || file.startsWith(path.join('gateway-api', channel)));
  return wanted.map(file => parse(fs.readFileSync(path.join(FOLDER, file), 'utf8')));
}

/** What Kubernetes itself serves has no CRD; `imports/crds` has one that says the same. */
export function isBuiltIn(group: string): boolean {
  return group === 'networking.k8s.io';
}

/** The schema of a manifest; undefined for what no CRD serves. */
export function schemaOf({ apiVersion, kind }: any, channel: Channel): any {
  const [group, version] = String(apiVersion).split('/');
  const crd = crds(channel).find(({ spec }) => spec.group === group && spec.names.kind === kind);
  return crd?.spec.versions.find(({ name }: any) => name === version)?.schema.openAPIV3Schema;
}
