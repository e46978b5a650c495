export { plan, type Plan } from './plan';
export type { PlanOptions, StatedPort } from './options';
export { type Judged, type Verdict, VERDICTS } from './verdicts';
