import * as fc from 'fast-check';
import type { PolicyOptions } from './arbitraries';
import { allowancesForAll, ISSUERS, policies, policyOf, request } from './arbitraries';
import { type Asking, asking, authorizationOf, getsPast } from './asked';
import { allowedByIntent, asksLikeProbe, resolved } from './intent';
import type { Request } from '../../../src/evaluators/access/request';
import { portOf } from '../../../src/evaluators/access/request';
import type { AccessModel, AccessRule, WorkloadPort } from '../../../src/model/access';
import { admitsUnauthenticated } from '../../../src/model/access';
import { besidePolicy } from '../../../src/model/grants';
import type { JwtAuthenticationModel } from '../../../src/model/jwt-authentication';
import type { NamespaceRule } from '../../../src/model/namespace-default';
import { Claims } from '../../../src/targets/claims';
import type { Compilation } from '../../../src/targets/compile';
import { compile } from '../../../src/targets/compile';
import { joined } from '../../../src/targets/grants';
import type { MeshTarget } from '../../../src/targets/mesh-target';
import type { Asked } from '../ask';
import { ask, atLeast, cases, checkValid } from '../ask';

/** Whether a request is let in, from manifests alone. */
export type Evaluator = (manifests: readonly any[], request: Request) => boolean;

export interface DecideOptions {
  /** Whether identities are proven by a mesh, so that some pods have none; otherwise every pod is known by what it is. */
  readonly mesh?: boolean;
  /** Whether only ports are asked about that the policy governs, as a page in docs/traps says. */
  readonly governedPorts?: boolean;
  /** Whether what a health check asks is let in from anyone, as the docstring of `healthProbes` says. */
  readonly openProbes?: boolean;
  /** Whether the proxy resolves `.` and `..` in a path before it compares it. */
  readonly resolves?: boolean;
  readonly policies?: PolicyOptions;
  /** Whether the target promises something about a request, where a page in docs/traps says what it cannot know. */
  readonly concerned?: (models: readonly AccessModel[], request: Request) => boolean;
  /** Whether each namespace denies by default, and some of the pods have no policy of their own. */
  readonly namespaceDefault?: boolean;
  /** Whether some of what policies allow is allowed by grants beside them. */
  readonly grants?: boolean;
  /** Whether policies, grants and tokens are for pods without a Service, which clients call by their addresses. */
  readonly podsAlone?: boolean;
  /** Whether another layer decides, and this one only has to let in all that was written. */
  readonly secondLayer?: boolean;
  /** Whether somebody else is asked about some requests, whom the evaluator knows. */
  readonly asksOthers?: boolean;
  /** Where a target lets in less than was written, as a page in docs/traps says. */
  readonly stricter?: (model: AccessModel, request: Request) => boolean;
}

/** How many requests are asked of each set of policies. */
const EACH = 30;

interface Program {
  readonly models: readonly AccessModel[];
  /** Those whose pods have no policy, but the default of their namespace. */
  readonly bare: readonly AccessModel[];
  /** For each policy, which of its rules are those of grants. */
  readonly granted: readonly (readonly boolean[])[];
  /** What the default of each namespace allows. */
  readonly forAll: readonly NamespaceRule[];
  /** For each policy, about which requests to its pods somebody else is asked. */
  readonly asked: readonly (Asking | undefined)[];
}

