import * as fc from 'fast-check';
import type { GatewayApiTargetOptions } from '../src';
import { ConsulNamespaces, MeshImplementation, MeshTarget, SmiImplementation } from '../src';
import * as generated from './oracle/access/arbitraries';
import { allowedByCilium } from './oracle/access/cilium';
import { allowedByConsul } from './oracle/access/consul';
import type { DecideOptions, Evaluator } from './oracle/access/decide';
import { decidesAsWritten } from './oracle/access/decide';
import { allowedByIntent, asksLikeProbe } from './oracle/access/intent';
import { allowedByIstio } from './oracle/access/istio';
import { allowedByIstioAmbient } from './oracle/access/istio-ambient';
import { allowedByKuma } from './oracle/access/kuma';
import { allowedByLinkerd, decidedByLinkerd } from './oracle/access/linkerd';
import { allowedByNetworkPolicy } from './oracle/access/network-policy';
import { anyIsOwn, auditsNothing, byCilium, byLinkerd, byWaypoint, leadsElsewhere, outsideOnly } from './oracle/access/promises';
import type { Request } from './oracle/access/request';
import { portOf, TRUST_DOMAIN } from './oracle/access/request';
import { allowedBySmi } from './oracle/access/smi';
import type { OnTheWire } from './oracle/access/wire';
import { throughProxy, throughZtunnel } from './oracle/access/wire';
import type { AccessModel, Source } from '../src/model/access';
import { compile } from '../src/targets/compile';

/** Who gets in is what was written, as an evaluator of its own reads the manifests of each target. */

const AS_THEY_COME: DecideOptions = { resolves: false, stricter: (_, request) => leadsElsewhere(request) };

test('SMI, as the specification has it', () => {
  decidesAsWritten(MeshTarget.smi(), allowedBySmi('specification'), AS_THEY_COME);
});

test('SMI, as Open Service Mesh has it', () => {
  decidesAsWritten(MeshTarget.smi({ implementation: SmiImplementation.OSM }), allowedBySmi('osm'), AS_THEY_COME);
});

test('Istio', () => {
  decidesAsWritten(MeshTarget.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }), allowedByIstio);
});

const LINKERD = MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD });
const LINKERD_OPTIONS = {
  governedPorts: true,
  openProbes: true,
  resolves: false,
  stricter: byLinkerd,
};

test('Linkerd', () => {
  decidesAsWritten(LINKERD, allowedByLinkerd, LINKERD_OPTIONS);
});

test('Linkerd reports what it would deny, and nothing else', () => {
  const { supports } = LINKERD._dialects.access;
  let reports = 0;
  fc.assert(fc.property(generated.policies(feature => supports[feature].level !== 'none', {}).chain(models => fc.record({
    models: fc.constant(models.map(model => ({ ...model, audit: true }))),
    requests: fc.array(generated.request(models, { mesh: true }), { minLength: 20, maxLength: 20 }),
  })), ({ models, requests }) => {
    const compiled = models.map(model => compile('access', LINKERD, model));
    if (compiled.some(({ errors }) => errors.length > 0)) {
      return;
    }
    const manifests = compiled.flatMap(one => one.manifests);
    for (const one of requests) {
      const model = { ...generated.policyOf(models, one), audit: false };
      const governed = model.destination.ports.some(({ port }) => port === one.port) && portOf(one).protocol !== 'UDP';
      // The probes of the kubelet pass without a report where Linkerd adds a route for them.
      if (governed && one.client.kind !== 'kubelet' && !asksLikeProbe(model, one) && !LINKERD_OPTIONS.stricter(model, one)) {
        reports++;
        expect(decidedByLinkerd(manifests, one)).toEqual({ allowed: true, reported: !allowedByIntent(model, one) });
      }
    }
  }), { numRuns: 200 });
  expect(reports).toBeGreaterThan(50);
});

const CILIUM = MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM });
const CILIUM_OPTIONS: DecideOptions = {
  mesh: false,
  stricter: byCilium,
};

test('Cilium', () => {
  decidesAsWritten(CILIUM, allowedByCilium, CILIUM_OPTIONS);
});

test('NetworkPolicy, with IP blocks that hold for pods', () => {
  decidesAsWritten(MeshTarget.networkPolicy(), allowedByNetworkPolicy('everyone'), { mesh: false });
});

test('NetworkPolicy, with IP blocks that hold for what is outside only', () => {
  decidesAsWritten(MeshTarget.networkPolicy(), allowedByNetworkPolicy('outside'), {
    mesh: false,
    stricter: outsideOnly,
  });
});

const AMBIENT = MeshTarget.gatewayApi({ id: 'istio-ambient', mesh: MeshImplementation.ISTIO_AMBIENT });
const AMBIENT_OPTIONS: DecideOptions = {
  // Where one Service behind a waypoint has a policy, all need one.
  stricter: (model, request) => (request.client.meshed && request.entrance !== undefined && request.entrance.service !== request.pod.service)
    || byWaypoint(model, request),
};

