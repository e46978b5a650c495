import * as fc from 'fast-check';
import { ConsulNamespaces, MeshImplementation, MeshTarget, SmiImplementation } from '../../src';
import { allowedByCilium } from '../../src/evaluators/access/cilium';
import { allowedByConsul } from '../../src/evaluators/access/consul';
import { allowedByIstio } from '../../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../../src/evaluators/access/istio-ambient';
import { allowedByKuma } from '../../src/evaluators/access/kuma';
import { allowedByLinkerd } from '../../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../src/evaluators/access/network-policy';
import type { Client, Request } from '../../src/evaluators/access/request';
import { TRUST_DOMAIN } from '../../src/evaluators/access/request';
import { allowedBySmi } from '../../src/evaluators/access/smi';
import type { AccessModel, Source } from '../../src/model/access';
import type { AccessFeature } from '../../src/model/features/access';
import { ANY_REQUEST } from '../../src/model/match';
import type { RequestMatch } from '../../src/model/match';
import { compile } from '../../src/targets/compile';
import { PODS } from '../oracle/access/arbitraries';
import type { Evaluator } from '../oracle/access/decide';

/**
 * Names and paths end where they end: who has a name that begins or ends like one that is let in is not let in. Meshes compare many
 * of them as prefixes, suffixes or expressions.
 */

const TARGETS: [string, MeshTarget, Evaluator][] = [
  ['SMI', MeshTarget.smi(), allowedBySmi('spec')],
  ['SMI, Open Service Mesh', MeshTarget.smi({ implementation: SmiImplementation.OSM }), allowedBySmi('osm')],
  ['Istio', MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }), allowedByIstio],
  ['Istio ambient', MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }), allowedByIstioAmbient],
  ['Linkerd', MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }), allowedByLinkerd],
  ['Consul', MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED }), allowedByConsul('mirrored')],
  ['Kuma', MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: TRUST_DOMAIN }), allowedByKuma],
  ['Cilium', MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }), allowedByCilium],
  ['NetworkPolicy', MeshTarget.networkPolicy(), allowedByNetworkPolicy('everyone')],
];

const [CART] = PODS;
const PORT = { port: 8080, protocol: 'HTTP', servicePorts: [80] } as const;

const some = fc.stringMatching(/^[a-z0-9]{1,3}$/);
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?$/);

/** Others that begin, end, or go on like it. */
const near = (value: string, joints: readonly string[]) => fc.tuple(some, fc.constantFrom(...joints), fc.nat(2))
  .map(([more, joint, how]) => [`${value}${joint}${more}`, `${more}${joint}${value}`, value.slice(0, -1)][how])
  .filter(other => other !== '' && other !== value && !other.endsWith('-'));

interface Element {
  readonly source?: (value: string) => Source;
  readonly match?: (value: string) => RequestMatch;
  readonly values: fc.Arbitrary<string>;
  /** What may stand between it and more. */
  readonly joints: readonly string[];
  /** Who has it, or what; the neighbour has another value. */
  readonly client?: (value: string) => Partial<Client>;
  readonly request?: (value: string) => Partial<Request>;
  /** Targets in which the element is not told apart. */
  readonly besides?: readonly string[];
  readonly features: readonly AccessFeature[];
  /** Whether it is for what stands below it, too. */
  readonly withAllBelow?: true;
  /** Whether it is for all that goes on like it. */
  readonly withAllThatBeginSo?: true;
  readonly withAllThatEndSo?: true;
}

const NAME_JOINTS = ['', '-'];
const path = fc.stringMatching(/^\/[a-z]{1,4}(\/[a-z0-9]{1,3})?$/);

