import type { Call, Client } from '../../meaning/call';
import { type Atom, isTrue } from '../../meaning/condition';
import { bothWays, goPast, type Passable, passable } from '../../meaning/reach';
import { atomsOf, type TruthOfClient } from '../../meaning/restrict';
import { NAME_LABEL } from '../../meaning/selector';
import { holdsFor, type Text } from '../../meaning/text';
import type { Gate, PodPort } from '../../meaning/world';
import { ByLabels } from '../../model/by-labels';
import { DEFAULT_NAMESPACE } from '../cluster/cluster';
import type { Workload } from '../cluster/workload';

/** Who may call a port of pods. */
export interface Callers {
  /** Of the workloads here that something is said of. */
  readonly named: ReadonlyMap<Workload, Passable>;
  /** Of clients by the names that rules give them, where no workload here has these. */
  readonly absent: readonly (Passable & { readonly client: Absent })[];
  /** Of all other pods of the mesh. */
  readonly others: Passable;
}

/** A client that only rules speak of. */
export interface Absent {
  readonly kind: 'ServiceAccount' | 'Pods' | 'Namespace';
  readonly namespace: string;
  readonly name: string;
}

/** The workloads of a cluster as clients. */
export class Clients {
  private readonly clients: ReadonlyMap<Workload, Client>;
  private readonly namespaces = new Map<string, Neighbours>();

  public constructor(workloads: readonly Workload[], clientOf: (workload: Workload) => Client) {
    this.clients = new Map(workloads.map(workload => [workload, clientOf(workload)]));
    for (const [workload, client] of this.clients) {
      const namespace = workload.namespace ?? DEFAULT_NAMESPACE;
      const own = this.namespaces.get(namespace) ?? { client, all: [], byLabels: new ByLabels<Workload>() };
      this.namespaces.set(namespace, own);
      own.all.push(workload);
      own.byLabels.add(workload.labels, workload);
    }
  }

  /**
   * Who gets through gates to a port of pods, past those at which a client leaves.
   *
   * Only those are asked about one by one of whom something is said: there may be thousands.
   */
  public through(gates: readonly Gate[], to: PodPort, leaving: (client: Client) => readonly Gate[]): Callers {
    const call = { pod: to.pod, port: to.port, protocol: to.protocol, entrance: to.entrances[0] };
    const truthFor = (client: Client): TruthOfClient => atom => isTrue(atom, { ...call, client });
    const said = gates.flatMap(({ decision }) => [...atomsOf(decision)]);
    const meant = new Set(said.filter(isOfIdentity).flatMap(atom => [...this.meant(atom, call)]));
    const named = new Map([...meant].map(workload => {
      const client = this.clients.get(workload) ?? ANOTHER;
      const out = leaving(client);
      const ofNetwork = out.filter(({ layer }) => layer !== undefined);
      switch (goPast(out.filter(({ layer }) => layer === undefined), truthFor(client))) {
        case 'no': return [workload, bothWays(passable(out, truthFor(client)), passable(gates, truthFor(client)))];
        case 'yes': return [workload, bothWays(passable(ofNetwork, truthFor(client)), passable(gates, truthFor({ ...client, meshed: false })))];
        case 'unknown': return [workload, { reach: 'unknown' as const, rules: [] }];
      }
    }));
    const absent = said.filter(isOfIdentity).flatMap(atom => this.absent(atom, call)).map(({ as, ...client }) =>
      ({ client, ...passable(gates, truthFor(as)) }));
    return { named, absent, others: passable(gates, atom => isOfIdentity(atom) ? 'no' : truthFor(ANOTHER)(atom)) };
  }

