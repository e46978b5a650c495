import { qualified } from '../model/route';
import type { Backend } from '../model/service-ref';

/** Where the requests to Services go, by the routes and exposures of an app, in whichever order these were made. */
export class Traffic {
  private readonly services = new Map<string, Followed>();

  /** Requests to a Service go to these. It is named as `qualified` does. */
  public lead(from: string, to: readonly Backend[]): void {
    const { next, followers } = this.at(from);
    for (const backend of to) {
      const key = keyOf(backend);
      if (!next.has(key)) {
        next.set(key, backend);
        [...followers].forEach(follower => this.meet(follower, backend));
      }
    }
  }

  /** Tells of every Service to which requests to this one go, at once or by routes of their own: each once, now or as it becomes known. */
  public follow(from: string, tell: (backend: Backend) => void): void {
    this.stand({ tell, start: from, met: new Set() }, from);
  }

  private meet(follower: Follower, backend: Backend): void {
    const service = qualified(backend.name, backend.namespace);
    const key = keyOf(backend);
    if (service !== follower.start && !follower.met.has(key)) {
      follower.met.add(key);
      follower.tell(backend);
      this.stand(follower, service);
    }
  }

  private stand(follower: Follower, service: string): void {
    const { next, followers } = this.at(service);
    followers.add(follower);
    const inOrder = next.size > 1 ? [...next].sort(([a], [b]) => a < b ? -1 : 1) : [...next];
    inOrder.forEach(([, backend]) => this.meet(follower, backend));
  }

  private at(service: string): Followed {
    const found = this.services.get(service) ?? { next: new Map(), followers: new Set() };
    this.services.set(service, found);
    return found;
  }
}

interface Followed {
  readonly next: Map<string, Backend>;
  /** Those whose requests come to this Service. */
  readonly followers: Set<Follower>;
}

interface Follower {
  readonly tell: (backend: Backend) => void;
  readonly start: string;
  readonly met: Set<string>;
}

/** Two constructs may know different things of a Service. */
function keyOf({ name, namespace, serviceAccount }: Backend): string {
  return `${qualified(name, namespace)} ${serviceAccount ?? ''}`;
}
