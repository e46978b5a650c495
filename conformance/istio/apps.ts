import * as fc from 'fast-check';
import { address, type Case, podObject, type Probe, serviceObject } from './case';
import { jwksOf, withTokens, writtenAs } from './signers';
import type { MeshTarget } from '../../src';
import { type Client, type Pod, spiffeIdOf, type Token } from '../../src/evaluators/access/request';
import type { Arrival, Outcome } from '../../src/evaluators/routes/outcome';
import { toService } from '../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../src/evaluators/routes/request';
import { isWrong } from '../../test/oracle/access/decide';
import { deniesSpellings } from '../../test/oracle/access/promises';
import { apps } from '../../test/oracle/app/arbitraries/apps';
import type { AppOptions } from '../../test/oracle/app/arbitraries/options';
import { requests } from '../../test/oracle/app/arbitraries/requests';
import { build } from '../../test/oracle/app/build';
import { arriving, type Inside } from '../../test/oracle/app/requests';
import { type AppTarget, TARGETS } from '../../test/oracle/app/targets';
import { letIn } from '../../test/oracle/app/together';
import { podsBehind } from '../../test/oracle/app/world';
import type { WrittenApp } from '../../test/oracle/app/written';
import { routedByIntent } from '../../test/oracle/routes/intent';
import type { Written } from '../../test/oracle/routes/written';
import { stored, verdict } from '../harness/case';
import { readings, wire, type Written as OnTheWire, writtenForRoutes } from '../harness/wire';

const ISTIO = TARGETS['Gateway API, Istio'];

export type Sent = RouteRequest & { readonly caller: Client; readonly tokens?: readonly Token[] };

/**
 * Whole apps, and requests to their Services, which pass the sidecar of the client and then that of each pod that may be chosen. In one of five at
 * least, the route is for some clients.
 */
export function appCases(seed: number, count: number): Case[] {
  const ofSome: Case[] = [];
  for (let n = 0; n < MOST_TIMES && ofSome.length * 5 < count; n++) {
    ofSome.push(...casesOf('app for some clients', ISTIO, seed + n, Math.ceil(count / 3), bySidecars, () => [], forSome));
  }
  if (ofSome.length * 5 < count) {
    throw new Error(`${ofSome.length} apps have routes for some clients`);
  }
  return [...casesOf('app', ISTIO, seed, count, bySidecars, () => []), ...ofSome];
}

const MOST_TIMES = 10;

/** What a route may say beside for whom it is: requests, and shares of whole Services. More of it is seldom answered here. */
const CHOICES = /^(?:HTTPRoute|GRPCRoute|ServiceAsBackend|BackendPort)$|Match|Weighted|Ordered|PerPort|MeshConsumer/;

function forSome({ dialects, ...options }: AppOptions): fc.Arbitrary<WrittenApp> {
  const { routes } = dialects;
  const supports = Object.fromEntries(Object.entries(routes.supports).filter(([feature]) => CHOICES.test(feature))) as typeof routes.supports;
  return apps({ ...options, dialects: { ...dialects, routes: { ...routes, supports } } })
    .filter(({ routing }) => routing !== undefined && leadsElsewhere(routing.route));
}

/** Whether some clients reach what others do not by the same requests. */
function leadsElsewhere({ rules }: Written): boolean {
  const { backends: ofRest } = rules[rules.length - 1];
  return rules.some(({ matches, clients, backends }) =>
    matches === undefined && clients !== undefined && JSON.stringify(backends) !== JSON.stringify(ofRest));
}

/** An app, what is rendered of it, and a request as it is sent and as it is seen. */
export interface Asked {
  readonly app: WrittenApp;
  readonly test: number;
  readonly manifests: readonly any[];
  readonly written: OnTheWire<Sent>;
  readonly caller: Client;
  readonly seen: RouteRequest;
  readonly tokens?: readonly Token[];
}

