import type { Import, Sidecar } from './sidecar';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, NEVER, noneOf } from '../../../../meaning/condition';
import type { Decision } from '../../../../meaning/decision';
import { EVERYTHING } from '../../../../meaning/selector';
import { exactly } from '../../../../meaning/text';
import { grouped } from '../../../../model/lists';
import { type Candidate, ranked } from '../../../../reading/ranking';
import type { MeshConfig, OutboundMode } from '../mesh-config';

/** What something is known by: its namespace, a name of its own, and the port of a call. */
export interface Known {
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
}

/**
 * The Sidecars, and which of them is for a client: one with its labels, or else that of its namespace, or else that of the root
 * (`getSidecarScope` in `pilot/pkg/model/push_context.go` of istio/istio).
 */
export class Scopes {
  private readonly byNamespace: ReadonlyMap<string, readonly Sidecar[]>;

  public constructor(public readonly all: readonly Sidecar[], public readonly config: MeshConfig) {
    this.byNamespace = grouped(all, ({ namespace }) => namespace);
  }

  /** Those that may be for pods of a namespace. */
  public in(namespace: string): readonly Sidecar[] {
    const { rootNamespace } = this.config;
    const ofRoot = namespace === rootNamespace ? [] : (this.byNamespace.get(rootNamespace) ?? []).filter(({ labels }) => labels === undefined);
    return [...this.byNamespace.get(namespace) ?? [], ...ofRoot];
  }

  /** What is decided by the Sidecar of the client. */
  public decision<T>(some: readonly Sidecar[], then: (sidecar: Sidecar) => Decision<T>, otherwise: Decision<T>): Decision<T> {
    const candidates = some.flatMap((sidecar): Candidate<T>[] => {
      const { doubt, source } = sidecar;
      const candidate = (rank: number, when: Condition, decision: Candidate<T>['then']): Candidate<T> => ({ rank: [rank], when, then: decision, source, owner: sidecar });
      const open = doubt && { value: { unknown: doubt.why }, why: doubt.why, source };
      const where = this.isForAll(sidecar) ? ALWAYS : inNamespace(sidecar.namespace);
      if (open !== undefined) return [candidate(9, allOf(where, doubt as Doubt), open)];
      return [candidate(this.isForAll(sidecar) ? 1 : sidecar.labels === undefined ? 2 : 3, whoHas(sidecar, where), then(sidecar))];
    });
    const { branches } = ranked(candidates, { value: { unknown: '' }, why: '' });
    return { branches: [...branches, ...otherwise.branches], otherwise: otherwise.otherwise };
  }

  /** What becomes of calls to what a client does not know. */
  public modeOf(sidecar: Sidecar | undefined): OutboundMode | undefined {
    return sidecar?.mode ?? this.config.outbound;
  }

  /** When the routes for a host are imported: one name in common is enough, and namespaces add up. */
  public importsRoutes(
    sidecar: Sidecar, { namespace, hosts, port }: Pick<Known, 'namespace' | 'port'> & { readonly hosts: readonly string[] },
  ): Condition {
    const { imports } = sidecar;
    if (imports === undefined) return ALWAYS;
    const listener = sidecar.ports.find(one => one === port);
    const whens = hosts.flatMap(host => imports.filter(one => one.port === listener && meetsName(one.host, host))
      .map(one => this.unlessLeftOut(this.isMeant(one, sidecar, namespace), sidecar, { namespace, host, port: listener })));
    return whens.includes(ALWAYS) ? ALWAYS : anyOf(...whens.filter(when => when !== NEVER));
  }

  /** When a Sidecar imports something. */
  public imports(sidecar: Sidecar, known: Known): { readonly when: Condition; readonly by?: Import } {
    if (sidecar.imports === undefined) return { when: ALWAYS };
    const { source: { place } } = sidecar;
    const where = (one: Import) => this.isMeant(one, sidecar, known.namespace);
    const { imports } = sidecar;
    const isForPort = sidecar.ports.includes(known.port);
    const doubt: Doubt = { type: 'unknown', why: 'it is imported, unless another host of its namespace, or a listener for its port, stands in place of that', place };
    // A namespace by its name goes before any, and by some releases stands in place of it; so does a listener for one port.
    const whenOf = (one: Import): Condition => {
      if (isForPort && one.port === undefined) return allOf(where(one), doubt);
      const named = one.namespace !== '*' ? []
        : imports.filter(other => other.port === one.port && other.namespace !== '*').map(where).filter(when => when !== NEVER);
      return named.length === 0 ? where(one) : anyOf(...named.includes(ALWAYS) ? [] : [noneOf(...named)], doubt);
    };
    const matching = imports.filter(one => (one.port === undefined || one.port === known.port)
      && coversName(one.host, known.host) && where(one) !== NEVER);
    const [by] = matching;
    const whens = matching.map(one => this.unlessLeftOut(whenOf(one), sidecar, { ...known, port: one.port }));
    return { when: anyOf(...whens), ...(by && { by }) };
  }

  private unlessLeftOut(
    when: Condition, sidecar: Sidecar, { namespace, host, port }: Pick<Known, 'namespace' | 'host'> & { readonly port?: number },
  ): Condition {
    const leaving = sidecar.leftOut.filter(one => one.port === port && coversName(one.host, host));
    return leaving.map(one => ({ ...one, where: this.isMeant(one, sidecar, namespace) })).filter(({ where }) => where !== NEVER)
      .reduce((rest, { where, inSome, source: { place } }) => {
        const why = 'some releases read `~/` beside other hosts as nothing, and others leave out what it names';
        const doubt: Doubt = { type: 'unknown', why, place };
        return allOf(rest, inSome ? anyOf(noneOf(where), doubt) : noneOf(where));
      }, when);
  }

  /** When a namespace is meant: `.` is that of the pods. */
  private isMeant({ namespace: said }: Import, sidecar: Sidecar, namespace: string): Condition {
    if (said !== '.') return said === '*' || said === namespace ? ALWAYS : NEVER;
    return this.isForAll(sidecar) ? inNamespace(namespace) : sidecar.namespace === namespace ? ALWAYS : NEVER;
  }

  /** Without a selector, in the root namespace: for all pods that have no other one. */
  private isForAll({ namespace, labels }: Sidecar): boolean {
    return namespace === this.config.rootNamespace && labels === undefined;
  }
}

export function inNamespace(namespace: string): Condition {
  return { type: 'pod', namespace: exactly(namespace) };
}

function whoHas({ labels, namespace }: Sidecar, where: Condition): Condition {
  return labels === undefined ? where : { type: 'pod', namespace: exactly(namespace), labels: { ...EVERYTHING, matchLabels: labels } };
}

/** Whether a name, or a star with an end of names, holds for all that another one holds for. */
export function coversName(wide: string, name: string): boolean {
  return wide === '*' || wide === name || (wide.startsWith('*') && name.length > wide.length - 1 && name.endsWith(wide.slice(1)));
}

/** Whether two of them have a name in common. */
export function meetsName(one: string, other: string): boolean {
  return coversName(one, other) || coversName(other, one);
}
