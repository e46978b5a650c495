export type { Notice } from './notices';
export { plan, type Plan } from './plan';
export type { PlanOptions, StatedPort } from './options';
export { type Cause, type Headed, type Judged, type Reason, type Untold, type Verdict, VERDICTS } from './verdicts';
