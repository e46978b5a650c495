import { ApiObject, App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AccessGrant, EgressDestination, EgressPolicy, EgressPort, Exposure, ExposureGateway, GatewayAccessPolicy,
  Identity, MeshPods, MeshService, MeshTargets, MutualTls,
  MutualTlsMode,
  NamespaceAccessDefault, ServiceAccessPolicy, ServiceRoute, Validation,
} from '../../src';
import type { TargetDialects } from '../../src/dialects/contract/target-dialects';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { ConsulNamespaces } from '../../src/dialects/gateway-api/extension/consul-namespaces';
import { allowedByCilium } from '../../src/evaluators/access/cilium';
import { allowedByConsul } from '../../src/evaluators/access/consul';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../src/evaluators/access/istio-ambient';
import { allowedByKuma } from '../../src/evaluators/access/kuma';
import { allowedByLinkerd } from '../../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../src/evaluators/access/network-policy';
import type { Client, Pod, Request } from '../../src/evaluators/access/request';
import { TRUST_DOMAIN } from '../../src/evaluators/access/request';
import { allowedBySmi } from '../../src/evaluators/access/smi';
import type { Kind } from '../../src/model/kinds';
import { CATALOGUE } from '../../src/targets/catalogue';
import type { Title } from '../../src/targets/catalogue';
import { consulByItself, gatewayApi, kumaByItself, MESHES } from '../../src/targets/dialects';
import { MeshImplementation } from '../../src/targets/implementations';
import type { MeshTarget } from '../../src/targets/mesh-target';
import type { Evaluator } from '../oracle/access/decide';
import { letOut } from '../oracle/egress/addresses';
import { letOutByOsm } from '../oracle/egress/osm';
import { targetOf } from '../setup';

/**
 * Two constructs, of any kinds, in one namespace: the target refuses them as a conflict, or together they mean what is written in
 * both, as the evaluators of the oracles read their manifests.
 */

type Labels = Readonly<Record<string, string>>;

/** Few labels, so that selectors meet: as equals, as a part, by another label, not at all. */
const SELECTORS: readonly Omit<Selection, 'service'>[] = [
  { selector: { app: 'a' } },
  { selector: { app: 'b' } },
  { selector: { tier: 'x' } },
  { selector: { app: 'a', tier: 'x' } },
  { selector: { app: 'a', tier: 'y' } },
  { selector: { app: 'b', track: 'z' } },
  { selector: { app: 'a', tier: 'x' }, subset: { tier: 'x' } },
  { selector: { app: 'a', tier: 'y' }, subset: { tier: 'y' } },
  { selector: { app: 'b', track: 'z' }, subset: { track: 'z' } },
];
const SERVICES = ['one', 'two'];
const PORTS = [8080, 9090];
const PODS: readonly Labels[] = ['a', 'b', undefined].flatMap(app => ['x', 'y', undefined].flatMap(tier => ['z', undefined].map((track): Labels => ({
  ...(app !== undefined && { app }), ...(tier !== undefined && { tier }), ...(track !== undefined && { track }),
}))));
const OUTSIDE = ['203.0.113.1', '198.51.100.1'];
const CLIENTS: readonly Client[] = [
  { kind: 'pod', ip: '10.1.0.5', namespace: 'shop', namespaceLabels: {}, serviceAccount: 'web', labels: {}, meshed: true },
  { kind: 'pod', ip: '10.1.0.6', namespace: 'shop', namespaceLabels: {}, serviceAccount: 'job', labels: {}, meshed: true },
  { kind: 'outside', ip: '192.0.2.10', meshed: false },
];

interface Selection {
  readonly service: string;
  /** Of the pods that are meant. */
  readonly selector: Labels;
  /** Those of the labels that not all pods of the Service have. */
  readonly subset?: Labels;
}

type Said =
  /** For the pods of a Service, or, `bare`, for pods without one; `web` is let in by the policy, or by a grant beside it. */
  | { readonly kind: 'access'; readonly of: Selection; readonly bare: boolean; readonly allow: 'nobody' | 'web' | 'web, by a grant' }
  | { readonly kind: 'authentication'; readonly of?: Selection; readonly mode: 'STRICT' | 'PERMISSIVE'; readonly openPort: boolean }
  | { readonly kind: 'namespaceDefault'; readonly of?: undefined }
  | { readonly kind: 'egress'; readonly of?: Selection; readonly to: readonly string[] }
  /** To another Service, or to some of its own pods. */
  | { readonly kind: 'routes'; readonly of: Selection; readonly to: 'next' | 'part' }
  | { readonly kind: 'exposure'; readonly of: Selection; readonly host: string }
  /** At a gateway, which is none of these pods. */
  | { readonly kind: 'gatewayAccess'; readonly of?: undefined; readonly gateway: string; readonly rule: 'allow' | 'deny' };

