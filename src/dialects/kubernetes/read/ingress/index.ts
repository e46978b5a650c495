import { entriesOf, perhaps } from './entries';
import { ingressOf } from './ingress';
import type { Entry } from '../../../../meaning/world';
import { annotations } from '../../../../reading/cluster/object';
import type { ReadObject } from '../../../../reading/objects';
import type { Reader } from '../../../../reading/reader';

/**
 * Ways in by the controllers of Ingress, which share the rules of all that name their class.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export const INGRESS: Reader = {
  title: 'Ingress',
  kinds: { 'networking.k8s.io': ['Ingress', 'IngressClass'] },
  reach: () => () => ({ pods: 'nowhere', ways: 'anywhere' }),
  read: (objects, cluster) => {
    const [byDefault, ...others] = objects.filter(({ kind }) => kind === 'IngressClass').filter(isDefault);
    const isOpen = byDefault === undefined || others.length > 0;
    const all = objects.filter(({ kind }) => kind === 'Ingress').map(object => ingressOf(object, cluster));
    const classless = all.filter(({ className }) => className === undefined);
    const classes = new Set(all.map(({ className = isOpen ? NO_CLASS : byDefault.name }) => className));
    const ofClass = (name: string) => [
      ...all.filter(({ className }) => className === name),
      ...isOpen ? classless.map(perhaps) : name === byDefault.name ? classless : [],
    ];
    let entries: readonly Entry[] | undefined;
    return { entries: () => entries ??= [...classes].flatMap(name => entriesOf(name, ofClass(name))) };
  },
};

/** Stands for the class of an Ingress that names none, where no class is the default. */
const NO_CLASS = '-';

/** Nothing else is asked of a class. */
function isDefault({ fields }: ReadObject): boolean {
  const marks = annotations(fields.field('metadata').field('annotations'));
  fields.take();
  return marks['ingressclass.kubernetes.io/is-default-class'] === 'true';
}
