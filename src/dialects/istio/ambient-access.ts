import type { Policy } from './access';
import { accessRefusals, authenticationClaims, AUTHORIZATION_POLICY_SUPPORTS, needs } from './access';
import { pastWaypoint, podsRefusals, policiesOfPods, waypointPrincipal } from './ambient-pods';
import type { Attachment, Rule } from './authorization-policy';
import { authorizationPolicy, policyRules } from './authorization-policy';
import type { IstioOptions } from './options';
import { trustDomainOf, waypointOf } from './options';
import { accessAuthentication } from './peer-authentication';
import { atGateway } from './policed-gateways';
import type { AccessModel, AccessRule, WorkloadPort } from '../../model/access';
import { admitsUnauthenticated, tellsRequestsApart } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import { flatMap } from '../../model/lists';
import { closedWaypoint, serviceClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels, knownNumber } from '../contract/known';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import type { Rendering } from '../contract/rendering';
import { renderUnless } from '../contract/rendering';
import { full, inherent, none } from '../contract/support';

const PROBES = inherent('the probes of the kubelet bypass ztunnel');

/**
 * Clients come to the pods themselves, past ztunnel, which sees connections and no requests; or to the Service, past its
 * waypoint, from where their requests come to the pods with the identity of the waypoint.
 *
 * So an AuthorizationPolicy on the Service says who may send what through the waypoint. One on the pods lets in the
 * waypoint, and clients themselves that may send anything. The waypoint would let anyone reach the same pods by another
 * Service that has no policy: a third one, shared by all policies behind that waypoint, denies it. Without a waypoint, the
 * one on the pods is all that is enforced.
 *
 * @see https://istio.io/latest/docs/ambient/usage/l4-policy/
 * @see https://istio.io/latest/docs/ambient/usage/l7-features/
 */
export function istioAmbientAccess(options: IstioOptions): Dialect<AccessModel, AccessFeature> {
  return {
    renders: 'an AuthorizationPolicy on the pods for ztunnel, one on the Service for its waypoint, which tells requests apart, and one that all policies '
      + 'behind the waypoint share; and a PeerAuthentication, as with sidecars',
    supports: {
      ...AUTHORIZATION_POLICY_SUPPORTS,
      LoneDenial: none('requests by another Service of the same pods come from the waypoint, whose policies do not know of it',
        'Write the denials as the `deny` of a ServiceAccessPolicy'),
      PodsPolicy: full('an AuthorizationPolicy on the pods, without `requests`'),
      SubsetPolicy: none('the waypoint asks the policies of the Service, whichever of its pods answer'),
      GatewaySource: full('the principal of its pods, without `requests`: a gateway calls past the waypoint'),
      IpBlockSource: full('`ipBlocks`, and the ports take plain text; only for clients that come past the waypoint'),
      HealthProbe: PROBES,
      HTTPSHealthProbe: PROBES,
      GRPCHealthProbe: PROBES,
      TCPHealthProbe: PROBES,
      Audit: none('by default, ztunnel is not told of policies that only report'),
    },
    needs,
    // The waypoint asks those of the Service, whichever pods answer.
    claims: model => [
      ...serviceClaims(model), ...authenticationClaims(model, options),
      ...model.destination.service === undefined ? [] : [closedWaypoint(model.namespace, waypointOf(options))],
    ],
    closes: ({ rules, destination: { service } }) => rules.length === 0 || service === undefined ? undefined : `the waypoint '${waypointOf(options)}'`,
    asksAtService: () => `the waypoint '${waypointOf(options)}'`,
    render: model => model.destination.service === undefined ? renderPods(model, options) : render(model, model.destination.service, options),
  };
}

function renderPods(model: Policy, options: IstioOptions): Rendering<AccessFeature> {
  return renderUnless([...accessRefusals(model, options), ...podsRefusals(model)], () =>
    [...policiesOfPods(model, options), ...accessAuthentication(model, options.strictMutualTls)]);
}

function render(model: Policy, service: string, options: IstioOptions): Rendering<AccessFeature> {
  const { name, namespace, destination } = model;
  const onPods = podRules(options, model);
  const onService = serviceRules(options, model);
  const refusals = [...accessRefusals(model, options), ...waypointRefusals(model), ...denialRefusals(model)];
  return renderUnless(refusals, () => [
    authorizationPolicy({ name, namespace }, { selector: { matchLabels: knownLabels(destination) } }, onPods),
    ...(onService.length === 0 ? [] : [
      authorizationPolicy({ name: `${name}-waypoint`, namespace }, atService(service), onService),
    ]),
    ...(model.denials.length === 0 ? [] : denialsOf(model, service, options)),
    // To the pods, the waypoint may be one of the clients: by its address or its namespace.
    ...(model.rules.length === 0 ? [] : [waypointDefault(waypointOf(options), namespace)]),
    ...accessAuthentication(model, options.strictMutualTls),
  ]);
}