const selection = fc.record({ service: fc.constantFrom(...SERVICES), pods: fc.constantFrom(...SELECTORS) })
  .map(({ service, pods }): Selection => ({ service, ...pods }));
const wholeService = selection.filter(({ subset }) => subset === undefined);
const workload = fc.option(selection, { nil: undefined, freq: 3 });
/** Tokens let nobody in or out by themselves, and a gateway, a host outside, or a policy of nodes, is for none of these pods (test/intents/). Where commits move them, releases are routes; so are those that a controller moves, to other constructs. */
type SaidKind = Exclude<Kind, 'release' | 'gateway' | 'jwtAuthentication' | 'externalAuthorization' | 'externalBackend' | 'clusterAccess'>;

const SAID: { readonly [K in SaidKind]: fc.Arbitrary<Said & { readonly kind: K }> } = {
  access: fc.record({
    kind: fc.constant('access'), of: selection, bare: fc.boolean(), allow: fc.constantFrom('nobody', 'web', 'web, by a grant'),
  }).map(one => ({ ...one, bare: one.bare && one.of.subset === undefined })),
  authentication: fc.record({
    kind: fc.constant('authentication'),
    of: workload,
    mode: fc.constantFrom('STRICT', 'PERMISSIVE'),
    openPort: fc.boolean(),
  }).map(one => ({ ...one, openPort: one.openPort && one.of !== undefined && one.mode === 'STRICT' })),
  namespaceDefault: fc.record({ kind: fc.constant('namespaceDefault') }),
  egress: fc.record({ kind: fc.constant('egress'), of: workload, to: fc.subarray(OUTSIDE) }),
  routes: fc.record({ kind: fc.constant('routes'), of: wholeService, to: fc.constantFrom('next', 'next', 'next', 'part') }),
  exposure: fc.record({ kind: fc.constant('exposure'), of: wholeService, host: fc.constantFrom('a.example.com', 'b.example.com') }),
  gatewayAccess: fc.record({ kind: fc.constant('gatewayAccess'), gateway: fc.constantFrom('public', 'inner'), rule: fc.constantFrom('allow', 'deny') }),
};

function serviceOf({ service, selector, subset = {} }: Selection): MeshService {
  const ports = PORTS.map(port => ({ port, name: `http-${port}` }));
  const podSelector = Object.fromEntries(Object.entries(selector).filter(([label]) => !Object.hasOwn(subset, label)));
  const whole = MeshService.of(service, { namespace: 'shop', serviceAccount: service, podSelector, ports });
  return Object.keys(subset).length === 0 ? whole : whole.subset(subset);
}

function podsOf({ service, selector }: Selection): MeshPods {
  return MeshPods.of({ namespace: 'shop', serviceAccount: service, podSelector: selector, ports: PORTS.map(port => ({ port, name: `http-${port}` })) });
}

function make(chart: Chart, id: string, said: Said, ingress: boolean): { readonly apiObjects: ApiObject[] } {
  switch (said.kind) {
    case 'access': {
      const destination = said.bare ? podsOf(said.of) : serviceOf(said.of);
      const client = Identity.serviceAccount('web', 'shop');
      const grant = said.allow === 'web, by a grant' ? [new AccessGrant(chart, `${id}-grant`, { client, calls: [{ destination }] })] : [];
      const policy = new ServiceAccessPolicy(chart, id, { destination, allow: said.allow === 'web' ? [{ sources: [client] }] : [] });
      return { get apiObjects() { return [policy, ...grant].flatMap(({ apiObjects }) => apiObjects); } };
    }
    case 'authentication': return new MutualTls(chart, id, {
      workload: said.of && serviceOf(said.of),
      mode: MutualTlsMode[said.mode],
      ...(said.openPort && { ports: [{ port: 9090, mode: MutualTlsMode.PERMISSIVE }] }),
    });
    case 'namespaceDefault': return new NamespaceAccessDefault(chart, id);
    case 'egress': return new EgressPolicy(chart, id, {
      workload: said.of && serviceOf(said.of), allow: said.to.map(ip => EgressDestination.cidr(`${ip}/32`, EgressPort.http(80))),
    });
    case 'routes': return new ServiceRoute(chart, id, {
      service: serviceOf(said.of),
      rules: [{ backends: [{ service: said.to === 'next' ? serviceOf(said.of).variant('next') : serviceOf(said.of).subset({ version: 'v2' }) }] }],
    });
    case 'gatewayAccess': return new GatewayAccessPolicy(chart, id, {
      gateway: ExposureGateway.shared(said.gateway, 'infra', { className: 'istio' }), [said.rule]: [{ sources: [Identity.ipBlock('203.0.113.0/24')] }],
    });
    case 'exposure': return new Exposure(chart, id, {
      service: serviceOf(said.of), port: 8080, hostnames: [said.host], ...(ingress ? {} : { gateway: ExposureGateway.shared('public', 'infra') }),
    });
  }
}

