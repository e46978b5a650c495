import type { AccessJudge } from './judges';
import { clientsOf, type Known, podsOf } from './pods';
import type { Comparisons } from './proof';
import type { Random } from './random';
import type { Sent, Vocabulary } from './vocabulary';
import type { SmiDocument, Subject, TrafficTarget } from '../../dialects/smi/read/tree';
import type { Client, Request } from '../../evaluators/access/request';
import { allowedBySmi } from '../../evaluators/access/smi';
import { Unknown } from '../../evaluators/unknown';
import { pushTo } from '../../model/lists';
import type { Migration } from '../migrate';
import type { Account, Workload } from '../world';

/** Compares who may do what to pods. */
export class AccessProof {
  private readonly pods: readonly Known[];
  private readonly clients: readonly Client[];
  /** The targets for the pods of an account. */
  private readonly targets = new Map<string, TrafficTarget[]>();
  private readonly manifests = new Map<string, any[]>();
  /** Those with destinations. */
  private readonly namespaces: ReadonlySet<string>;
  private readonly isEnforced: boolean;

  /** @param smi - manifests of SMI, each with its namespace */
  public constructor(
    private readonly migration: Migration, private readonly smi: readonly any[], written: readonly any[], private readonly judge: AccessJudge,
  ) {
    const { documents, beside, options } = migration;
    const targets = documents.filter(document => document.kind === 'TrafficTarget');
    const accounts = new Map<string, Required<Account>>();
    const destinations = new Map<string, Required<Account>>();
    const note = (all: typeof accounts, { name, namespace }: Account) => namespace !== undefined && all.set(`${namespace}/${name}`, { name, namespace });
    for (const target of targets) {
      target.sources.forEach(source => note(accounts, this.accountOf(source, target)));
      if (target.destination === undefined) continue;
      const { name, namespace } = this.accountOf(target.destination, target);
      note(destinations, { name, namespace });
      pushTo(this.targets, `${namespace}/${name}`, target);
    }
    destinations.forEach(account => note(accounts, account));
    beside.workloads.forEach(({ serviceAccount: name, namespace }) => note(accounts, { name, namespace }));
    this.namespaces = new Set([...destinations.values()].map(({ namespace }) => namespace));
    this.pods = podsOf(migration, [...destinations.values()]);
    this.clients = clientsOf([...accounts.values()], migration).filter(({ kind, meshed, trustDomain }) =>
      !judge.knowsPods || kind !== 'pod' || (meshed && trustDomain === undefined));
    for (const manifest of written) pushTo(this.manifests, manifest.metadata.namespace, manifest);
    // Where nothing says it, those who have TrafficTargets had them enforced.
    this.isEnforced = options.from !== 'linkerd'
      && (options.isEnforced ?? (options.from === 'spec' ? undefined : beside.enforcement?.isEnforced) ?? targets.length > 0);
  }

  public compare(count: number, vocabulary: Vocabulary, random: Random, comparisons: Comparisons): void {
    for (let i = 0; i < count && this.pods.length > 0; i++) this.compareOne(this.request(i, vocabulary, random), comparisons);
  }

  private request(i: number, vocabulary: Vocabulary, random: Random): { readonly known: Known; readonly request: Request } {
    const known = this.pods[i % this.pods.length];
    const { pod, entrances } = known;
    const { port } = random.one(this.judge.guardsNamedPorts ? pod.ports.slice(0, Math.max(1, pod.ports.length - 1)) : pod.ports);
    const called = entrances.get(port) ?? [];
    const sources = this.targetsFor(known).flatMap(target => target.sources.map(source => this.accountOf(source, target)));
    const source = sources.length > 0 && random.inPercent(70) ? random.one(sources) : undefined;
    const client = source && this.clients.find(one => one.meshed && one.serviceAccount === source.name && one.namespace === source.namespace);
    return {
      known,
      request: {
        ...vocabulary.sent(random),
        query: random.inPercent(10) ? { a: '1' } : {},
        client: client ?? random.one(this.clients),
        pod,
        port,
        ...called.length > 0 && random.inPercent(85) && { entrance: random.one(called) },
      },
    };
  }