/** Compares the decisions of a target with those of the intent, wherever the target does not refuse. */
export function decidesAsWritten(wanted: number, target: MeshTarget, evaluate: Evaluator, options: DecideOptions = {}): Asked {
  const { mesh = true, governedPorts = false, openProbes = false, namespaceDefault = false, secondLayer = false, grants = false } = options;
  const { resolves = true, concerned = () => true, stricter = () => false, podsAlone = false, asksOthers = false } = options;
  const { supports, claims } = target._dialects.access;
  const programs: fc.Arbitrary<Program> = policies(feature => supports[feature].level !== 'none', options.policies).chain(models => fc.record({
    models: fc.constant(models),
    forAll: namespaceDefault ? allowancesForAll(target._dialects.namespaceDefault.supports) : fc.constant<NamespaceRule[]>([]),
    bare: namespaceDefault ? fc.subarray(models) : fc.constant<AccessModel[]>([]),
    granted: fc.tuple(...models.map(({ rules }) => fc.tuple(...rules.map(rule => grants && isOfClients(rule) ? fc.boolean() : fc.constant(false))))),
    asked: fc.tuple(...models.map(model => asksOthers ? asking(target._dialects, model) : fc.constant(undefined))),
  }));
  const counts = { 'allowed': 0, 'denied': 0, 'stricter': 0, 'denied by others': 0 };
  const requesting = ({ models }: Program) => request(models, { mesh, nodes: supports.NodesSource.level !== 'none' });
  const asked = ask(wanted, EACH, cases(programs, requesting), ({ models: ofServices, bare: without, granted, forAll, asked: others }, requests) => {
    const said = new Map(ofServices.map(model => [model, podsAlone ? ofPods(model) : model]));
    const [models, bare] = [ofServices, without].map(all => all.map(model => said.get(model)!));
    const namespaces = namespaceDefault ? [...new Set(models.map(({ namespace }) => namespace))] : [];
    const compiled = [
      ...models.flatMap((model, i) => bare.includes(model) ? [] : inParts(target, model, granted[i])),
      ...models.flatMap(model => tokensOf(model)).map(model => compile('jwtAuthentication', target, model)),
      ...models.flatMap((model, i) => others[i] === undefined ? [] : [compile('externalAuthorization', target, authorizationOf(model, others[i]))]),
      ...namespaces.map(namespace => compile('namespaceDefault', target, { name: 'default', namespace, rules: forAll })),
    ];
    const laid = new Claims<AccessModel | string>();
    const conflicts = [
      ...models.flatMap((model, i) => claims({ ...model, rules: model.rules.filter((_, r) => !granted[i][r]) })
        .flatMap(claim => laid.lay(claim, model))),
      ...namespaces.flatMap(namespace => target._dialects.namespaceDefault.claims({ name: 'default', namespace, rules: forAll }).flatMap(claim => laid.lay(claim, namespace))),
    ];
    if (compiled.some(({ errors }) => errors.length > 0) || conflicts.length > 0) {
      return undefined;
    }
    const manifests = distinct(compiled.flatMap(one => one.manifests));
    checkValid(manifests);
    const readsTokens = models.some(({ rules }) => rules.some(({ endUsers }) => endUsers.length > 0));
    const before = counts.allowed + counts.denied;
    for (const { entrance, ...sent } of requests) {
      const one: Request = { ...sent, ...!podsAlone && { entrance } };
      const policy = said.get(policyOf(ofServices, one))!;
      const isBare = bare.includes(policy);
      const closed = { ...policy, rules: [], leavesRest: false };
      const model = isBare ? { ...closed, denials: [], audit: false } : namespaceDefault && policy.leavesRest ? closed : policy;
      if (governedPorts && !model.destination.ports.some(({ port }) => port === one.port)) {
        continue;
      }
      if (portOf(one).protocol === 'UDP' && supports.UDPPort.level === 'none') {
        // What carries no datagrams does not see them.
        continue;
      }
      if (!concerned(models, one)) {
        continue;
      }
      if (openProbes && one.client.kind !== 'kubelet' && asksLikeProbe(model, one)) {
        continue;
      }
      const whole = { ...model, rules: [...model.rules, ...forAll.flatMap(rule => onPort(rule, one))] };
      const past = getsPast(others[ofServices.findIndex(other => said.get(other) === policy)], model, one);
      const byPolicy = allowedByIntent(whole, one);
      const written = byPolicy && past.most;
      counts['denied by others'] += byPolicy && !past.most ? 1 : 0;
      const decided = evaluate(manifests, resolves ? { ...one, path: resolved(one.path) } : one);
      counts[decided ? 'allowed' : 'denied']++;
      if (decided !== written && !(decided && secondLayer)) {
        if (decided || !(stricter(whole, one) || !past.least || (readsTokens && isWrong(one)))) {
          const { pod: { service, namespace }, ...rest } = one;
          throw new Error([
            `${decided ? 'LOOSER' : 'stricter'} than written: ${JSON.stringify({ ...rest, to: `${namespace}/${service}` })}`,
            `written: ${JSON.stringify(whole)}`,
            ...manifests.map(manifest => JSON.stringify(manifest)),
          ].join('\n'));
        }
        counts.stricter++;
      }
    }
    return counts.allowed + counts.denied - before;
  });
  atLeast({ ...counts, rendered: asked.programs - asked.refused }, {
    'rendered': asked.programs / 20, 'allowed': wanted / 100, 'denied': wanted / 100, 'denied by others': asksOthers ? wanted / 200 : -1,
  });
  return { ...asked, counts };
}

