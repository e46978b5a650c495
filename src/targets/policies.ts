import type { IConstruct } from 'constructs';
import type { Grant, Grantable } from './grants';
import { Grants } from './grants';
import type { MeshTarget } from './mesh-target';
import type { Traffic } from './traffic';
import type { AccessModel } from '../model/access';
import { BySelector } from '../model/by-labels';
import { flatMap, pushTo } from '../model/lists';
import type { NamespaceDefaultModel } from '../model/namespace-default';
import { isWithin } from '../model/pod-facts';
import { qualified } from '../model/route';
import type { Backend } from '../model/service-ref';
import { areApart, maySelect } from '../model/service-ref';

/** An access policy, as a construct said it to a target. */
export interface Policy {
  /** With what grants add to it. */
  readonly model: AccessModel;
  readonly owner: IConstruct;
  readonly target: MeshTarget;
}

/** What all workloads of a namespace, or of the mesh, deny and allow, as a construct said it to a target. */
export interface Default {
  readonly model: NamespaceDefaultModel;
  readonly owner: IConstruct;
  readonly target: MeshTarget;
}

/** What denies, because of a policy, what comes to Services that have none. */
export interface Closing {
  readonly who: string;
  readonly owner: IConstruct;
}

/** Which pods of a Service no policy closes: none, all, or those beside a subset. Beside several subsets there may be no others. */
export type Unclosed = 'none' | 'all' | 'beside a subset' | 'beside several';

/** The access policies of a cluster, by what they hold for. */
export class Policies {
  private readonly byService = new Map<string, Policy[]>();
  /** By namespace. */
  private readonly byPods = new Map<string, BySelector<Policy>>();
  /** As far as somebody has asked. */
  private readonly inFront = new Map<string, { readonly sources: readonly string[]; readonly policies: readonly Policy[] }>();
  /** By namespace; those of the mesh under none. */
  private readonly defaults = new Map<string | undefined, Default[]>();
  private readonly closing = new Map<string, Closing>();
  /** Those that stand alone, and close nothing: by namespace. */
  private readonly denials = new Map<string, Policy[]>();
  private readonly grants = new Grants();
  private atServices = false;

  constructor(private readonly traffic: Traffic) {}

  /** Adds a policy, for its Service and for the pods that have its labels. */
  public add(grantable: Grantable): void {
    const { model: { namespace, destination: { service, podSelector } }, target: { _dialects: { access } } } = grantable;
    const policy: Policy = this.grants.take(grantable);
    this.noteClosing(grantable);
    if (service !== undefined) {
      pushTo(this.byService, qualified(service, namespace), policy);
    }
    this.inFront.clear();
    if (podSelector !== undefined) {
      const there = this.byPods.get(namespace) ?? new BySelector<Policy>();
      this.byPods.set(namespace, there);
      there.add(podSelector, policy);
    }
    this.atServices ||= access.asksAtService !== undefined;
  }

  /** Adds denials that leave all else as it is. */
  public deny(policy: Policy): void {
    pushTo(this.denials, policy.model.namespace, policy);
  }

  /** The denials that stand alone and hold for a Service, or for all pods with labels that its pods have. */
  public denying({ name, namespace, podSelector }: Backend): readonly Policy[] {
    return (this.denials.get(namespace ?? '') ?? NONE).filter(({ model: { destination } }) => destination.service === name
      ? !areApart(destination.podSelector, podSelector)
      : podSelector !== undefined && destination.podSelector !== undefined && maySelect(destination.podSelector, podSelector));
  }

  /** Adds what a client is allowed beside a policy, and gives a way to ask why it cannot be. */
  public grant(grant: Grant): () => readonly string[] {
    this.noteClosing(grant);
    return this.grants.add(grant);
  }

  /** Writes what policies and grants make of each other. */
  public settle(): void {
    this.grants.settle();
  }

  private noteClosing({ model, model: { namespace }, target, owner }: Grant): void {
    const who = target._dialects.access.closes?.(model);
    if (who !== undefined && !this.closing.has(namespace)) {
      this.closing.set(namespace, { who, owner });
    }
  }

  /** Whether a policy is asked at the Service that is called, and not at the pods which answer. */
  public get areAskedAtServices(): boolean {
    return this.atServices;
  }

  /** In a namespace, or in the mesh, what has no policy is closed. */
  public close(one: Default): void {
    pushTo(this.defaults, one.model.namespace, one);
  }

  /** What denies all that comes to a Service, since it has no policy and others have. */
  public cutOff(name: string, namespace: string | undefined): Closing | undefined {
    const closing = namespace === undefined ? undefined : this.closing.get(namespace);
    return closing === undefined || this.byService.has(qualified(name, namespace)) ? undefined : closing;
  }

  /** What closes a namespace, or the mesh. */
  public closed(namespace: string | undefined): readonly Default[] {
    return [...namespace === undefined ? NONE : this.defaults.get(namespace) ?? NONE, ...this.defaults.get(undefined) ?? NONE];
  }

  /**
   * The policies that hold for a Service: its own, those of Services in front of it, and those for pods with labels that its pods
   * have. Pods of which no labels are known are taken for those of the Service in front.
   */
  public of({ name, namespace, podSelector }: Backend): readonly Policy[] {
    const service = qualified(name, namespace);
    const own = (this.byService.get(service) ?? NONE).filter(({ model: { destination } }) => !areApart(destination.podSelector, podSelector));
    const inFront = this.inFrontOf(service).filter(({ model: { destination }, target }) =>
      (target._dialects.access.behind !== undefined && destination.subset === undefined) || maySelect(destination.podSelector, podSelector));
    const byPods = podSelector === undefined ? NONE : this.byPods.get(namespace ?? '')?.choosing(podSelector) ?? NONE;
    const all = [...own, ...inFront, ...byPods];
    return all.length < 2 ? all : [...new Set(all)];
  }

  /** The pods of a Service that no policy closes, so that the default of the namespace or of the mesh holds for them. */
  public unclosed(backend: Backend): Unclosed {
    const closing = this.of(backend);
    const isForAll = ({ model: { namespace, destination: { service, podSelector, subset } } }: Policy) =>
      subset === undefined || service !== backend.name || namespace !== (backend.namespace ?? '')
      || (podSelector !== undefined && backend.podSelector !== undefined && isWithin(podSelector, backend.podSelector));
    if (closing.length === 0) return 'all';
    if (closing.some(isForAll)) return 'none';
    const [{ model: { destination: first } }] = closing;
    return closing.some(({ model: { destination } }) => areApart(destination.podSelector, first.podSelector)) ? 'beside several' : 'beside a subset';
  }

  /** Those of Services whose requests come to this one. */
  private inFrontOf(service: string): readonly Policy[] {
    const sources = this.traffic.sourcesOf(service);
    if (sources.length === 1) return this.byService.get(sources[0]) ?? NONE;
    const known = this.inFront.get(service);
    if (sources.length === 0 || known?.sources === sources) {
      return known?.policies ?? NONE;
    }
    const policies = flatMap(sources, source => this.byService.get(source) ?? []);
    this.inFront.set(service, { sources, policies });
    return policies;
  }
}

const NONE: readonly never[] = [];
