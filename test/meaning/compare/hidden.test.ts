import * as fc from 'fast-check';
import type { Differences, Target } from '../../../src/meaning/compare/difference';
import type { ReadMesh } from '../../../src/reading/mesh';
import { CASES, clusterOf } from '../../migrate/routes/moved';
import { withApps } from '../../oracle/differences/apps';
import { APIS as LEAVING } from '../../oracle/differences/leaving';
import { compared, isOfMesh } from '../../oracle/differences/pairs';
import { APIS as ENTERING } from '../../oracle/differences/sides';

/**
 * What is not understood hides no difference: it may mean nothing, and then something changes. So a change that is told where all is understood is
 * told, or not known, where an object on both sides says something more that nobody here knows.
 */

interface World {
  readonly manifests: readonly any[];
  readonly beside: readonly object[];
}

interface Api {
  readonly worlds: fc.Arbitrary<World>;
  readonly mesh?: ReadMesh;
}

const APIS: Readonly<Record<string, Api>> = {
  ...Object.fromEntries([
    ...Object.entries(ENTERING), ...Object.entries(LEAVING).map(([title, api]) => [`calls that leave, by ${title}`, api] as const),
  ]
    .map(([title, { policies, mesh }]) => [title, { worlds: policies.map(manifests => ({ manifests, beside: withApps([]) })), mesh }])),
  ...Object.fromEntries(Object.entries(CASES).map(([title, { programs, from, hasOnePort }]): [string, Api] => {
    const worlds = programs.map(program => ({ manifests: program.manifests, beside: clusterOf(program, hasOnePort) }));
    return [title, { worlds, mesh: from === 'network-policy' ? undefined : from }];
  })),
};

const nameOf = ({ kind, metadata }: any): string => JSON.stringify([kind, metadata.namespace, metadata.name]);

/** A change of some objects, and one on both sides that says something more. */
function changes({ worlds }: Api) {
  const ways = fc.constantFrom('less', 'more', 'both');
  return fc.tuple(worlds, worlds, fc.nat(99), ways, fc.nat(99), fc.boolean()).map(([old, others, some, how, strange, isInList]) => {
    const own = old.manifests.filter(isOfMesh);
    const more = how === 'less' ? [] : others.manifests.filter(isOfMesh).slice(-1 - some % 2);
    const gone = [...how === 'more' ? [] : [own[some % own.length]], ...own.filter(one => more.some(other => nameOf(other) === nameOf(one)))];
    const stays = own.filter(one => !gone.includes(one));
    const doubted = stays[strange % stays.length];
    const sides = (change: (one: any) => any) => [old.manifests, [...old.manifests.filter(one => !gone.includes(one)), ...more]]
      .map(all => [...old.beside, ...all.map(one => one === doubted ? change(one) : one)]);
    return { plain: sides(one => one), strange: sides(one => withMore(one, isInList)), hasDoubt: doubted !== undefined };
  }).filter(({ hasDoubt }) => hasDoubt);
}

/** Something that nobody knows: of the whole, or of the first item of a list in it. */
function withMore({ spec, ...one }: any, isInList: boolean): any {
  const list = !isInList ? undefined : Object.keys(spec ?? {}).find(key => Array.isArray(spec[key]) && typeof spec[key][0] === 'object');
  return list === undefined ? { ...one, spec: { ...spec, unheardOf: true } }
    : { ...one, spec: { ...spec, [list]: [{ ...spec[list][0], unheardOf: true }, ...spec[list].slice(1)] } };
}

/** Of ports that the files do not name, what is said of others is not told again. */
const keyOf = (to: Target): string => {
  switch (to.type) {
    case 'pods': return to.among !== undefined ? 'other ports' : JSON.stringify([to.port.pod.namespace, to.port.pod.labels, to.port.port]);
    case 'service': return JSON.stringify(to.port);
    case 'gateway': return JSON.stringify([to.gateway, to.port]);
    case 'outside': return 'outside';
  }
};

function found([old, now]: readonly (readonly any[])[], mesh: ReadMesh | undefined): Differences {
  return compared({ manifests: old, mesh }, { manifests: now, mesh });
}

test.each(Object.entries(APIS))('%s', (_, api) => {
  let told = 0;
  fc.assert(fc.property(changes(api), ({ plain, strange }) => {
    const { differences } = found(plain, api.mesh);
    if (differences.length === 0) return;
    const doubtful = found(strange, api.mesh);
    const said = new Set([...doubtful.differences, ...doubtful.unsure].flatMap(({ to }) => to === undefined ? 'anything' : keyOf(to)));
    const hidden = differences.map(({ to }) => keyOf(to)).filter(key => key !== 'other ports' && !said.has(key) && !said.has('anything'));
    const shown = () => strange.map(all => all.filter(isOfMesh).map(one => JSON.stringify(one)).join('\n')).join('\n----\n');
    if (hidden.length > 0) throw new Error(`nobody says that something may change at ${[...new Set(hidden)].join(', ')}:\n${shown()}`);
    told++;
  }), { numRuns: Number(process.env.ORACLE_CASES ?? 30) });
  expect(told).toBeGreaterThan(0);
});
