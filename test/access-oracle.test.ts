import { MeshImplementation, MeshTarget, SmiImplementation } from '../src';
import { allowedByCilium } from './oracle/access/cilium';
import { decidesAsWritten } from './oracle/access/decide';
import { allowedByIntent } from './oracle/access/intent';
import { allowedByIstio } from './oracle/access/istio';
import { allowedByIstioAmbient } from './oracle/access/istio-ambient';
import { allowedByLinkerd } from './oracle/access/linkerd';
import { allowedByNetworkPolicy } from './oracle/access/network-policy';
import { allowedBySmi } from './oracle/access/smi';
import type { AccessModel, AccessRule } from '../src/model/access';

/** Who gets in is what was written, as an evaluator of its own reads the manifests of each target. */

test('SMI, as the specification has it', () => {
  decidesAsWritten(MeshTarget.smi(), allowedBySmi('specification'));
});

test('SMI, as Open Service Mesh has it', () => {
  decidesAsWritten(MeshTarget.smi({ implementation: SmiImplementation.OSM }), allowedBySmi('osm'));
});

test('Istio', () => {
  decidesAsWritten(MeshTarget.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }), allowedByIstio);
});

test('Linkerd', () => {
  decidesAsWritten(MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD }), allowedByLinkerd, {
    governedPorts: true,
    openProbes: true,
    // Methods beside the nine of HTTP, where a match is written once per method.
    stricter: (_, { method }) => method === 'get',
  });
});

/** A policy without some of its rules, or with less in them. */
function narrowed(model: AccessModel, narrow: (rule: AccessRule) => AccessRule): AccessModel {
  return { ...model, rules: model.rules.map(narrow) };
}

const withoutIpBlocks = (rule: AccessRule) => ({ ...rule, sources: rule.sources.filter(({ kind }) => kind !== 'ipBlock') });
const withoutRequests = (rule: AccessRule) => rule.requests.length === 0 ? rule : { ...rule, ports: [] };

test('Cilium', () => {
  decidesAsWritten(MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM }), allowedByCilium, {
    mesh: false,
    // IP blocks hold for addresses outside the cluster only; where requests are told apart, a path with `%2F` is redirected.
    stricter: (model, request) => (request.client.kind === 'pod' && !allowedByIntent(narrowed(model, withoutIpBlocks), request))
      || (request.path.includes('%2F') && model.rules.some(rule => rule.requests.length > 0 && rule.ports.some(({ port }) => port === request.port))),
  });
});

test('NetworkPolicy, with IP blocks that hold for pods', () => {
  decidesAsWritten(MeshTarget.networkPolicy(), allowedByNetworkPolicy('everyone'), { mesh: false });
});

test('NetworkPolicy, with IP blocks that hold for what is outside only', () => {
  decidesAsWritten(MeshTarget.networkPolicy(), allowedByNetworkPolicy('outside'), {
    mesh: false,
    // Whether an `ipBlock` holds for pods differs from one network to the next.
    stricter: (model, request) => request.client.kind === 'pod' && !allowedByIntent(narrowed(model, withoutIpBlocks), request),
  });
});

test('Istio, in ambient mode', () => {
  decidesAsWritten(MeshTarget.gatewayApi({ id: 'istio-ambient', mesh: MeshImplementation.ISTIO_AMBIENT }), allowedByIstioAmbient, {
    stricter: (model, request) => !request.client.meshed || request.entrance === undefined
      // Calls to the address of a pod are denied where requests are told apart.
      ? !allowedByIntent(narrowed(model, withoutRequests), request)
      // Where one Service behind a waypoint has a policy, all need one.
      : request.entrance.service !== request.pod.service
      // IP blocks let in only who comes past the waypoint.
      || !allowedByIntent(narrowed(model, withoutIpBlocks), request),
  });
});
