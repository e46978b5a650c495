import * as fc from 'fast-check';
import { address, type Case, pod, type Probe, service, stored, verdict } from './case';
import { readings, wire, type Written, writtenForPolicies } from './wire';
import { istioAccess } from '../../src/dialects/istio/access';
import type { AccessModel } from '../../src/model/access';
import type { RequestMatch } from '../../src/model/match';
import { accessModel, isHttp, PORTS, request } from '../../test/oracle/arbitraries';
import { allowedByIstio } from '../../test/oracle/istio';
import { allowedByModel, type Request } from '../../test/oracle/request';

/** What the letter `a` of all paths becomes: characters that mean something elsewhere. */
const LETTERS = ['a', 'a.b', 'a+', '(a)', 'a$', '~a', "a'", 'a%20b', 'a,', 'a:', '@a', 'A'];

/** Policies for a pod, and requests to it. */
export function accessCases(seed: number, count: number): Case[] {
  const samples = fc.sample(fc.record({
    model: accessModel({ regex: false, query: false, wide: true }),
    all: fc.array(writtenForPolicies(request(PORTS.map(p => p.port))), { minLength: 20, maxLength: 20 }),
    letter: fc.constantFrom(...LETTERS),
    // Istio tells what a port speaks by what it hears, where no Service says it.
    declared: fc.constantFrom(PORTS, PORTS.filter(p => p.protocol !== 'HTTP')),
    strictMutualTls: fc.boolean(),
  }), { seed, numRuns: count });
  return samples.flatMap(({ model, all, letter, declared, strictMutualTls }, i) => {
    const dialect = istioAccess({ trustDomain: 'cluster.local', strictMutualTls });
    const spelled = spell(model, letter);
    if (dialect.refusals(spelled).length > 0) {
      return [];
    }
    const ip = address(0, i);
    const manifests = dialect.render(spelled);
    return [{
      name: `access ${i}`,
      manifests: [pod('cart', ip), service('cart', address(1, i), declared), ...manifests.map(stored)],
      probes: all.map((one, n) => probe(spelled, manifests, ip, { ...one, request: aim(spelled, spellPath(one.request, letter), n) })),
    }];
  });
}

function probe(model: AccessModel, manifests: readonly object[], ip: string, one: Written): Probe {
  const seen = readings(one);
  return {
    ...wire(one, PORTS.find(p => p.port === one.request.port)!.protocol!),
    address: ip,
    host: 'cart.shop',
    answers: {
      model: verdict(seen.some(reading => allowedByModel(model, reading))),
      evaluator: verdict(seen.some(reading => allowedByIstio(manifests, reading, isHttp))),
    },
  };
}

/** Most requests are nearly what a rule allows. */
function aim(model: AccessModel, one: Request, n: number): Request {
  const rule = model.rules[n % (model.rules.length || 1)];
  if (rule === undefined || n % 5 === 0) {
    return one;
  }
  const [source] = rule.sources;
  const match = rule.requests[n % (rule.requests.length || 1)];
  return {
    ...one,
    source: source.kind === 'anyAuthenticated' ? one.source : {
      namespace: source.kind === 'namespace' ? source.name : source.namespace,
      serviceAccount: `${source.kind === 'namespace' ? 'web' : source.name}${n % 7 === 0 ? '-2' : ''}`,
    },
    port: rule.ports[n % rule.ports.length].port,
    method: match?.methods[0] ?? one.method,
    path: n % 3 === 0 ? one.path : match?.path?.value ?? one.path,
    headers: n % 4 === 0 ? one.headers : { ...one.headers, ...Object.fromEntries(match?.headers.map(h => [h.name, h.value]) ?? []) },
  };
}

function spell(model: AccessModel, letter: string): AccessModel {
  const spelled = (match: RequestMatch) => ({ ...match, ...(match.path && { path: { ...match.path, value: respell(match.path.value, letter) } }) });
  return { ...model, rules: model.rules.map(rule => ({ ...rule, requests: rule.requests.map(spelled) })) };
}

function spellPath(one: Request, letter: string): Request {
  return { ...one, path: respell(one.path, letter) };
}

function respell(path: string, letter: string): string {
  return path.replaceAll('a', letter);
}
