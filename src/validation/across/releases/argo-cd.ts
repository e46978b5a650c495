import type { World } from './world';
import { groupKindOf, list, map, namespaceOfObject, type Subject } from '../inventory';

export const APPLICATION = 'argoproj.io Application';

/** What an Application of Argo CD ignores of an object. */
export interface Ignored {
  readonly application: Subject;
  readonly path: string;
  readonly isRespected: boolean;
}

/** Whether an Application of Argo CD leaves a field of an object to whoever else writes it. */
export function isLeftAlone(subject: Subject, pointer: string, world: World): boolean {
  return ignoredBy(subject, pointer, world).some(({ isRespected }) => isRespected);
}

export function ignoredBy({ manifest }: Subject, pointer: string, world: World): readonly Ignored[] {
  const [kind, group = ''] = groupKindOf(manifest).split(' ').reverse();
  return world.of(APPLICATION).flatMap(application => list(application.manifest.spec?.ignoreDifferences).flatMap((entry, i): Ignored[] => {
    const isMeant = [[entry.group, group], [entry.kind, kind], [entry.name, manifest.metadata?.name], [entry.namespace, namespaceOfObject(manifest)]]
      .every(([asked, value]) => asked === undefined || asked === '' || asked === '*' || asked === value) && (entry.group || group === '');
    return isMeant && hasField(entry, pointer) ? [{
      application, path: `spec.ignoreDifferences[${i}]`, isRespected: hasOption(application, 'RespectIgnoreDifferences=true'),
    }] : [];
  }));
}

/** Whether the field, or a part of it, is among what is ignored. */
function hasField({ jsonPointers, jqPathExpressions, managedFieldsManagers }: any, pointer: string): boolean {
  const texts = (values: unknown) => Array.isArray(values) ? values.map(String) : [];
  return texts(managedFieldsManagers).length > 0
    || texts(jsonPointers).some(text => `${pointer}/`.startsWith(`${text}/`) || text.startsWith(`${pointer}/`))
    || texts(jqPathExpressions).some(text => text.startsWith(pointer.replaceAll('/', '.')));
}

export function hasOption({ manifest }: Subject, option: string): boolean {
  const { syncOptions } = map(map(manifest.spec).syncPolicy);
  return Array.isArray(syncOptions) && syncOptions.includes(option);
}
