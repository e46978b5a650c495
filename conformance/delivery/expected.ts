import { isSuccess, type Controller, type Scenario } from './scenario';
import type { Course } from '../../src/model/release';

/** The headers of requests that are watched, by who sends them. */
export function requestsOf(course: Course): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return course.kind === 'audience' ? { audience: AUDIENCE, others: {} } : { everyone: {} };
}

export const AUDIENCE = { 'x-beta': 'yes' };

/** The percentages that the new version answers, of each of the watched requests, one step after the other. */
export function expectedSteps({ course, fate }: Pick<Scenario, 'course' | 'fate'>): string[] {
  const [none, all] = course.kind === 'audience' ? ['0 / 0', '100 / 100'] : ['0', '100'];
  const between = BETWEEN[course.kind](course as any);
  const steps = isSuccess(fate) ? [none, ...between, all] : [none, ...fate === 'is aborted' ? between : between.slice(0, 1), none];
  return steps.filter((step, i) => step !== steps[i - 1]);
}

const BETWEEN: { readonly [K in Course['kind']]: (course: Extract<Course, { kind: K }>) => string[] } = {
  weights: ({ weights }) => weights.map(String),
  audience: () => ['100 / 0'],
  switch: () => [],
};

/** What the controller says meanwhile. */
export function expectedPhases({ controller, fate }: Pick<Scenario, 'controller' | 'fate'>): readonly string[] {
  return PHASES[controller][isSuccess(fate) ? 'succeeds' : 'goes back'];
}

const PHASES: Readonly<Record<Controller, Readonly<Record<'succeeds' | 'goes back', readonly string[]>>>> = {
  'Flagger': {
    'succeeds': ['Initialized', 'Progressing', 'Promoting', 'Finalising', 'Succeeded'],
    'goes back': ['Initialized', 'Progressing', 'Failed'],
  },
  'Argo Rollouts': {
    'succeeds': ['Healthy', 'Progressing', 'Healthy'],
    'goes back': ['Healthy', 'Progressing', 'Degraded'],
  },
};
