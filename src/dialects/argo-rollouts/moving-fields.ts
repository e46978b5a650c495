import { IN_PROGRESS_LABEL, POD_HASH_LABEL } from './apis';
import { flatMap } from '../../model/lists';
import type { MovingField } from '../../model/moving-field';
import type { ReleaseModel } from '../../model/release';
import type { Manifest } from '../contract/manifest';
import { movingIn, movingReplicas } from '../contract/moving-fields';

/** What the controller writes of the objects that are applied: the replicas of the Deployment, the selectors of Services, and weights. */
export function movingFields(model: ReleaseModel, routes: readonly Manifest[]): MovingField[] {
  const { route: { service }, course, stable, canary } = model;
  return [
    movingReplicas(model),
    ...[course.kind === 'switch' ? service : stable, canary].map(({ name }) => movingIn(model, '', 'Service', name, `/spec/selector/${POD_HASH_LABEL}`)),
    ...movingWeights(model, routes),
  ];
}

/** The weights of routes, and what marks them while they move. */
export function movingWeights(model: ReleaseModel, routes: readonly Manifest[]): MovingField[] {
  return flatMap(routes.filter(({ kind }) => kind in MOVED), ({ apiVersion, kind, metadata: { name, namespace }, spec }) => {
    const [weights, mark] = kind === 'VirtualService' ? [flatMap(['http', 'tcp'], list => weightsIn(spec, model, list, 'route')), []]
      : [weightsIn(spec, model, 'rules', 'backendRefs'), [`/metadata/labels/${IN_PROGRESS_LABEL.replace('/', '~1')}`]];
    return weights.length === 0 ? [] : [{
      group: apiVersion.split('/')[0], kind, name, ...(namespace !== undefined && { namespace }), jsonPointers: [...mark, ...weights],
    }];
  });
}

const MOVED = { HTTPRoute: true, GRPCRoute: true, TCPRoute: true, TLSRoute: true, VirtualService: true };

type Rules = readonly { readonly [list: string]: readonly Destination[] | undefined }[];

/** A backend of Gateway API, or a destination of Istio. */
interface Destination {
  readonly name?: string;
  readonly destination?: { readonly host: string };
}

/** The weights of both versions, in each rule that has both. */
function weightsIn(spec: object, { stable, canary }: ReleaseModel, rules: string, destinations: string): string[] {
  return flatMap((spec as Readonly<Record<string, Rules | undefined>>)[rules] ?? [], (rule, r) => {
    const names = (rule[destinations] ?? []).map(({ name, destination }) => name ?? destination?.host);
    return [stable, canary].every(({ name }) => names.includes(name))
      ? flatMap(names, (name, d) => name === stable.name || name === canary.name ? [`/spec/${rules}/${r}/${destinations}/${d}/weight`] : [])
      : [];
  });
}
