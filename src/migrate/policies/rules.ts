import type { ServicePort } from '../../meaning/call';
import { allOf, ALWAYS, type Condition, type Doubt, noneOf } from '../../meaning/condition';
import { type Decision, isUndecided, type Source, type Verdict } from '../../meaning/decision';
import { atomsOf, isAlways, isNever, isOfRequests, type Knowledge, restricted } from '../../meaning/restrict';
import type { Gate, Passage, PodPort } from '../../meaning/world';
import { distinctBy } from '../../model/lists';
import { hasRequests } from '../../model/protocol';

/** Calls that an allowance holds for, and no denial: these pass. */
export interface Rules {
  readonly allowed: readonly Rule[];
  readonly denied: readonly Rule[];
}

export interface Rule {
  readonly when: Condition;
  /** The objects that say so. */
  readonly sources: readonly Source[];
  /** Of what is denied because it is not known what becomes of it. */
  readonly isUnknown?: true;
}

/** What passes at a port of pods, and what had to be known for it. */
export interface Passing extends Rules {
  /** All that say something of the port. */
  readonly sources: readonly Source[];
  /** What is not known: whatever depends on it does not pass. */
  readonly doubts: readonly { readonly source: Source; readonly why: string }[];
  /** Whether an option of the installation decides, which the manifests do not say. */
  readonly asksInstallation: boolean;
  /** Whether something is known to be denied. */
  readonly denies: boolean;
}

/**
 * What passes the gates at a port, for everyone but the kubelet, which makes health checks. What depends on the entrance passes only if it does by
 * every Service.
 *
 * @param unsaid - what the installation decides of calls that no policy speaks of, where that is an option
 */
export function passingAt(gates: readonly Gate[], to: PodPort, unsaid: Passage): Passing {
  const told = new Told(unsaid);
  const asksEntrance = gates.some(({ decision }) => [...atomsOf(decision)].some(({ type }) => type === 'entrance'));
  const ways: readonly (ServicePort | undefined)[] = asksEntrance && to.entrances.length > 0 ? to.entrances : [undefined];
  const rules = ways.map(entrance => told.together(gates.map(gate => ({ ...gate, decision: restricted(gate.decision, knowledge(to, entrance)) }))));
  const distinct = distinctBy(rules, ({ allowed, denied }) => JSON.stringify([allowed, denied].map(all => all.map(({ when }) => when))));
  return { ...distinct.reduce(both), ...told.all };
}

/** What passes the gates of one client, which is known, for a call of which some is known. */
export function passingOut(gates: readonly Gate[], known: Knowledge, unsaid: Passage): Passing {
  const told = new Told(unsaid);
  const rules = told.together(gates.map(gate => ({ ...gate, decision: restricted(gate.decision, known) })));
  return { ...rules, ...told.all };
}

export function sourceKey({ kind, namespace, name, place: { file, line } }: Source): string {
  return `${kind} ${namespace ?? ''}/${name} ${file}:${line}`;
}

/** What is true at a port, whoever calls. */
function knowledge({ protocol }: PodPort, entrance: ServicePort | undefined): Knowledge {
  return atom => {
    if (atom.type === 'entrance') {
      return entrance !== undefined && entrance.namespace === atom.namespace && entrance.service === atom.service
        && (atom.port === undefined || atom.port === entrance.port) ? 'yes' : 'no';
    }
    if (atom.type === 'client' && atom.kinds.every(kind => kind === 'kubelet')) return 'no';
    if (atom.type === 'serverName' && protocol !== 'TLS') return 'no';
    return isOfRequests(atom) && !hasRequests(protocol) ? 'no' : 'unknown';
  };
}

const NOTHING: Rules = { allowed: [], denied: [] };
const EVERYTHING: Rules = { allowed: [{ when: ALWAYS, sources: [] }], denied: [] };

function both(a: Rules, b: Rules): Rules {
  return {
    // The later gate is the one that tells calls apart.
    allowed: a.allowed.flatMap(one => b.allowed.map(other => (
      { when: and(one.when, other.when), sources: other.sources.length > 0 ? other.sources : one.sources }))),
    denied: [...a.denied, ...b.denied],
  };
}

function joined(a: Rule, b: Rule): Rule {
  return { ...b, when: and(a.when, b.when), sources: distinctBy([...a.sources, ...b.sources], sourceKey) };
}

