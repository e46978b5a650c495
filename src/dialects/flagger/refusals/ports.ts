import { flatMap } from '../../../model/lists';
import { numberOf } from '../../../model/pod-port';
import type { PodPort } from '../../../model/pod-port';
import type { ReleaseModel, Workload } from '../../../model/release';
import type { PortRoute } from '../../../model/route';
import type { Refusal } from '../../contract/refusal';
import { routedPort } from '../service';
import type { MovedByFlagger } from '../supports';

/** Flagger makes the ports of all three Services: one, and those that it finds in the containers (`pkg/canary/util.go`, getPorts). */
export function portRefusals({ route, stable, canary, workload }: ReleaseModel, { api }: MovedByFlagger): Refusal<never>[] {
  const port = routedPort(route);
  const routed = route.ports.filter(({ rules }) => rules.length > 0);
  const versions = flatMap(port.rules, ({ backends }) => backends).filter(({ name }) => [stable.name, canary.name].includes(name));
  const differing = new Set(versions.filter(({ podPort }) => !isSame(podPort, port)).map(({ name }) => name));
  return [
    ...api === 'gatewayApi' && routed.length > 1 ? [{
      what: `ports ${routed.map(one => one.port).join(', ')}`,
      reason: 'Flagger makes one route, for one port',
      remedy: `Say which port is routed: \`ports: [${port.port}]\``,
    }] : [],
    ...flatMap(route.ports.filter(other => other !== port), other => discoveryRefusals(other, workload)),
    ...[...differing].map(name => ({
      what: `'${name}' on another port of the pods`,
      reason: 'Flagger makes the Services of both versions with the port of the Service that is released',
      remedy: 'Let the pods of both versions listen where those of the Service do',
    })),
  ];
}

function isSame(podPort: PodPort | undefined, { port, podPort: ofService }: PortRoute): boolean {
  return (podPort?.port ?? port) === (ofService?.port ?? port);
}

/** Beside the port of the release, a Service of Flagger has the ports of the containers, over TCP and under their own numbers. */
function discoveryRefusals({ port, podPort, protocol }: PortRoute, { name, ports }: Workload): Refusal<never>[] {
  const refuse = (remedy: string): Refusal<never>[] => [{
    what: `port ${port} of the Service`,
    reason: 'Flagger makes the other ports of the Service of those of the containers, over TCP and by their numbers there',
    remedy,
  }];
  if (protocol === 'UDP') return refuse('Give it a Service of its own');
  if (ports !== undefined && !ports.includes(port)) return refuse(`Name it among the ports of a container of Deployment '${name}', or give it a Service of its own`);
  return podPort === undefined || numberOf(podPort) === port ? [] : refuse('Let the pods listen on the same number, or give it a Service of its own');
}
