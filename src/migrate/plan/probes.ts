import type { Planning } from './planned';
import type { Protected } from './pods';
import type { Account } from '../../dialects/smi/read/target-part';
import type { HealthProbe, Identity, ServiceAccessPolicyProps } from '../../index';
import { type LeftOut, member, type Node, withheld, type Written } from '../program';
import type { Probe, Scrape, Workload } from '../world';

type Props = Pick<Exclude<Written<ServiceAccessPolicyProps>, { by: unknown }>, 'healthProbes' | 'metrics'>;
type Refusal = (some: Props) => string | undefined;
type Naming = Pick<Planning, 'beside' | 'notices'> & { readonly identity: (account: Account) => Node<Identity> };

const KINDS = { http: undefined, https: 'HTTPS', grpc: 'GRPC', tcp: 'TCP' } as const;

/** The health checks that the pods answer, and how they are scraped. */
export function probesOf(pods: Protected, planning: Naming, refusal: Refusal): Props {
  const healthProbes = healthProbesOf(pods, refusal);
  const [scraped] = pods.workloads.flatMap(workload => planning.beside.scrapesOf(workload).map(scrape => ({ workload, scrape })));
  const metrics = scraped && metricsOf(pods, scraped.workload, scraped.scrape, planning, some => refusal({ ...healthProbes, metrics: some }));
  return { ...healthProbes, ...metrics !== undefined && { metrics } };
}

/** The health checks that the pods answer. */
export function healthProbesOf(pods: Pick<Protected, 'workloads' | 'ports'> & { readonly service: Pick<Protected['service'], 'ports'> }, refusal: Refusal): Props {
  const probes: (Written<HealthProbe> | LeftOut)[] = [];
  const all = pods.workloads.flatMap(workload => workload.probes.map(probe => ({ probe, workload })));
  const distinct = [...new Map([...all].reverse().map(one => [JSON.stringify(one.probe), one])).values()].reverse();
  for (const { probe, workload } of distinct) {
    const written = probeWords(pods, probe);
    const isAmbiguous = pods.service.ports.some(({ port, podPort }) => port === probe.port && podPort !== probe.port) && written.port === probe.port;
    const refused = isAmbiguous ? `the Service has another port ${probe.port}` : refusal({ healthProbes: [...probes, written] });
    probes.push(refused === undefined ? written : withheld<HealthProbe>(`${workload.kind} '${workload.name}': ${refused}`, written));
  }
  return probes.length > 0 ? { healthProbes: probes } : {};
}

function probeWords({ ports }: Pick<Protected, 'ports'>, { kind, port, path }: Probe) {
  const word = KINDS[kind];
  return { ...word !== undefined && { kind: member('HealthProbeKind', word) }, ...path !== undefined && { path }, port: numberOf({ ports }, port) };
}

/** SMI let nobody scrape but who came past the mesh, so that otherwise this is a comment. */
function metricsOf(
  pods: Protected, workload: Workload, scrape: Scrape, { beside, notices, identity }: Naming,
  refusal: (metrics: Props['metrics']) => string | undefined,
): Props['metrics'] | LeftOut {
  const { port, path } = scrape;
  const words = { sources: beside.scrapers.map(identity), ...port !== undefined && { port: numberOf(pods, port) }, path };
  const isPast = port !== undefined && workload.pastTheMesh.some(({ first, last }) => first <= port && port <= last);
  const reason = beside.scrapers.length === 0 ? 'the pods are scraped, and SMI does not say by whom: name the ServiceAccount among the `sources`'
    : isPast ? refusal(words)
      : 'the pods are scraped, and SMI let in only those whom a TrafficTarget names: take it over where Prometheus is to scrape them';
  if (reason === undefined) return words;
  notices.give('byHand', `fill in the \`metrics\` of the policy for ${workload.kind} '${workload.name}' where its pods are to be scraped`, workload.place);
  return withheld(reason, words);
}

/** The number by which a policy knows a port of the pods. */
function numberOf({ ports }: Pick<Protected, 'ports'>, port: number): number {
  return ports.find(({ podPort }) => podPort === port)?.number ?? port;
}
