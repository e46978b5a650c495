/*
 * SMI in one spelling, from any other: the fields in a `spec`, rules by that name, headers as pairs. Read as naively as can be, and by
 * nothing that the library reads with.
 */

const GROUPS = ['access.smi-spec.io', 'specs.smi-spec.io', 'split.smi-spec.io'];

/** The objects of SMI among some manifests, which may be in Lists. */
export function objectsOf(manifests: readonly any[]): any[] {
  return manifests.flatMap(manifest => manifest.kind === 'List' ? objectsOf(manifest.items) : GROUPS.includes(manifest.apiVersion?.split('/')[0]) ? [objectOf(manifest)] : []);
}

function objectOf(manifest: any): any {
  const { kind, metadata } = manifest;
  const said = manifest.spec ?? manifest;
  switch (kind) {
    case 'TrafficTarget': return {
      kind,
      metadata,
      destination: said.destination,
      port: said.destination.port === undefined ? undefined : Number(said.destination.port),
      sources: said.sources,
      rules: (said.rules ?? said.specs ?? []).map(({ matches, ...rule }: any) => ({ ...rule, matches: matches?.length > 0 ? matches : undefined })),
    };
    case 'HTTPRouteGroup': return {
      kind,
      metadata,
      matches: said.matches.map(({ name, pathRegex, methods = [], headers = [] }: any) => ({
        name,
        pathRegex: pathRegex ?? '',
        methods: methods.length === 0 ? ['*'] : methods,
        headers: (Array.isArray(headers) ? headers : [headers]).flatMap(Object.entries).map(([header, value]) => [header.toLowerCase(), value]),
      })),
    };
    case 'TrafficSplit': return {
      kind,
      metadata,
      root: said.service,
      backends: said.backends.map(({ service, weight }: any) => ({ service, weight: weightOf(String(weight)) })),
      groups: said.matches?.map(({ name }: any) => name),
    };
    default: return { kind, metadata, ports: said.matches?.ports ?? [] };
  }
}

function weightOf(text: string): number {
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text);
}
