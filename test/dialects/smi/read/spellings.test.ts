import * as fc from 'fast-check';
import { readSmi } from '../../../../src/dialects/smi/read';
import type { ServiceName } from '../../../../src/dialects/smi/read/tree';
import { documentsIn } from '../../../../src/manifests/documents';
import { choices, worlds, written } from '../../../oracle/smi/worlds';

/** What the files say, whatever their order and spelling; also whether anything is unknown. */
function said(texts: readonly string[]): unknown[] {
  const documents = texts.flatMap((text, i) => [...documentsIn(`${i}.yaml`, text)]);
  return documents.map(({ file, content }) => {
    const object: any = 'broken' in content ? undefined : readSmi(file, content);
    const { place, version, annotations, findings, ...rest } = object;
    return { ...unplaced(rest), unknown: findings.filter(({ isUnknown }: any) => isUnknown) };
  }).sort((a: any, b: any) => `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1);
}

function unplaced(value: any, namespace = value?.namespace): any {
  if (Array.isArray(value)) return value.map(item => unplaced(item, namespace));
  if (typeof value !== 'object' || value === null) return value;
  const { place, ...rest } = value;
  if ('text' in rest) return { name: (rest as ServiceName).name, namespace: (rest as ServiceName).namespace ?? namespace };
  return Object.fromEntries(Object.entries(rest).map(([name, below]) => [name, unplaced(below, namespace)]));
}

test('the same is read, in whichever version, form and order it is written', () => {
  fc.assert(fc.property(worlds, choices, choices, (world, one, other) => {
    const read = said(written(world, one));

    expect(read).toHaveLength(world.groups.length + world.routes.length + world.targets.length + world.splits.length);
    expect(read.filter((object: any) => object.unknown.length > 0)).toEqual([]);
    expect(said(written(world, other))).toEqual(read);
  }));
});

test('what is read is what is meant', () => {
  fc.assert(fc.property(worlds, choices, (world, how) => {
    const read = said(written(world, how)) as any[];
    const find = (kind: string, name: string) => read.find(object => object.kind === kind && object.name === name);

    for (const { name, matches } of world.groups) {
      expect(find('HTTPRouteGroup', name).matches).toEqual(matches.map(({ headers, ...match }) => ({
        ...match,
        headers: [...headers].map(([header, value]) => ({ name: header.toLowerCase(), value })).sort((a, b) => a.name < b.name ? -1 : 1),
      })));
    }
    for (const { kind, name, ports } of world.routes) expect(find(kind, name).ports).toEqual(ports);
    for (const { name, destination, port, sources, rules } of world.targets) {
      const subject = (account: object) => ({ kind: 'ServiceAccount', ...account });
      expect(find('TrafficTarget', name)).toMatchObject({ destination: subject(destination), port, sources: sources.map(subject), rules });
    }
    for (const { name, service, backends, groups } of world.splits) {
      const { root, ...split } = find('TrafficSplit', name);
      const sum = (all: readonly { readonly weight: number }[]) => all.reduce((total, { weight }) => total + weight, 0);

      expect({ root, groups: split.groups }).toEqual({ root: { name: service, namespace: 'shop' }, groups });
      expect(split.backends.map((one: any) => [one.service.name, one.weight * sum(backends)]))
        .toEqual(backends.map(one => [one.service, one.weight * sum(split.backends)]));
    }
  }));
});
