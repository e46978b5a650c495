import { agreed, mutualTlsModes, ruleMatches, selects } from './istio';
import { withProvenToken } from './istio-tokens';
import type { Client, Entrance, Request } from './request';
import { portOf } from './request';
import { Unknown } from '../unknown';

/** The name of a waypoint, unless it is another one. */
const WAYPOINT = 'waypoint';

/**
 * Whether Istio lets a request in in ambient mode, where every Service has the waypoint of its namespace. A client of the mesh
 * that calls a Service passes the waypoint first, and comes to the ztunnel of the pod with the identity of the waypoint;
 * one that calls the address of a pod, or is outside the mesh, comes to the ztunnel alone.
 *
 * @see https://istio.io/latest/docs/ambient/usage/l4-policy/
 * @see https://istio.io/latest/docs/ambient/usage/l7-features/
 */
export function allowedByIstioAmbient(manifests: readonly any[], request: Request, waypoint = WAYPOINT): boolean {
  const { client, entrance, pod: { namespace: home } } = request;
  const namespace = entrance?.namespace ?? home;
  if (client.kind === 'kubelet') {
    // What comes from the address of the node's probes passes by.
    return true;
  }
  return entrance !== undefined && client.meshed
    ? passesWaypoint(manifests, request, entrance, waypoint)
      && passesZtunnel(manifests, { ...request, client: waypointOf(namespace, waypoint, client) })
    : passesZtunnel(manifests, request);
}

/** Its address is one like those of other pods, and its identity one of its namespace. */
function waypointOf(namespace: string, name: string, { meshDomain }: Client): Client {
  return { kind: 'pod', ip: '10.1.0.9', namespace, serviceAccount: name, meshed: true, meshDomain };
}

/** Policies of the Service, and those of the Gateway for all Services behind it. */
export function passesWaypoint(
  manifests: readonly any[], request: Request, { service, port, namespace = request.pod.namespace }: Entrance, waypoint = WAYPOINT,
): boolean {
  const { pod } = request;
  const attached = manifests.filter(({ metadata, spec }) => metadata.namespace === namespace
    && (spec.targetRefs ?? []).some((ref: any) => ref.kind === 'Service'
      ? ref.group === '' && ref.name === service
      : ref.group === 'gateway.networking.k8s.io' && ref.kind === 'Gateway' && ref.name === waypoint));
  const policies = attached.filter(({ kind }) => kind === 'AuthorizationPolicy');
  const { protocol } = portOf(request);
  const seen = withProvenToken(attached, request);
  return seen !== 'rejected' && decide(policies, ({ from, to, when }, _, home) => {
    if ((from ?? []).some(({ source }: any) => source.ipBlocks !== undefined || source.notIpBlocks !== undefined)) {
      throw new Unknown('the waypoint does not see the address of a client');
    }
    return ruleMatches({ from, to, when }, { ...seen, port, pod: { ...pod, ports: [{ port, protocol }] } }, home);
  });
}

/** A rule that asks for more than the connection is left out where it allows; where it denies, nobody here says what is left of it. */
export function passesZtunnel(manifests: readonly any[], request: Request): boolean {
  const selecting = manifests.filter(manifest => selects(manifest, request));
  const policies = selecting.filter(({ kind }) => kind === 'AuthorizationPolicy');
  return (request.client.meshed || agreed(mutualTlsModes(selecting, request.port).map(mode => mode !== 'STRICT')))
    && decide(policies, (rule, action, home) => {
      if (action === 'DENY' && asksForHttp(rule)) throw new Unknown('a denial of requests at the pods');
      return !asksForHttp(rule) && ruleMatches(rule, request, home);
    });
}

const HTTP_FIELDS = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];

function asksForHttp({ to = [], when = [] }: any): boolean {
  return to.some(({ operation }: any) => HTTP_FIELDS.some(field => operation[field] !== undefined))
    || when.some(({ key }: any) => key.startsWith('request.'));
}

function decide(policies: readonly any[], matches: (rule: any, action: string, namespace: string) => boolean): boolean {
  const unknown = policies.find(({ metadata, spec }) => !['ALLOW', 'DENY'].includes(actionOf(spec)) || metadata.annotations !== undefined);
  if (unknown !== undefined) {
    throw new Unknown(`not known here: ${JSON.stringify(unknown)}`);
  }
  const [denying, allowing] = ['DENY', 'ALLOW'].map(action => policies.filter(({ spec }) => actionOf(spec) === action));
  const isMet = ({ spec, metadata }: any) => (spec.rules ?? []).some((rule: any) => matches(rule, actionOf(spec), metadata.namespace));
  return !denying.some(isMet) && (allowing.length === 0 || allowing.some(isMet));
}

function actionOf({ action = 'ALLOW' }: any): string {
  return action;
}
