import { isDeepStrictEqual } from 'node:util';
import { App, Chart, Testing, Yaml } from 'cdk8s';
import { expectValid } from './schema';
import type { MeshTarget } from '../src';
import { MeshImplementation, MeshTargets, MeshTarget as Target, Unsupported } from '../src';
import type { Manifest } from '../src/dialects/contract/manifest';
import type { TargetDialects } from '../src/dialects/contract/target-dialects';
import type { Title } from '../src/targets/catalogue';
import { CATALOGUE } from '../src/targets/catalogue';

/**
 * The targets for which each case says what they make of it: SMI and Gateway API by themselves, and the two meshes behind it that are
 * furthest apart. All others of the catalogue render valid manifests, or refuse with a code.
 */
export const TARGETS = {
  smi: () => Target.smi({ id: 'smi' }),
  gatewayApi: () => Target.gatewayApi({ id: 'gateway' }),
  istio: () => Target.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }),
  linkerd: () => Target.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD }),
} as const;

export type TargetName = keyof typeof TARGETS;

const WRITTEN: readonly Title[] = ['SMI', 'Gateway API', 'Gateway API, Istio', 'Gateway API, Linkerd'];

/** A target with these dialects. */
export function targetOf(dialects: TargetDialects): MeshTarget {
  return Object.assign(Object.create(Target.prototype), { id: 'target', _dialects: dialects, _unsupported: Unsupported.ERROR });
}

/** A refusal, by words of its sentence. */
export function refused(...words: string[]): { readonly refused: string[] } {
  return { refused: words };
}

export function shop(target: MeshTarget, namespace: string | undefined = 'shop'): Chart {
  const app = new App();
  MeshTargets.of(app).add(target);
  return new Chart(app, 'shop', { namespace });
}

/** What a chart renders; all of it valid. */
export function synth(chart: Chart): any[] {
  const manifests = Testing.synth(chart);
  expectValid(...manifests);
  return manifests;
}

/** What CRDs have as defaults: whom references are to, and which requests a rule without matches is for. */
export const DEFAULTS = {
  gateway: { group: 'gateway.networking.k8s.io', kind: 'Gateway' },
  service: { group: '', kind: 'Service' },
  secret: { group: '', kind: 'Secret' },
  matches: [{ path: { type: 'PathPrefix', value: '/' } }],
};

/** Manifests as they are applied. */
export function applied(manifests: readonly Manifest[]): any[] {
  return manifests.map(({ shared, ...object }) => object);
}

/** What is applied, as people read it: without the marks of YAML for what is the same object twice. */
export function inYaml(manifests: Manifest | readonly Manifest[]): string {
  return Yaml.stringify(...JSON.parse(JSON.stringify(applied([manifests].flat()))));
}

/** One test per target of the catalogue. */
export function portable(
  name: string, build: (chart: Chart) => void,
  expected: { readonly [T in TargetName]: ((manifests: any[]) => void) | { readonly refused: string[] } },
): void {
  describe(name, () => {
    test.each(Object.keys(TARGETS) as TargetName[])('%s', targetName => {
      const chart = shop(TARGETS[targetName]());
      build(chart);
      const answer = expected[targetName];
      if (typeof answer === 'function') {
        answer(synth(chart));
      } else {
        expect(answer.refused.length).toBeGreaterThan(0);
        answer.refused.forEach(words => expect(() => synth(chart)).toThrow(words));
      }
    });

    test.each(CATALOGUE.filter(({ title }) => !WRITTEN.includes(title)))('$title: valid, or refused', ({ dialects }) => {
      const chart = shop(targetOf(dialects));
      build(chart);
      const errors = chart.node.root.node.findAll().flatMap(({ node }) => node.validate());
      expect(errors.filter(error => !/MESH[23]\d{3}/.test(error))).toEqual([]);
      if (errors.length === 0) {
        synth(chart);
      }
    });
  });
}

/** Share of each backend, by the first rule for all requests. */
export function shares(route: any): Record<string, number> {
  const backends = route.kind === 'TrafficSplit'
    ? route.spec.backends.map((b: any) => [b.service, Number(b.weight)])
    : route.spec.rules.find(({ matches = DEFAULTS.matches }: any) => isDeepStrictEqual(matches, DEFAULTS.matches))
      .backendRefs.map((b: any) => [b.name, b.weight]);
  const total = backends.reduce((sum: number, [, weight]: any) => sum + weight, 0);
  return Object.fromEntries(backends.map(([service, weight]: any) => [service, weight / total]));
}

export function ofKind(manifests: readonly any[], kind: string): any[] {
  return manifests.filter(m => m.kind === kind);
}
