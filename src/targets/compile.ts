import { asking, elsewhere } from './elsewhere';
import type { MeshTarget } from './mesh-target';
import { podsOfServices } from './service-pods';
import { Unsupported } from './unsupported';
import type { Claim } from '../dialects/contract/claim';
import type { Addition, Dialect, DialectOf, ExposedRelease } from '../dialects/contract/dialect';
import { givenLabelRefusals } from '../dialects/contract/given-labels';
import type { Manifest } from '../dialects/contract/manifest';
import type { Refusal } from '../dialects/contract/refusal';
import type { Rendering } from '../dialects/contract/rendering';
import { refusing } from '../dialects/contract/rendering';
import { reservedRefusals } from '../dialects/contract/reserved';
import type { Support } from '../dialects/contract/support';
import type { Renderers, TargetDialects } from '../dialects/contract/target-dialects';
import { coded, type Diagnostic } from '../errors/coded';
import { unsupported } from '../errors/diagnostics';
import { listed } from '../errors/words';
import type { AccessModel } from '../model/access';
import type { ExposureModel } from '../model/exposure';
import { HANDLING_FEATURES, TRAFFIC_FEATURES, withoutHandling, withoutTraffic } from '../model/features/handling';
import type { RouteFeature } from '../model/features/route';
import { RULE_DETAILS } from '../model/features/route';
import type { Every } from '../model/fields';
import type { Kind, Kinds } from '../model/kinds';
import { KINDS } from '../model/kinds';
import { flatMap } from '../model/lists';
import type { MovingField } from '../model/moving-field';
import type { ReleaseModel } from '../model/release';
import type { PortRoute, RouteModel, RouteRule } from '../model/route';
import { ruleNumber } from '../model/route';
import type { Backend } from '../model/service-ref';

/** What a target makes of a model: manifests, or errors and no manifests. */
export interface Compilation {
  readonly manifests: readonly Manifest[];
  readonly errors: readonly string[];
  /** What no other construct may have in this target. */
  readonly claims: readonly Claim[];
  /** What was left out of the manifests, if the target has `Unsupported.WARN`. */
  readonly leftOut: readonly string[];
  /** Of a route: the part that is rendered; absent if no route is rendered. */
  readonly route?: RouteModel;
}

export function compile<K extends Exclude<Kind, 'routes' | 'release'>>(kind: K, target: MeshTarget, model: Kinds[K]['model']): Compilation {
  return compiled(kind, target, model);
}

function compiled<K extends Kind>(kind: K, target: MeshTarget, model: Kinds[K]['model']): Compilation {
  const renderers: Renderers = target._dialects;
  const dialect: DialectOf<K> = renderers[kind];
  const { manifests, refusals } = renderingOf(kind, dialect, model, target._dialects);
  const claims = [...podsOfServices(kind, model), ...claimsOf(dialect, model)];
  return { manifests, errors: errorsOf(target.id, kind, model, dialect, refusals), claims, leftOut: [] };
}

/**
 * A grant stands beside its policy, which has laid the claims of both. One whose policy is elsewhere adds to no policy that is here, and goes with
 * others of its kind.
 */
function claimsOf<K extends Kind>(dialect: DialectOf<K>, model: Kinds[K]['model'] & { readonly grant?: AccessModel['grant'] }): readonly Claim[] {
  switch (model.grant) {
    case undefined: return dialect.claims(model);
    case 'here': return [];
    case 'elsewhere': return flatMap(dialect.claims(model), claim => {
      if (claim.by === 'requests') return [];
      return claim.on === 'allowances' ? claim : claim.by === 'labels' ? { ...claim, says: [ELSEWHERE] } : { ...claim, says: ELSEWHERE };
    });
  }
}

const ELSEWHERE = 'granted beside a policy of another app';

/** A release that the controller of the target moves. */
export function compileRelease(target: MeshTarget, model: ReleaseModel): Compilation {
  const compilation = compiled('release', target, model);
  return compilation.errors.length === 0 ? { ...compilation, route: model.route } : compilation;
}

