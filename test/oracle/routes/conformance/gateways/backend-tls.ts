import { ask, attached, expose, GATEWAY, gatewayOf, NAMESPACE, to, type GatewayScenario } from './scenario';
import { ExposureTls, GatewayListener, GrpcMatch, HttpMatch, MeshProtocol, MeshService, SharedGateway, SubjectAltName } from '../../../../../src';
import type { AuthorityOf, PodTls } from '../../../../../src/evaluators/routes/backend-tls';

/** Who signed the certificates of pods, and who did not. */
export const [AUTHORITY, OTHER_AUTHORITY] = ['pods-ca', 'other-ca'];

const CLIENT_CERTIFICATE = 'tls-checks-client-certificate';

export const authorityOf: AuthorityOf = (kind, name) =>
  kind === 'ConfigMap' ? name : kind === 'Secret' && name === CLIENT_CERTIFICATE ? AUTHORITY : undefined;

/** The name in the certificates of pods, and another one. */
const [HOSTNAME, OTHER_HOSTNAME] = ['gateway.example.com', 'other.example.com'];
const [IDENTITY, OTHER_IDENTITY] = ['spiffe://gateway.example.com/test-identity', 'spiffe://other.example.com/test-identity'];

const service = (name: string, protocol = MeshProtocol.HTTP) => MeshService.of(name, { namespace: NAMESPACE, ports: [{ port: 8443, name: 'btls', protocol }] });
const [good, otherHost, otherAuthority] = ['tls-pods', 'tls-pods-other-host', 'tls-pods-other-authority'].map(name => service(name));

export const TLS_SERVICES = [good, otherHost, otherAuthority];

const FAILED = 'HTTP 503';

interface BackendTlsScenario extends GatewayScenario {
  /** By the names of Services. */
  readonly pods: Readonly<Record<string, PodTls>>;
}

const TLS: PodTls = { authority: AUTHORITY, names: [HOSTNAME, IDENTITY] };
const endingTls = (services: readonly MeshService[], tls = TLS) => Object.fromEntries(services.map(({ name }) => [name, tls]));

const backendTls: BackendTlsScenario = {
  pods: endingTls(TLS_SERVICES),
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.http('http'), GatewayListener.https('https', { tls: ExposureTls.secret('gateway-tls') }));
    const over = (pathPrefix: string, one: MeshService, hostname: string, caConfigMap: string) => expose(chart, one.name, {
      service: one, rules: [{ matches: [HttpMatch.of({ pathPrefix })], backends: to(one) }], backendTls: { hostname, caConfigMap },
    });
    over('/good', good, HOSTNAME, AUTHORITY);
    over('/host-mismatch', otherHost, OTHER_HOSTNAME, AUTHORITY);
    over('/cert-mismatch', otherAuthority, HOSTNAME, OTHER_AUTHORITY);
  },
  asks: [
    ask('/good', good),
    ask('/good', good, { port: 443, speaks: 'HTTPS' }),
    ask('/host-mismatch', FAILED),
    ask('/cert-mismatch', FAILED),
  ],
};

/** Of each list of names, whether the certificate has one of them. */
const NAMES: readonly (readonly [is: string, names: SubjectAltName[], isTrusted: boolean])[] = [
  ['san-dns', [SubjectAltName.hostname(HOSTNAME)], true],
  ['san-dns-mismatch', [SubjectAltName.hostname(OTHER_HOSTNAME)], false],
  ['san-uri', [SubjectAltName.uri(IDENTITY)], true],
  ['san-uri-mismatch', [SubjectAltName.uri(OTHER_IDENTITY)], false],
  ['multiple-sans', [SubjectAltName.uri(IDENTITY), SubjectAltName.hostname(HOSTNAME)], true],
  ['multiple-mismatch-sans', [SubjectAltName.uri(OTHER_IDENTITY), SubjectAltName.hostname(OTHER_HOSTNAME)], false],
];
const named = NAMES.map(([is]) => service(`tls-pods-${is}`));

