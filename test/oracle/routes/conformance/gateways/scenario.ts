import { App, Chart, Testing } from 'cdk8s';
import type { ExposureProps, GatewayListener, MeshService, ServiceRouteRule } from '../../../../../src';
import {
  Exposure, ExposureGateway, GatewayApiChannel, MeshProtocol, MeshService as Service, MeshTarget, MeshTargets, SharedGateway,
} from '../../../../../src';

import { nameOf } from '../../../../../src/evaluators/routes/outcome';

/** What a test of upstream's conformance suite for gateways deploys, and what it asks and expects. */
export interface GatewayScenario {
  /** In the namespace `shop`. */
  readonly build: (chart: Chart) => void;
  readonly asks: readonly GatewayAsk[];
  /** Whether only the experimental channel has a word for it. */
  readonly isExperimental?: true;
}

export interface GatewayAsk {
  /** The name of the gateway, in the namespace `shop`. */
  readonly gateway: string;
  readonly port: number;
  /** What a connection to the port begins with. */
  readonly speaks: 'HTTP' | 'HTTPS' | 'TLS' | 'TCP' | 'UDP';
  readonly protocol: 'HTTP' | 'GRPC' | 'TLS' | 'TCP' | 'UDP';
  readonly host: string;
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The backends with their shares and the path that they get if it is another one; a redirect, a status, or `no route`. */
  readonly expect: string;
  readonly passes?: Passing;
}

/** What of a request and its response passes the gateway. */
export interface Passing {
  /** The host, and headers, with which the request arrives, and those that it has no more. */
  readonly host?: string;
  readonly arrives?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  /** Where it arrives with others at each backend. */
  readonly arrivesAt?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Headers with which the backend answers, and those that the client gets, or does not. */
  readonly answered?: Readonly<Record<string, string>>;
  readonly returns?: Readonly<Record<string, string>>;
  readonly returnsNot?: readonly string[];
}

export const NAMESPACE = 'shop';
export const GATEWAY = 'same-namespace';

/** The Services of upstream's suite. */
export const [v1, v2, v3] = ['infra-backend-v1', 'infra-backend-v2', 'infra-backend-v3'].map(name => Service.of(name, { namespace: NAMESPACE, port: 8080 }));
export const [grpc1, grpc2, grpc3] = ['grpc-infra-backend-v1', 'grpc-infra-backend-v2', 'grpc-infra-backend-v3']
  .map(name => Service.of(name, { namespace: NAMESPACE, port: 8080, protocol: MeshProtocol.GRPC }));
export const web = Service.of('web-backend', { namespace: 'web', port: 8080 });
export const [tls1, tls2] = ['tls-backend', 'tls-backend-2'].map(name => Service.of(name, { namespace: NAMESPACE, port: 443, protocol: MeshProtocol.TLS }));
export const [tcp1, tcp2, tcp3] = ['tcp-backend-v1', 'tcp-backend-v2', 'tcp-backend-v3']
  .map(name => Service.of(name, { namespace: NAMESPACE, port: 3000, protocol: MeshProtocol.TCP }));
export const tcpWeb = Service.of('tcp-web-backend', { namespace: 'web', port: 3000, protocol: MeshProtocol.TCP });
export const [udp, udp2, udp3] = ['udp-backend', 'udp-backend-2', 'udp-backend-3']
  .map(name => Service.of(name, { namespace: NAMESPACE, port: 53, protocol: MeshProtocol.UDP }));
export const udpWeb = Service.of('udp-web-backend', { namespace: 'web', port: 53, protocol: MeshProtocol.UDP });

export const SERVICES = [v1, v2, v3, grpc1, grpc2, grpc3, web, tls1, tls2, tcp1, tcp2, tcp3, tcpWeb];

export const to = (service: MeshService) => [{ service }];

export function gatewayOf(chart: Chart, name: string, ...listeners: GatewayListener[]): void {
  new SharedGateway(chart, name, { className: 'contour', listeners, metadata: { name } });
}

export const attached = (sectionName?: string, gateway = GATEWAY, port?: number) => ExposureGateway.shared(gateway, NAMESPACE, { sectionName, port });

export function expose(chart: Chart, id: string, props: ExposureProps): void {
  new Exposure(chart, id, { gateway: props.gateways === undefined ? attached() : undefined, ...props });
}

/** A chart for another namespace of the app. */
export function chartIn(chart: Chart, namespace: string): Chart {
  return new Chart(App.of(chart), namespace, { namespace });
}

/** All of these rules, at the gateway that takes every host. */
export const ruled = (
  rules: ServiceRouteRule[], asks: readonly GatewayAsk[], props: Partial<ExposureProps> = {}, service = v1,
) => (listener: GatewayListener): GatewayScenario => ({
  build: chart => {
    gatewayOf(chart, GATEWAY, listener);
    expose(chart, 'route', { service, rules, ...props });
  },
  asks,
});

type Asked = Partial<Omit<GatewayAsk, 'expect'>>;

/** A request over HTTP, and who has to get it. */
export function ask(target: string, expect: MeshService | string, more: Asked = {}): GatewayAsk {
  return {
    gateway: GATEWAY,
    port: 80,
    speaks: 'HTTP',
    protocol: 'HTTP',
    host: 'example.com',
    method: 'GET',
    headers: {},
    target,
    ...more,
    expect: typeof expect === 'string' ? expect : only(expect),
  };
}

/** The whole of the requests. */
export function only(service: MeshService, path?: string): string {
  const { name, namespace = NAMESPACE, ports: [{ port }], _groupKind: groupKind } = service;
  return [JSON.stringify({ [nameOf({ service: name, namespace, port, groupKind })]: 1 }), ...path === undefined ? [] : [path]].join(' ');
}

export const NO_ROUTE = 'no route';

/** What is applied, and the namespaces that it is about. */
export function manifestsOf({ build, isExperimental }: GatewayScenario): any[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi(isExperimental && { channel: GatewayApiChannel.EXPERIMENTAL }));
  build(new Chart(app, NAMESPACE, { namespace: NAMESPACE }));
  return [
    ...[NAMESPACE, 'web'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } })),
    ...app.charts.flatMap(chart => Testing.synth(chart)),
  ];
}
