import type { Protected } from './pods';
import type { HealthProbe, ServiceAccessPolicyProps } from '../../index';
import { LeftOut, member, type Written } from '../program';
import type { Probe, Workload, World } from '../world';

type Props = Pick<Exclude<Written<ServiceAccessPolicyProps>, { by: unknown }>, 'healthProbes' | 'metrics'>;

const KINDS = { http: undefined, https: 'HTTPS', grpc: 'GRPC', tcp: 'TCP' } as const;

/** The health checks that the pods answer, and how they are scraped. SMI does not say who scrapes them, so this is a comment. */
export function probesOf(pods: Protected, workload: Workload, beside: World, refusal: (some: Props) => string | undefined): Props {
  const probes: Written<HealthProbe>[] = [];
  for (const probe of workload.probes) {
    const written = probeWords(pods, probe);
    const isAmbiguous = pods.service.ports.some(({ port, podPort }) => port === probe.port && podPort !== probe.port) && written.port === probe.port;
    const refused = isAmbiguous ? `the Service has another port ${probe.port}` : refusal({ healthProbes: [...probes, written] });
    probes.push(refused === undefined ? written : new LeftOut(`${workload.kind} '${workload.name}': ${refused}`, written as never) as never);
  }
  const [scrape] = beside.scrapesOf(workload);
  return {
    ...probes.length > 0 && { healthProbes: probes },
    ...scrape !== undefined && {
      metrics: new LeftOut('the pods are scraped, and SMI does not say by whom: name the ServiceAccount among the `sources`', {
        sources: [], ...scrape.port !== undefined && { port: numberOf(pods, scrape.port) }, path: scrape.path,
      }) as never,
    },
  };
}

function probeWords({ ports }: Pick<Protected, 'ports'>, { kind, port, path }: Probe) {
  const word = KINDS[kind];
  return { ...word !== undefined && { kind: member('HealthProbeKind', word) }, ...path !== undefined && { path }, port: numberOf({ ports }, port) };
}

/** The number by which a policy knows a port of the pods. */
function numberOf({ ports }: Pick<Protected, 'ports'>, port: number): number {
  return ports.find(({ podPort }) => podPort === port)?.number ?? port;
}
