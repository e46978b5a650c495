import type { Request } from '../../oracle/request';

/** What Consul makes of a request to a service, read from its entries: shares in percent by service, and the path that they see. */
export interface Fate {
  readonly shares: Readonly<Record<string, number>>;
  readonly path: string;
  readonly destination: any;
}

export function fateOf(manifests: readonly any[], service: string, request: Request): Fate {
  const entry = (kind: string, name: string) => manifests.find(m => m.kind === kind && m.metadata.name === name)?.spec;
  const router = entry('ServiceRouter', service);
  const route = router?.routes.find(({ match }: any) => matches(match?.http ?? {}, request));
  const destination = route?.destination ?? {};
  return {
    shares: split(entry, destination.service ?? service),
    path: rewritten(route?.match?.http ?? {}, destination.prefixRewrite, request.path),
    destination,
  };
}

/** Splits lead to other splits; one that names its own service leads to its pods. */
function split(entry: (kind: string, name: string) => any, service: string): Record<string, number> {
  const shares: Record<string, number> = {};
  for (const { weight, service: to = service } of entry('ServiceSplitter', service)?.splits ?? [{ weight: 100 }]) {
    const below = to === service ? { [service]: 100 } : split(entry, to);
    Object.entries(below).forEach(([name, share]) => { shares[name] = (shares[name] ?? 0) + weight * share / 100; });
  }
  return shares;
}

function matches({ pathExact, pathPrefix, pathRegex, header = [], queryParam = [], methods }: any, request: Request): boolean {
  return (pathExact === undefined || request.path === pathExact)
    && (pathPrefix === undefined || request.path.startsWith(pathPrefix))
    && (pathRegex === undefined || whole(pathRegex, request.path))
    && (methods === undefined || methods.includes(request.method))
    && header.every((h: any) => holds(h, request.headers[h.name]))
    && queryParam.every((q: any) => holds(q, request.query[q.name]));
}

function holds({ exact, regex, present }: any, value: string | undefined): boolean {
  return value !== undefined && (present === true || (exact === undefined ? whole(regex, value) : exact === value));
}

function whole(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value);
}

/** Envoy replaces what matched. */
function rewritten({ pathExact, pathPrefix }: any, prefixRewrite: string | undefined, path: string): string {
  return prefixRewrite === undefined ? path : `${prefixRewrite}${path.slice((pathExact ?? pathPrefix).length)}`;
}
