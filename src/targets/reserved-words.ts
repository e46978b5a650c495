import type { MeshTarget } from './mesh-target';
import { reservedMetadata } from '../dialects/contract/reserved';
import { reservedWord } from '../errors/diagnostics';

type Words = Readonly<Record<string, string>>;

/** Labels and annotations, of a construct and of its chart, by which a target would read objects otherwise than they are meant. */
export function reservedWords({ id, _dialects: { reserved } }: MeshTarget, labels: Words, annotations: Words, ofChart: Words): string[] {
  // As it mostly is.
  if ([labels, annotations, ofChart].every(words => Object.keys(words).length === 0)) return [];
  return [
    ...reservedMetadata(reserved, 'label', Object.keys(labels)).map(one => ({ ...one, where: 'the label' })),
    ...reservedMetadata(reserved, 'annotation', Object.keys(annotations)).map(one => ({ ...one, where: 'the annotation' })),
    ...reservedMetadata(reserved, 'label', Object.keys(ofChart), true).map(one => ({ ...one, where: 'the label of the chart' })),
  ].map(({ where, key, why, remedy }) => reservedWord(id, `${where} '${key}'`, why, remedy));
}
