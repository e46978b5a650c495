import { fieldsOf, recordOf } from '../../model/fields';

/** How far a dialect can express a feature, and, for the pages of the constructs, in which words of its API. */
export type Support =
  | { readonly level: 'full'; readonly writtenAs?: string; /** Why the feature holds without a manifest. */ readonly inherent?: string }
  | { readonly level: 'partial'; readonly writtenAs?: string; readonly reason: string }
  | { readonly level: 'none'; readonly reason: string; /** What to write, if the remedy is not another target. */ readonly remedy?: string };

export const FULL: Support = { level: 'full' };

export function full(writtenAs: string): Support {
  return { level: 'full', writtenAs };
}

export function inherent(reason: string): Support {
  return { level: 'full', inherent: reason };
}

export function partial(reason: string, writtenAs?: string): Support {
  return { level: 'partial', reason, ...(writtenAs !== undefined && { writtenAs }) };
}

export function none(reason: string, remedy?: string): Support {
  return { level: 'none', reason, ...(remedy !== undefined && { remedy }) };
}

/** What to write where an API sends requests to Services, and not to some of their pods. */
/** What to write instead of a rule for some clients, where routes hold for all of them. */
export const A_SERVICE_FOR_CLIENTS = 'Make another Service for the same pods, with a route of its own, and have these clients call it';
export const A_SERVICE_EACH = 'Make a Service for these pods, a `variant` of this one, and name it';

export const BY_EXPRESSION = full('a regular expression');

/** Paths, where an API has exact ones, prefixes element by element, and regular expressions. */
export const PATHS_BY_EXPRESSION = {
  PathMatching: FULL,
  PathBelowMatching: BY_EXPRESSION,
  PathStartMatching: BY_EXPRESSION,
  PathEndMatching: BY_EXPRESSION,
  PathTemplateMatching: BY_EXPRESSION,
  PathRegexMatching: FULL,
} as const;

/** None of these features, all for the same reason. */
export function noneOf<Feature extends string>(
  features: Readonly<Record<Feature, string>>, reason: string, remedy?: string,
): Readonly<Record<Feature, Support>> {
  const support = none(reason, remedy);
  return recordOf(fieldsOf(features), () => support);
}
