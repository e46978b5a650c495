import { prepared, type Schema } from './schema';
import { SERVED_KINDS, type ServedKind } from '../../imports/schemas';

/** Of Gateway API, the only one that has channels. */
export type Channel = 'standard' | 'experimental';

/** What an API server knows of a kind in one version. */
export interface Kind {
  readonly served: ServedKind;
  readonly schema: Schema;
}

const kinds = new Map<string, Kind>();

/** Without a channel, the standard one is preferred. Its schema is loaded when it is first asked for. */
export function kindOf(apiVersion: unknown, kind: unknown, channel?: Channel): Kind | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const key = `${apiVersion} ${kind} ${channel ?? ''}`;
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const candidates = SERVED_KINDS.filter(served => served.apiVersion === apiVersion && served.kind === kind);
  const served = channel === undefined
    ? candidates.find(candidate => candidate.channel === 'standard') ?? candidates[0]
    : candidates.find(candidate => candidate.channel === undefined || candidate.channel === channel);
  const loaded = served && load(served);
  if (loaded !== undefined) kinds.set(key, loaded);
  return loaded;
}

function load(served: ServedKind): Kind {
  const schema = served.load();
  return { served, schema: prepared({ type: 'object', ...schema, properties: { ...schema.properties, ...HEAD, metadata: head(schema) } }) };
}

const text = { type: 'string' };
const HEAD = { apiVersion: text, kind: text };

/** Of the metadata a CRD may restrict the name only, and its rules see no more. */
function head({ properties }: any): any {
  const { name, generateName } = properties?.metadata?.properties ?? {};
  return { type: 'object', properties: { name: { ...text, ...name }, generateName: { ...text, ...generateName } } };
}
