import type { Random } from './random';
import { matching, nearTo } from './samples';

/** What of a request conditions look at. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A match as SMI has it, in its one spelling. */
interface Match {
  readonly pathRegex: string;
  readonly methods: readonly string[];
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const METHODS = ['GET', 'POST', 'DELETE'];
/** What no match says anything of. */
const PLAIN: Match = { pathRegex: '', methods: ['*'], headers: [] };

/** Requests in the words of both sides: what matches hold for, what they just do not, and something else. */
export class Vocabulary {
  private readonly matches: readonly Match[];
  private readonly methods: readonly string[];
  /** Expressions, and texts, of paths and values. */
  private readonly written: readonly string[];

  /** @param objects - those of SMI, in one spelling */
  public constructor(objects: readonly any[], manifests: readonly any[]) {
    this.matches = objects.filter(({ kind, isUnread }) => kind === 'HTTPRouteGroup' && !isUnread).flatMap(({ matches }) => matches);
    this.methods = [...new Set([...METHODS, ...this.matches.flatMap(({ methods }) => methods).filter(method => /^[A-Z]+$/.test(method))])];
    this.written = [...new Set(manifests.flatMap(({ spec }) => textsIn(spec)).filter(text => text.length < 200 && /[/*^]/.test(text)))];
  }

  public sent(random: Random, match = this.matches.length === 0 || random.inPercent(5) ? PLAIN : random.one(this.matches)): Sent {
    const isExact = random.inPercent(40);
    const method = random.one(match.methods.includes('*') || random.inPercent(isExact ? 0 : 25) ? this.methods : match.methods);
    return { method, path: this.path(match, random, isExact), headers: this.headers(match, random, isExact) };
  }

  private path({ pathRegex }: Match, random: Random, isExact: boolean): string {
    const isOther = pathRegex === '' || (!isExact && random.inPercent(20));
    const pattern = !isOther ? pathRegex : this.written.length > 0 && random.inPercent(50) ? random.one(this.written) : random.one(['/', '/x', '/foo/bar']);
    const text = matching(pattern, random);
    return sendable(isExact || random.inPercent(40) ? text : nearTo(text, random));
  }

  private headers({ headers }: Match, random: Random, isExact: boolean): Record<string, string> {
    const others = isExact || this.matches.length === 0 || random.inPercent(70) ? [] : random.one(this.matches).headers;
    const sent = [...others, ...headers].filter(() => isExact || random.inPercent(90)).map(([name, pattern]) => {
      const value = matching(pattern, random);
      return [name, (isExact || random.inPercent(70) ? value : nearTo(value, random)).replace(/[^ -~]/g, '').trim() || 'x'];
    });
    return Object.fromEntries(sent);
  }
}

/** A path that proxies and servers take as it is. */
function sendable(text: string): string {
  const path = text.replace(/[^!-~]|[%?#\\]/g, '').replace(/\/{2,}/g, '/').replace(/\/\.+(?=[/;]|$)/g, '/x');
  return path.startsWith('/') ? path : `/${path}`;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
