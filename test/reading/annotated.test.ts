import * as fc from 'fast-check';
import { answerTo } from './requests';
import { requests } from './routes/gateway-api';
import { readOutcome } from './routes/outcome';
import { reading } from './world';
import { withApps } from '../oracle/differences/apps';
import { request } from '../oracle/differences/entering';
import { APIS as LEAVING, call } from '../oracle/differences/leaving';
import { isOfMesh } from '../oracle/differences/pairs';
import { APIS as ENTERING } from '../oracle/differences/sides';
import { leaves } from '../oracle/foreign/leaving';
import { IN_THE_MESH } from '../oracle/foreign/routes';

/** What people and their tools write on every object says nothing to a mesh, and leaves known what is known without it. */

const MARKS = {
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'example.com/owner': 'shop' },
  labels: { 'app.kubernetes.io/managed-by': 'Helm', 'example.com/team': 'shop' },
} as const;

const CASES = 60;

function marked(manifests: readonly any[]): any[] {
  return manifests.map(one => !isOfMesh(one) ? one : {
    ...one,
    metadata: {
      ...one.metadata,
      annotations: { ...one.metadata.annotations, ...MARKS.annotations },
      labels: { ...one.metadata.labels, ...MARKS.labels },
    },
  });
}

test.each(Object.entries(ENTERING))('who gets in by %s', (_, { policies, mesh }) => {
  fc.assert(fc.property(policies.map(withApps), fc.array(request, { minLength: 5, maxLength: 5 }), (manifests, some) => {
    const [plain, other] = [manifests, marked(manifests)].map(all => reading(all, 'default', mesh));
    expect(some.map(one => answerTo(other, one))).toEqual(some.map(one => answerTo(plain, one)));
  }), { numRuns: CASES });
});

test.each(Object.entries(LEAVING))('what leaves by %s', (_, { policies, mesh }) => {
  fc.assert(fc.property(policies.map(withApps), fc.array(call, { minLength: 5, maxLength: 5 }), (manifests, some) => {
    const [plain, other] = [manifests, marked(manifests)].map(all => reading(all, 'default', mesh));
    expect(some.map(one => leaves(other, one))).toEqual(some.map(one => leaves(plain, one)));
  }), { numRuns: CASES });
});

test.each(Object.entries(IN_THE_MESH))('where requests go by %s', (_, { programs, mesh }) => {
  const asked = programs.chain(one => fc.tuple(fc.constant(one), fc.array(requests(one), { minLength: 5, maxLength: 5 })));
  fc.assert(fc.property(asked, ([{ manifests }, some]) => {
    const [plain, other] = [manifests, marked(manifests)].map(all => reading(all, 'default', mesh));
    expect(some.map(one => readOutcome(other, one))).toEqual(some.map(one => readOutcome(plain, one)));
  }), { numRuns: CASES });
});
