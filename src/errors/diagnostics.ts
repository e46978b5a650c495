import type { Diagnostic } from './coded';
import { coded } from './coded';
import type { Code } from './codes';
import { listed } from './words';
import type { Disagreement } from '../model/grants';
import type { Kind } from '../model/kinds';
import type { Check, Finding, FindingCheck, Violation } from '../validation';
import type { TooNew } from '../validation/releases';

const INEXPRESSIBLE: Readonly<Record<Kind, Code>> = {
  routes: 'MESH2001',
  access: 'MESH2002',
  authentication: 'MESH2003',
  egress: 'MESH2004',
  namespaceDefault: 'MESH2005',
  exposure: 'MESH2006',
  release: 'MESH2008',
  jwtAuthentication: 'MESH2009',
  gatewayAccess: 'MESH2010',
  externalAuthorization: 'MESH2011',
  gateway: 'MESH2012',
  clusterAccess: 'MESH2013',
  externalBackend: 'MESH2014',
};

/** What a target cannot express. */
export function unsupported(kind: Kind, targetId: string, what: string, why: string, remedy: string): Diagnostic {
  return { code: INEXPRESSIBLE[kind], sentence: `target '${targetId}' cannot express ${what}: ${why}. ${remedy}.` };
}

/** The number of a port that goes by its name, which is another one now. */
export function stale(service: string, port: string, number: number, now: readonly number[]): Diagnostic {
  return {
    code: 'MESH1104',
    sentence: `port '${port}' of the pods of Service '${service}' was ${number} when the Service was read, and is ${listed(now.map(String))} in the app now. `
      + 'Create the workload before the MeshService, or give the port of the MeshService its `targetPort`.',
  };
}

/** A name of a port that no pod of the app has. */
export function nameless(service: string, port: string): Diagnostic {
  return {
    code: 'MESH1104',
    sentence: `no container of the pods of Service '${service}' that the app has calls a port '${port}'. `
      + 'Write the name that the container gives the port, as `targetPortName` in the MeshService and as `targetPort` in the Service.',
  };
}

/** A port of the pods to which the Service of the app does not lead. */
export function otherTarget(service: string, port: number, target: number | string, said: number | string): Diagnostic {
  const write = typeof target === 'number' ? `targetPort: ${target}` : `targetPortName: '${target}'`;
  return {
    code: 'MESH1104',
    sentence: `the Service '${service}' of the app leads port ${port} to port ${inQuotes(target)} of its pods, and the MeshService says ${inQuotes(said)}. `
      + `Write \`${write}\` on that port of the MeshService, or make it with \`MeshService.fromKubeService\`.`,
  };
}

function inQuotes(port: number | string): string {
  return typeof port === 'number' ? String(port) : `'${port}'`;
}

/** What may not hold in a target. */
export function doubtful(_: Kind, targetId: string, what: string, why: string, remedy: string): Diagnostic {
  return { code: 'MESH5008', sentence: `${what} may not hold in target '${targetId}': ${why}. ${remedy}` };
}

/** A policy that does not hold for pods that get requests of its Service. */
export function leavesOut(targetId: string, what: string, fit: 'misses' | 'unknown', labels: string, service: string, selector: string): Diagnostic {
  return {
    code: 'MESH5009',
    sentence: `the ${what} is for pods with ${labels}. Requests also come to the pods of Service '${service}' (${selector}), for which the ${what} `
      + `${fit === 'misses' ? 'does not' : 'may not'} hold in target '${targetId}'. Give the MeshService a \`podSelector\` that all of them have, or '${service}' ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} of its own`,
  };
}

/** What does not hold for calls to pods, or for theirs, though it is for the pods. */
export function passesBy(
  targetId: string, what: string, direction: 'inbound' | 'outbound', pods: string, by: string, ports: readonly (number | string)[] | undefined, isPerhaps: boolean,
): Diagnostic {
  const [calls, remedy] = direction === 'outbound' ? ['calls of', ', and name what they call in `allow`']
    : ports === undefined ? ['calls to', ''] : [`calls to port ${listed(ports.map(inQuotes))} of`, ', and let in who has no identity with `Identity.anyone()`'];
  return {
    code: 'MESH5016',
    sentence: `${what} ${isPerhaps ? 'may' : 'does'} not hold for ${calls} ${pods} in target '${targetId}', because of ${by}. Leave that out${remedy}`,
  };
}

