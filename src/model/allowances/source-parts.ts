import type { IpBlockSource, Source, SourceFields } from '../access';
import { sourceKey } from '../access';
import { byKind } from '../by-kind';
import { isWithin } from '../cidr';
import { flatMap } from '../lists';

/** A source, cut in two by another one. */
export interface SourceParts {
  /** The clients of both. */
  readonly common: readonly Source[];
  /** The clients of the first alone. */
  readonly rest: readonly Source[];
}

/** The parts of a source that another one is for, and is not; `undefined` where it is not known, or no source says them. */
export function sourceParts(source: Source, other: Source): SourceParts | undefined {
  if (other.kind === 'anyone' || sourceKey(source) === sourceKey(other) || (other.kind === 'anyAuthenticated' && IS_PROVEN[source.kind])) {
    return { common: [source], rest: [] };
  }
  if (source.kind === 'ipBlock' && other.kind === 'ipBlock') {
    return blockParts(source, other);
  }
  const [own, others] = [traitsOf(source), traitsOf(other)];
  if (own === undefined || others === undefined) {
    return undefined;
  }
  return Object.keys(others).some(trait => own[trait] !== undefined && own[trait] !== others[trait]) ? { common: [], rest: [source] }
    // A SPIFFE id may be that of another trust domain.
    : other.kind !== 'spiffeId' && source.kind !== 'spiffeId' && Object.keys(others).every(trait => own[trait] === others[trait])
      ? { common: [source], rest: [] } : undefined;
}

/** Whether a client is known by an identity that mutual TLS proves, whatever the mesh. */
const IS_PROVEN: Readonly<Record<Source['kind'], boolean>> = {
  serviceAccount: true,
  namespace: true,
  spiffeId: true,
  anyAuthenticated: true,
  gateway: false,
  namespaceLabels: false,
  pods: false,
  uninitialized: false,
  trustDomain: true,
  apiServer: false,
  nodes: false,
  nodeLabels: false,
  ipBlock: false,
  anyone: false,
};

/** What is true of every client of a source; of all that has these traits, where it is not a SPIFFE id. */
type Traits = Readonly<Record<string, string | undefined>>;

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

const traitsOf = byKind<Source, Traits | undefined>({
  serviceAccount: ({ namespace, name }: SourceFields<'serviceAccount', 'namespace' | 'name'>) => ({ namespace, account: name }),
  namespace: ({ name }: SourceFields<'namespace', 'name'>) => ({ namespace: name }),
  namespaceLabels: ({ labels }: SourceFields<'namespaceLabels', 'labels'>) => traitsOfNamespace(labels),
  // Those of another cluster may have any name.
  pods: ({ labels, namespace, namespaceLabels = {}, cluster }: SourceFields<'pods', 'labels' | 'namespace' | 'namespaceLabels' | 'cluster'>) =>
    cluster !== undefined ? undefined : ({ ...namespace === undefined ? traitsOfNamespace(namespaceLabels) : { namespace }, ...prefixed('pod', labels) }),
  gateway: ({ namespace, pods }: SourceFields<'gateway', 'namespace' | 'pods', 'name' | 'className'>) =>
    pods.podSelector === undefined ? undefined : { namespace: pods.namespace ?? namespace, ...prefixed('pod', pods.podSelector) },
  spiffeId: ({ id }: SourceFields<'spiffeId', 'id'>) => {
    const [, namespace, account] = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(id) ?? [];
    return { id, namespace: namespace ?? NO_POD, account: account ?? NO_POD };
  },
  uninitialized: () => undefined,
  trustDomain: () => undefined,
  apiServer: () => undefined,
  nodes: () => undefined,
  nodeLabels: () => undefined,
  ipBlock: () => undefined,
  anyAuthenticated: () => undefined,
  anyone: () => undefined,
});

/** No name of a namespace or ServiceAccount. */
const NO_POD = '';

function traitsOfNamespace({ [NAMESPACE_NAME]: namespace, ...labels }: Readonly<Record<string, string>>): Traits {
  return { ...namespace !== undefined && { namespace }, ...prefixed('namespace', labels) };
}

function prefixed(of: string, labels: Readonly<Record<string, string>>): Traits {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${of}/${key}`, value]));
}

type Block = SourceFields<'ipBlock', 'cidr' | 'except'>;

/** A client of IPv4 may have an address in here. */
const MAPPED = '::ffff:0:0/96';

function blockParts(a: Block, b: Block): SourceParts | undefined {
  const block = narrower(a.cidr, b.cidr);
  if (block === undefined) {
    return isIpv6(a) !== isIpv6(b) && [a, b].some(holdsMapped) ? undefined : { common: [], rest: [blockSource(a)] };
  }
  const common = without(block, [...a.except, ...b.except]);
  return common.length === 0 ? { common, rest: [blockSource(a)] } : {
    common,
    rest: [
      ...without(a.cidr, [...a.except, b.cidr]),
      ...flatMap(b.except, cidr => {
        const left = narrower(a.cidr, cidr);
        return left === undefined ? [] : without(left, a.except);
      }),
    ],
  };
}

function holdsMapped({ cidr, except }: Block): boolean {
  return isWithin(MAPPED, cidr) && !except.some(one => isWithin(MAPPED, one));
}

function isIpv6({ cidr }: Block): boolean {
  return cidr.includes(':');
}

function blockSource({ cidr, except }: Block): IpBlockSource {
  return { kind: 'ipBlock', cidr, except };
}

/** Of two blocks, one of which contains the other, the smaller one. */
function narrower(a: string, b: string): string | undefined {
  return isWithin(a, b) ? a : isWithin(b, a) ? b : undefined;
}

/** A block except for others; none, if one of these contains it. */
function without(cidr: string, others: readonly string[]): IpBlockSource[] {
  const except = [...new Set(others)].filter(other => isWithin(other, cidr));
  return others.some(other => isWithin(cidr, other)) ? []
    : [{ kind: 'ipBlock', cidr, except: except.filter(one => !except.some(other => other !== one && isWithin(one, other))) }];
}
