import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { documentsIn } from '../../../src/manifests/documents';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import type { OldMesh } from '../../../src/migrate/policies/old-meshes';
import { print } from '../../../src/migrate/program';
import type { TargetName } from '../../../src/migrate/targets';

/** Migrates some manifests, with gateways of the class `istio`. */
export function movedTo(target: TargetName, from: OldMesh, manifests: readonly object[]): Moved {
  const documents = [...documentsIn('old.json', manifests.map(one => JSON.stringify(one)).join('\n---\n'))];
  return movePolicies(documents, { from, targets: [target], unsaid: 'allowed', gatewayClass: 'istio' }, { difference: differenceLine, unsure: unsureLine });
}

/** The constructs of gateways and of what they expose. */
export function entrancesOf(all: Moved): string {
  const blocks = print(all.program).split(/\n\n|(?<=\);)\n {2}\}/).filter(block => /new (?:SharedGateway|Exposure)\(/.test(block));
  return blocks.map(block => block.replace(/^ {4}\/\/ (?!TODO|new).*\n/gm, '').replace(/^ {4}/gm, '')).join('\n');
}

export function verdicts({ judged }: Moved): Record<string, string> {
  return Object.fromEntries(judged.map(({ document: { kind, name }, verdict, reasons }) => [`${kind} ${name}`, [verdict, ...reasons.slice(0, 1).map(({ message }) => message)].join(': ')]));
}

/** What differs, or may. */
export function changes({ compared: [{ differences, unsure }] }: Moved): string[] {
  return [...differences.map(differenceLine), ...unsure.map(unsureLine)];
}
