import { sentInWords } from './access';
import type { Judge } from './judges';
import type { Comparisons } from './proof';
import type { Random } from './random';
import type { Sent, Vocabulary } from './vocabulary';
import type { TrafficSplit } from '../../dialects/smi/read/tree';
import type { Outcome } from '../../evaluators/routes/outcome';
import { hasRequests } from '../../evaluators/routes/request';
import { sharesBy } from '../../evaluators/smi/shares';
import { Unknown } from '../../evaluators/unknown';
import { pushTo } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { Migration } from '../migrate';
import { stated } from '../plan/options';

interface Called {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly name?: string;
  readonly protocol: Exclude<Protocol, 'UDP'>;
}

type Shares = Readonly<Record<string, number>>;

/** Compares where requests for Services go. */
export class SplitProof {
  private readonly called: readonly Called[];
  private readonly splits = new Map<string, TrafficSplit[]>();
  private readonly manifests = new Map<string, any[]>();

  /** @param smi - manifests of SMI, each with its namespace */
  public constructor(
    private readonly migration: Migration, private readonly smi: readonly any[], written: readonly any[], private readonly judge: Judge,
  ) {
    for (const split of migration.documents) {
      const namespace = migration.smi.namespaceOf(split);
      if (split.kind === 'TrafficSplit' && split.root !== undefined && namespace !== undefined) pushTo(this.splits, `${namespace}/${split.root.name}`, split);
    }
    this.called = [...this.splits.keys()].flatMap(key => {
      const [namespace, service] = key.split('/');
      return this.portsOf(namespace, service);
    });
    for (const manifest of written) pushTo(this.manifests, manifest.metadata.namespace, manifest);
  }

  public get isEmpty(): boolean {
    return this.called.length === 0;
  }

  public compare(count: number, vocabulary: Vocabulary, random: Random, comparisons: Comparisons): void {
    for (let i = 0; i < count && !this.isEmpty; i++) this.compareOne(this.called[i % this.called.length], vocabulary.sent(random), comparisons);
  }

  private portsOf(namespace: string, service: string): Called[] {
    const { beside, options } = this.migration;
    const known = beside.service(namespace, service)?.ports.filter(({ transport }) => transport === 'TCP')
      .map(({ protocol, appProtocol, ...port }) => ({ ...port, protocol: protocol ?? (appProtocol === undefined ? 'HTTP' : 'TCP') }));
    const ports: readonly { readonly port: number; readonly name?: string; readonly protocol?: Protocol }[] =
      known ?? stated(options.ports, namespace, service) ?? [{ port: 80 }];
    return ports.flatMap(({ port, name, protocol = 'HTTP' }) =>
      protocol === 'UDP' ? [] : [{ namespace, service, port, protocol, ...name !== undefined && { name } }]);
  }

  private compareOne(called: Called, sent: Sent, comparisons: Comparisons): void {
    const { namespace, service, port, name, protocol } = called;
    const manifests = this.manifests.get(namespace) ?? [];
    const after = comparisons.asked('splits', () => sharesIn(namespace, this.judge.sends(manifests, {
      ...sent,
      client: { namespace },
      to: { service, namespace, port },
      portName: name,
      protocol,
      host: service,
      query: {},
      response: {},
    })));
    const before = after === undefined ? undefined
      : comparisons.asked('splits', () => this.sharesBefore(called, hasRequests(called) ? sent : undefined));
    if (after === undefined || before === undefined) return;
    if (areSame(before, after)) {
      comparisons.count('splits', 'equal');
      return;
    }
    comparisons.differ('splits', false, this.splits.get(`${namespace}/${service}`) ?? [], {
      request: `${hasRequests(called) ? sentInWords(sent) : 'a connection'} to Service ${namespace}/${service}:${port}`,
      before: inWords(before),
      after: inWords(after),
    });
  }

  private sharesBefore({ namespace, service, port }: Called, sent: Sent | undefined): Shares {
    const shares = sharesBy(this.migration.options.from, this.smi, { namespace, service, sent });
    const lacks = Object.keys(shares).find(name => this.migration.beside.service(namespace, name)?.ports.every(one => one.port !== port));
    if (lacks !== undefined) throw new Unknown('a backend has no such port');
    return shares;
  }
}

function sharesIn(home: string, outcome: Outcome): Shares {
  if (outcome.kind !== 'forwarded') return {};
  return Object.fromEntries(outcome.arrivals.map(({ service, share }) => {
    const [namespace, name] = service.slice(0, service.lastIndexOf(':')).split('/');
    const [numerator, denominator] = share.split('/').map(Number);
    return [namespace === home ? name : `${namespace}/${name}`, numerator / denominator];
  }));
}

function areSame(a: Shares, b: Shares): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every(name => Math.abs((a[name] ?? 0) - (b[name] ?? 0)) < 1e-9);
}

function inWords(shares: Shares): string {
  const all = Object.entries(shares).sort(([a], [b]) => a < b ? -1 : 1).map(([name, share]) => `${Math.round(share * 1000) / 10} % to ${name}`);
  return all.length === 0 ? 'nobody gets it' : all.join(', ');
}