/** The same for a policy that selects pods by their ServiceAccount. */
export function leavesOutAccount(targetId: string, account: string, service: string, pods: string, other: string, isCertain: boolean): Diagnostic {
  return {
    code: 'MESH5009',
    sentence: `the policy is for pods that run as ServiceAccount '${account}', and ${pods}, which also gets requests to '${service}', runs as '${other}': there the policy `
      + `${isCertain ? 'does not' : 'may not'} hold in target '${targetId}'. Let it run as '${account}'${isCertain ? `, or give the MeshService of '${service}' that \`serviceAccount\`` : ''}`,
  };
}

/** A policy for pods that share their ServiceAccount with other pods. */
export function takesIn(targetId: string, account: string, service: string, pods: string): Diagnostic {
  return {
    code: 'MESH5012',
    sentence: `the policy is for all pods that run as ServiceAccount '${account}' in target '${targetId}', so every client that it lets into '${service}' also reaches ${pods}. `
      + 'Run its pods as another ServiceAccount',
  };
}

/** A grant that no policy takes: there is none, or it is closed to grants; or there is one, and the grant says that there is none. */
export function ungranted(targetId: string, workload: string, isElsewhere: boolean, policyPath: string | undefined): Diagnostic {
  const [what, remedy] = policyPath === undefined
    ? [`no ServiceAccessPolicy of the app is for ${workload} in target '${targetId}', and a grant closes nothing by itself`,
      "Write `new ServiceAccessPolicy(chart, '…', { destination, allow: [] })`; or, if its policy belongs to another app, `policyElsewhere: true` in the grant"]
    : isElsewhere
      ? [`'${policyPath}' is the policy of ${workload} in target '${targetId}', and the grant says that it belongs to another app`, 'Leave out `policyElsewhere`']
      : [`'${policyPath}', the policy of ${workload}, is closed to grants`, 'Leave out its `closedToGrants`, or write the allowance into its `allow`'];
  return { code: 'MESH3010', sentence: `${what}. ${remedy}.` };
}

/** What a grant says otherwise of a workload than the policy to which it adds. */
export function disagreeing(
  targetId: string, workload: string, policyPath: string, { what, policy = 'none', grant = 'none' }: Disagreement,
): Diagnostic {
  return {
    code: 'MESH3011',
    sentence: `${what} is '${grant}' for ${workload} here, and '${policy}' in '${policyPath}', to which the grant adds in target '${targetId}'. Use the same MeshService, or MeshPods, in both`,
  };
}

/** An object that has been patched, and in whose place grants put others. */
export function vanished(kind: string, name: string): Diagnostic {
  return {
    code: 'MESH4102',
    sentence: `the patches of ${kind} '${name}' are lost: because of the grants beside it, the policy is rendered as other objects. Make the grants first, and patch those`,
  };
}

/** What a target refuses of a policy and grants together, as it says that of a policy. */
export function refusedTogether(policyPath: string, error: string): string {
  return error.replace(': ', `: together with '${policyPath}', `);
}

/** Metadata that a target reads as a command, and that the user wrote. */
export function reservedWord(targetId: string, what: string, why: string, remedy: string): string {
  return coded({ code: 'MESH2007', sentence: `${what} has a special meaning in target '${targetId}': ${why}. ${remedy}.` });
}

const RECONCILED = {
  MESH3001: 'Merge the two, or leave one out',
  MESH3003: 'Give one of them another name, or write the same in both',
} as const satisfies Partial<Record<Code, string>>;

/** Two constructs that a target cannot both honour. */
export function conflict(code: keyof typeof RECONCILED, targetId: string, what: string, otherPath: string): string {
  return coded({ code, sentence: `${what} is also defined by '${otherPath}', and target '${targetId}' takes only one. ${RECONCILED[code]}.` });
}

/** Two constructs that say different things of what selects the pods of a Service. */
export function otherPods(targetId: string, service: string, labels: string, otherPath: string): string {
  return coded({
    code: 'MESH3009',
    sentence: `in target '${targetId}', ${service} has the \`podSelector\` ${labels} here, and another one in '${otherPath}'. `
      + "Give it the same in both; for some of its pods, write `service.subset({ version: 'v1' })`.",
  });
}

/** The same, of two that are in conflict because of some pods. */
export function clash(targetId: string, what: string, otherPath: string, podsPath: string): Diagnostic {
  const sentence = `${what} is also defined by '${otherPath}', for the pods of '${podsPath}', and target '${targetId}' takes only one`;
  return { code: 'MESH3001', sentence: `${sentence}. ${RECONCILED.MESH3001}.` };
}

/** Two constructs that want the same requests to a host. */
export function contested(targetId: string, host: string, otherPath: string, why: string): string {
  return coded({
    code: 'MESH3002',
    sentence: `requests to ${host} are also defined by '${otherPath}', and target '${targetId}' does not tell the two apart: ${why}. `
      + 'Give one of them other paths, or merge the two.',
  });
}

/** A policy that keeps out what another construct sends. */
export function shutOut(targetId: string, gateway: string, service: string, policyPath: string, remedy: string): Diagnostic {
  return {
    code: 'MESH3005',
    sentence: `${gateway} sends requests to '${service}', and in target '${targetId}' '${policyPath}' does not let it in. ${remedy}.`,
  };
}