export function compileRoute(target: MeshTarget, model: RouteModel): Compilation {
  const dialect = target._dialects.routes;
  const leftOut: string[] = [];
  let rest = model;
  let { manifests, refusals } = renderingOf('routes', dialect, rest, target._dialects);
  while (target._unsupported === Unsupported.WARN && refusals.some(r => r.feature !== undefined)) {
    leftOut.push(...sentences(target.id, 'routes', model, dialect, refusals.filter(r => r.feature !== undefined)).map(({ sentence }) => sentence));
    rest = without(rest, refusals);
    ({ manifests, refusals } = renderingOf('routes', dialect, rest, target._dialects));
  }
  const errors = errorsOf(target.id, 'routes', model, dialect, refusals);
  const isRendered = errors.length === 0 && rest.ports.some(port => port.rules.length > 0);
  return { manifests: isRendered ? manifests : [], errors, claims: [...podsOfServices('routes', model), ...dialect.claims(model)], leftOut, ...(isRendered && { route: rest }) };
}

/** An exposure of a release that the controller of the target moves, and what that adds to the objects of the release. */
export function compileExposed(
  target: MeshTarget, model: ExposureModel, release: ReleaseModel,
): Compilation & { readonly additions: readonly Addition[]; readonly moves: readonly MovingField[] } {
  const { exposure, refusals, rendered, additions, moves } = target._dialects.release.exposes?.(release, model) ?? UNCHANGED(model);
  const compilation = compile('exposure', target, exposure);
  const errors = [...compilation.errors, ...errorsOf(target.id, 'exposure', model, target._dialects.exposure, refusals)];
  return errors.length > 0 ? { ...compilation, manifests: [], errors, additions: [], moves: [] }
    : {
      ...compilation,
      manifests: rendered(compilation.manifests),
      additions: additions(compilation.manifests),
      moves: moves?.(compilation.manifests) ?? [],
    };
}

const UNCHANGED = (exposure: ExposureModel): ExposedRelease => ({ exposure, refusals: [], rendered: manifests => manifests, additions: () => [] });

/** What a target renders of a policy for a backend of its Service; `undefined` if the policy holds there as it is. */
export function compileBehind(target: MeshTarget, model: AccessModel, backend: Backend): (Compilation & { readonly key: string }) | undefined {
  const said = inWordsOf(target._dialects.access, model);
  const part = isRefused(said) ? undefined : target._dialects.access.behind?.(said, backend);
  if (part === undefined) {
    return undefined;
  }
  const { key, claims, refusals, manifests } = part;
  return {
    key, manifests, errors: errorsOf(target.id, 'access', model, target._dialects.access, refusals), claims: model.grant === undefined ? claims : [], leftOut: [],
  };
}

/** The uses of features that the dialect lacks are refused; then what it refuses of those it has, and what is reserved to the mesh. */
function renderingOf<K extends Kind>(
  kind: K, dialect: DialectOf<K>, model: Kinds[K]['model'], { reserved, services }: TargetDialects,
): Rendering<Kinds[K]['feature']> {
  const said = inWordsOf(dialect, model);
  if (isRefused(said)) {
    return refusing(said);
  }
  const lacking: Refusal<Kinds[K]['feature']>[] = [];
  for (const use of KINDS[kind].uses(said)) {
    const support = dialect.supports[use.feature];
    if (support.level === 'none') lacking.push({ ...use, reason: support.reason, remedy: support.remedy });
  }
  if (lacking.length > 0) {
    return refusing(lacking);
  }
  const own = dialect.render(said);
  const kept = [
    ...reservedRefusals(kind, reserved, model),
    ...services.byLabels && services.byGivenLabels === undefined ? givenLabelRefusals(kind, model) : [],
  ];
  return kept.length === 0 ? own : refusing<Kinds[K]['feature']>([...own.refusals, ...kept]);
}

/** The same model for an API that has allowances only, or what of it is refused. */
function inWordsOf<Model, Feature extends string>(dialect: Dialect<Model, Feature>, model: Model): Model | readonly Refusal<Feature>[] {
  return dialect.inAllowances === undefined ? model : dialect.inAllowances(model);
}

function isRefused<Model, Feature>(said: Model | readonly Refusal<Feature>[]): said is readonly Refusal<Feature>[] {
  return Array.isArray(said);
}

/**
 * The model without refused features: handling of requests is left out, a rule that sends requests elsewhere is dropped as a
 * whole, and all rules are dropped if the model as a whole is refused.
 */
