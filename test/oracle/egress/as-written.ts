import type { Call } from './call';
import { letOutByIntent } from './intent';
import { calls, policy } from './policies';
import type { MeshTarget } from '../../../src';
import type { EgressDestination, EgressModel, EgressPort, InsideDestination } from '../../../src/model/egress';
import { transportOf } from '../../../src/model/egress';
import { compile } from '../../../src/targets/compile';
import { resolved } from '../access/intent';
import { canIn } from '../app/arbitraries/options';
import type { Asked } from '../ask';
import { ask, atLeast, cases, checkValid } from '../ask';

export interface EgressTarget {
  readonly target: MeshTarget;
  readonly letsOut: (manifests: readonly any[], call: Call) => boolean;
  /** Whether it lets nothing out of which nobody speaks. */
  readonly closes?: boolean;
}

/** Compares what the policies of a target let out with what is written. */
export function letsOutAsWritten(wanted: number, { target, letsOut, closes = false }: EgressTarget): Asked {
  const can = canIn(target._dialects.egress.supports);
  const counts = { 'let out': 0, 'kept in': 0, 'kept in by denials': 0, 'of others': 0, 'spoken otherwise': 0, 'stricter': 0 };
  const asked = ask(wanted, 40, cases(policy(can), () => calls(can)), (model, all) => {
    const { errors, manifests: rendered } = compile('egress', target, model);
    if (errors.length > 0) return undefined;
    const manifests = rendered.map(({ shared, ...manifest }) => manifest);
    checkValid(manifests, { channel: target._channel });
    let compared = 0;
    for (const call of all) {
      const isOut = letsOut(manifests, call);
      const concerned = isFor(model, call);
      const untouched = !closes || call.inside === true;
      const { least, most } = concerned ? bounds(model, call) : { least: untouched, most: untouched };
      const isStricter = least && !isOut;
      if ((isOut && !most) || (isStricter && !isOdd(call))) {
        throw new Error([isOut ? 'LOOSER than written' : 'stricter than written', ...[call, model, ...manifests].map(one => JSON.stringify(one))].join('\n'));
      }
      counts[isOut ? 'let out' : 'kept in']++;
      counts['of others'] += concerned ? 0 : 1;
      counts['kept in by denials'] += concerned && !isOut && bounds({ ...model, denials: undefined }, call).least ? 1 : 0;
      counts['spoken otherwise'] += least === most ? 0 : 1;
      counts.stricter += isStricter ? 1 : 0;
      compared++;
    }
    return compared;
  }, () => !can('EgressDenial') || counts['kept in by denials'] > wanted / 1000);
  atLeast({ ...counts, rendered: asked.programs - asked.refused }, {
    'rendered': asked.programs / 20, 'let out': wanted / 20, 'kept in': wanted / 20, 'kept in by denials': can('EgressDenial') ? wanted / 1000 : -1,
  });
  return { ...asked, counts };
}

function isFor({ namespace, workload }: EgressModel, call: Call): boolean {
  return call.namespace === namespace && (workload === undefined || call.labels?.app === workload.podSelector?.app);
}

/** What has to be let out, and what may be: not every target sees what is spoken at addresses. */
function bounds(model: EgressModel, call: Call): { readonly least: boolean; readonly most: boolean } {
  const inside = model.inside && [...model.inside, LOOKUPS];
  const { destinations, denials } = model;
  return {
    least: letOutByIntent({ destinations, inside, denials }, call),
    most: letOutByIntent({ destinations: destinations.map(whateverIsSpoken), inside, denials }, call),
  };
}

/** Names are looked up in any case. */
const LOOKUPS: InsideDestination = {
  kind: 'pods', labels: { 'k8s-app': 'kube-dns' }, namespace: 'kube-system', ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }],
};

function whateverIsSpoken(destination: EgressDestination): EgressDestination {
  switch (destination.kind) {
    case 'outside': return destination;
    case 'cidr': return { ...destination, ports: destination.ports.flatMap(anything) };
    // Where the protocol does not say its name, a host is its addresses.
    case 'host': return { ...destination, ports: destination.ports.flatMap(port => port.protocol === 'HTTP' || port.protocol === 'TLS' ? port : anything(port)) };
  }
}

function anything(port: EgressPort): EgressPort[] {
  return port.endPort !== undefined || transportOf(port.protocol) === 'UDP' ? [port]
    : (['HTTP', 'TLS', 'TCP'] as const).map(protocol => ({ port: port.port, protocol }));
}

/** A path that climbs may be denied, wherever it leads. */
function isOdd({ says }: Call): boolean {
  return says.kind === 'http' && says.request !== undefined && says.request.path !== resolved(says.request.path);
}