/** A policy that keeps out what another construct sends, unless the pods of the gateway are something else than is known. */
export function mayShutOut(targetId: string, gateway: string, service: string, policyPath: string, remedy: string): Diagnostic {
  return {
    code: 'MESH5011',
    sentence: `${gateway} sends requests to '${service}', and in target '${targetId}' '${policyPath}' may not let it in, since that depends on what its pods are. ${remedy}`,
  };
}

/** A default that keeps out what another construct sends, unless the subsets that have policies are all the pods there are. */
export function mayShutOutOthers(targetId: string, gateway: string, service: string, defaultPath: string): Diagnostic {
  return {
    code: 'MESH5011',
    sentence: `${gateway} sends requests to '${service}', and in target '${targetId}' '${defaultPath}' does not let it into pods without a policy. `
      + 'Only subsets of its pods have policies: if there are other pods, give them a ServiceAccessPolicy that lets it in',
  };
}

/** A gateway that sends plain text to pods that accept mutual TLS only. It may do so where nobody knows whether it is in the mesh. */
export function plainText(
  targetId: string, gateway: string, service: string, port: number, by: string, isMeshed: false | undefined, byPort: boolean,
): Diagnostic {
  const is = isMeshed === false ? 'is no part of the mesh' : 'may be no part of the mesh';
  const open = `let port ${port} of '${service}' take plain text: \`new MutualTls(chart, '${service}-mtls', { workload, ${
    byPort ? `mode: MutualTlsMode.STRICT, ports: [{ port: ${port}, mode: MutualTlsMode.PERMISSIVE }]` : 'mode: MutualTlsMode.PERMISSIVE'} })\``;
  return {
    code: isMeshed === false ? 'MESH3005' : 'MESH5011',
    sentence: `the gateway '${gateway}' ${is}, and in target '${targetId}' ${by} has '${service}' take mutual TLS only. `
      + (isMeshed === false ? `Expose it by a gateway of the mesh, or ${open}` : `If it is one, give its ExposureGateway \`pods: { serviceAccount: '…' }\`; or else ${open}`),
  };
}

/** A route to a Service that a policy for another one closes. */
export function cutOff(targetId: string, service: string, who: string, policyPath: string, sameAs?: string): Diagnostic {
  const remedy = sameAs === undefined
    ? `that lets everyone in: \`new ServiceAccessPolicy(chart, '${service}-access', { destination, allow: [{ sources: [Identity.anyone()] }] })\``
    : `that allows the same as '${sameAs}', which holds for pods behind it`;
  return {
    code: 'MESH3006',
    sentence: `in target '${targetId}', ${who} denies all requests to '${service}', which has no policy: because of '${policyPath}', it denies what no policy allows. `
      + `Write a policy ${remedy}.`,
  };
}

/** A policy for pods that is not asked about requests that come by another Service. */
export function overruled(targetId: string, who: string, service: string, decidingPath: string, backend: string, policyPath: string): Diagnostic {
  return {
    code: 'MESH3008',
    sentence: `in target '${targetId}', ${who} asks '${decidingPath}' about requests to '${service}', also those that go to '${backend}', and never '${policyPath}'. `
      + `Let both policies allow the same, or write one for '${service}' whose \`podSelector\` selects the pods of both.`,
  };
}

/** A policy for pods that get the requests of a route from a waypoint of another namespace. */
export function sentByWaypoint(
  targetId: string, who: string, namespace: string | undefined, service: string, backend: string, policyPath: string,
): Diagnostic {
  const home = namespace === undefined ? 'the namespace of the Service' : `namespace '${namespace}'`;
  return {
    code: 'MESH3008',
    sentence: `in target '${targetId}', requests to '${service}' come to the pods of '${backend}' from ${who} of ${home}, whoever sent them, `
      + `and '${policyPath}' cannot tell their clients apart. Send them to Services of ${home} only.`,
  };
}

/** A policy that is asked about requests before a route changes them. */
export function askedBefore(targetId: string, who: string, service: string, policyPath: string, change: string): Diagnostic {
  return {
    code: 'MESH3008',
    sentence: `in target '${targetId}', ${who} asks '${policyPath}' about requests to '${service}' as clients send them, before ${change} is changed. `
      + `Leave the change out, or write the policy without ${change}.`,
  };
}

/** A backend that takes requests on a port that the policy of its pods does not name. */
export function unspokenPort(targetId: string, service: string, backend: string, port: number, policyPath: string): Diagnostic {
  return {
    code: 'MESH3007',
    sentence: `in target '${targetId}', requests to '${service}' come to port ${port} of the pods of '${backend}', which the policy '${policyPath}' does not name. `
      + `Let these pods listen on a port of the Service, or name this port in the policy: \`ports: [${port}]\`, beside the others.`,
  };
}

