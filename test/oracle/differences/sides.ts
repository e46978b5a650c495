import * as fc from 'fast-check';
import { cart } from './apps';
import type { Api } from './pairs';
import { allowedByCilium } from '../../../src/evaluators/access/cilium';
import { decidedByConsul } from '../../../src/evaluators/access/consul';
import { allowedByIstio } from '../../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../../src/evaluators/access/istio-ambient';
import { allowedByKuma } from '../../../src/evaluators/access/kuma';
import { allowedByLinkerd } from '../../../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../../src/evaluators/access/network-policy';
import { portOf, type Request } from '../../../src/evaluators/access/request';
import { allowedBySmi } from '../../../src/evaluators/access/smi';
import { Unknown } from '../../../src/evaluators/unknown';
import { manifests as ofCilium } from '../../dialects/cilium/read/foreign';
import { manifests as ofConsul } from '../../dialects/consul/read/foreign';
import { manifests as ofIstio } from '../../dialects/istio/read/foreign';
import { policies as ofNetworks } from '../../dialects/kubernetes/read/foreign';
import { certified, manifests as ofKuma } from '../../dialects/kuma/read/foreign';
import { manifests as ofLinkerd } from '../../dialects/linkerd/read/foreign';
import { choices, worlds, written } from '../smi/worlds';

type Judge = Api<Request>['judge'];

function known(judge: (manifests: readonly any[], request: Request) => boolean | 'as installed'): Judge {
  return (manifests, request) => {
    try {
      const decision = judge(manifests, request);
      return decision === 'as installed' ? undefined : decision;
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return undefined;
    }
  };
}

/** Of datagrams, proxies of meshes know nothing; and what the evaluators take for health checks is any request of the kubelet. */
function ofProxies(judge: Parameters<typeof known>[0]): Judge {
  return known((manifests, request) => {
    if (request.client.kind === 'kubelet') throw new Unknown('whether it is a health check');
    return portOf(request).protocol === 'UDP' || judge(manifests, request);
  });
}

function networks(manifests: readonly any[], request: Request): boolean {
  const [some, others] = (['everyone', 'outside'] as const).map(blocks => allowedByNetworkPolicy(blocks)(manifests, request));
  if (some !== others) throw new Unknown('whether blocks hold for pods');
  return some;
}

const MESH_CONFIG = {
  apiVersion: 'install.istio.io/v1alpha1',
  kind: 'IstioOperator',
  metadata: { name: 'istio', namespace: 'istio-system' },
  spec: { meshConfig: { trustDomain: 'cluster.local', trustDomainAliases: ['partner.example'] } },
};
const AMBIENT = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' };
const IN_AMBIENT = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: AMBIENT } };

const beside = (policies: fc.Arbitrary<readonly any[]>, ...others: readonly object[]) => policies.map(all => [...others, ...all]);
/** The evaluator is asked about what arrives. */
const arriving = ofNetworks.map(all => all.map(one => ({ ...one, spec: { ...one.spec, policyTypes: ['Ingress'] } })));
const plain = (all: readonly any[]): readonly any[] => JSON.parse(JSON.stringify(all));
/** The pods that are called have the annotations, and the labels of all sides. */
const linkerd = ofLinkerd.map(all => plain(all).map(one => one.kind === 'Deployment' ? cart(one.spec.template.metadata.annotations) : one));
/** Names of headers are in lower case for the evaluator. */
const lower = (all: readonly any[]) => JSON.parse(JSON.stringify(all).replaceAll('X-Team', 'x-team'));
const smi = fc.tuple(worlds, choices).map(([world, how]) => written(world, how).flatMap(text => text.split('\n---\n').map(one => JSON.parse(one))));

export const APIS: Readonly<Record<string, Api<Request>>> = {
  'NetworkPolicies': { policies: arriving, judge: known(networks) },
  'Istio': { policies: beside(ofIstio, MESH_CONFIG), judge: ofProxies(allowedByIstio), mesh: 'istio' },
  'Istio ambient': { policies: beside(ofIstio, MESH_CONFIG, IN_AMBIENT), judge: ofProxies(allowedByIstioAmbient), mesh: 'istio-ambient' },
  'Linkerd': { policies: linkerd, judge: ofProxies((all, request) => allowedByLinkerd(lower(all), request)), mesh: 'linkerd' },
  'Consul': { policies: ofConsul(false), judge: ofProxies(decidedByConsul('single')), mesh: 'consul' },
  'Consul, with the namespaces of Kubernetes': {
    policies: ofConsul(true).filter(all => JSON.stringify(all).includes('"name":"*","namespace"')),
    judge: ofProxies(decidedByConsul('mirrored')),
    mesh: 'consul',
  },
  'Kuma': { policies: fc.oneof({ weight: 2, arbitrary: ofKuma }, { weight: 1, arbitrary: certified }).map(plain), judge: ofProxies(allowedByKuma), mesh: 'kuma' },
  'Cilium': { policies: ofCilium.map(plain), judge: known(allowedByCilium), mesh: 'cilium' },
  'SMI': { policies: smi, judge: known(allowedBySmi('spec')), mesh: 'smi' },
  'Open Service Mesh': { policies: smi, judge: known(allowedBySmi('osm')), mesh: 'osm' },
};
