import type { Backend, Ingress, Path } from './ingress';
import type { Pod } from '../../../../meaning/call';
import { anyOf, type Condition, type Doubt } from '../../../../meaning/condition';
import { type Branch, type Decision, type Source, unknownBy, type Verdict } from '../../../../meaning/decision';
import { ANYTHING, exactly, regex, suffix, type Text } from '../../../../meaning/text';
import type { Entry, Way } from '../../../../meaning/world';
import { escapeRegex } from '../../../../model/regex';
import { ranked } from '../../../../reading/ranking';

/** Where the pods of a controller are, and who they are, no Ingress says. */
const CONTROLLER: Pod = { namespace: '', isGateway: true };

const DOORS = [{ port: 80, protocol: 'HTTP' }, { port: 443, protocol: 'HTTPS' }] as const;

/** The ways in by one controller, at each host: over TLS where an Ingress says it. */
export function entriesOf(className: string, all: readonly Ingress[]): Entry[] {
  const hosts = [...new Set(all.flatMap(({ rules, defaultBackend, tlsHosts }) =>
    [...rules.map(({ host }) => host), ...tlsHosts, ...defaultBackend === undefined ? [] : [undefined]]))];
  const isOverTls = (host: string | undefined) => all.some(({ tlsHosts }) => tlsHosts.includes(undefined) || tlsHosts.some(name => name === host));
  return DOORS.flatMap(({ port, protocol }) => hosts.filter(host => protocol === 'HTTP' || isOverTls(host)).map((host): Entry => ({
    gateway: `IngressClass/${className}`,
    port,
    protocol,
    host: host === undefined ? ANYTHING : host.startsWith('*.') ? suffix(host.slice(1)) : exactly(host),
    pods: CONTROLLER,
    ways: waysAt(host, { all, besides: protocol === 'HTTP' && isOverTls(host) ? [REDIRECTED] : [] }),
  })));
}

const REDIRECTED = 'whether requests without TLS are redirected is up to the controller';

interface Standing {
  readonly all: readonly Ingress[];
  readonly besides: readonly string[];
}

interface Taking {
  readonly one: Ingress;
  readonly path: Path;
}

/** The rules for a host decide: those for its name, those for a wildcard that is one label longer, and those for all hosts. */
function waysAt(host: string | undefined, standing: Standing): Decision<Way> {
  const { all } = standing;
  const doubts = all.flatMap(({ doubt, source }): Branch<Way>[] => doubt === undefined ? [] : [{ when: doubt, then: open(doubt.why), source }]);
  const isWild = host?.startsWith('*.') === true;
  const at = namedFor(host, all);
  const own = byPath(takingAt(at, all), othersAt(at, standing), standing);
  const [source] = all.map(one => one.source);
  const ways = !isWild || host === undefined ? own : {
    branches: [{ when: { type: 'host' as const, is: label(host) }, then: own, source }],
    otherwise: open('the host has more labels than the wildcard stands for', all),
  };
  return { branches: [...doubts, ...ways.branches], otherwise: ways.otherwise };
}

/** The host of the rules that are for it: a host may stand at TLS alone. */
function namedFor(host: string | undefined, all: readonly Ingress[]): string | undefined {
  const names = all.flatMap(({ rules }) => rules.flatMap(rule => rule.host ?? []));
  return names.find(name => name === host) ?? names.find(name => name.startsWith('*.') && name.slice(1) === host?.replace(/^[^.]*/, ''));
}

/** A star is one label. */
function label(host: string): Text {
  return regex(`[^.]+${escapeRegex(host.slice(1))}`);
}

function takingAt(host: string | undefined, all: readonly Ingress[]): Taking[] {
  return all.flatMap(one => one.rules.filter(rule => rule.host === host).flatMap(({ paths }) => paths.map(path => ({ one, path }))));
}

function byPath(taking: readonly Taking[], { branches, otherwise }: Decision<Way>, { besides }: Standing): Decision<Way> {
  const decided = ranked<Way>(taking.map(({ one, path }) => ({
    // What is not understood may go before anything.
    rank: path.doubt === undefined ? path.rank : [Infinity, Infinity],
    when: conditionOf(path),
    then: to(path.backend, path.source, besides),
    source: path.source,
    owner: { source: one.source },
  })), otherwise);
  return { branches: [...decided.branches, ...branches], otherwise };
}

function conditionOf({ is, doubt }: Path): Condition {
  return doubt ?? { type: 'path', is };
}

function to(backend: Backend, source: Source, besides: readonly string[]): Verdict<Way> {
  return 'unknown' in backend ? { value: backend, why: backend.unknown, source }
    : { value: { backends: [backend], handling: {}, besides }, why: `a path of Ingress '${source.name}' is for it`, source };
}

/** What none of the paths for a host takes. Controllers differ in whether rules for more hosts take it then. */
function othersAt(host: string | undefined, { all, besides }: Standing): Decision<Way> {
  const wider = all.flatMap(({ rules }) => rules).flatMap(rule => rule.host).filter((one): one is undefined => one !== host && covers(one, host));
  const isFor: Condition = anyOf(...[...new Set(wider)].flatMap(one => takingAt(one, all)).map(({ path }) => conditionOf(path)));
  const branches: Branch<Way>[] = wider.length === 0 ? []
    : [{ when: isFor, then: open('rules for other hosts are for it, too, and it is up to the controller whether they count', all), source: all[0].source }];
  return { branches, otherwise: byDefault(host, all, besides) };
}

function covers(wide: string | undefined, host: string | undefined): boolean {
  return host !== undefined && (wide === undefined || (wide.startsWith('*.') && host.endsWith(wide.slice(1))));
}

/** Without a default backend, the controller answers itself. */
function byDefault(host: string | undefined, all: readonly Ingress[], besides: readonly string[]): Verdict<Way> {
  const [first, ...others] = all.filter(({ defaultBackend }) => defaultBackend !== undefined);
  if (first?.defaultBackend === undefined) return { value: { backends: [], status: 404, handling: {}, besides: [] }, why: 'no rule is for it: the controller answers' };
  const isPlain = others.length === 0 && (all.length === 1 || (first.rules.length === 0 && host === undefined));
  return isPlain ? to(first.defaultBackend, first.source, besides) : open('it is up to the controller which default backend is for it', all);
}

function open(why: string, objects: readonly Ingress[] = []): Verdict<Way> {
  return { value: unknownBy(why, objects), why };
}

/** An Ingress of which it is not known whether the controller takes it. */
export function perhaps(one: Ingress): Ingress {
  const doubt: Doubt = { type: 'unknown', why: 'it names no class, and it is not known which controller takes it', place: one.source.place };
  return { ...one, doubt: one.doubt ?? doubt };
}

