import type { AppServices } from './app-services';
import type { Speaker, Statement, Told } from './statement';
import type { Bypass, Direction } from '../dialects/contract/bypass';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { passesBy } from '../errors/diagnostics';
import { byKind } from '../model/by-kind';
import { flatMap } from '../model/lists';
import type { PodFacts } from '../model/pod-facts';
import type { PodPort } from '../model/pod-port';

/** Policies for pods of the app whose calls are kept from whoever reads policies, by what the pods or their namespace say. */
export function passedBy(speakers: readonly Speaker[], app: AppServices): Told[] {
  return !app.hasPods ? [] : flatMap(speakers, ({ intent, statements, chart }) => flatMap(statements, statement => {
    const held = heldBy(statement);
    const { target: { id, _dialects: { services, reserved } } } = statement;
    return held === undefined ? [] : flatMap(app.near(chart, podsOf(held, services, app)), (pod): Told[] => {
      const { labels: namespaceLabels, annotations: namespaceAnnotations } = app.marksOf(held.namespace);
      const all = reserved.bypass({ ...pod, namespaceLabels, namespaceAnnotations }, held.direction);
      return flatMap(worst(all), (bypass): Told[] => {
        const ports = portsPast(bypass, held, pod);
        const { by, isPerhaps = false } = bypass;
        return ports?.length === 0 ? [] : [{
          intent, objection: { isError: !isPerhaps, diagnostic: passesBy(id, held.what, held.direction, pod.owner, by, ports, isPerhaps) },
        }];
      });
    });
  }));
}

/** What is said of calls to pods, or of theirs. */
interface Held {
  readonly what: string;
  readonly direction: Direction;
  readonly namespace: string;
  readonly workload: {
    readonly service?: string; readonly serviceAccount?: string; readonly podSelector?: Readonly<Record<string, string>>;
  };
  /** Of the pods; absent for all. */
  readonly ports?: readonly PodPort[];
}

const heldBy = byKind<Statement, Held | undefined>({
  access: ({ model: { namespace, destination, audit } }) => audit ? undefined : {
    what: 'the policy', direction: 'inbound', namespace, workload: destination, ports: destination.ports.length === 0 ? undefined : destination.ports,
  },
  authentication: ({ model: { namespace, workload, mode, ports } }) => {
    const strict = workload?.ports.filter(({ port }) => (ports.find(other => other.port === port)?.mode ?? mode) === 'strict');
    return workload === undefined || strict?.length === 0 ? undefined : { what: 'mutual TLS', direction: 'inbound', namespace, workload, ports: strict };
  },
  externalAuthorization: ({ model: { namespace, workload, ports } }) => ({
    what: 'the external authorization', direction: 'inbound', namespace, workload, ports,
  }),
  egress: ({ model: { namespace, workload } }) => workload && { what: 'the egress policy', direction: 'outbound', namespace, workload },
  routes: () => undefined,
  gatewayAccess: () => undefined,
  exposure: () => undefined,
});

function podsOf({ namespace, workload }: Held, { byLabels, byAccounts }: TargetDialects['services'], app: AppServices): readonly PodFacts[] {
  const { service, serviceAccount, podSelector } = workload;
  if (byLabels && podSelector !== undefined) return app.podsWith(namespace, podSelector);
  const account = byAccounts === 'of the name' ? service : serviceAccount;
  return byAccounts === undefined || account === undefined ? [] : app.podsAs(namespace, account);
}

/** Where all calls pass, it needs no telling which. */
function worst(all: readonly Bypass[]): readonly Bypass[] {
  const whole = all.find(({ ports, isPerhaps }) => ports === 'all' && !isPerhaps);
  return whole === undefined ? all : [whole];
}

/** The ports to which calls pass, of those that it is for; undefined for all. */
function portsPast({ ports }: Bypass, { direction, ports: governed }: Held, pod: PodFacts): readonly (number | string)[] | undefined {
  if (ports === 'all' || direction === 'outbound' || governed === undefined) return undefined;
  return governed.filter(({ port, number = typeof port === 'number' ? port : pod.ports.get(port) }) => number !== undefined && ports(number))
    .map(({ port }) => port);
}
