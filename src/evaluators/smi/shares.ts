import { objectsOf } from './spelling';
import { expression } from '../expression';
import { Unknown } from '../unknown';

/** A request to a Service. */
export interface ToService {
  readonly namespace: string;
  readonly service: string;
  /** Absent for a connection that carries no requests. */
  readonly sent?: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

interface Reading {
  /** The name of a Service by what is written. */
  readonly name: (text: string, namespace: string) => string | undefined;
  /** How matches are read; otherwise those that are there mean nothing. */
  readonly holds?: (pattern: string, text: string, isPath: boolean) => boolean;
  /** Whether those with matches stand beside one without. */
  readonly isBySelf?: boolean;
}

function any(text: string, home: string): string | undefined {
  const [name, namespace = home] = text.includes('/') ? text.split('/').reverse() : text.split('.');
  return namespace === home ? name : undefined;
}

function host(text: string, home: string): string | undefined {
  return text.includes('/') ? undefined : any(text, home);
}

const asItIs = (text: string) => /[./]/.test(text) ? undefined : text;
const part = (pattern: string, text: string) => expression(pattern).test(text);

const READINGS = {
  'spec': { name: any, holds: (pattern, text, isPath) => expression(isPath ? `^(?:${pattern})` : pattern).test(text) },
  'osm': { name: host, holds: (pattern, text) => expression(`^(?:${pattern})$`).test(text) },
  'nginx': { name: asItIs, holds: (pattern, text) => part(pattern === '*' ? '' : pattern, text) },
  'traefik': {
    name: asItIs,
    holds: (pattern, text, isPath) => {
      if (isPath && (pattern === '/' || /\((?!\?)/.test(pattern))) throw new Unknown('Traefik does not take the expression');
      return isPath ? expression(`^/(?:${pattern.replace(/^\//, '')})`).test(text) : part(pattern, text);
    },
    isBySelf: true,
  },
  'linkerd': { name: asItIs },
  'consul': { name: asItIs, holds: () => { throw new Unknown('how Consul read matches of a TrafficSplit'); } },
  'istio-adapter': { name: any },
} as const satisfies Readonly<Record<string, Reading>>;

/** The share of each Service that gets any, which are 1 together; none at all, where all have weight 0. */
export function sharesBy(mesh: keyof typeof READINGS, manifests: readonly any[], { namespace, service, sent }: ToService): Record<string, number> {
  const { name, holds, isBySelf }: Reading = READINGS[mesh];
  const objects = objectsOf(manifests);
  const inNamespace = (kind: string) => objects.filter(one => one.kind === kind && one.metadata.namespace === namespace);
  const splits = inNamespace('TrafficSplit');
  if (splits.some(({ isUnread }) => isUnread)) throw new Unknown('a TrafficSplit cannot be read');
  const all = splits.filter(({ root }) => name(root, namespace) === service).map(one => holds === undefined ? { ...one, groups: undefined } : one);
  const [some, others] = [all.filter(({ groups }) => groups !== undefined), all.filter(({ groups }) => groups === undefined)];
  if (isBySelf ? some.length > 1 || others.length > 1 : all.length > 1) throw new Unknown('which of several holds is not certain');
  const taken = some.find(({ groups }) => {
    const verdicts = groups.flatMap((group: string) => matchesOf(inNamespace('HTTPRouteGroup').find(one => one.metadata.name === group)))
      .map(({ pathRegex, methods, headers }: any) => {
        if (sent === undefined || holds === undefined) return false;
        // All of a group is read before any of it decides.
        const isPath = pathRegex === '' || holds(pathRegex, sent.path, true);
        return isPath && (methods.includes('*') || methods.includes(sent.method))
          && headers.every(([header, pattern]: [string, string]) =>
            Object.hasOwn(sent.headers, header) && holds(pattern, sent.headers[header], false));
      });
    return verdicts.includes(true);
  }) ?? others[0];
  const backends: readonly { readonly service: string; readonly weight: number }[] = taken?.backends ?? [{ service, weight: 1 }];
  const sum = backends.reduce((total, { weight }) => total + weight, 0);
  return Object.fromEntries(backends.filter(({ weight }) => weight > 0).map(one => {
    const named = taken === undefined ? service : name(one.service, namespace);
    if (named === undefined) throw new Unknown(`whether '${one.service}' gets anything`);
    return [named, one.weight / sum];
  }));
}

function matchesOf(group: any): any[] {
  if (group === undefined || group.isUnread) throw new Unknown('a group is not there, or cannot be read');
  return group.matches;
}
