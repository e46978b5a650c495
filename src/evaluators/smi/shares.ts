import { objectsOf } from './spelling';
import { Unknown } from '../unknown';

/** A request to a Service. */
export interface ToService {
  readonly namespace: string;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Reading {
  /** The name of a Service by what is written. */
  readonly name: (text: string, namespace: string) => string | undefined;
  readonly holds: (pattern: string, text: string, isPath: boolean) => boolean;
  /** Whether those with matches stand beside one without. */
  readonly isBySelf?: boolean;
}

const any = (text: string) => text.includes('/') ? text.split('/')[1] : text.split('.')[0];
const asItIs = (text: string) => /[./]/.test(text) ? undefined : text;
const part = (pattern: string, text: string) => new RegExp(pattern).test(text);

const READINGS: Readonly<Record<'specification' | 'osm' | 'nginx' | 'traefik', Reading>> = {
  specification: { name: any, holds: (pattern, text, isPath) => new RegExp(isPath ? `^(?:${pattern})` : pattern).test(text) },
  osm: { name: text => text.includes('/') ? undefined : text.split('.')[0], holds: (pattern, text) => new RegExp(`^(?:${pattern})$`).test(text) },
  nginx: { name: asItIs, holds: part },
  traefik: {
    name: asItIs,
    holds: (pattern, text, isPath) => {
      if (isPath && (pattern === '/' || /\((?!\?)/.test(pattern))) throw new Unknown('Traefik does not take the expression');
      return isPath ? new RegExp(`^/(?:${pattern.replace(/^\//, '')})`).test(text) : part(pattern, text);
    },
    isBySelf: true,
  },
};

/** The share of each Service that gets any, which are 1 together; none at all, where all have weight 0. */
export function sharesBy(mesh: keyof typeof READINGS, manifests: readonly any[], sent: ToService): Record<string, number> {
  const { name, holds, isBySelf } = READINGS[mesh];
  const objects = objectsOf(manifests);
  const all = objects.filter(({ kind, metadata, root }) => kind === 'TrafficSplit' && metadata.namespace === sent.namespace && name(root, sent.namespace) === sent.service);
  const [some, others] = [all.filter(({ groups }) => groups !== undefined), all.filter(({ groups }) => groups === undefined)];
  if (isBySelf ? some.length > 1 || others.length > 1 : all.length > 1) throw new Unknown('which of several holds is not certain');
  const taken = some.find(({ groups }) => {
    const matches = groups.flatMap((group: string) => objects.find(one => one.kind === 'HTTPRouteGroup' && one.metadata.name === group).matches);
    const verdicts = matches.map(({ pathRegex, methods, headers }: any) => {
      // All of a group is read before any of it decides.
      const isPath = pathRegex === '' || holds(pathRegex, sent.path, true);
      return isPath && (methods.includes('*') || methods.includes(sent.method))
        && headers.every(([header, pattern]: [string, string]) => Object.hasOwn(sent.headers, header) && holds(pattern, sent.headers[header], false));
    });
    return verdicts.includes(true);
  }) ?? others[0];
  const backends: readonly { readonly service: string; readonly weight: number }[] = taken?.backends ?? [{ service: sent.service, weight: 1 }];
  const sum = backends.reduce((total, { weight }) => total + weight, 0);
  return Object.fromEntries(backends.filter(({ weight }) => weight > 0).map(({ service, weight }) => [service, weight / sum]));
}