const ELEMENTS: Record<string, Element> = {
  'a ServiceAccount': {
    source: value => ({ kind: 'serviceAccount', name: value, namespace: 'shop' }),
    client: value => ({ serviceAccount: value }),
    values: name,
    joints: [...NAME_JOINTS, '.'],
    features: ['ServiceAccountSource'],
  },
  'the namespace of a ServiceAccount': {
    source: value => ({ kind: 'serviceAccount', name: 'web', namespace: value }),
    client: value => ({ namespace: value }),
    values: name,
    joints: NAME_JOINTS,
    features: ['ServiceAccountSource'],
  },
  'a namespace': {
    source: value => ({ kind: 'namespace', name: value }),
    client: value => ({ namespace: value }),
    values: name,
    joints: NAME_JOINTS,
    features: ['NamespaceSource'],
  },
  'the label of a namespace': {
    source: value => ({ kind: 'namespaceLabels', labels: { team: value } }),
    client: value => ({ namespaceLabels: { 'team': value, 'kubernetes.io/metadata.name': 'shop' } }),
    values: name,
    joints: NAME_JOINTS,
    features: ['NamespaceLabelsSource'],
  },
  'the trust domain': {
    source: () => ({ kind: 'anyAuthenticated' }),
    client: value => ({ trustDomain: value === TRUST_DOMAIN ? undefined : value }),
    values: fc.constant(TRUST_DOMAIN),
    joints: [...NAME_JOINTS, '.'],
    features: ['AnyAuthenticatedSource'],
    // Whoever has an identity that the mesh takes; Cilium knows no certificates.
    besides: ['Istio', 'Istio ambient', 'Cilium'],
  },
  'the trust domain of a namespace': {
    source: () => ({ kind: 'namespace', name: 'shop' }),
    client: value => ({ trustDomain: value === TRUST_DOMAIN ? undefined : value }),
    values: fc.constant(TRUST_DOMAIN),
    joints: [...NAME_JOINTS, '.'],
    features: ['NamespaceSource'],
    besides: ['Cilium', 'NetworkPolicy'],
  },
  'a SPIFFE id': {
    source: value => ({ kind: 'spiffeId', id: `spiffe://${value}/ns/shop/sa/web` }),
    client: value => ({ trustDomain: value }),
    values: fc.constant('partner.example'),
    joints: [...NAME_JOINTS, '.'],
    features: ['SpiffeIdSource'],
  },
  'an exact path': {
    match: value => ({ ...ANY_REQUEST, path: { type: 'exact', value } }),
    request: value => ({ path: value }),
    values: path,
    joints: ['', '-', '.', '/'],
    features: ['PathMatching'],
  },
  'a path prefix': {
    match: value => ({ ...ANY_REQUEST, path: { type: 'prefix', value } }),
    request: value => ({ path: value }),
    values: path,
    joints: ['', '-', '.'],
    features: ['PathMatching'],
    withAllBelow: true,
  },
  'the start of a path': {
    match: value => ({ ...ANY_REQUEST, path: { type: 'start', value } }),
    request: value => ({ path: value }),
    values: path,
    joints: ['', '-', '.', '/'],
    features: ['PathStartMatching'],
    withAllThatBeginSo: true,
  },
  'a path template': {
    match: value => ({ ...ANY_REQUEST, path: { type: 'template', value: `${value}/{*}/items` } }),
    request: value => ({ path: `${value}/7/items` }),
    values: path,
    joints: ['', '-', '.', '/'],
    features: ['PathTemplateMatching'],
  },
  'a method': {
    match: value => ({ ...ANY_REQUEST, methods: [value] }),
    request: value => ({ method: value }),
    values: fc.constantFrom('GET', 'PATCH'),
    joints: [''],
    features: ['MethodMatching'],
  },
  'a header': {
    match: value => ({ ...ANY_REQUEST, headers: [{ name: 'x-team', type: 'exact', value }] }),
    request: value => ({ headers: { 'x-team': value } }),
    values: name,
    joints: ['', '-', '.', ' '],
    features: ['HeaderMatching'],
  },
  'the start of a header': {
    match: value => ({ ...ANY_REQUEST, headers: [{ name: 'x-team', type: 'start', value }] }),
    request: value => ({ headers: { 'x-team': value } }),
    values: name,
    joints: ['', '-', '.', ' '],
    features: ['HeaderPartMatching'],
    withAllThatBeginSo: true,
  },
  'the end of a header': {
    match: value => ({ ...ANY_REQUEST, headers: [{ name: 'x-team', type: 'end', value }] }),
    request: value => ({ headers: { 'x-team': value } }),
    values: name,
    joints: ['', '-', '.', ' '],
    features: ['HeaderPartMatching'],
    withAllThatEndSo: true,
  },
  'a query parameter': {
    match: value => ({ ...ANY_REQUEST, query: [{ name: 'v', type: 'exact', value }] }),
    request: value => ({ query: { v: value } }),
    values: name,
    joints: ['', '-', '.'],
    features: ['QueryParamMatching'],
  },
};

const rooted = (value: string) => value.startsWith('/') ? value : `/${value}`;

describe.each(Object.entries(ELEMENTS))('%s', (_, element) => {
  const able = TARGETS.filter(([title, target]) => !element.besides?.includes(title)
    && element.features.every(feature => target._dialects.access.supports[feature].level !== 'none'));

  test.each(able)('%s', (title, target, allows) => {
    let compared = 0;
    const pairs = element.values.chain(value => fc.tuple(
      fc.constant(value), near(value, element.joints).map(other => value.startsWith('/') ? rooted(other) : other).filter(other => other !== value
        && !(element.withAllBelow && other.startsWith(`${value}/`))
        && !(element.withAllThatBeginSo && other.startsWith(value))
        && !(element.withAllThatEndSo && other.endsWith(value)))));
    fc.assert(fc.property(pairs, ([value, other]) => {
      const sources: Source[] = [element.source?.(value) ?? { kind: 'serviceAccount', name: 'web', namespace: 'shop' }];
      const model: AccessModel = {
        name: 'cart',
        namespace: CART.namespace,
        destination: { service: CART.service, serviceAccount: CART.serviceAccount, podSelector: CART.labels, ports: [PORT] },
        rules: [{
          sources,
          exceptSources: [],
          exceptRequests: [],
          endUsers: [],
          ports: [PORT],
          requests: element.match === undefined ? [] : [element.match(value)],
        }],
        denials: [],
        leavesRest: false,
        healthProbes: [],
        audit: false,
      };
      const { errors, manifests } = compile('access', target, model);
      if (errors.length > 0) {
        return;
      }
      compared++;
      const request = (one: string): Request => ({
        client: {
          kind: 'pod',
          ip: '10.1.0.5',
          namespace: 'shop',
          namespaceLabels: { 'kubernetes.io/metadata.name': 'shop' },
          serviceAccount: 'web',
          labels: {},
          meshed: true,
          ...ofNamespace(element.client?.(one)),
        },
        pod: CART,
        port: PORT.port,
        entrance: { service: 'cart', port: 80 },
        method: 'GET',
        path: '/',
        headers: {},
        query: {},
        ...element.request?.(one),
      });
      const objects = manifests.map(({ shared, ...object }) => object);
      expect([value, allows(objects, request(value))]).toEqual([value, true]);
      expect([other, allows(objects, request(other))]).toEqual([other, false]);
    }), { numRuns: 100 });
    expect([title, compared > 20]).toEqual([title, true]);
  });
});

/** A namespace has the label with its name. */
function ofNamespace(client: Partial<Client> = {}): Partial<Client> {
  const { namespace } = client;
  return namespace === undefined ? client : { ...client, namespaceLabels: { 'kubernetes.io/metadata.name': namespace } };
}
