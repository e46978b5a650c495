import { Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import type { Identity, MeshTarget } from '../../../src';
import {
  AbTest, BlueGreen, BlueGreenRelease, CanaryRelease, HttpMatch, MeshProtocol, MeshService, ReleaseApproval, ReleaseCheck, ServiceAccessPolicy,
  StringMatch, WithoutRequests, Workload,
} from '../../../src';
import { shop } from '../../setup';

/** Releases of one Service that a controller moves, with a policy for its pods beside them. */

export const NAMESPACE = 'shop';
export const PORT = 8080;

/** Who always gets the new version, or is asked first; as it is written, and as it is sent. */
interface Audience {
  readonly matches: readonly HttpMatch[];
  readonly headers: Readonly<Record<string, string>>;
}

const AUDIENCES: readonly Audience[] = [
  { matches: [HttpMatch.header('x-beta', 'yes')], headers: { 'x-beta': 'yes' } },
  { matches: [HttpMatch.cookie('group', 'beta')], headers: { cookie: 'group=beta' } },
  { matches: [HttpMatch.of({ headers: { 'x-beta': StringMatch.startsWith('y') } })], headers: { 'x-beta': 'yes' } },
  { matches: [HttpMatch.of({ headers: { 'x-beta': StringMatch.regex('y.s') } })], headers: { 'x-beta': 'yes' } },
  { matches: [HttpMatch.header('x-alpha', 'yes'), HttpMatch.header('x-beta', 'yes')], headers: { 'x-beta': 'yes' } },
  {
    matches: [HttpMatch.of({ headers: { 'x-beta': StringMatch.exact('yes'), 'x-team': StringMatch.exact('shop') } })],
    headers: { 'x-beta': 'yes', 'x-team': 'shop' },
  },
];

export type Course =
  | { readonly kind: 'weights'; readonly weights: readonly number[]; readonly always?: Audience }
  | { readonly kind: 'audience'; readonly audience: Audience }
  | { readonly kind: 'switch' };

export interface Program {
  readonly course: Course;
  readonly protocol: MeshProtocol;
  /** Names that Flagger takes, or others. */
  readonly versions: readonly [stable: string, canary: string];
  /** By which policies know the pods: a label that Flagger changes, or another one. */
  readonly podSelector: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly approval: ReleaseApproval;
  readonly checks: readonly ReleaseCheck[];
  readonly withoutRequests: WithoutRequests;
  readonly timeout: boolean;
  readonly retries: boolean;
}

const audience = fc.constantFrom(...AUDIENCES);
const weights = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 }).map(all => [...all].sort((a, b) => a - b));
const course: fc.Arbitrary<Course> = fc.oneof(
  fc.record({ kind: fc.constant('weights' as const), weights }),
  fc.record({ kind: fc.constant('weights' as const), weights, always: audience }),
  fc.record({ kind: fc.constant('audience' as const), audience }),
  fc.constant({ kind: 'switch' as const }),
);
/** Mostly what most controllers take, so that most programs are rendered. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

export const programs: fc.Arbitrary<Program> = fc.record({
  course,
  protocol: mostly(MeshProtocol.HTTP, MeshProtocol.GRPC, MeshProtocol.TCP),
  versions: mostly<Program['versions']>(['cart-primary', 'cart-canary'], ['cart-v1', 'cart-v2']),
  podSelector: mostly<Program['podSelector']>({ part: 'cart' }, { app: 'cart' }, { app: 'cart', part: 'cart' }),
  rounds: fc.integer({ min: 1, max: 3 }),
  approval: mostly(ReleaseApproval.NONE, ReleaseApproval.START, ReleaseApproval.PROMOTION),
  checks: fc.constantFrom<ReleaseCheck[]>([], [ReleaseCheck.promql('errors', { query: 'vector(0)', atMost: 1 })]),
  withoutRequests: fc.constantFrom(WithoutRequests.FAIL, WithoutRequests.PASS),
  timeout: fc.boolean(),
  retries: mostly(false, true),
}).map(withoutRequestsInBytes);

const PLAIN: Omit<Program, 'course'> = {
  protocol: MeshProtocol.HTTP,
  versions: ['cart-primary', 'cart-canary'],
  podSelector: { part: 'cart' },
  rounds: 1,
  approval: ReleaseApproval.NONE,
  checks: [],
  withoutRequests: WithoutRequests.FAIL,
  timeout: false,
  retries: false,
};

/** The simplest one of each course. */
export const SIMPLEST: readonly Program[] = [
  { ...PLAIN, course: { kind: 'weights', weights: [10, 50] } },
  { ...PLAIN, course: { kind: 'audience', audience: AUDIENCES[0] } },
  { ...PLAIN, course: { kind: 'switch' } },
];