const subjectAltNames: BackendTlsScenario = {
  pods: endingTls(named),
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.http('http'));
    NAMES.forEach(([is, names], i) => expose(chart, is, {
      service: named[i],
      rules: [{ matches: [HttpMatch.of({ path: `/${is}` })], backends: to(named[i]) }],
      backendTls: { hostname: HOSTNAME, caConfigMap: AUTHORITY, subjectAltNames: names, portName: 'btls' },
    }));
  },
  asks: NAMES.map(([is, , isTrusted], i) => ask(`/${is}`, isTrusted ? named[i] : FAILED)),
};

const ECHO = 'gateway_api_conformance.echo_basic.grpcecho.GrpcEcho';
const [grpc, grpcOtherHost, grpcOtherAuthority] = ['grpc-pods', 'grpc-pods-other-host', 'grpc-pods-other-authority'].map(name => service(name, MeshProtocol.GRPC));

const backendTlsOfGrpc: BackendTlsScenario = {
  pods: endingTls([grpc, grpcOtherHost, grpcOtherAuthority]),
  build: chart => {
    gatewayOf(chart, GATEWAY, GatewayListener.http('http'));
    const over = (host: string, method: string, one: MeshService, hostname: string, caConfigMap: string) => expose(chart, one.name, {
      service: one,
      hostnames: [host],
      rules: [{ matches: [GrpcMatch.of({ service: ECHO, method })], backends: to(one) }],
      backendTls: { hostname, caConfigMap, portName: 'btls' },
    });
    over('abc.example.com', 'Echo', grpc, HOSTNAME, AUTHORITY);
    over('abc.example.com', 'EchoTwo', grpcOtherHost, OTHER_HOSTNAME, AUTHORITY);
    over('cert-mismatch.example.com', 'Echo', grpcOtherAuthority, HOSTNAME, OTHER_AUTHORITY);
  },
  asks: ([
    ['abc.example.com', 'Echo', grpc], ['abc.example.com', 'EchoTwo', FAILED], ['cert-mismatch.example.com', 'Echo', FAILED],
  ] as const).map(([host, method, expect]) => ask(`/${ECHO}/${method}`, expect, { protocol: 'GRPC', method: 'POST', host })),
};

const tcp = service('tcp-pods', MeshProtocol.TCP);

const backendTlsBehindTls: BackendTlsScenario = {
  pods: endingTls([tcp]),
  build: chart => {
    const listener = { port: 8443, tls: ExposureTls.secret('gateway-tls'), hostname: 'tls.example.com' };
    gatewayOf(chart, GATEWAY, GatewayListener.tls('terminate', listener));
    expose(chart, 'ended', {
      service: tcp, hostnames: ['tls.example.com'], backendTls: { hostname: HOSTNAME, caConfigMap: AUTHORITY, portName: 'btls' },
    });
  },
  asks: [ask('/', tcp, { host: 'tls.example.com', port: 8443, speaks: 'TLS', protocol: 'TLS' })],
};

const asking = service('tls-pods-that-ask');

const clientCertificate: BackendTlsScenario = {
  pods: endingTls([asking], { ...TLS, clientsOf: AUTHORITY }),
  build: chart => {
    const listeners = [GatewayListener.http('http')];
    new SharedGateway(chart, GATEWAY, { className: 'contour', listeners, backendCertificate: { name: CLIENT_CERTIFICATE }, metadata: { name: GATEWAY } });
    gatewayOf(chart, 'without', GatewayListener.http('http'));
    for (const gateway of [GATEWAY, 'without']) {
      expose(chart, `at-${gateway}`, {
        service: asking, hostnames: ['abc.example.com'], gateway: attached(undefined, gateway), backendTls: { hostname: HOSTNAME, caConfigMap: AUTHORITY },
      });
    }
  },
  asks: [ask('/', asking, { host: 'abc.example.com' }), ask('/', FAILED, { host: 'abc.example.com', gateway: 'without' })],
};

/** What a gateway makes of the certificates of pods, and these of its own: manifests alone do not tell. */
export const BACKEND_TLS_SCENARIOS = {
  BackendTLSPolicy: backendTls,
  BackendTLSPolicyGRPCRoute: backendTlsOfGrpc,
  BackendTLSPolicySANValidation: subjectAltNames,
  BackendTLSPolicyTLSRouteTerminate: backendTlsBehindTls,
  GatewayTLSBackendClientCertificate: clientCertificate,
} satisfies Record<string, BackendTlsScenario>;
