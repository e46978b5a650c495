import { accessClaims, accessRefusals, AUTHORIZATION_POLICY_SUPPORTS } from './access';
import { authorizationPolicy, policyRules, serviceAccountPrincipal } from './authorization-policy';
import type { Rule } from './authorization-policy';
import type { IstioOptions } from './options';
import { trustDomainOf } from './options';
import { accessAuthentication } from './peer-authentication';
import type { AccessModel, AccessRule, WorkloadPort } from '../../model/access';
import { admitsUnauthenticated } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Dialect, Manifest, Refusal } from '../dialect';
import { FULL, inherent, none } from '../dialect';

/**
 * Without a waypoint: one AuthorizationPolicy on the pods, which ztunnel enforces; it sees connections, and no requests.
 *
 * With one, what clients send to the Service comes to the pods from the waypoint, with the waypoint's identity. So a
 * second AuthorizationPolicy, on the Service, says who may send what through the waypoint. The one on the pods lets in the
 * waypoint, and those clients themselves that may send anything. The waypoint would let anyone reach the same pods by
 * another Service that has no policy: a third one, shared by all policies behind that waypoint, denies it.
 *
 * @see https://istio.io/latest/docs/ambient/usage/l4-policy/
 * @see https://istio.io/latest/docs/ambient/usage/l7-features/
 */
export function istioAmbientAccess(options: IstioOptions): Dialect<AccessModel, AccessFeature> {
  const ofRequests = options.waypoint === undefined ? none('without a waypoint, ztunnel sees connections, and no requests') : FULL;
  return {
    supports: {
      ...AUTHORIZATION_POLICY_SUPPORTS,
      IpBlockSource: options.waypoint === undefined ? FULL : none('what passes a waypoint comes to the pods from the address of the waypoint'),
      MethodMatching: ofRequests,
      PathMatching: ofRequests,
      PathTemplateMatching: ofRequests,
      HeaderMatching: ofRequests,
      HeaderPresenceMatching: ofRequests,
      GRPCMethodMatching: ofRequests,
      HealthProbe: inherent('the probes of the kubelet pass by ztunnel'),
      Audit: none('as installed, ztunnel is not told of policies that only report'),
    },
    claims: model => accessClaims(options, model),
    refusals: model => [
      ...accessRefusals(model, [...podRules(options, model), ...serviceRules(options, model)]),
      ...waypointRefusals(model),
    ],
    render: model => {
      const { name, namespace, destination } = model;
      const onService = serviceRules(options, model);
      return [
        authorizationPolicy({ name, namespace }, { selector: { matchLabels: { ...destination.podSelector } } }, podRules(options, model)),
        ...(options.waypoint === undefined || onService.length === 0 ? [] : [
          authorizationPolicy({ name: `${name}-waypoint`, namespace },
            { targetRefs: [{ group: '', kind: 'Service', name: destination.service }] }, onService),
          waypointDefault(options.waypoint, namespace),
        ]),
        ...accessAuthentication(model, options.strictMutualTls),
      ];
    },
  };
}

/** What a waypoint cannot tell, since it does not come by it. */
function waypointRefusals({ rules }: AccessModel): Refusal<AccessFeature>[] {
  const ofRequests = rules.filter(rule => rule.requests.length > 0);
  return [
    ...ofRequests.filter(rule => rule.sources.some(admitsUnauthenticated)).map(() => ({
      what: 'requests of anyone, without an identity too',
      reason: 'clients outside the mesh do not pass the waypoint, which alone sees requests',
      remedy: 'Use Identity.anyAuthenticated(), or leave out `requests`',
    })),
    ...ofRequests.flatMap(rule => rule.ports).filter(port => servicePorts(port).length === 0).map(({ port }) => ({
      what: `requests on port ${port}`,
      reason: 'the Service does not declare it, and only what is sent to the Service passes the waypoint, which alone sees requests',
      remedy: 'Declare the port, or leave out `requests`',
    })),
  ];
}

/** What may come to the pods themselves: from the waypoint, and from clients whose requests need not be seen. */
function podRules(options: IstioOptions, { namespace, rules }: AccessModel): Rule[] {
  const trustDomain = trustDomainOf(options);
  const direct = rules.filter(rule => rule.requests.length === 0)
    .flatMap(rule => policyRules(rule, rule.ports.map(({ port }) => port), trustDomain));
  const behind = [...new Set(rules.flatMap(passing).flatMap(rule => rule.ports.map(({ port }) => port)))].sort((a, b) => a - b);
  return options.waypoint === undefined || behind.length === 0 ? direct : [...direct, {
    from: [{ source: { principals: [serviceAccountPrincipal({ namespace, name: options.waypoint }, trustDomain)] } }],
    to: [{ operation: { ports: behind.map(String) } }],
  }];
}

/** What may be sent through the waypoint. It sees the ports of the Service, not those of the pods. */
function serviceRules(options: IstioOptions, { rules }: AccessModel): Rule[] {
  return options.waypoint === undefined ? [] : rules.flatMap(passing)
    .flatMap(rule => policyRules(rule, [...new Set(rule.ports.flatMap(servicePorts))].sort((a, b) => a - b), trustDomainOf(options)));
}

/** A rule, for those of its ports that the Service declares. */
function passing(rule: AccessRule): AccessRule[] {
  const ports = rule.ports.filter(port => servicePorts(port).length > 0);
  return ports.length === 0 ? [] : [{ ...rule, ports }];
}

function servicePorts({ port, servicePorts: numbers = [port] }: WorkloadPort): readonly number[] {
  return numbers;
}

function waypointDefault(waypoint: string, namespace: string): Manifest {
  const attachment = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: waypoint }] };
  return { ...authorizationPolicy({ name: `${waypoint}-deny-by-default`, namespace }, attachment, []), shared: true };
}