/** Cases of generated apps, each with what else its cluster has. */
export function casesOf(
  name: string, reader: AppTarget, seed: number, count: number, ask: (asked: Asked) => Probe[], cluster: (app: WrittenApp, test: number) => object[],
  some: (options: AppOptions) => fc.Arbitrary<WrittenApp> = apps,
): Case[] {
  const options = { ...reader, dialects: reader.target._dialects };
  const samples = fc.sample(some(options).filter(isAnswered).chain(app => fc.record({
    app: fc.constant(app), all: fc.array(writtenForRoutes(sent(app, options)), { minLength: 20, maxLength: 20 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ app, all }, i) => {
    const manifests = rendered(reader.target, app)?.map(manifest => ofThisRun(manifest));
    return manifests === undefined ? [] : [{
      name: `${name} ${i}`,
      manifests: [
        ...cluster(app, i),
        ...app.world.pods.map((pod, n) => podObject({ ...pod, name: pod.service }, podAddress(n, i))),
        ...app.world.services.map(({ name: service, namespace, podSelector, ports }, n) => serviceObject({
          name: service,
          namespace,
          selector: podSelector,
          ports: ports.map(({ targetPort, port, protocol, name: own }) => ({ port, protocol, name: own, podPort: { port: targetPort } })),
        }, serviceAddress(n, i))),
        ...manifests.map(stored),
      ],
      probes: all.flatMap(one => {
        // A method of gRPC is spelled in one way.
        const written: OnTheWire<Sent> = one.request.protocol === 'GRPC' ? { ...one, path: path => [path, path] } : one;
        const [{ caller, tokens, ...seen }] = readings(written);
        return ask({ app, test: i, manifests, written, caller, seen, tokens });
      }),
    }];
  });
}

/**
 * Routes answer by themselves, and so only choose, or rewrite the path. All clients speak TLS, as they would not to who takes none; and
 * policies that only report let in nothing where a namespace denies. They come from one address,
 * and each Service has one with a selector, and is asked as a whole.
 */
function isAnswered({ routing, mutualTls, policies, denying, conventions: { forms } }: WrittenApp): boolean {
  const isAsked = mutualTls.every(({ mode, ports }) => [mode, ...ports.map(one => one.mode)].every(one => one !== 'disabled'))
    && !(denying.length > 0 && policies.some(({ audit }) => audit))
    && policies.every(({ denials, rules }) => [...denials, ...rules].every(({ sources }) => sources.every(({ kind }) => kind !== 'ipBlock')));
  const ofRule = ['matches', 'clients', 'ports', 'name', 'rewrite', 'backends'];
  const isUsual = Object.keys(forms).length === 0;
  return isAsked && isUsual && (routing === undefined || (Object.values(routing.route.handling).every(isUnsaid) && routing.route.rules.every(rule =>
    Object.entries(rule).every(([key, value]) => isUnsaid(value) || ofRule.includes(key)) && rule.rewrite?.hostname === undefined
    && rule.backends?.every(({ service, requestHeaders, responseHeaders }) =>
      service.subset === undefined && service.groupKind === undefined && requestHeaders === undefined && responseHeaders === undefined))));
}

const isUnsaid = (value: unknown) => value === undefined;

/** Requests of clients that have a sidecar. */
function sent(app: WrittenApp, options: AppOptions): fc.Arbitrary<Sent> {
  return requests(app, options).filter(asked => asked.kind === 'inside' && asked.client.meshed)
    .map(asked => asked as Inside).map(({ client, request, tokens }) => ({ ...request, caller: client, ...isPlain(app, request) && { tokens } }))
    .filter(({ protocol }) => protocol === 'HTTP' || protocol === 'GRPC');
}

/** Whether the header for tokens has nothing else in it, and nobody asks for what it has. */
function isPlain({ routing, policies }: WrittenApp, { headers }: RouteRequest): boolean {
  return headers.authorization === undefined && !JSON.stringify([routing, policies]).includes('"authorization"');
}

/** With keys by which the tokens of this run are signed. */
function ofThisRun(manifest: any): any {
  return manifest.kind !== 'RequestAuthentication' ? manifest : {
    ...manifest,
    spec: { ...manifest.spec, jwtRules: manifest.spec.jwtRules.map(({ jwksUri, ...rule }: any) => ({ ...rule, jwks: jwksOf(rule.issuer) })) },
  };
}

function rendered(target: MeshTarget, app: WrittenApp): readonly any[] | undefined {
  try {
    const conventions = { ...app.conventions, telling: 'in words', workloads: 'of others' } as const;
    const { errors, manifests } = build(target, { ...app, conventions });
    return errors.length > 0 ? undefined : manifests;
  } catch {
    return undefined;
  }
}

const podAddress = (n: number, i: number) => address(20 + n, i);
const serviceAddress = (n: number, i: number) => address(40 + n, i);

/** What is sent to the Service that is called. */
export function toItsService({ app, test, written, caller, tokens = [], seen: { to, protocol } }: Asked): Omit<Probe, 'answers'> {
  return withTokens({
    ...wire(written, protocol),
    client: spiffeIdOf(caller),
    namespace: caller.namespace!,
    labels: caller.labels,
    port: to.port,
    address: serviceAddress(app.world.services.findIndex(({ name, namespace }) => name === to.service && namespace === to.namespace), test),
    host: `${to.service}.${to.namespace}.svc.cluster.local:${to.port}`,
  }, tokens.map(writtenAs));
}

function bySidecars(asked: Asked): Probe[] {
  const { app, test, manifests, seen, tokens } = asked;
  const wanted = app.routing === undefined ? toService(seen) : routedByIntent(app.routing.route, seen);
  const at = (pod: Pod) => podAddress(app.world.pods.indexOf(pod), test);
  return wanted.kind === 'redirected' ? [] : [{
    ...toItsService(asked),
    pods: Object.fromEntries(app.world.services.flatMap(({ name, namespace, ports }) => ports.map(({ port }) => {
      const [{ pod, port: podPort }] = podsBehind(app.world, namespace, name, port);
      return [`${namespace}/${name}:${port}`, { address: at(pod), port: podPort }];
    }))),
    answers: {
      // A policy that denies by paths may deny their other spellings too.
      ...!app.policies.some(policy => deniesSpellings(policy, seen)) && !(app.tokens.length > 0 && isWrong({ tokens, headers: seen.headers })) && {
        intents: ends(app, wanted, asked, request => letIn(app, request) !== false),
      },
      evaluators: ends(app, ISTIO.routed(manifests, seen), asked, request => ISTIO.letsIn(manifests, request) === true),
    },
  }];
}

type LetsIn = (request: ReturnType<typeof arriving>) => boolean;

/** Each backend with its share, and whether its pod lets the request in. */
function ends(app: WrittenApp, outcome: Outcome, { seen, caller, tokens }: Asked, letsIn: LetsIn): string {
  return outcome.kind !== 'forwarded' ? 'no route' : perBackend(outcome.arrivals, ({ service, ...arrival }) => {
    const [, namespace, name, servicePort] = /^(.*)\/(.*):(\d+)$/.exec(service)!;
    const [{ pod, port }] = podsBehind(app.world, namespace, name, Number(servicePort));
    const asked: Inside = { kind: 'inside', client: caller, request: seen, toPod: false, tokens };
    return `${shareOf(arrival)} ${verdict(letsIn(arriving(caller, asked, pod, port, arrival)))}`;
  });
}

export function perBackend(arrivals: readonly Arrival[], said: (arrival: Arrival) => string | number): string {
  return JSON.stringify(Object.fromEntries(arrivals.map((arrival): [string, string | number] => [arrival.service, said(arrival)])
    .sort(([a], [b]) => a < b ? -1 : 1)));
}

export function shareOf(...arrivals: readonly Pick<Arrival, 'share'>[]): number {
  const parts = arrivals.map(({ share }) => share.split('/').map(Number));
  return Math.round(parts.reduce((sum, [numerator, denominator]) => sum + numerator / denominator, 0) * 1e6) / 1e6;
}