test('Istio, in ambient mode', () => {
  decidesAsWritten(AMBIENT, allowedByIstioAmbient, AMBIENT_OPTIONS);
});

describe('the default of a namespace', () => {
  const targets: [string, MeshTarget, Evaluator, DecideOptions][] = [
    ['Cilium', CILIUM, allowedByCilium, CILIUM_OPTIONS],
    ['NetworkPolicy', MeshTarget.networkPolicy(), allowedByNetworkPolicy('everyone'), { mesh: false }],
    ['Istio, in ambient mode', AMBIENT, allowedByIstioAmbient, AMBIENT_OPTIONS],
    ['Istio', MeshTarget.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }), allowedByIstio, { stricter: auditsNothing }],
  ];
  test.each(targets)('%s', (_, target, evaluate, options) => decidesAsWritten(target, evaluate, { ...options, namespaceDefault: true }));
});

describe('a NetworkPolicy as a second layer lets in what a policy allows', () => {
  const mesh = (id: keyof typeof MeshImplementation, options: GatewayApiTargetOptions = {}) =>
    MeshTarget.gatewayApi({ id: id.toLowerCase().replace('_', '-'), mesh: MeshImplementation[id], networkPolicy: true, ...options });
  const targets: [string, MeshTarget, OnTheWire][] = [
    ['SMI, as the specification has it', MeshTarget.smi({ networkPolicy: true }), throughProxy(4143, 15008, 20000)],
    ['SMI, as Open Service Mesh has it', MeshTarget.smi({ implementation: SmiImplementation.OSM, networkPolicy: true }), throughProxy()],
    ['Istio', mesh('ISTIO'), throughProxy(15008)],
    ['Istio, in ambient mode', mesh('ISTIO_AMBIENT'), throughZtunnel],
    ['Linkerd', mesh('LINKERD'), throughProxy(4143)],
    ['Consul', mesh('CONSUL', { consulNamespaces: ConsulNamespaces.MIRRORED }), throughProxy(20000, 20001)],
    ['Kuma', mesh('KUMA', { trustDomain: TRUST_DOMAIN }), throughProxy()],
  ];
  test.each(targets)('%s', (_, target, onTheWire) => {
    const layers = [allowedByNetworkPolicy('everyone'), allowedByNetworkPolicy('outside')];
    decidesAsWritten(target, (manifests, request) => {
      const own = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
      return onTheWire(request).every(arrival => layers.every(allowed => allowed(own, arrival)));
    }, { secondLayer: true });
  });
});

/** Pods are the service that has the name of their ServiceAccount. */
const CONSUL: DecideOptions = {
  policies: { wholeWorkloads: true, pods: generated.PODS.filter(({ service, serviceAccount }) => service === serviceAccount) },
  governedPorts: true,
  stricter: anyIsOwn,
};

/** The name by which Consul knows a source that has one. */
function named(source: Source): { readonly name: string; readonly namespace: string }[] {
  switch (source.kind) {
    case 'serviceAccount': return [source];
    case 'gateway': return [{ name: source.pods.serviceAccount ?? source.name, namespace: source.pods.namespace ?? source.namespace }];
    default: return [];
  }
}

/** What policies name is no client of that name in another namespace. */
function hasNameOfItsOwn(models: readonly AccessModel[], { client }: Request): boolean {
  const all = models.flatMap(({ namespace, destination: { service }, rules }) => [
    { name: service, namespace },
    ...rules.flatMap(({ sources, exceptSources }) => [...sources, ...exceptSources].flatMap(named)),
  ]);
  return all.every(({ name, namespace }) => name !== client.serviceAccount || namespace === client.namespace);
}

describe.each([false, true])('with defaults of namespaces: %s', namespaceDefault => {
  test('Consul, with the namespaces of Kubernetes', () => {
    decidesAsWritten(
      MeshTarget.gatewayApi({ id: 'consul', mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED }),
      allowedByConsul('mirrored'), { ...CONSUL, namespaceDefault },
    );
  });

  test('Kuma', () => {
    decidesAsWritten(MeshTarget.gatewayApi({ id: 'kuma', mesh: MeshImplementation.KUMA, trustDomain: TRUST_DOMAIN }), allowedByKuma, {
      governedPorts: true, stricter: anyIsOwn, namespaceDefault,
    });
  });
});

test('Consul, with one namespace', () => {
  decidesAsWritten(
    MeshTarget.gatewayApi({ id: 'consul-single', mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.SINGLE }),
    allowedByConsul('single'), { ...CONSUL, concerned: hasNameOfItsOwn },
  );
});
