import { inPlainerWords, isForAll, ofIdentified, type Item, itemsAt, type Lost, ofPorts, type PortItems, together, written, type Wording } from './allowances';
import type { Group } from './groups';
import { keepsOutUnproven } from './tokens';
import type { Destination } from './workloads';
import type { AccessAllowance, AccessDenial, ServiceAccessPolicyProps } from '../../index';
import type { Source } from '../../meaning/decision';
import { healthProbesOf } from '../plan/probes';
import type { Refusals } from '../plan/refusals';
import type { Cause } from '../plan/verdicts';
import { construct, type LeftOut, type Statement, withheld, type Written } from '../program';

/** Says what becomes of the objects that say something. */
export interface Judging {
  readonly same: (by: readonly Source[]) => void;
  readonly assumed: (by: readonly Source[], why: string, cause?: Cause) => void;
  readonly narrower: (by: readonly Source[], why: string, isRefused: boolean) => void;
  readonly notSaid: (by: readonly Source[], why: string, cause?: Cause) => void;
  /** A line above what says what some objects said. */
  readonly comments: (by: readonly Source[]) => string[];
  /** Where something stands, for a comment. */
  readonly places: (by: readonly Source[]) => string;
}

interface Props {
  readonly allow: readonly (Written<AccessAllowance> | LeftOut)[];
  readonly deny: readonly Written<AccessDenial>[];
}

/** What else becomes of the pods. */
interface Standing {
  /** Whether nobody may get in. */
  readonly isDistrusted: boolean;
  /** What the policy cannot do without. */
  readonly needs: readonly Statement[];
  /** Why nothing says any more which tokens are valid: who has one that is not would get in. */
  readonly lostTokens?: string;
}

type More = Pick<Exclude<Written<ServiceAccessPolicyProps>, { by: unknown }>, 'healthProbes'>;

/** The policy for the pods of a group. */
export class Policy {
  public readonly by: readonly Source[];

  private readonly natural: PortItems;

  public constructor(
    private readonly group: Group, private readonly destination: Destination, private readonly wording: Wording,
    private readonly refusals: Refusals, private readonly judging: Judging, private readonly standing: Standing,
  ) {
    this.by = group.ports.flatMap(({ passing: { sources } }) => sources);
    this.natural = this.items(false);
  }

  /** Whether everybody may do everything. */
  public get isOpen(): boolean {
    const { allow, deny } = this.natural;
    return !this.standing.isDistrusted && deny.length === 0 && this.isForAll(allow);
  }

  private isForAll(allow: readonly Item[]): boolean {
    return this.destination.ports.every(({ number }) => allow.some(item => item.ports.includes(number) && isForAll(item)));
  }

  /** By which it is the same as another one, whatever it is for. */
  public get saying(): string {
    const { allow, deny, lost } = this.natural;
    const bare = (items: readonly Item[]) => items.map(({ ports, by, ...rest }) => JSON.stringify(rest)).sort();
    return this.standing.isDistrusted ? '' : JSON.stringify([bare(allow), bare(deny), ...lost.map(({ why }) => why)]);
  }

  public statement(id: string): Statement {
    const { allow, deny, lost } = this.natural;
    if (this.standing.isDistrusted) return this.made(id, { allow: [], deny: [] });
    for (const { why, by } of lost) this.judging.narrower(by, why, false);
    if (deny.length > 0 && this.isForAll(allow)) {
      const props = { destination: this.destination.node, deny: deny.map(item => this.written(item)) };
      return construct('ServiceAccessDenial', id, props, ...this.judging.comments(this.by));
    }
    return this.made(id, { allow: [...allow.map(item => this.written(item)), ...this.unsaid(lost)], deny: deny.map(item => this.written(item)) });
  }

