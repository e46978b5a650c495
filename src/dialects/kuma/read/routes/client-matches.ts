import type { Conf } from './conf';
import type { Fields } from '../../../../manifests/fields';

/** The clients of a rule, by their SPIFFE ids. */
export interface ClientMatch {
  readonly type: 'Exact' | 'Prefix';
  readonly value: string;
}

export function matchesOf(matches: Fields): ClientMatch[] {
  return matches.items().flatMap((match): ClientMatch[] => {
    const id = match.field('spiffeID');
    const [type, value] = ['type', 'value'].map(name => id.field(name).text());
    if ((type === 'Exact' || type === 'Prefix') && value !== undefined) return [{ type, value }];
    match.doubt('which clients it is for is not told apart here');
    return [];
  });
}

/** What a policy says of some clients. */
export interface MatchedConf {
  readonly match: ClientMatch;
  readonly conf: Conf;
}
