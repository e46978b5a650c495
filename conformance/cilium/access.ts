import * as fc from 'fast-check';
import type { Case, Peer, Probe } from './case';
import { MeshImplementation, MeshTarget } from '../../src';
import type { Support } from '../../src/dialects/contract/support';
import { allowedByCilium } from '../../src/evaluators/access/cilium';
import { allowedByNetworkPolicy } from '../../src/evaluators/access/network-policy';
import { type Client, isHttp, portOf, type Request, requestTarget } from '../../src/evaluators/access/request';
import type { AccessModel } from '../../src/model/access';
import type { NamespaceRule } from '../../src/model/namespace-default';
import { Claims } from '../../src/targets/claims';
import { compile } from '../../src/targets/compile';
import { policies, policyOf, request } from '../../test/oracle/access/arbitraries';
import { type Evaluator, inParts, isOfClients } from '../../test/oracle/access/decide';
import { defaultRules, withDefault } from '../../test/oracle/access/defaults';
import { allowedByIntent, resolved } from '../../test/oracle/access/intent';
import { byCilium, outsideOnly, type Stricter } from '../../test/oracle/access/promises';
import { stored, verdict } from '../harness/case';

const allowedByNetwork = allowedByNetworkPolicy('outside');

/** What is rendered for these targets, and is Cilium's to read. */
const TARGETS: readonly {
  readonly name: string;
  readonly target: MeshTarget;
  readonly evaluate: Evaluator;
  /** Where less is let in than was written; absent where the policies are a second layer and the first one decides. */
  readonly stricter?: Stricter;
}[] = [
  {
    name: 'CiliumNetworkPolicy',
    target: MeshTarget.gatewayApi({ id: 'cilium', mesh: MeshImplementation.CILIUM, nodeSelectorLabels: true }),
    evaluate: allowedByCilium,
    stricter: byCilium,
  },
  { name: 'NetworkPolicy', target: MeshTarget.networkPolicy(), evaluate: allowedByNetwork, stricter: outsideOnly },
  {
    name: 'NetworkPolicy below ambient Istio',
    target: MeshTarget.gatewayApi({ id: 'ambient', mesh: MeshImplementation.ISTIO_AMBIENT, networkPolicy: true }),
    evaluate: allowedByNetwork,
  },
];

/** Policies of several pods, some of which have only the default of their namespace, and calls to them. */
export function accessCases(seed: number, count: number): Case[] {
  return TARGETS.flatMap(({ name, target, evaluate, stricter }) => {
    const { supports } = target._dialects.access;
    const ofAll = target._dialects.namespaceDefault.supports;
    const knows = (feature: string) => ({ ...supports, ...ofAll } as Readonly<Record<string, Support>>)[feature].level !== 'none';
    const samples = fc.sample(policies(feature => supports[feature].level !== 'none').chain(models => fc.record({
      models: fc.constant(models),
      rules: knows('AllowanceForAll') ? defaultRules(knows) : fc.constant<NamespaceRule[]>([]),
      withoutService: fc.subarray(models),
      granted: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      bare: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.subarray(models) }),
      requests: fc.array(request(models, { mesh: false, nodes: supports.NodesSource.level !== 'none' }).map(normalized), { minLength: 20, maxLength: 20 }),
    })), { seed, numRuns: count });
    return samples.flatMap(({ models, rules, withoutService, bare, requests, granted }, i) => {
      // Every policy with grants has the claims of the whole; grants have none.
      const partsOf = (model: AccessModel) => [
        { ...compile('access', target, model), manifests: [] },
        ...inParts(target, model, model.rules.map((rule, r) => granted[r % granted.length] && isOfClients(rule)))
          .map(part => ({ claims: [], ...part })),
      ];
      const namespaces = bare === undefined || stricter === undefined ? [] : [...new Set(models.map(({ namespace }) => namespace))];
      const compiled = [
        ...models.filter(model => namespaces.length === 0 || !bare!.includes(model))
          .flatMap(model => partsOf(withoutService.includes(model) ? asPods(model, name) : model)),
        ...namespaces.map(namespace => compile('namespaceDefault', target, { name: 'default', namespace, rules })),
      ];
      const laid = new Claims<number>();
      if (compiled.some(({ errors, claims }, n) => errors.length > 0 || claims.some(claim => laid.lay(claim, n).length > 0))) {
        return [];
      }
      const manifests = compiled.flatMap(one => one.manifests).filter(({ kind }) => kind.endsWith('NetworkPolicy'));
      return [{
        name: `${name} ${i}`,
        manifests: manifests.map(stored),
        probes: requests.flatMap(one => [one, fromNode(one)]).map(one => {
          const policy = policyOf(models, one);
          const model = namespaces.length === 0 ? policy : withDefault(policy, bare!.includes(policy), { rules });
          return probe(one, {
            evaluator: verdict(evaluate(manifests, one)),
            ...(stricter !== undefined && written(model, one, stricter)),
          });
        }),
      }];
    });
  });
}

/** The same pods, named without their Service: to Cilium, by their ServiceAccount, where no others run as it. */
function asPods(model: AccessModel, name: string): AccessModel {
  const { service: _, podSelector, ...rest } = model.destination;
  const isByAccount = name === 'CiliumNetworkPolicy' && rest.serviceAccount === 'checkout';
  return { ...model, destination: { ...rest, ...(!isByAccount && { podSelector }) } };
}

/** As the proxy has normalized it, before it looks at rules. */
export function normalized(one: Request): Request {
  return { ...one, path: resolved(one.path) };
}

/** The same from the node of the pod, which makes more than health checks. */
function fromNode(one: Request): Request {
  return { ...one, client: { kind: 'kubelet', ip: '10.9.0.1', meshed: false } };
}

/** What the model says, where the dialect promises as much. The node of a pod reaches it always, but for denials of nodes. */
function written(model: AccessModel, one: Request, stricter: Stricter): Record<string, string> {
  if (one.client.kind === 'kubelet' && model.denials.some(({ sources }) => sources.some(({ kind }) => kind === 'nodes'))) {
    return {};
  }
  const allowed = allowedByIntent(model, one) || one.client.kind === 'kubelet';
  return allowed && stricter(model, one) ? {} : { model: verdict(allowed) };
}

export function probe(one: Request, answers: Record<string, string>): Probe {
  const { namespace, serviceAccount, labels } = one.pod;
  return {
    direction: 'ingress',
    pod: { namespace, serviceAccount, labels },
    peer: peerOf(one.client),
    port: one.port,
    protocol: portOf(one).protocol === 'UDP' ? 'UDP' : 'TCP',
    ...(isHttp(one)
      ? { speaks: 'http', host: 'cart', method: one.method, target: requestTarget(one), headers: one.headers }
      : { speaks: 'bytes' }),
    answers,
  };
}

function peerOf({ kind, ip, namespace, namespaceLabels, serviceAccount, labels, cluster }: Client): Peer {
  switch (kind) {
    case 'pod': return { kind, namespace: namespace!, namespaceLabels, serviceAccount: serviceAccount!, labels: labels!, cluster };
    case 'outside': return { kind, ip };
    case 'kubelet': return { kind: 'node' };
    case 'node': return { kind: 'other node', labels };
    case 'apiServer': return { kind: 'API server', ip };
    case 'uninitialized': return { kind };
    case 'gateway': throw new Error(`the cases have no client of kind ${kind}`);
  }
}