/** A port of bytes has no requests, which matches and timeouts are for. */
function withoutRequestsInBytes(program: Program): Program {
  if (program.protocol !== MeshProtocol.TCP) return program;
  const { course: of } = program;
  return {
    ...program, course: of.kind === 'weights' ? { kind: 'weights', weights: of.weights } : { kind: 'switch' }, timeout: false, retries: false,
  };
}

export const LABELS = { app: 'cart', part: 'cart' };

/** The program in the constructs of the library; with a policy that lets a client in, if the target has any. */
export function written(program: Program, target: MeshTarget, client: Identity | undefined): Chart {
  const chart = shop(target, NAMESPACE);
  const { course: { kind }, versions: [one, two], podSelector, checks, rounds } = program;
  const cart = MeshService.of('cart', { port: PORT, protocol: program.protocol, serviceAccount: 'cart', podSelector });
  const [stable, canary] = [cart.variant(one), cart.variant(two)];
  const progression = {
    workload: Workload.deployment('cart', { selector: { app: 'cart' }, replicas: 2 }),
    interval: Duration.seconds(30),
    ...checks.length > 0 && { checks: [...checks] },
    approval: program.approval,
    withoutRequests: program.withoutRequests,
  };
  const handling = {
    ...program.timeout && { timeouts: { request: Duration.seconds(5) } }, ...program.retries && { retries: { attempts: 2, statusCodes: [503] } },
  };
  switch (kind) {
    case 'weights':
      new CanaryRelease(chart, 'release', {
        service: cart,
        stable,
        canary,
        ...program.course.kind === 'weights' && {
          ...program.course.always && { matches: [...program.course.always.matches] },
          progression: { ...progression, weights: [...program.course.weights] },
        },
        ...handling,
      });
      break;
    case 'audience':
      new AbTest(chart, 'release', {
        service: cart,
        a: stable,
        b: canary,
        audience: program.course.kind === 'audience' ? [...program.course.audience.matches] : [],
        progression: { ...progression, rounds },
        ...handling,
      });
      break;
    case 'switch':
      new BlueGreenRelease(chart, 'release', {
        service: cart, blue: stable, green: canary, active: BlueGreen.BLUE, progression: { ...progression, rounds }, ...handling,
      });
      break;
  }
  if (client !== undefined) new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [{ sources: [client] }] });
  return chart;
}

/** What the team has beside it: the Deployment, and the Services that no controller makes. */
export function beside({ versions, protocol }: Program, controller: 'Flagger' | 'Argo Rollouts'): readonly any[] {
  const template = {
    metadata: { labels: LABELS },
    spec: { serviceAccountName: 'cart', containers: [{ name: 'cart', image: 'cart:1', ports: [{ containerPort: PORT }] }] },
  };
  const named = (apiVersion: string, kind: string, name: string, spec: any) => ({ apiVersion, kind, metadata: { name, namespace: NAMESPACE }, spec });
  return [
    named('apps/v1', 'Deployment', 'cart', { selector: { matchLabels: { app: 'cart' } }, template }),
    ...controller === 'Flagger' ? [] : ['cart', ...versions].map(name => named('v1', 'Service', name, {
      selector: { app: 'cart' }, ports: [{ port: PORT, targetPort: PORT, ...protocol === MeshProtocol.GRPC && { appProtocol: 'kubernetes.io/h2c' } }],
    })),
  ];
}

/** What the new version gets, in percent, of the requests that are watched, as the program has it: each time that it changes. */
export function expected({ course: of }: Program): readonly string[] {
  switch (of.kind) {
    case 'switch': return ['0', '100'];
    case 'audience': return ['0/0', '100/0', '100/100'];
    case 'weights': {
      if (of.always === undefined) return distinct(['0', ...of.weights.map(String), '100']);
      return distinct(['0/0', '100/0', ...of.weights.map(weight => `100/${weight}`), '100/100']);
    }
  }
}

/** Those who are told apart, and everyone else. */
export function watched({ course: of }: Program): readonly Readonly<Record<string, string>>[] {
  const some = of.kind === 'audience' ? of.audience : of.kind === 'weights' ? of.always : undefined;
  return some === undefined ? [{}] : [some.headers, {}];
}

export function distinct(steps: readonly string[]): readonly string[] {
  return steps.filter((step, i) => step !== steps[i - 1]);
}
