import { pushTo } from '../model/lists';
import { qualified } from '../model/route';
import type { Backend } from '../model/service-ref';

/** Where the requests to Services go, by the routes and exposures of an app, in whichever order these were made. Services are named as `qualified` does. */
export class Traffic {
  private readonly after = new Map<string, Backend[]>();
  private readonly before = new Map<string, string[]>();
  private readonly sources = new Map<string, readonly string[]>();
  /** Those whose requests come to a Service. */
  private readonly followers = new Map<string, Set<Follower>>();

  /** Requests to a Service go to these. */
  public lead(from: string, to: readonly Backend[]): void {
    const next = this.after.get(from) ?? [];
    this.after.set(from, next);
    if (this.sources.size > 0) this.sources.clear();
    for (const backend of to) {
      const service = qualified(backend.name, backend.namespace);
      if (next.some(other => isSame(other, backend))) continue;
      next.push(backend);
      pushTo(this.before, service, from);
      const followers = this.followers.get(from);
      if (followers !== undefined) [...followers].forEach(follower => this.meet(follower, backend));
    }
  }

  /** The Services whose requests come to this one, at once or by way of others. */
  public sourcesOf(service: string): readonly string[] {
    const nearest = this.before.get(service);
    if (nearest === undefined) return NONE;
    // As it is of most: that is not worth remembering.
    if (nearest.length === 1 && nearest[0] !== service && !this.before.has(nearest[0])) return nearest;
    const known = this.sources.get(service);
    if (known !== undefined) return known;
    const all = nearest.some(source => source === service || this.before.has(source)) ? this.farther(nearest, service) : [...nearest];
    this.sources.set(service, all);
    return all;
  }

  private farther(nearest: readonly string[], service: string): string[] {
    const found = new Set(nearest);
    for (const source of found) this.before.get(source)?.forEach(other => found.add(other));
    found.delete(service);
    return [...found];
  }

  /** Tells of every Service to which requests to this one go, at once or by routes of their own: each once, now or as it becomes known. */
  public follow(from: string, tell: (backend: Backend) => void): void {
    this.stand({ tell, start: from, met: [] }, from);
  }

  private meet(follower: Follower, backend: Backend): void {
    const service = qualified(backend.name, backend.namespace);
    if (service !== follower.start && !follower.met.some(other => isSame(other, backend))) {
      follower.met.push(backend);
      follower.tell(backend);
      this.stand(follower, service);
    }
  }

  private stand(follower: Follower, service: string): void {
    const followers = this.followers.get(service) ?? new Set();
    this.followers.set(service, followers.add(follower));
    const next = this.after.get(service) ?? NONE;
    const inOrder = next.length > 1 ? [...next].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1) : next;
    inOrder.forEach(backend => this.meet(follower, backend));
  }
}

interface Follower {
  readonly tell: (backend: Backend) => void;
  readonly start: string;
  readonly met: Backend[];
}

const NONE: readonly never[] = [];

/** Two constructs may know different things of a Service. */
function isSame(a: Backend, b: Backend): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.serviceAccount === b.serviceAccount;
}

function keyOf({ name, namespace, serviceAccount }: Backend): string {
  return `${qualified(name, namespace)} ${serviceAccount ?? ''}`;
}