function and(a: Condition, b: Condition): Condition {
  return isAlways(a) ? b : isAlways(b) ? a : allOf(a, b);
}

/** Makes rules of decisions, and remembers what was not known. */
class Told {
  private readonly sources: Source[] = [];
  private readonly doubts: { readonly source: Source; readonly why: string }[] = [];
  private asksInstallation = false;
  private denies = false;

  public constructor(private readonly unsaid: Passage) {}

  public get all(): Omit<Passing, keyof Rules> {
    const { sources, doubts, asksInstallation, denies } = this;
    return { sources: distinctBy(sources, sourceKey), doubts, asksInstallation, denies };
  }

  /** All gates have to let a call pass; of those of a layer that close something, one. */
  public together(gates: readonly Gate[]): Rules {
    const layer = gates.filter(gate => gate.layer !== undefined);
    const closing = layer.filter(({ decision }) => decision.otherwise.value === 'denied');
    const alone = [...gates.filter(gate => gate.layer === undefined), ...closing.length === 0 ? layer : []];
    const rules = alone.map(({ decision }) => this.rulesOf(decision));
    return [...rules, ...closing.length === 0 ? [] : [closing.map(({ decision }) => this.rulesOf(decision)).reduce(either)]].reduce(both, EVERYTHING);
  }

  private rulesOf({ branches, otherwise }: Decision<Passage>): Rules {
    return [...branches].reverse().reduce<Rules>((rest, { when, then, source }) => {
      this.note(when, source);
      const rule: Rule = { when, sources: [source] };
      if ('branches' in then) return within(rule, this.rulesOf(then), rest);
      if (this.valueOf(then, source) === 'denied') {
        const denial: Rule = { ...rule, ...isUndecided(then.value) && { isUnknown: true } };
        return rest.allowed.length === 0 ? rest : { ...rest, denied: [denial, ...rest.denied] };
      }
      return { allowed: [rule, ...rest.allowed], denied: rest.denied.map(one => without(one, rule)) };
    }, this.otherwise(otherwise));
  }

  private otherwise({ value, source }: Verdict<Passage>): Rules {
    if (source !== undefined) this.sources.push(source);
    if (isUndecided(value) && source === undefined) this.asksInstallation = true;
    this.denies ||= value === 'denied';
    const known = isUndecided(value) ? source === undefined ? this.unsaid : 'denied' : value;
    if (isUndecided(value) && source !== undefined) this.doubts.push({ source, why: value.unknown });
    return known === 'denied' ? NOTHING : EVERYTHING;
  }

  private valueOf({ value, source: own }: Verdict<Passage>, source: Source): Passage {
    if (own !== undefined) this.sources.push(own);
    this.denies ||= value === 'denied';
    if (!isUndecided(value)) return value;
    this.doubts.push({ source, why: value.unknown });
    return 'denied';
  }

  private note(when: Condition, source: Source): void {
    this.sources.push(source);
    for (const { why } of doubtsIn(when)) this.doubts.push({ source, why });
  }
}

/** What one of them lets pass. */
function either(a: Rules, b: Rules): Rules {
  const whole = ({ allowed, denied }: Rules): readonly Rule[] => allowed.map(one => denied.reduce(without, one));
  return { allowed: [...whole(a), ...whole(b)], denied: [] };
}

/** What a decision within a branch says, and what those behind say where the branch does not hold. */
function within(branch: Rule, inside: Rules, rest: Rules): Rules {
  const inBranch = (rules: readonly Rule[]) => rules.map(one => joined(branch, one));
  const behind = (rules: readonly Rule[]) => rules.map(one => without(one, branch));
  return {
    allowed: [...inBranch(inside.allowed), ...behind(rest.allowed)],
    denied: [...inside.allowed.length === 0 ? [] : inBranch(inside.denied), ...behind(rest.denied)],
  };
}

function without(rule: Rule, other: Rule): Rule {
  return isNever(other.when) ? rule : { ...rule, when: and(rule.when, noneOf(other.when)) };
}

function doubtsIn(condition: Condition): Doubt[] {
  switch (condition.type) {
    case 'all':
    case 'any': return condition.of.flatMap(doubtsIn);
    case 'not': return doubtsIn(condition.of);
    case 'unknown': return [condition];
    default: return [];
  }
}

