import * as generated from './arbitraries';
import { authorizes } from './asked';
import type { DecideOptions, Evaluator } from './decide';
import { decidesAsWritten } from './decide';
import { anyIsOwn, auditsNothing, byCilium, byLinkerd, byWaypoint, deniesSpellings, either, leadsElsewhere, outsideOnly } from './promises';
import type { OnTheWire } from './wire';
import { throughProxy, throughZtunnel } from './wire';
import type { GatewayApiTargetOptions } from '../../../src';
import { ConsulNamespaces, MeshImplementation, MeshTarget, SmiImplementation } from '../../../src';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { allowedByConsul } from '../../../src/evaluators/access/consul';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import { allowedByKuma } from '../../../src/evaluators/access/kuma';
import { allowedByLinkerd } from '../../../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import type { Request } from '../../../src/evaluators/access/request';
import { TRUST_DOMAIN } from '../../../src/evaluators/access/request';
import { allowedBySmi } from '../../../src/evaluators/access/smi';
import type { AccessModel, Source } from '../../../src/model/access';
import type { Oracle } from '../ask';

const AS_THEY_COME: DecideOptions = { resolves: false, stricter: (_, request) => leadsElsewhere(request) };

const mesh = (id: keyof typeof MeshImplementation, options: GatewayApiTargetOptions = {}) =>
  MeshTarget.gatewayApi({ id: id.toLowerCase().replace('_', '-'), mesh: MeshImplementation[id], ...options });

export const LINKERD = mesh('LINKERD');
export const LINKERD_OPTIONS = {
  governedPorts: true,
  openProbes: true,
  resolves: false,
  stricter: byLinkerd,
};

const CILIUM_OPTIONS: DecideOptions = {
  mesh: false,
  stricter: byCilium,
};

const AMBIENT_OPTIONS: DecideOptions = {
  // Where one Service behind a waypoint has a policy, all need one.
  stricter: either(
    (_, { client, entrance, pod }) => client.meshed && entrance !== undefined && entrance.service !== pod.service, byWaypoint, deniesSpellings,
  ),
};

/** Pods are the service that has the name of their ServiceAccount. */
const CONSUL: DecideOptions = {
  policies: { wholeWorkloads: true, pods: generated.PODS.filter(({ service, serviceAccount }) => service === serviceAccount) },
  governedPorts: true,
  stricter: anyIsOwn,
};

const KUMA: DecideOptions = { governedPorts: true, stricter: anyIsOwn };

/** The name by which Consul knows a source that has one. */
function named(source: Source): { readonly name: string; readonly namespace: string }[] {
  switch (source.kind) {
    case 'serviceAccount': return [source];
    case 'gateway': return [{ name: source.pods.serviceAccount ?? source.name, namespace: source.pods.namespace ?? source.namespace }];
    default: return [];
  }
}

/** What policies name is no client of that name in another namespace. */
export function hasNameOfItsOwn(models: readonly AccessModel[], { client }: Pick<Request, 'client'>): boolean {
  const all = models.flatMap(({ namespace, destination: { service }, denials, rules }) => [
    { name: service, namespace },
    ...[...denials, ...rules].flatMap(({ sources, exceptSources }) => [...sources, ...exceptSources].flatMap(named)),
  ]);
  return all.every(({ name, namespace }) => name !== client.serviceAccount || namespace === client.namespace);
}

const MIRRORED = { consulNamespaces: ConsulNamespaces.MIRRORED };
/** Only there do permissions ask for tokens. */
const DENIED = { consulDeniesByDefault: true };
const SINGLE = { consulNamespaces: ConsulNamespaces.SINGLE };

export const PLAIN: Readonly<Record<string, readonly [MeshTarget, Evaluator, DecideOptions]>> = {
  'SMI, as the specification has it': [MeshTarget.smi(), allowedBySmi('spec'), AS_THEY_COME],
  'SMI, as Open Service Mesh has it': [MeshTarget.smi({ implementation: SmiImplementation.OSM }), allowedBySmi('osm'), AS_THEY_COME],
  'Istio': [mesh('ISTIO'), allowedByIstio, { stricter: deniesSpellings }],
  'Istio, in ambient mode': [mesh('ISTIO_AMBIENT'), allowedByIstioAmbient, AMBIENT_OPTIONS],
  'Linkerd': [LINKERD, allowedByLinkerd, LINKERD_OPTIONS],
  'Consul, with the namespaces of Kubernetes': [mesh('CONSUL', MIRRORED), allowedByConsul('mirrored'), CONSUL],
  'Consul, with one namespace': [mesh('CONSUL', SINGLE), allowedByConsul('single'), { ...CONSUL, concerned: hasNameOfItsOwn }],
  'Consul, which denies by default': [mesh('CONSUL', { ...MIRRORED, ...DENIED }), allowedByConsul('mirrored', { deniesByDefault: true }), CONSUL],
  'Kuma': [mesh('KUMA', { trustDomain: TRUST_DOMAIN }), allowedByKuma, KUMA],
  'Cilium': [mesh('CILIUM', { nodeSelectorLabels: true }), allowedByCilium, CILIUM_OPTIONS],
  'NetworkPolicy, with IP blocks that hold for pods': [MeshTarget.networkPolicy(), allowedByNetworkPolicy('everyone'), { mesh: false }],
  'NetworkPolicy, with IP blocks that hold for what is outside only': [
    MeshTarget.networkPolicy(), allowedByNetworkPolicy('outside'), { mesh: false, stricter: outsideOnly },
  ],
};