function without(model: RouteModel, refusals: readonly Refusal<RouteFeature>[]): RouteModel {
  const at = (port: number, rule: number) => flatMap(refusals.filter(r =>
    (r.port === undefined || r.port === port) && (r.ruleIndex === undefined || r.ruleIndex === rule)), r => r.feature ?? []);
  return {
    ...model,
    traffic: withoutTraffic(model.traffic, flatMap(refusals, r => r.feature ?? [])),
    ports: model.ports.map(port => ({
      ...port,
      traffic: portTrafficWithout(port, flatMap(refusals.filter(r => r.port === undefined || r.port === port.port), r => r.feature ?? [])),
      rules: flatMap(port.rules, (rule, i) => {
        const features = at(port.port, i);
        return features.every(isLeftOutAlone) ? [withoutRefused(rule, features)] : [];
      }),
    })),
  };
}

function portTrafficWithout({ traffic }: PortRoute, features: readonly RouteFeature[]): PortRoute['traffic'] {
  return traffic === undefined || features.includes('PortTraffic') ? undefined : withoutTraffic(traffic, features);
}

function isLeftOutAlone(feature: RouteFeature): boolean {
  // Without its answer, a rule has nowhere to send its requests.
  return !['RequestRedirect', 'DirectResponse', 'DirectResponseStatus'].includes(feature) && [HANDLING_FEATURES, TRAFFIC_FEATURES, RULE_DETAILS].some(features => feature in features);
}

function withoutRefused({ name, matches, clients, backends, handling, written }: RouteRule, features: readonly RouteFeature[]): Every<RouteRule> {
  return {
    name: features.includes('HTTPRouteNamedRouteRule') ? undefined : name,
    matches,
    clients,
    backends: backends.map(({ requestHeaders, responseHeaders, ...backend }) => ({
      ...backend,
      ...(features.includes('HTTPRouteBackendRequestHeaderModification') ? {} : { requestHeaders }),
      ...(features.includes('BackendResponseHeaderModification') ? {} : { responseHeaders }),
    })),
    handling: withoutHandling(handling, features),
    written,
  };
}

function errorsOf<K extends Kind>(
  targetId: string, kind: K, model: Kinds[K]['model'], dialect: DialectOf<K>, refusals: readonly Refusal<Kinds[K]['feature']>[],
): string[] {
  return sentences(targetId, kind, model, dialect, refusals).map(coded);
}

/** One sentence per reason: it names all that is refused for it. */
function sentences<K extends Kind>(
  targetId: string, kind: K, model: Kinds[K]['model'], dialect: DialectOf<K>, refusals: readonly Refusal<Kinds[K]['feature']>[],
): Diagnostic[] {
  if (refusals.length === 0) {
    return [];
  }
  const names: Readonly<Record<Kinds[K]['feature'], string>> = KINDS[kind].features;
  const byReason = new Map<string, Refusal<Kinds[K]['feature']>[]>();
  for (const refusal of refusals) {
    const key = JSON.stringify([refusal.reason, refusal.remedy]);
    byReason.set(key, [...byReason.get(key) ?? [], refusal]);
  }
  const asked = asking(kind, dialects => renderingOf<K>(kind, (dialects as Renderers)[kind], model, dialects).refusals);
  return [...byReason.values()].map(same => {
    const what = new Set(same.map(r => r.what ?? names[r.feature]));
    const places = new Set(flatMap(same, refusal => placeOf(model, refusal)));
    const [{ reason, remedy }] = same;
    return unsupported(kind, targetId, listed([...what]) + (places.size > 0 ? ` (${listed([...places])})` : ''), reason,
      remedy ?? `${otherwise(dialect, same)} it out${elsewhere(kind, flatMap(same, r => r.feature ?? []), asked)}`);
  });
}

function placeOf(model: Kinds[Kind]['model'], { port, ruleIndex }: { readonly port?: number; readonly ruleIndex?: number }): string[] {
  if (port === undefined || ruleIndex === undefined) {
    return port === undefined ? [] : [`port ${port}`];
  }
  const route = 'route' in model ? model.route : 'traffic' in model ? model : undefined;
  const rules = route?.ports.find(one => one.port === port)?.rules ?? [];
  return [`rule ${ruleIndex in rules ? ruleNumber(rules, ruleIndex) : ruleIndex + 1} on port ${port}`];
}

/** How to express it in the same target. */
function otherwise<K extends Kind>(dialect: DialectOf<K>, refusals: readonly Refusal<string>[]): string {
  const { PathTemplateMatching: template }: { readonly [feature: string]: Support | undefined } = dialect.supports;
  return template?.level === 'full' && refusals.every(({ feature }) => feature === 'PathRegexMatching')
    ? 'Write the path as a `pathTemplate` or a `pathPrefix`. Or leave' : 'Leave';
}
