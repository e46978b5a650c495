import * as fc from 'fast-check';
import { address, type Case, podObject, type Probe, serviceObject, stored, verdict } from './case';
import { readings, wire, type Written, writtenForRoutes } from './wire';
import { type Client, type Pod, spiffeIdOf } from '../../test/oracle/access/request';
import { apps, requests } from '../../test/oracle/app/arbitraries';
import { build } from '../../test/oracle/app/build';
import { arriving, type Inside } from '../../test/oracle/app/requests';
import { TARGETS } from '../../test/oracle/app/targets';
import { letIn } from '../../test/oracle/app/together';
import { podsBehind } from '../../test/oracle/app/world';
import type { WrittenApp } from '../../test/oracle/app/written';
import { routedByIntent } from '../../test/oracle/routes/intent';
import type { Outcome } from '../../test/oracle/routes/outcome';
import { toService } from '../../test/oracle/routes/outcome';
import type { RouteRequest } from '../../test/oracle/routes/request';

const ISTIO = TARGETS['Gateway API, Istio'];
const OPTIONS = { ...ISTIO, dialects: ISTIO.target._dialects };

type Sent = RouteRequest & { readonly caller: Client };

/** Whole apps, and requests to their Services, which pass the sidecar of the client and then that of each pod that may be chosen. */
export function appCases(seed: number, count: number): Case[] {
  const samples = fc.sample(apps(OPTIONS).filter(isAnswered).chain(app => fc.record({
    app: fc.constant(app), all: fc.array(writtenForRoutes(sent(app)), { minLength: 20, maxLength: 20 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ app, all }, i) => {
    const manifests = rendered(app);
    return manifests === undefined ? [] : [{
      name: `app ${i}`,
      manifests: [
        ...app.world.pods.map((pod, n) => podObject({ ...pod, name: pod.service }, podAddress(n, i))),
        ...app.world.services.map(({ podSelector, ports, ...service }, n) => serviceObject({
          ...service, selector: podSelector, ports: ports.map(({ targetPort, ...port }) => ({ ...port, podPort: { port: targetPort! } })),
        }, serviceAddress(n, i))),
        ...manifests.map(stored),
      ],
      probes: all.flatMap(one => probe(app, i, manifests, one)),
    }];
  });
}

/**
 * Routes answer by themselves, and so only choose, or rewrite the path. All clients speak TLS, as they would not to who takes none; and
 * policies that only report let in nothing where a namespace denies. They come from one address.
 */
function isAnswered({ routing, mutualTls, policies, denying }: WrittenApp): boolean {
  const isAsked = mutualTls.every(({ mode }) => mode !== 'disabled') && !(denying.length > 0 && policies.some(({ audit }) => audit))
    && policies.every(({ rules }) => rules.every(({ sources }) => sources.every(({ kind }) => kind !== 'ipBlock')));
  const ofRule = ['matches', 'ports', 'name', 'rewrite', 'backends'];
  return isAsked && (routing === undefined || (Object.keys(routing.route.handling).length === 0 && routing.route.rules.every(rule =>
    Object.keys(rule).every(key => ofRule.includes(key)) && rule.rewrite?.hostname === undefined
    && rule.backends?.every(({ requestHeaders, responseHeaders }) => requestHeaders === undefined && responseHeaders === undefined))));
}

/** Requests of clients that have a sidecar. */
function sent(app: WrittenApp): fc.Arbitrary<Sent> {
  return requests(app, OPTIONS).filter(asked => asked.kind === 'inside' && asked.client.meshed)
    .map(asked => asked as Inside).map(({ client, request }) => ({ ...request, caller: client }))
    .filter(({ protocol }) => protocol === 'HTTP' || protocol === 'GRPC');
}

function rendered(app: WrittenApp): readonly any[] | undefined {
  try {
    const { errors, manifests } = build(ISTIO.target, { ...app, declared: false });
    return errors.length > 0 ? undefined : manifests;
  } catch {
    return undefined;
  }
}

const podAddress = (n: number, i: number) => address(20 + n, i);
const serviceAddress = (n: number, i: number) => address(40 + n, i);

function probe(app: WrittenApp, i: number, manifests: readonly any[], written: Written<Sent>): Probe[] {
  // A method of gRPC is spelled in one way.
  const one: Written<Sent> = written.request.protocol === 'GRPC' ? { ...written, path: path => [path, path] } : written;
  const [{ caller, ...seen }] = readings(one);
  const { to, protocol } = seen;
  const wanted = app.routing === undefined ? toService(seen) : routedByIntent(app.routing.route, seen);
  const at = (pod: Pod) => podAddress(app.world.pods.indexOf(pod), i);
  return wanted.kind === 'redirected' ? [] : [{
    ...wire(one, protocol),
    client: spiffeIdOf(caller),
    namespace: caller.namespace!,
    port: to.port,
    address: serviceAddress(app.world.services.findIndex(({ name, namespace }) => name === to.service && namespace === to.namespace), i),
    host: `${to.service}.${to.namespace}.svc.cluster.local:${to.port}`,
    pods: Object.fromEntries(app.world.services.flatMap(({ name, namespace, ports }) => ports.map(({ port }) => {
      const [{ pod, port: podPort }] = podsBehind(app.world, namespace, name, port);
      return [`${namespace}/${name}:${port}`, { address: at(pod), port: podPort }];
    }))),
    answers: {
      intents: ends(app, wanted, seen, caller, request => letIn(app, request) !== false),
      evaluators: ends(app, ISTIO.routed(manifests, seen), seen, caller, request => ISTIO.letsIn(manifests, request) === true),
    },
  }];
}

type LetsIn = (request: ReturnType<typeof arriving>) => boolean;

/** Each backend with its share, and whether its pod lets the request in. */
function ends(app: WrittenApp, outcome: Outcome, seen: RouteRequest, caller: Client, letsIn: LetsIn): string {
  if (outcome.kind !== 'forwarded') {
    return 'no route';
  }
  return JSON.stringify(Object.fromEntries(outcome.arrivals.map(arrival => {
    const [, namespace, name, servicePort] = /^(.*)\/(.*):(\d+)$/.exec(arrival.service)!;
    const [{ pod, port }] = podsBehind(app.world, namespace, name, Number(servicePort));
    const [numerator, denominator] = arrival.share.split('/').map(Number);
    const share = Math.round(numerator / denominator * 1e6) / 1e6;
    return [arrival.service, `${share} ${verdict(letsIn(arriving(caller, { kind: 'inside', client: caller, request: seen }, pod, port, arrival)))}`];
  }).sort(([a], [b]) => a < b ? -1 : 1)));
}