/** Where the namespaces deny by default. */
const DENYING: typeof PLAIN = {
  'Istio': [mesh('ISTIO'), allowedByIstio, { stricter: either(auditsNothing, deniesSpellings) }],
  'Istio, in ambient mode': PLAIN['Istio, in ambient mode'],
  'Consul': PLAIN['Consul, with the namespaces of Kubernetes'],
  'Kuma': PLAIN.Kuma,
  'Cilium': PLAIN.Cilium,
  'NetworkPolicy': PLAIN['NetworkPolicy, with IP blocks that hold for pods'],
};

/** Where pods have policies without a Service. */
const POD_POLICIES: typeof PLAIN = Object.fromEntries(
  Object.entries(PLAIN).filter(([, [{ _dialects: { access } }]]) => access.supports.PodsPolicy.level !== 'none'));

/** Where somebody else is asked about some requests. */
const ASKING: typeof PLAIN = {
  Istio: [mesh('ISTIO'), (manifests, request) => allowedByIstio(manifests, request, (_, one) => authorizes(one)), { stricter: deniesSpellings }],
};

const LAYERED = { networkPolicy: true };

/** Where a NetworkPolicy is a second layer, and has to let in what a policy allows. */
const LAYERS: Readonly<Record<string, readonly [MeshTarget, OnTheWire]>> = {
  'SMI, as the specification has it': [MeshTarget.smi(LAYERED), throughProxy(4143, 15008, 20000)],
  'SMI, as Open Service Mesh has it': [MeshTarget.smi({ implementation: SmiImplementation.OSM, ...LAYERED }), throughProxy()],
  'Istio': [mesh('ISTIO', LAYERED), throughProxy(15008)],
  'Istio, in ambient mode': [mesh('ISTIO_AMBIENT', LAYERED), throughZtunnel],
  'Linkerd': [mesh('LINKERD', LAYERED), throughProxy(4143)],
  'Consul': [mesh('CONSUL', { ...MIRRORED, ...LAYERED }), throughProxy(20000, 20001)],
  'Kuma': [mesh('KUMA', { trustDomain: TRUST_DOMAIN, ...LAYERED }), throughProxy()],
};

function asSecondLayer(onTheWire: OnTheWire): Evaluator {
  const layers = [allowedByNetworkPolicy('everyone'), allowedByNetworkPolicy('outside')];
  return (manifests, request) => {
    const own = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
    return onTheWire(request).every(arrival => layers.every(allowed => allowed(own, arrival)));
  };
}

/** Every target that has policies, by its title. */
export const ACCESS: Readonly<Record<string, Oracle>> = {
  ...titled(PLAIN, title => title, ([target, evaluate, options]) => wanted => decidesAsWritten(wanted, target, evaluate, options)),
  ...titled(DENYING, title => `${title}; namespaces deny`, ([target, evaluate, options]) =>
    wanted => decidesAsWritten(wanted, target, evaluate, { ...options, namespaceDefault: true, grants: true })),
  ...titled(PLAIN, title => `${title}; clients bring grants`, ([target, evaluate, options]) =>
    wanted => decidesAsWritten(wanted, target, evaluate, { ...options, grants: true })),
  ...titled(POD_POLICIES, title => `${title}; pods without a Service`, ([target, evaluate, options]) =>
    wanted => decidesAsWritten(wanted, target, evaluate, { ...options, grants: true, podsAlone: true })),
  ...titled(ASKING, title => `${title}; somebody else is asked`, ([target, evaluate, options]) =>
    wanted => decidesAsWritten(wanted, target, evaluate, { ...options, grants: true, asksOthers: true })),
  ...titled(LAYERS, title => `${title}; the NetworkPolicy beside it`, ([target, onTheWire]) =>
    wanted => decidesAsWritten(wanted, target, asSecondLayer(onTheWire), { secondLayer: true, grants: true })),
};

function titled<T>(all: Readonly<Record<string, T>>, title: (name: string) => string, oracle: (one: T) => Oracle): Record<string, Oracle> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [title(name), oracle(one)]));
}
