import type { VirtualServiceSpecHttpMatch } from '../../../../imports/istio/networking.istio.io';
import { flatMap } from '../../../model/lists';
import type { RouteRule } from '../../../model/route';
import type { Plain } from '../../contract/manifest';

type ClientMatch = Pick<Plain<VirtualServiceSpecHttpMatch>, 'sourceLabels' | 'sourceNamespace'>;

/** The matches for the clients of a rule: each of them for each of these. */
export function ofClients<Match extends object>(clients: RouteRule['clients'], matches: readonly Match[]): (Match & ClientMatch)[] {
  return clients === undefined ? [...matches] : flatMap(matches, match => clients.map(({ namespace, labels }) => ({
    ...match,
    ...(namespace !== undefined && { sourceNamespace: namespace }),
    ...(labels !== undefined && { sourceLabels: labels }),
  })));
}
