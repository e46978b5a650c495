import { ApiObject, App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { policyProps } from './policy-props';
import { podPort, type Running, type World } from './world';
import type { WrittenApp, WrittenMutualTls, WrittenOpening, WrittenRouting } from './written';
import type { Identity, MeshTarget, MutualTlsMode, ServiceRouting } from '../../../src';
import { CanaryRelease, EgressDestination, EgressPolicy, EgressPort, Exposure, ExposureGateway, MeshService, MeshTargets, MutualTls, NamespaceAccessDefault, ServiceAccessPolicy } from '../../../src';
import type { EgressModel } from '../../../src/model/egress';
import type { Fields } from '../../../src/model/fields';
import { meshService, requestMatch, serviceRoute } from '../routes/written';

export interface Built {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly manifests: readonly any[];
}

/** The app with its constructs, for one target, and what its synth says. */
export function build(target: MeshTarget, written: WrittenApp): Built {
  const app = new App();
  MeshTargets.of(app).add(target);
  const warnings: string[] = [];
  const warn = console.warn;
  console.warn = (text: string) => warnings.push(text);
  try {
    const makers = constructs(written);
    [...makers.keys()].sort((a, b) => written.order[a] - written.order[b]).forEach(i => {
      const { namespace, make } = makers[i];
      make(chartIn(app, namespace));
    });
    const all = app.node.findAll();
    const errors = all.flatMap(({ node }) => node.validate());
    return { errors, warnings, manifests: errors.length > 0 ? [] : all.filter(one => one instanceof ApiObject).map(one => one.toJson()) };
  } finally {
    console.warn = warn;
  }
}

function chartIn({ node }: IConstruct, namespace: string): Chart {
  return node.root.node.tryFindChild(namespace) as Chart | undefined ?? new Chart(node.root as App, namespace, { namespace });
}

interface Maker {
  readonly namespace: string;
  readonly make: (chart: Chart) => unknown;
}

function constructs(written: WrittenApp): Maker[] {
  const { policies, denying, mutualTls, egress, declared, world } = written;
  const { routing, exposure, identity } = inOrder(written);
  return [
    ...routing,
    ...exposure,
    ...policies.map(policy => ({
      namespace: policy.namespace,
      make: (chart: Chart) => new ServiceAccessPolicy(
        chart, `${policy.destination.service}-access`, policyProps(policy, world, () => identity(chart)),
      ),
    })),
    ...denying.map(namespace => ({ namespace, make: (chart: Chart) => new NamespaceAccessDefault(chart, 'default') })),
    ...mutualTls.map(one => ({ namespace: one.namespace, make: (chart: Chart) => mutualTlsOf(chart, one, world) })),
    ...egress.map(({ namespace, workload, destinations }) => ({
      namespace,
      make: (chart: Chart) => new EgressPolicy(chart, `${workload?.service ?? 'all'}-egress`, {
        ...(workload && { workload: MeshService.of(workload.service, { port: 8080, podSelector: { ...workload.podSelector } }) }),
        allow: destinations.map(egressDestination),
      }),
    })),
    ...(declared ? world.services.map(service => ({ namespace: service.namespace, make: (chart: Chart) => kubeService(chart, service) })) : []),
  ];
}

type Modes = Fields<WrittenMutualTls, 'namespace' | 'workload' | 'mode' | 'ports'>;

function mutualTlsOf(chart: Chart, { namespace, workload, mode, ports }: Modes, { services }: World): MutualTls {
  if (workload === undefined) {
    return new MutualTls(chart, 'all-mtls', { mode: mode as MutualTlsMode });
  }
  const service = services.find(one => one.name === workload && one.namespace === namespace)!;
  return new MutualTls(chart, `${workload}-mtls`, {
    workload: meshService(service),
    mode: mode as MutualTlsMode,
    ...(ports.length > 0 && {
      ports: ports.map(of => ({ port: service.ports.find(one => podPort(one).port === of.port)!.port, mode: of.mode as MutualTlsMode })),
    }),
  });
}

/** A release is made before what it exposes, and that before a policy that names its gateway; otherwise they come in any order. */
function inOrder({ routing, exposure }: WrittenApp): Record<'routing' | 'exposure', Maker[]> & { readonly identity: (chart: Chart) => Identity } {
  const once = <T>(make: (chart: Chart) => T) => {
    let made: T | undefined;
    return (chart: Chart) => made ??= make(chart);
  };
  const namespace = routing?.route.namespace ?? exposure?.rules.namespace ?? '';
  const route = once(chart => routed(chartIn(chart, namespace), routing!));
  const exposed = once(chart => opening(chartIn(chart, namespace), exposure!, () => route(chart)));
  return {
    routing: routing === undefined ? [] : [{ namespace, make: route }],
    exposure: exposure === undefined ? [] : [{ namespace, make: exposed }],
    identity: chart => exposed(chart).identity,
  };
}

function opening(chart: Chart, { by, rules, gateway: { className, pods } }: WrittenOpening, route: () => ServiceRouting): Exposure {
  const { service, hostnames } = rules;
  return new Exposure(chart, 'exposure', {
    ...(by === 'route' ? { route: route() } : { service: meshService(service) }),
    port: service.ports[0].port,
    ...(hostnames.length > 0 && { hostnames: [...hostnames] }),
    ...(className !== '' && { gateway: ExposureGateway.own({ className, ...(pods && { pods }) }) }),
  });
}

function routed(chart: Chart, { route, release }: WrittenRouting): ServiceRouting {
  return release === undefined ? serviceRoute(chart, route) : new CanaryRelease(chart, 'route', {
    service: meshService(route.service),
    stable: meshService(release.stable),
    canary: meshService(release.canary),
    weight: release.weight,
    ...(release.matches && { matches: release.matches.map(requestMatch) }),
  });
}

function egressDestination(destination: EgressModel['destinations'][0]): EgressDestination {
  const ports = destination.ports.map(({ port, protocol }) => EgressPort[EGRESS[protocol]](port));
  return destination.kind === 'host' ? EgressDestination.host(destination.host, ...ports) : EgressDestination.cidr(destination.cidr, ...ports);
}

const EGRESS = { HTTP: 'http', TLS: 'tls', TCP: 'tcp', UDP: 'udp', ServerFirst: 'serverFirst' } as const;

const APP_PROTOCOLS = { HTTP: 'http', GRPC: 'kubernetes.io/h2c', TCP: undefined, TLS: undefined } as const;

function kubeService(chart: Chart, { name, namespace, podSelector, ports }: Running): void {
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      selector: podSelector,
      ports: ports.map(({ port, targetPort, protocol, name: portName = `${protocol.toLowerCase()}-${port}` }) =>
        ({ name: portName, port, targetPort, ...(APP_PROTOCOLS[protocol] && { appProtocol: APP_PROTOCOLS[protocol] }) })),
    },
  });
}
