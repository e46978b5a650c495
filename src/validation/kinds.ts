import { prepared, type Schema } from './schema';
import { SERVED_KINDS, type ServedKind } from '../../imports/schemas';

/** The channels of Gateway API, the only API that has some. */
export type Channel = NonNullable<ServedKind['channel']>;

/** What an API server knows of a kind in one version. */
export interface Kind {
  readonly served: ServedKind;
  readonly schema: Schema;
}

/** The known kinds, by what was asked for; and by what is served. */
const kinds = new Map<string, Kind>();
const loaded = new Map<ServedKind, Kind>();

/** Without a channel, the standard one is preferred. The schema of a kind is loaded when it is first asked for. */
export function kindOf(apiVersion: unknown, kind: unknown, channel?: Channel): Kind | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const key = `${apiVersion} ${kind} ${channel ?? ''}`;
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const candidates = SERVED_KINDS.filter(served => served.apiVersion === apiVersion && served.kind === kind);
  const served = channel === undefined
    ? candidates.find(candidate => candidate.channel === 'standard') ?? candidates[0]
    : candidates.find(candidate => candidate.channel === undefined || candidate.channel === channel);
  const found = served && (loaded.get(served) ?? load(served));
  if (found !== undefined) kinds.set(key, found);
  return found;
}

function load(served: ServedKind): Kind {
  const schema = served.load();
  const properties = { ...schema.properties, ...HEAD, metadata: head(schema) };
  if (served.hasStatus && properties.status !== undefined) properties.status = merged(properties.status);
  const kind = { served, schema: prepared({ type: 'object', ...schema, properties }) };
  loaded.set(served, kind);
  return kind;
}

const text = { type: 'string' };
const HEAD = { apiVersion: text, kind: text };

/** Of the metadata, a CRD may restrict the name only, and its rules see nothing else of it. */
function head({ properties }: any): any {
  const { name, generateName } = properties?.metadata?.properties ?? {};
  return { type: 'object', properties: { name: { ...text, ...name }, generateName: { ...text, ...generateName } } };
}

/** The status of a new object is dropped. But first server-side apply has to merge it, and it may have no unknown field. */
function merged(schema: any): any {
  const { type, properties, items, additionalProperties } = schema;
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([keyword]) => MERGED.has(keyword))),
    nullable: true,
    ...type === 'integer' && { type: 'number' },
    ...properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, merged(property)])) },
    ...items && { items: { ...merged(items), ...keyed(schema) } },
    ...typeof additionalProperties === 'object' && { additionalProperties: merged(additionalProperties) },
  };
}

const MERGED = new Set(['type', 'additionalProperties', 'x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-list-type', 'x-kubernetes-list-map-keys']);

/** An item may lack some of its keys, but not all. */
function keyed({ items, 'x-kubernetes-list-map-keys': keys }: any): any {
  const isNeeded = keys?.every((key: string) => items.properties[key].default === undefined);
  return isNeeded ? { anyOf: keys.map((key: string) => ({ required: [key] })) } : {};
}