const INVALID: Readonly<Record<Check, Code>> = {
  size: 'MESH4001',
  kind: 'MESH4002',
  metadata: 'MESH4003',
  unknown: 'MESH4004',
  required: 'MESH4005',
  type: 'MESH4006',
  enum: 'MESH4007',
  format: 'MESH4008',
  pattern: 'MESH4009',
  length: 'MESH4010',
  range: 'MESH4011',
  duplicate: 'MESH4012',
  junctor: 'MESH4013',
  rule: 'MESH4014',
  evaluation: 'MESH4015',
};

/** What an API server would refuse in a manifest. */
export function invalid(manifest: any, { check, path, message, value, rule }: Violation): Diagnostic {
  const sentence = `${objectOf(manifest)} is invalid: ${path === '' ? 'it' : path} ${message}${value === undefined ? '' : `; it is ${value}`}`;
  return { code: INVALID[check], sentence: rule === undefined || message.includes(rule) ? sentence : `${sentence}; the rule is ${rule}` };
}

/** What an API server would refuse unless it has the experimental channel. */
export function experimental(manifest: any, { path, message }: Violation): Diagnostic {
  return { code: 'MESH4101', sentence: `${objectOf(manifest)}: ${path === '' ? 'it' : path} ${message}` };
}

/** What the release in the cluster does not have. */
export function tooNew(manifest: any, { api, path, since, release }: TooNew): Diagnostic {
  const what = path === '' ? `${objectOf(manifest)} needs` : `${objectOf(manifest)}: ${path} needs`;
  return { code: 'MESH4105', sentence: `${what} ${api} ${since}, and the cluster has ${release}. Leave it out, or update ${api} first` };
}

/** A text that YAML reads as another value. */
export function ambiguous(manifest: any, { path, text, why }: { readonly path: string; readonly text: string; readonly why: string }): Diagnostic {
  return { code: 'MESH4104', sentence: `${objectOf(manifest)}: ${path} holds ${JSON.stringify(text.slice(0, 50))}, which ${why}. Use another text` };
}

/** An object that cannot be written as a manifest, such as one with a patch that does not apply. */
export function unrenderable(error: Error): Diagnostic {
  return { code: 'MESH4102', sentence: error.message };
}

const MISFIT: Readonly<Record<FindingCheck, Code>> = {
  backend: 'MESH5001',
  parent: 'MESH5002',
  port: 'MESH5003',
  grant: 'MESH5004',
  account: 'MESH5005',
  selector: 'MESH5006',
  contradiction: 'MESH5007',
  waypoint: 'MESH5010',
  attachment: 'MESH5013',
  certificate: 'MESH5014',
  unreached: 'MESH5015',
  version: 'MESH5101',
  mixed: 'MESH5102',
  whole: 'MESH5103',
  conditions: 'MESH5104',
  cors: 'MESH5105',
  provider: 'MESH5106',
  match: 'MESH5107',
  start: 'MESH5108',
  length: 'MESH5109',
  deletion: 'MESH5110',
  moved: 'MESH5111',
  routed: 'MESH5112',
  controllers: 'MESH5113',
  parentPort: 'MESH5114',
  metric: 'MESH5115',
  steps: 'MESH5116',
  interval: 'MESH5117',
  rollout: 'MESH5118',
  rolloutService: 'MESH5119',
  rule: 'MESH5120',
  weights: 'MESH5121',
  step: 'MESH5122',
  plugin: 'MESH5123',
  autoscaler: 'MESH5124',
};

/** An object that would be written over another one. */
export function lost(file: string, otherPath: string, more: number, outputType: string, better: string): Diagnostic {
  const others = more === 0 ? '' : `, and the same holds for ${more} more ${more === 1 ? 'file' : 'files'}`;
  return {
    code: 'MESH4103',
    sentence: `YamlOutputType.${outputType} writes it to '${file}', over '${otherPath}'${others}. Write \`yamlOutputType: YamlOutputType.${better}\` for the App.`,
  };
}

/** What does not fit with other manifests, or with who reads them. */
export function misfit(manifest: any, { check, path, message }: Pick<Finding, 'check' | 'path' | 'message'>): Diagnostic {
  return { code: MISFIT[check], sentence: `${objectOf(manifest)}: ${path} ${message}` };
}

/** Whether a finding compares manifests; otherwise it is about one manifest, as an API server reads it. */
export function isMisfit<F extends { readonly check: FindingCheck }>(found: { readonly check: Check } | F): found is F {
  return Object.hasOwn(MISFIT, found.check);
}

function objectOf({ kind, metadata }: any): string {
  return `${kind ?? 'object'} '${metadata?.name ?? metadata?.generateName ?? ''}'`;
}
