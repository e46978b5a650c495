import * as fc from 'fast-check';
import { apps, canAny, requests } from './arbitraries';
import { build, type Built } from './build';
import { byManifests } from './end-to-end';
import { type AppRequest, arriving } from './requests';
import type { AppTarget } from './targets';
import { byIntents, isShutOut, letIn, policiesOf } from './together';
import type { Answer, Told } from './told';
import type { WrittenApp } from './written';

const REQUESTS_PER_APP = 20;

/** How many requests are compared for each target. */
const REQUESTS = Number(process.env.ORACLE_CASES ?? 3000);
const SEED = Number(process.env.ORACLE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/**
 * Compares what becomes of requests by the manifests of whole apps with what their constructs say together, wherever the target does not
 * refuse an app.
 */
export function doesAsWritten(title: string, subject: AppTarget): void {
  const { target } = subject;
  const options = { ...subject, dialects: target._dialects };
  const cases = apps(options).chain(app => fc.record({
    app: fc.constant(app), asked: fc.array(requests(app, options), { minLength: REQUESTS_PER_APP, maxLength: REQUESTS_PER_APP }),
  }));
  const counts = {
    'rendered': 0, 'together': 0, 'exposed': 0, 'refused': 0, 'misused': 0, 'allowed': 0, 'denied': 0, 'unsaid': 0, 'stricter': 0, 'split': 0, 'redirected': 0, 'failed': 0, 'let out': 0, 'kept in': 0,
  };
  const numRuns = Math.ceil(REQUESTS / REQUESTS_PER_APP);
  const result = fc.check(fc.property(cases, ({ app, asked }) => {
    const built = orMisused(() => build(target, app));
    if (built === undefined || built.errors.length > 0) {
      counts[built === undefined ? 'misused' : 'refused']++;
      checkRefusal(built?.errors ?? []);
      return;
    }
    if (isShutOut(app)) {
      throw new Error(['an exposure is rendered whose gateway no policy lets in', ...inLines(app)].join('\n'));
    }
    counts.rendered++;
    counts.exposed += app.exposure === undefined ? 0 : 1;
    counts.together += app.routing !== undefined && app.policies.length > 0 ? 1 : 0;
    for (const one of asked) {
      const wanted = byIntents(app, one);
      const given = givenBy(subject, app, built, one);
      const finding = typeof given === 'string' ? given : compared(wanted, given, { app, warnings: built.warnings, one, subject });
      if (finding !== undefined && finding !== 'stricter') {
        throw new Error([
          `${finding}: ${JSON.stringify(one)}`,
          `wanted:  ${JSON.stringify(wanted)}`,
          `given:   ${JSON.stringify(given)}`,
          ...inLines(app),
          ...built.warnings,
          ...built.manifests.map(manifest => JSON.stringify(manifest)),
        ].join('\n'));
      }
      count(counts, wanted, finding);
    }
  }), { numRuns, seed: SEED });
  if (result.failed) {
    throw new Error(`seed ${SEED}: ${(result.errorInstance as Error).stack}`);
  }
  console.log(`${title}: seed ${SEED}, ${numRuns} apps, ${JSON.stringify(counts)}`);
  // Else next to nothing was compared.
  const { routes, access, egress, exposure } = target._dialects;
  const [hasRoutes, hasPolicies, hasEgress, hasExposures] = [routes, access, egress, exposure].map(({ supports }) => canAny(supports));
  expect(counts.rendered).toBeGreaterThan(numRuns / 10);
  expect(counts.split).toBeGreaterThan(hasRoutes ? numRuns / 4 : -1);
  expect(Math.min(counts.allowed, counts.denied)).toBeGreaterThan(hasPolicies ? numRuns / 5 : -1);
  expect(Math.min(counts['let out'], counts['kept in'])).toBeGreaterThan(hasEgress ? numRuns / 200 : -1);
  expect(counts.exposed).toBeGreaterThan(hasExposures ? numRuns / 30 : -1);
  expect(counts.together).toBeGreaterThan(hasRoutes && hasPolicies ? numRuns / 20 : -1);
}

function inLines({ conventions, world, routing, order: _, ...written }: WrittenApp): string[] {
  const service = (_key: string, value: any) => value?.podSelector !== undefined && value.name !== undefined
    ? `${value.namespace}/${value.name} ${Object.values(value.podSelector).join('+')} ${value.ports.map((p: any) => `${p.port}:${p.targetPort}/${p.protocol}`)}` : value;
  return [
    ...Object.entries(written).map(([name, value]) => `${name}: ${JSON.stringify(value, service)}`),
    `routing: ${JSON.stringify(routing, service)}`,
    `world: ${JSON.stringify(conventions)} ${world.pods.map(pod => `${pod.namespace}/${pod.service} ${JSON.stringify(pod.labels)} as ${pod.serviceAccount}`).join('; ')}`,
  ];
}

function givenBy(subject: AppTarget, app: WrittenApp, { manifests }: Built, request: AppRequest): Told | string {
  try {
    return byManifests(subject, app, manifests, request);
  } catch (error) {
    return (error as Error).stack!;
  }
}

interface Context {
  readonly app: WrittenApp;
  readonly warnings: readonly string[];
  readonly one: AppRequest;
  readonly subject: AppTarget;
}

/** What is wrong, if anything is; or that it is stricter, where that is said. */
function compared(wanted: Told, given: Told, context: Context): string | undefined {
  if (wanted.kind !== 'answered' || given.kind !== 'answered') {
    return wanted.kind === given.kind ? undefined : 'goes elsewhere';
  }
  const where = ({ answers }: typeof wanted) => answers.map(({ pod, share }) => `${pod} ${share}`).join();
  if (where(wanted) !== where(given)) {
    return 'goes elsewhere';
  }
  const verdicts = wanted.answers.map((answer, i) => verdict(answer, given.answers[i].letIn, context));
  return verdicts.find(one => one !== undefined && one !== 'stricter') ?? verdicts.find(one => one !== undefined);
}

function verdict({ letIn: said, pod: name }: Answer, given: Answer['letIn'], { app, warnings, one, subject }: Context): string | undefined {
  if (said === given || (said === 'unsaid' && (given === true || subject.unsaid === 'as installed'))) {
    return undefined;
  }
  if (given !== false) {
    return given === true ? 'LOOSER than written' : 'left to the installation';
  }
  const [, podName, port] = /^(.*):(\d+)/.exec(name)!;
  const pod = app.world.pods.find(({ namespace, service }) => `${namespace}/${service}` === podName)!;
  const arrived = one.kind === 'to outside' ? undefined
    : arriving(one.kind === 'inside' ? one.client : app.exposure!.gateway.client, one, pod, Number(port), {});
  const promised = said === true && arrived !== undefined && letIn(app, arrived) === true
    && policiesOf(app, pod).some(policy => subject.stricter?.(policy, arrived));
  const closed = arrived !== undefined && subject.closes?.(app, warnings, arrived) === true;
  return promised || closed ? 'stricter' : 'stricter than written';
}

function count(counts: Record<string, number>, wanted: Told, finding: string | undefined): void {
  if (wanted.kind !== 'answered') {
    counts[wanted.kind]++;
    return;
  }
  const { answers } = wanted;
  counts.split += answers.length > 1 ? 1 : 0;
  counts.stricter += finding === 'stricter' ? 1 : 0;
  counts.unsaid += answers.some(answer => answer.letIn === 'unsaid') ? 1 : 0;
  counts.allowed += answers.some(answer => answer.letIn === true) ? 1 : 0;
  counts.denied += answers.some(answer => answer.letIn === false) ? 1 : 0;
}

/** Nothing where a misuse is thrown; other errors are bugs. */
function orMisused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!/MESH1\d{3}/.test((error as Error).message)) {
      throw error;
    }
    return undefined;
  }
}

/** What an API server would not take is no refusal of ours. */
function checkRefusal(errors: readonly string[]): void {
  const invalid = errors.find(error => /MESH40\d\d/.test(error));
  if (invalid !== undefined) {
    throw new Error(invalid);
  }
}