interface Made {
  readonly manifests: readonly any[];
  readonly conflicts: readonly string[];
  /** Of either by itself. */
  readonly refusals: readonly string[];
  readonly isRefused: boolean;
}

/** Of what a cluster can have once; what else is wrong with constructs together, other tests hold. */
const CONFLICT = /^MESH300[1-39]/;

/** What becomes of constructs in one app, which may know of a pod. */
function made(target: MeshTarget, all: readonly Said[], pod?: Labels): Made {
  const app = new App();
  MeshTargets.of(app).add(target).validation(Validation.OFF);
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const constructs = all.map((said, i) => make(chart, `construct-${i}`, said, target._dialects.exposure.supports.SharedGateway.level === 'none'));
  if (pod !== undefined) {
    new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { ...pod } } });
  }
  const found = app.node.findAll().flatMap(({ node }) => node.validate().map(error => ({ error, id: node.id })));
  const errors = found.map(({ error }) => error);
  return {
    manifests: constructs.flatMap(({ apiObjects }) => apiObjects.map(object => object.toJson())),
    // A grant says the same pods as its policy, and conflicts with what that does.
    conflicts: found.filter(({ error, id }) => CONFLICT.test(error) && !id.endsWith('-grant')).map(({ error }) => error),
    refusals: errors.filter(error => /^MESH2/.test(error)),
    isRefused: errors.length > 0,
  };
}

const chooses = ({ of }: Said, labels: Labels) => of === undefined || Object.entries(of.selector).every(([key, value]) => labels[key] === value);
const isPolicy = ({ kind }: Said) => kind !== 'routes' && kind !== 'exposure' && kind !== 'gatewayAccess';
/** A gateway has one policy that allows, and any number of those that deny. */
const areOfOneGateway = (...all: readonly Said[]) =>
  all.every(one => one.kind === 'gatewayAccess' && one.rule === 'allow') && new Set(all.map(one => one.kind === 'gatewayAccess' && one.gateway)).size === 1;

/** Whether a request gets to a pod, by what is written. */
function allowedAsWritten(all: readonly Said[], { client, port, pod }: Request): boolean {
  const choosing = all.filter(said => chooses(said, pod.labels));
  const ofKind = <K extends Kind>(kind: K) => choosing.filter((said): said is Said & { readonly kind: K } => said.kind === kind);
  const policies = ofKind('access');
  const [authentication] = ofKind('authentication').sort((a, b) => Number(a.of === undefined) - Number(b.of === undefined));
  const plain = authentication === undefined || authentication.mode === 'PERMISSIVE' || (authentication.openPort && port === 9090);
  const letIn = policies.length > 0
    ? policies.every(({ allow }) => allow !== 'nobody' && client.meshed && client.serviceAccount === 'web')
    : ofKind('namespaceDefault').length === 0;
  return letIn && (client.meshed || plain);
}

/** Whether a pod may call an address: its own policy says it, or else that of its namespace. */
function letOutAsWritten(all: readonly Said[], labels: Labels, ip: string): boolean {
  const policies = all.flatMap(said => said.kind === 'egress' && chooses(said, labels) ? [said] : []);
  const own = policies.filter(({ of }) => of !== undefined);
  return (own.length > 0 ? own : policies).every(({ to }) => to.includes(ip));
}

interface Reader {
  readonly evaluate?: Evaluator;
  /** By what the target knows pods, where it is not their labels. Pods have one of it. */
  readonly knows?: 'ServiceAccount' | 'Service';
  /** Whether a ServiceAccount may call an address, where all is closed that no policy opens. */
  readonly letsOut?: (manifests: readonly any[], serviceAccount: string, ip: string) => boolean;
}

type Titles = Title | 'Consul, one namespace' | 'Gateway API, Consul, one namespace';

