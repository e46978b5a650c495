import { markdown } from './markdown';
import type { Report } from './report';
import { text } from './text';

export { reportOfMove } from './policies';
export { isWhole, report, type Report, type Unread } from './report';

/** The forms of a report. */
export const FORMS = {
  text,
  json: (report: Report) => `${JSON.stringify(report, undefined, 2)}\n`,
  markdown,
} as const;

export type Form = keyof typeof FORMS;