/** Requests that do not pass a waypoint, although only a waypoint sees requests. */
function waypointRefusals({ rules }: Policy): Refusal<AccessFeature>[] {
  const ofRequests = rules.filter(tellsRequestsApart);
  return [
    ...ofRequests.filter(rule => rule.sources.some(admitsUnauthenticated)).map(() => ({
      what: 'requests of clients without an identity',
      reason: 'clients outside the mesh do not pass the waypoint, and only the waypoint sees requests',
      remedy: 'Name identities, like Identity.anyAuthenticated(), or leave out `requests` and `endUsers`',
    })),
    // Of those that call by address, `past-the-waypoint.ts` tells.
    ...flatMap(ofRequests, rule => rule.byAddress === true ? [] : rule.ports).filter(port => servicePorts(port).length === 0).map(({ port }) => ({
      what: `requests on port ${port}`,
      reason: 'the Service does not declare the port, so calls to it do not pass the waypoint, and only the waypoint sees requests',
      remedy: 'Declare the port, or leave out `requests` and `endUsers`',
    })),
  ];
}

/** Those that no client gets around, past the waypoint or through it. */
function denialRefusals({ denials }: Policy): Refusal<AccessFeature>[] {
  return [
    ...denials.filter(tellsRequestsApart).map(() => ({
      what: 'denials of requests',
      reason: 'clients that may call the pods directly pass the waypoint by, and only the waypoint sees requests',
      remedy: 'Write them as `exceptRequests` of the allowances',
    })),
    ...denials.filter(({ sources }) => sources.some(({ kind }) => kind === 'ipBlock')).map(() => ({
      what: 'denials of addresses',
      reason: 'the waypoint does not see from which address a client calls',
      remedy: 'Deny identities',
    })),
  ];
}

/** Clients come to the pods themselves, and to the Service. */
function denialsOf({ name, namespace, destination, denials }: Policy, service: string, options: IstioOptions): Manifest[] {
  const trustDomain = trustDomainOf(options);
  const onService = flatMap(denials, rule => {
    const ports = numbers(flatMap(rule.ports, servicePorts));
    return ports.length === 0 ? [] : policyRules(rule, ports, trustDomain);
  });
  return [
    authorizationPolicy({ name: `${name}-deny`, namespace }, { selector: { matchLabels: knownLabels(destination) } },
      flatMap(denials, rule => pastWaypoint(policyRules(rule, rule.ports.map(knownNumber), trustDomain),
        waypointPrincipal(namespace, options))), 'DENY'),
    ...onService.length === 0 ? [] : [authorizationPolicy(
      { name: `${name}-deny-waypoint`, namespace }, atService(service), onService, 'DENY',
    )],
  ];
}

function atService(name: string): Attachment {
  return { targetRefs: [{ group: '', kind: 'Service', name }] };
}

/** Who may reach the pods: clients whose requests do not matter, and the waypoint. */
function podRules(options: IstioOptions, { namespace, rules }: Policy): Rule[] {
  const trustDomain = trustDomainOf(options);
  const waypoint = waypointPrincipal(namespace, options);
  const behind = numbers(flatMap(flatMap(rules, passing), rule => rule.ports.map(knownNumber)));
  return [
    ...flatMap(rules.filter(rule => !tellsRequestsApart(rule)), rule => policyRules(rule, rule.ports.map(knownNumber), trustDomain)),
    ...(behind.length === 0 ? [] : [{
      from: [{ source: { principals: [waypoint] } }],
      to: [{ operation: { ports: behind.map(String) } }],
    }]),
  ];
}

/** Who may pass the waypoint. It sees the ports of the Service, not those of the pods. */
function serviceRules(options: IstioOptions, { rules }: Policy): Rule[] {
  return flatMap(flatMap(rules, passing), rule => policyRules(rule, numbers(flatMap(rule.ports, servicePorts)), trustDomainOf(options)));
}

/** A rule for clients that pass the waypoint: on ports that the Service declares, and not by address, which the waypoint does not see. */
function passing(rule: AccessRule): AccessRule[] {
  const ports = rule.ports.filter(port => servicePorts(port).length > 0);
  const sources = rule.sources.filter(({ kind }) => kind !== 'ipBlock');
  return ports.length === 0 || sources.length === 0 ? [] : [{ ...rule, sources, ports }];
}

function servicePorts(port: WorkloadPort): readonly number[] {
  return port.servicePorts ?? [knownNumber(port)];
}

function numbers(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** ALLOW without rules: it adds nothing to the policies of Services, and denies requests to Services that have none. */
function waypointDefault(waypoint: string, namespace: string): Manifest {
  return { ...authorizationPolicy({ name: `${waypoint}-deny-by-default`, namespace }, atGateway(waypoint), []), shared: true };
}