const READERS: Readonly<Record<Titles, Reader>> = {
  'SMI': { evaluate: allowedBySmi('spec'), knows: 'ServiceAccount' },
  'SMI, Open Service Mesh': {
    evaluate: allowedBySmi('osm'),
    knows: 'ServiceAccount',
    letsOut: (manifests, serviceAccount, ip) => letOutByOsm(manifests, { namespace: 'shop', serviceAccount, ip, port: 80, says: { kind: 'http', host: ip } }),
  },
  'Gateway API, Istio': { evaluate: allowedByIstio },
  'Gateway API, Istio ambient': { evaluate: allowedByIstioAmbient },
  'Gateway API, Linkerd': { evaluate: allowedByLinkerd },
  'Gateway API, Linkerd, experimental channel': { evaluate: allowedByLinkerd },
  'Gateway API, Consul': { evaluate: allowedByConsul('mirrored'), knows: 'Service' },
  'Gateway API, Consul, one namespace': { evaluate: allowedByConsul('single'), knows: 'Service' },
  'Consul': { evaluate: allowedByConsul('mirrored'), knows: 'Service' },
  'Consul, one namespace': { evaluate: allowedByConsul('single'), knows: 'Service' },
  'Gateway API, Kuma': { evaluate: allowedByKuma },
  'Kuma': { evaluate: allowedByKuma },
  'Gateway API, Cilium': { evaluate: allowedByCilium },
  'NetworkPolicy': { evaluate: allowedByNetworkPolicy('everyone') },
  // These have no policies.
  'SMI, Linkerd': {},
  'Gateway API': {},
  'Gateway API, experimental channel': {},
  'Ingress': {},
};

/** What an evaluator says where neither object of ours decides, but the installation does. */
const UNDECIDED = /the default policy of Linkerd decides|the default of the ACLs decides/;

/** Compares all pods that may be there; those aside that several policies choose by labels which no selector has in common. */
function compare(all: readonly Said[], manifests: readonly any[], { evaluate, knows, letsOut }: Reader): void {
  const ingress = manifests.filter(({ spec }) => spec.egress === undefined);
  for (const labels of PODS) {
    const choosing = all.filter(said => said.of !== undefined && isPolicy(said) && chooses(said, labels));
    const services = [...new Set(choosing.map(({ of }) => of!.service))];
    if (disjointKeys(choosing) || (knows !== undefined && services.length > 1)) continue;
    const service = services[0] ?? 'other';
    const pod: Pod = { service, serviceAccount: service, namespace: 'shop', labels, ports: PORTS.map(port => ({ port, protocol: 'HTTP' })) };
    const sent = { method: 'GET', path: '/', headers: {}, query: {} };
    for (const request of CLIENTS.flatMap(client => PORTS.map((port): Request => ({ client, pod, port, ...sent })))) {
      const written = allowedAsWritten(all, request);
      const decided = evaluate === undefined ? false : decidedOr(written, () => evaluate(ingress, request));
      const governed = choosing.some(({ kind }) => kind === 'access');
      if (decided !== written && (decided || governed)) {
        throw new Error(`${decided ? 'LOOSER' : 'stricter'}: ${JSON.stringify({ client: request.client, labels, port: request.port })}\n${
          all.map(said => JSON.stringify(said)).join('\n')}\n${manifests.map(manifest => JSON.stringify(manifest)).join('\n')}`);
      }
    }
    for (const ip of (letsOut === undefined ? all : choosing).some(({ kind }) => kind === 'egress') ? OUTSIDE : []) {
      const written = letOutAsWritten(all, labels, ip);
      if ((letsOut?.(manifests, service, ip) ?? letOut(manifests, { namespace: 'shop', labels, ip, port: 80 })) !== written) {
        throw new Error(`${written ? 'stricter' : 'LOOSER'}: from ${JSON.stringify(labels)} to ${ip}\n${
          all.map(said => JSON.stringify(said)).join('\n')}\n${manifests.map(manifest => JSON.stringify(manifest)).join('\n')}`);
      }
    }
  }
}

function decidedOr(written: boolean, decide: () => boolean): boolean {
  try {
    return decide();
  } catch (error) {
    if (UNDECIDED.test((error as Error).message)) return written;
    throw error;
  }
}

function disjointKeys(choosing: readonly Said[]): boolean {
  const [a, b] = choosing.map(({ of }) => Object.keys(of!.selector));
  return a !== undefined && b !== undefined && !a.some(key => b.includes(key));
}