  /** Who is meant by name, and is no workload here. */
  private absent(atom: IdentityAtom, call: Omit<Call, 'client'>): (Absent & { readonly as: Client })[] {
    if (atom.type === 'spiffeId') {
      return idsOf(atom.is).filter(({ namespace, name }) => !this.hasAccount(namespace, name)).map(({ trustDomain, namespace, name }) =>
        ({ kind: 'ServiceAccount', namespace, name, as: { kind: 'pod', namespace, serviceAccount: name, trustDomain, labels: {}, meshed: true } }));
    }
    return namespacesOf(atom).flatMap((namespace): (Absent & { readonly as: Client })[] => {
      const pod = { kind: 'pod' as const, namespace, namespaceLabels: { [NAME_LABEL]: namespace }, meshed: true, serviceAccount: '', labels: {} };
      const accounts = exactTexts(atom.serviceAccount);
      const labels = atom.type === 'pod' ? atom.labels?.matchLabels ?? {} : {};
      const isPresent = (as: Client) => [...this.meant(atom, call)].some(workload => isTrue(atom, { ...call, client: this.clients.get(workload) ?? as }) !== 'no');
      if (accounts.length > 0) {
        return accounts.filter(name => !this.hasAccount(namespace, name)).map(name =>
          ({ kind: 'ServiceAccount' as const, namespace, name, as: { ...pod, serviceAccount: name, labels } }));
      }
      if (atom.serviceAccount !== undefined) return [];
      if (Object.keys(labels).length === 0) return [{ kind: 'Namespace' as const, namespace, name: 'any other pod', as: pod }];
      const as = { ...pod, labels };
      const name = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
      return isPresent(as) ? [] : [{ kind: 'Pods' as const, namespace, name, as }];
    });
  }

  private hasAccount(namespace: string, name: string): boolean {
    return this.namespaces.get(namespace)?.all.some(({ serviceAccount }) => serviceAccount === name) === true;
  }

  /** All of whom something may be true, and perhaps more. */
  private* meant(atom: IdentityAtom, call: Omit<Call, 'client'>): Generator<Workload> {
    for (const { client, all, byLabels } of this.near(atom)) {
      if (atom.type === 'pod' && isTrue({ ...atom, labels: undefined, serviceAccount: undefined }, { ...call, client }) === 'no') continue;
      if (atom.type === 'certificate' && atom.namespace !== undefined && client.kind === 'pod' && holdsFor(atom.namespace, client.namespace) === 'no') continue;
      yield* atom.type === 'pod' && atom.labels !== undefined ? byLabels.having(atom.labels.matchLabels) : all;
    }
  }

  /** The namespace that a SPIFFE id names, or all. */
  private near(atom: IdentityAtom): Iterable<Neighbours> {
    const [id] = atom.type === 'spiffeId' && atom.is.type === 'exact' ? idsOf(atom.is) : [];
    if (id === undefined) return this.namespaces.values();
    const own = this.namespaces.get(id.namespace);
    return own === undefined ? [] : [own];
  }
}

/** The workloads of a namespace, and one of them as a client. */
interface Neighbours {
  readonly client: Client;
  readonly all: Workload[];
  readonly byLabels: ByLabels<Workload>;
}

/** A pod of which nothing is said. */
const ANOTHER: Client = { kind: 'pod', namespace: '', meshed: true };

type IdentityAtom = Extract<Atom, { readonly type: 'certificate' | 'spiffeId' | 'pod' }>;

function isOfIdentity(atom: Atom): atom is IdentityAtom {
  return atom.type === 'certificate' || atom.type === 'spiffeId' || atom.type === 'pod';
}

/** The namespaces that are named. */
function namespacesOf(atom: Exclude<IdentityAtom, { readonly type: 'spiffeId' }>): string[] {
  const labelled = atom.type === 'pod' ? atom.namespaceLabels?.matchLabels[NAME_LABEL] : undefined;
  return labelled === undefined ? exactTexts(atom.namespace) : [labelled];
}

/** The ServiceAccounts of SPIFFE ids that are written out. */
function idsOf(text: Text): { readonly trustDomain: string; readonly namespace: string; readonly name: string }[] {
  return exactTexts(text).flatMap(id => {
    const [, trustDomain, namespace, name] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(id) ?? [];
    return name === undefined ? [] : [{ trustDomain, namespace, name }];
  });
}

function exactTexts(text: Text | undefined): string[] {
  return text?.type === 'exact' ? [text.value] : text?.type === 'oneOf' ? text.of.flatMap(exactTexts) : [];
}
