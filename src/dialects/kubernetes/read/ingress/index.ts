import { classOf, controllerOf } from './controllers';
import { entriesOf, perhaps } from './entries';
import { classNameOf, ingressOf } from './ingress';
import type { Entry } from '../../../../meaning/world';
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
    const known = objects.filter(({ kind }) => kind === 'IngressClass').map(classOf);
    const [byDefault, ...others] = known.filter(({ isDefault }) => isDefault);
    const isOpen = byDefault === undefined || others.length > 0;
    const otherwise = isOpen ? undefined : byDefault.name;
    const all = objects.filter(({ kind }) => kind === 'Ingress')
      .map(object => {
        const className = classNameOf(object) ?? otherwise;
        const doubt = known.find(one => one.name === className && one.doubt !== undefined)?.doubt;
        const one = ingressOf(object, cluster, controllerOf(className, known));
        return doubt === undefined ? one : { ...one, doubt: one.doubt ?? doubt };
      });
    const classless = all.filter(({ className }) => className === undefined);
    const classes = new Set(all.map(({ className = otherwise ?? NO_CLASS }) => className));
    const ofClass = (name: string) => [
      ...all.filter(({ className }) => className === name),
      ...isOpen ? classless.map(perhaps) : name === byDefault.name ? classless : [],
    ];
    let entries: readonly Entry[] | undefined;
    return { entries: () => entries ??= [...classes].flatMap(name => entriesOf(name, ofClass(name), controllerOf(name, known), cluster)) };
  },
};

/** Stands for the class of an Ingress that names none, where no class is the default. */
const NO_CLASS = '-';