const CONSUL_SINGLE: readonly [Titles, TargetDialects][] = [
  ['Consul, one namespace', consulByItself(ConsulNamespaces.SINGLE)],
  [
    'Gateway API, Consul, one namespace',
    gatewayApi(GatewayApiChannel.STANDARD, MESHES[MeshImplementation.CONSUL], { consulNamespaces: ConsulNamespaces.SINGLE }),
  ],
];
/** In the trust domain of the evaluator. */
const KUMA: Readonly<Partial<Record<Titles, TargetDialects>>> = {
  'Kuma': kumaByItself(TRUST_DOMAIN),
  'Gateway API, Kuma': gatewayApi(GatewayApiChannel.STANDARD, MESHES[MeshImplementation.KUMA], { trustDomain: TRUST_DOMAIN }),
};
const ALL: readonly [Titles, TargetDialects][] = [
  ...CATALOGUE.map(({ title, dialects }): [Titles, TargetDialects] => [title, KUMA[title] ?? dialects]), ...CONSUL_SINGLE,
];

const ALL_KINDS = Object.keys(SAID) as SaidKind[];
const PAIRS = ALL_KINDS.flatMap((first, i) => ALL_KINDS.slice(i).map((second): [SaidKind, SaidKind] => [first, second]));
const CASES = Math.ceil(Number(process.env.ORACLE_CASES ?? 4000) / 200);

/** Defaults are those of a namespace. */
function canSay(dialects: TargetDialects, kind: SaidKind): boolean {
  if (kind === 'namespaceDefault') return dialects.namespaceDefault.supports.NamespaceDenyAll.level !== 'none';
  return Object.values<{ readonly level: string }>(dialects[kind].supports).some(({ level }) => level !== 'none');
}

describe.each(ALL)('%s', (title, dialects) => {
  const target = targetOf(dialects);

  test.each(PAIRS.filter(pair => pair.every(kind => canSay(dialects, kind))))('%s and %s', (first, second) => {
    fc.assert(fc.property(SAID[first], SAID[second], fc.option(fc.constantFrom(...PODS), { nil: undefined }), (one, other, pod) => {
      const said: Said[] = [one, other];
      const { manifests, conflicts, refusals, isRefused } = made(target, said, pod);
      fc.pre(refusals.length === 0);
      const chosenByBoth = PODS.some(labels => said.every(each => chooses(each, labels)));
      const same = one.of?.service === other.of?.service || (one.kind === 'exposure' && other.kind === 'exposure' && one.host === other.host);
      // The order in which they are written makes no difference.
      expect(made(target, [other, one], pod).conflicts.length > 0).toBe(conflicts.length > 0);
      if (first === 'gatewayAccess' || second === 'gatewayAccess') expect(conflicts.length > 0).toBe(areOfOneGateway(one, other));
      if (conflicts.length > 0) {
        expect(chosenByBoth || same).toBe(true);
        // Each names the other once: the policy, and the grant beside it.
        expect(new Set(conflicts.map(error => error.includes("-grant'"))).size).toBe(conflicts.join('\n').split('\n').length);
        return;
      }
      if (isRefused) return;
      if (said.every(isPolicy)) {
        // Pods of the app that two policies choose are known to be chosen by two.
        expect(pod !== undefined && READERS[title].knows !== 'Service' && first === second && first !== 'namespaceDefault' && one.of !== undefined && other.of !== undefined
          && said.every(each => chooses(each, pod)) && !saysSame(one, other)).toBe(false);
        compare(said, manifests, READERS[title]);
      } else {
        // Routes stand beside all else as they are; a policy may have more to say where they lead.
        const alone = said.flatMap(each => made(target, [each]).manifests);
        expect(keys(manifests)).toEqual(first === 'access' || second === 'access' ? expect.arrayContaining(keys(alone)) : keys(alone));
      }
    }), { numRuns: CASES });
  });
});

/** Mutual TLS and egress may be asked for twice in the same words. */
function saysSame(one: Said, other: Said): boolean {
  const { of: _, ...said } = one;
  const { of: __, ...again } = other;
  return JSON.stringify(said) === JSON.stringify(again) && one.kind !== 'access';
}

function keys(manifests: readonly any[]): string[] {
  const nameless = manifests.map(({ metadata: { name: _, ...metadata }, ...rest }) => JSON.stringify({ metadata, rest }));
  return [...new Set(nameless.map(text => text.replace(/construct-\d-[0-9a-z]+/g, '')))].sort();
}
