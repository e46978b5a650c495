import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';

/** The kinds that `imports/crds` knows, and those written by hand. */

export type Channel = 'standard' | 'experimental';

export interface ServedKind {
  /** The file it comes from, relative to its folder, and the version. */
  readonly origin: string;
  /** Only Gateway API has channels. */
  readonly channel?: Channel;
  readonly group: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: any;
}

const FOLDERS = [path.join(__dirname, '..', '..', 'imports', 'crds'), __dirname];

let loaded: readonly ServedKind[] | undefined;

export function servedKinds(): readonly ServedKind[] {
  loaded ??= FOLDERS.flatMap((folder) =>
    (fs.readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.yaml')).sort().flatMap((file) => load(folder, file)));
  return loaded;
}

/** Without a channel, the standard one is preferred. */
export function findKind(apiVersion: string, kind: string, channel?: Channel): ServedKind | undefined {
  const candidates = servedKinds().filter((served) => served.apiVersion === apiVersion && served.kind === kind);
  if (channel) return candidates.find((served) => !served.channel || served.channel === channel);
  return candidates.find((served) => served.channel === 'standard') ?? candidates[0];
}

/** Groups of Kubernetes itself have no dot, or end as those do that went through its API review. */
export function isBuiltIn(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return (!group.includes('.') || group.endsWith('.k8s.io'))
    && !servedKinds().some((served) => served.group === group && !served.origin.startsWith('kubernetes'));
}

function load(folder: string, file: string): ServedKind[] {
  const { spec } = parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  const channel = /^gateway-api\/(standard|experimental)\//.exec(file.replaceAll(path.sep, '/'))?.[1] as Channel | undefined;
  return spec.versions.map((version: any): ServedKind => ({
    origin: `${file} ${version.name}`,
    channel,
    group: spec.group,
    apiVersion: `${spec.group}/${version.name}`,
    kind: spec.names.kind,
    schema: version.schema.openAPIV3Schema,
  }));
}