/** The same policy, for its pods. */
function ofPods(model: AccessModel): AccessModel {
  const portOfPods = (port: WorkloadPort): WorkloadPort => ({ ...port, servicePorts: [] });
  const rules = (all: readonly AccessRule[]) => all.map(rule => ({ ...rule, ports: rule.ports.map(portOfPods) }));
  const { service, ports, ...destination } = model.destination;
  return { ...model, destination: { ...destination, ports: ports.map(portOfPods) }, rules: rules(model.rules), denials: rules(model.denials) };
}

/** What a default allows on the port of a request. */
function onPort({ sources, exceptSources, ports }: NamespaceRule, asked: Request): AccessRule[] {
  const { port, protocol } = portOf(asked);
  return ports.length > 0 && !ports.includes(Number(port)) ? []
    : [{ sources, exceptSources, ports: [{ port, protocol }], requests: [], exceptRequests: [], endUsers: [] }];
}

/** A grant is of a client that can be told from others, and excepts none. */
export function isOfClients({ sources, exceptSources }: AccessRule): boolean {
  return exceptSources.length === 0 && sources.every(source => source.kind !== 'anyAuthenticated' && !admitsUnauthenticated(source));
}

/** A policy, and the grants beside it, each as its construct has it rendered. */
export function inParts(target: MeshTarget, model: AccessModel, granted: readonly boolean[]): Pick<Compilation, 'manifests' | 'errors'>[] {
  if (granted.every(isGranted => !isGranted)) return [compile('access', target, model)];
  const own = model.rules.filter((_, i) => !granted[i]);
  const isNamed = (port: WorkloadPort) => port.protocol !== undefined
    || [...own, ...model.denials].some(({ ports }) => ports.some(other => other.port === port.port));
  const policy = { ...model, rules: own, destination: { ...model.destination, ports: model.destination.ports.filter(isNamed) } };
  const grants = model.rules.filter((_, i) => granted[i]).map((rule, i): AccessModel => ({
    ...model, name: `${model.name}-${i}`, rules: [rule], denials: [], healthProbes: [], audit: false, grant: 'here',
  }));
  const { inAllowances } = target._dialects.access;
  const { model: together, errors } = joined(target, policy, grants);
  return [{ manifests: [], errors }, compile('access', target, together), ...grants.map(grant => compile('access', target, besidePolicy(grant, policy, inAllowances !== undefined)))];
}

/** Who issues the tokens of a policy. */
export function tokensOf({ name, namespace, destination: { service, podSelector }, rules }: AccessModel): JwtAuthenticationModel[] {
  return rules.every(({ endUsers }) => endUsers.length === 0) ? [] : [{
    name,
    namespace,
    workload: { service, podSelector },
    issuers: ISSUERS.map(issuer => ({ issuer, keys: { kind: 'inline', jwks: '{"keys":[{"kty":"RSA"}]}' }, audiences: [], locations: [], forward: false })),
  }];
}

/** A token that proves nothing may be reason enough to deny, and so may what looks like one. */
export function isWrong({ tokens = [], headers }: Pick<Request, 'tokens' | 'headers'>): boolean {
  return tokens.some(({ genuine, claims }) => !(genuine && ISSUERS.some(issuer => issuer === claims.iss)))
    || (headers.authorization ?? '').includes('Bearer ');
}

/** What several policies share is written once. */
function distinct(manifests: readonly any[]): any[] {
  return [...new Map(manifests.map(manifest => [JSON.stringify(manifest), manifest])).values()].map(({ shared, ...object }) => object);
}