  private accountOf({ name, namespace }: Subject, target: TrafficTarget): Account {
    return { name, namespace: namespace ?? this.migration.smi.namespaceOf(target) };
  }

  private targetsFor({ pod: { namespace, serviceAccount } }: Known): readonly TrafficTarget[] {
    return this.targets.get(`${namespace}/${serviceAccount}`) ?? [];
  }

  private compareOne({ known, request }: { readonly known: Known; readonly request: Request }, comparisons: Comparisons): void {
    const after = comparisons.asked('access', () => this.judge.letsIn(this.manifests.get(known.pod.namespace) ?? [], request));
    const before = after === undefined ? undefined : comparisons.asked('access', () => this.letIn(known, request, after));
    if (after === undefined || before === undefined) return;
    // Meshes that read SMI know calls of Services only.
    if (after === before || (before && request.entrance === undefined)) {
      comparisons.count('access', 'equal');
      return;
    }
    comparisons.differ('access', after, this.behind(known, request, before), {
      request: inWords(request),
      before: before ? 'let in' : 'denied',
      after: after ? 'let in' : 'denied',
    });
  }

  /** Whether a request was let in, which is now let in or not. */
  private letIn({ workload, closed, pod }: Known, request: Request, isLetIn: boolean): boolean {
    const isPast = workload?.pastTheMesh.some(({ first, last }) => first <= request.port && request.port <= last);
    const { beside, options: { meshNamespaces } } = this.migration;
    const isMeshed = meshNamespaces?.includes(pod.namespace) === false ? false : workload === undefined || beside.isMeshed(workload);
    if (!this.isEnforced || isPast || isMeshed === false) {
      if (!isLetIn && !this.judge.letsIn([], request)) throw new Unknown('the new mesh denies it by itself, as it is installed');
      return true;
    }
    if (isMeshed === undefined && !this.namespaces.has(pod.namespace)) throw new Unknown('whether the pods were in the mesh');
    const isAllowed = !closed.has(request.port) && allowedBySmi(this.migration.options.from)(this.smi, request);
    if (!isAllowed && isLetIn && workload !== undefined && isHealthCheck(workload, request)) throw new Unknown('who else may make health checks: SMI does not say');
    return isAllowed;
  }

  /** What says that a request was let in, or that others were. */
  private behind(known: Known, { client }: Request, wasLetIn: boolean): SmiDocument[] {
    const all = this.targetsFor(known);
    // Traefik Mesh asks nobody who connects.
    const own = all.filter(target => this.migration.options.from === 'traefik' || target.sources.some(source => {
      const { name, namespace } = this.accountOf(source, target);
      return name === client.serviceAccount && namespace === client.namespace;
    }));
    return [...wasLetIn && own.length > 0 ? own : all];
  }
}

/** Whether the kubelet makes such a request, which has no identity in a mesh. */
function isHealthCheck({ probes }: Workload, { method, path, port }: Request): boolean {
  return probes.some(({ kind, port: own, path: asked = '/' }) => own === port
    && `${method} ${path}` === (kind === 'grpc' ? 'POST /grpc.health.v1.Health/Check' : kind === 'tcp' ? undefined : `GET ${asked}`));
}

function inWords({ method, path, headers, query, client, pod, port, entrance }: Request): string {
  const by = entrance === undefined ? '' : ` by Service ${entrance.service}:${entrance.port}`;
  return `${sentInWords({ method, path: Object.keys(query).length > 0 ? `${path}?a=1` : path, headers })} from ${clientInWords(client)} to port ${port} of `
    + `${pod.namespace}/${pod.serviceAccount}${by}`;
}

export function sentInWords({ method, path, headers }: Sent): string {
  return [`${method} ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join(', ');
}

function clientInWords({ kind, namespace, serviceAccount, meshed, trustDomain }: Client): string {
  if (kind !== 'pod') return 'outside';
  const name = `${namespace}/${serviceAccount}`;
  return meshed ? trustDomain === undefined ? name : `${name} of ${trustDomain}` : `${name} without a certificate`;
}
