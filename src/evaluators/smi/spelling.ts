/*
 * SMI in one spelling, from any other: the fields in a `spec`, rules by that name, headers as pairs. Read as naively as can be, and by
 * nothing that the library reads with.
 */

const GROUPS = ['access.smi-spec.io', 'specs.smi-spec.io', 'split.smi-spec.io'];
const known = new WeakMap<readonly any[], any[]>();

/** The objects of SMI among some manifests, which may be in Lists. What cannot be read, or is said twice in two ways, is `isUnread`. */
export function objectsOf(manifests: readonly any[]): any[] {
  const objects = known.get(manifests) ?? distinct(flat(manifests).map(readable));
  known.set(manifests, objects);
  return objects;
}

function flat(manifests: readonly any[]): any[] {
  return manifests.flatMap(manifest => manifest?.kind === 'List' ? flat(manifest.items) : GROUPS.includes(String(manifest?.apiVersion).split('/')[0]) ? [manifest] : []);
}

function readable(manifest: any): any {
  const { kind } = manifest;
  const metadata = manifest.metadata ?? {};
  try {
    return { ...objectOf(manifest), kind, metadata };
  } catch {
    const { kind: of = 'ServiceAccount', name } = (manifest.spec ?? manifest).destination ?? {};
    return { kind, metadata, isUnread: true, destination: of === 'ServiceAccount' && typeof name === 'string' ? { name } : undefined };
  }
}

function distinct(objects: readonly any[]): any[] {
  const byName = new Map<string, any>();
  for (const one of objects) {
    const { metadata: { name, namespace }, ...said } = one;
    const key = `${one.kind} ${namespace}/${name}`;
    const { metadata: _, ...before } = byName.get(key) ?? one;
    byName.set(key, JSON.stringify(before) === JSON.stringify(said) ? one : { kind: one.kind, metadata: one.metadata, isUnread: true });
  }
  return [...byName.values()];
}

function objectOf(manifest: any): any {
  const said = manifest.spec ?? manifest;
  switch (manifest.kind) {
    case 'TrafficTarget': return {
      destination: subject(said.destination),
      port: said.destination.port === undefined ? undefined : number(said.destination.port),
      sources: said.sources.map(subject),
      rules: (said.rules ?? said.specs ?? []).map(({ matches, ...rule }: any) => ({ ...rule, matches: matches?.length > 0 ? matches : undefined })),
    };
    case 'HTTPRouteGroup': return {
      matches: (said.matches ?? []).map(({ name, pathRegex, methods, headers }: any) => ({
        name,
        pathRegex: pathRegex ?? '',
        methods: (methods ?? []).length === 0 ? ['*'] : methods,
        headers: (Array.isArray(headers) ? headers : [headers ?? {}]).flatMap(Object.entries)
          .map(([header, value]) => [header.toLowerCase(), String(value)]),
      })),
    };
    case 'TrafficSplit': return {
      root: String(said.service),
      backends: said.backends.map(({ service, weight }: any) => ({ service: String(service), weight: weightOf(String(weight)) })),
      groups: said.matches?.map(({ name }: any) => name),
    };
    case 'TCPRoute': case 'UDPRoute': return { ports: said.matches?.ports ?? [] };
    default: throw new Error('not known here');
  }
}

function subject({ kind = 'ServiceAccount', name, namespace }: any): any {
  if (kind !== 'ServiceAccount' || typeof name !== 'string') throw new Error('nobody is known by it');
  return { name, namespace };
}

function weightOf(text: string): number {
  return text.endsWith('m') ? number(text.slice(0, -1)) / 1000 : number(text);
}

function number(text: string | number): number {
  if (Number.isNaN(Number(text)) || text === '') throw new Error('no number');
  return Number(text);
}
