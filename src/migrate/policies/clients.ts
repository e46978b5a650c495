import type { Certificate, Literal, Who } from './literals';
import type { Identity } from '../../index';
import { blockOf, isWithin, PRIVATE_NETWORKS } from '../../model/cidr';
import { call, constant, type Node } from '../program';

/** Whom a program means; or why it cannot say so. */
export type Clients = Record<'sources' | 'exceptSources', readonly Node<Identity>[]> | { readonly unsaid: string };

type Sources = readonly Node<Identity>[] | { readonly unsaid: string };

/** Which ServiceAccounts, or which namespaces, some pods are; or why they cannot be told by these. */
export type ByName = (pods: Extract<Who, { readonly type: 'pod' }>) => readonly { readonly namespace: string; readonly name?: string }[] | { readonly unsaid: string };

/** What targets know of clients. */
export interface Knowing {
  /** For targets that know no labels. */
  readonly byName?: ByName;
  /** Whether blocks of addresses hold for no pods. */
  readonly knowsPods?: boolean;
}

/** The identities of one chart. The same one is one constant. */
export class Identities {
  private readonly known = new Map<string, Node<Identity>>();

  public constructor(private readonly namespace: string, private readonly knowing: Knowing = {}) {}

  /** The clients of whom all of this is true. */
  public of(literals: readonly Literal[]): Clients {
    const [yes, no] = [literals.filter(({ isNot }) => !isNot), literals.filter(({ isNot }) => isNot)].map(all => all.map(({ who }) => who));
    const blocks = yes.some(({ type }) => type === 'address') ? no.filter(who => !isPod(who)) : no;
    const areOthers = yes.some(who => who.type === 'kind' && !isPod(who)) || blocks.length < no.length;
    const excludesPods = areOthers && this.knowing.knowsPods !== true;
    const [first, ...others] = (yes.length > 1 ? yes.filter(({ type }) => type !== 'kind') : yes)
      .map(who => who.type === 'address' && excludesPods ? withoutPods(who) : who);
    if (others.length > 0) return { unsaid: 'clients are to be several things at once, and an identity is one' };
    const sources = first === undefined ? [call('Identity', 'anyone')] : this.source(first);
    if ('unsaid' in sources) return sources;
    if (excludesPods && first?.type === 'address' && PRIVATE_NETWORKS.some(network => isWithin(first.within, network))) {
      return { unsaid: `pods may have addresses in ${first.within}, and are not meant` };
    }
    if (blocks.length === 0) return { sources, exceptSources: [] };
    if (first?.type !== 'certificate' || first.serviceAccount !== undefined) return { unsaid: 'only clients with an identity can be told from those that are excepted' };
    const exceptions: Node<Identity>[] = [];
    for (const who of blocks) {
      if (who.type !== 'certificate' || (who.namespace === undefined && who.trustDomain === undefined)) return { unsaid: 'only ServiceAccounts, namespaces and SPIFFE ids are excepted' };
      const some = this.source(who);
      if ('unsaid' in some) return some;
      exceptions.push(...some);
    }
    return { sources, exceptSources: exceptions };
  }

  private source(who: Who): Sources {
    const source = this.sourcesOf(who);
    return 'unsaid' in source || Array.isArray(source) ? source as Sources : [source as Node<Identity>];
  }

  private sourcesOf(who: Who): Node<Identity> | Sources {
    switch (who.type) {
      case 'certificate': return this.certificate(who);
      case 'pod': return this.pod(who);
      case 'address': return call('Identity', 'ipBlock', blockOf(who.within), ...who.except.length === 0 ? [] : [who.except.map(blockOf)]);
      case 'kind': return who.kind === 'apiServer' ? call('Identity', 'apiServer') : who.kind === 'node' ? call('Identity', 'nodes')
        : { unsaid: KINDS[who.kind] };
      case 'other': return { unsaid: 'the names of clients are a pattern, and an identity is one name' };
    }
  }

  private certificate({ trustDomain, namespace, serviceAccount }: Certificate): Node<Identity> | { readonly unsaid: string } {
    if (trustDomain !== undefined) {
      return namespace === undefined || serviceAccount === undefined ? { unsaid: 'of another trust domain, the library knows single workloads only' }
        : call('Identity', 'spiffeId', `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`);
    }
    if (namespace === undefined) return serviceAccount === undefined ? call('Identity', 'anyAuthenticated') : { unsaid: 'a ServiceAccount is one of a namespace' };
    return serviceAccount === undefined ? call('Identity', 'namespace', namespace) : this.account(serviceAccount, namespace);
  }

  private account(name: string, namespace: string): Node<Identity> {
    const key = `${namespace}/${name}`;
    const known = this.known.get(key)
      ?? constant(name, namespace === this.namespace ? call('Identity', 'serviceAccount', name) : call('Identity', 'serviceAccount', name, namespace));
    this.known.set(key, known);
    return known;
  }

  private pod(pods: Extract<Who, { readonly type: 'pod' }>): Node<Identity> | Sources {
    const { namespace, namespaceLabels, labels, serviceAccount } = pods;
    const isByLabels = Object.keys(labels).length > 0;
    if (serviceAccount !== undefined) {
      return namespace === undefined || isByLabels || namespaceLabels !== undefined ? { unsaid: 'a ServiceAccount is one of a namespace' } : this.account(serviceAccount, namespace);
    }
    if (namespace !== undefined && namespaceLabels !== undefined) return { unsaid: 'a namespace is known by its name, or by its labels' };
    if (!isByLabels) {
      return namespace !== undefined ? call('Identity', 'namespace', namespace)
        : namespaceLabels === undefined ? { unsaid: KINDS.pod }
          : this.knowing.byName === undefined ? call('Identity', 'namespaceLabels', namespaceLabels) : this.named(pods, this.knowing.byName);
    }
    if (this.knowing.byName !== undefined) return this.named(pods, this.knowing.byName);
    if (namespace === this.namespace) return call('Identity', 'pods', labels);
    return call('Identity', 'pods', labels, namespace !== undefined ? { namespace } : { namespaceLabels: namespaceLabels ?? {} });
  }

  private named(pods: Extract<Who, { readonly type: 'pod' }>, byName: ByName): Sources {
    const names = byName(pods);
    return 'unsaid' in names ? names : names.map(({ namespace, name }) => name === undefined ? call('Identity', 'namespace', namespace) : this.account(name, namespace));
  }
}

/** Addresses that no pod has. */
function withoutPods({ within, except, ...who }: Extract<Who, { readonly type: 'address' }>): Who {
  const networks = PRIVATE_NETWORKS.filter(block => isWithin(block, within) && !except.some(one => isWithin(block, one)));
  return { ...who, within, except: [...except, ...networks] };
}

function isPod(who: Who): boolean {
  return who.type === 'kind' && who.kind === 'pod';
}

const KINDS = {
  pod: 'all pods of the cluster, with or without an identity, cannot be named',
  outside: 'clients outside the cluster are known by their addresses',
  gateway: 'a gateway that is no pod is not known by its name',
  kubelet: 'the kubelet makes health checks',
} as const;