  /** What every target takes: of denials, what they leave of allowances; and allowances one by one. */
  public reduced(id: string): Statement | undefined {
    if (this.refusal(this.statement(id)) === undefined) return undefined;
    const closed = this.made(id, { allow: [], deny: [] });
    const refused = this.refusal(closed);
    if (refused !== undefined) {
      this.judging.notSaid(this.by, refused);
      return { ...this.statement(id), leftOut: refused };
    }
    const { allow, deny, lost } = this.items(this.natural.deny.length > 0);
    for (const { why, by } of lost) this.judging.narrower(by, why, false);
    const denials = deny.map(item => this.written(item));
    const taken: (Written<AccessAllowance> | LeftOut)[] = [];
    for (const item of allow) {
      const why = this.refusal(this.made(id, { allow: [...taken, this.written(item)], deny: denials }));
      const isTaken = (one: Item) => this.refusal(this.made(id, { allow: [...taken, this.written(one)], deny: denials })) === undefined;
      if (why === undefined) {
        taken.push(this.written(item));
        continue;
      }
      const words = [inPlainerWords(item), ...this.less(item)].find(isTaken);
      if (words?.sources !== item.sources) this.judging.narrower(item.by, why, true);
      taken.push(words === undefined ? this.lost(item, why) : this.written(words));
    }
    return this.made(id, { allow: [...taken, ...this.unsaid(lost)], deny: denials });
  }

  private less(item: Item): Item[] {
    const identified = ofIdentified(item);
    return identified === undefined ? [] : [identified, inPlainerWords(identified)];
  }

  private lost(item: Item, why: string): LeftOut {
    return withheld<AccessAllowance>(this.placed(item.by, why), this.written(item));
  }

  private unsaid(lost: readonly Lost[]): LeftOut[] {
    return lost.map(({ why, by }) => withheld<AccessAllowance>(this.placed(by, why), { sources: [] }));
  }

  private placed(by: readonly Source[], why: string): string {
    const places = this.judging.places(by);
    return places === '' ? why : `${places}: ${why}`;
  }

  private written(item: Item): Written<AccessAllowance> {
    return written(item, this.destination.ports);
  }

  private refusal(statement: Statement): string | undefined {
    return this.refusals.alone(this.group.namespace, statement, this.standing.needs);
  }

  private made(id: string, { allow, deny }: Props): Statement {
    const policy = (more: More) => construct('ServiceAccessPolicy', id, {
      destination: this.destination.node, allow: [...allow], ...deny.length > 0 && { deny: [...deny] }, ...more,
    }, ...this.judging.comments(this.by));
    const { workloads } = this.group;
    const { ports } = this.destination;
    const pods = { workloads, ports, service: { ports: ports.map(({ number, ...rest }) => ({ port: number, ...rest })) } };
    return policy(healthProbesOf(pods, more => this.refusal(policy(more))));
  }

  private items(foldsDenials: boolean): PortItems {
    const all = this.group.ports.map(({ to, passing, tokens }) => {
      const port = this.destination.ports.find(({ podPort }) => podPort === to.port);
      const why = `port ${to.port} of the pods has no number of its own at the Service`;
      return port === undefined ? { allow: [], deny: [], lost: [{ why, by: passing.sources }] }
        : this.proven(keepsOutUnproven(tokens), itemsAt(passing, port.number, this.wording, foldsDenials));
    });
    return {
      allow: together(ofPorts(all.flatMap(({ allow }) => allow))),
      deny: together(ofPorts(all.flatMap(({ deny }) => deny))),
      lost: all.flatMap(({ lost }) => lost),
    };
  }

  /** Without a word of which tokens are valid, nobody gets in at a port but end users. */
  private proven(hadTokens: boolean, { allow, deny, lost }: PortItems): PortItems {
    const { lostTokens } = this.standing;
    if (!hadTokens || lostTokens === undefined) return { allow, deny, lost };
    const why = `who has a token that is not valid would get in: ${lostTokens}`;
    const unproven = allow.filter(({ endUsers }) => endUsers.length === 0);
    return { allow: allow.filter(item => !unproven.includes(item)), deny, lost: [...lost, ...unproven.map(({ by }) => ({ why, by }))] };
  }
}
