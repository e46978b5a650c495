import { App, Chart, Testing } from 'cdk8s';
import type { MeshTarget } from '../src';
import { MeshImplementation, MeshTargets, MeshTarget as Target } from '../src';
import { expectValid } from './schema';

/** The targets that every case has an answer for. */
export const TARGETS = {
  smi: () => Target.smi({ id: 'smi' }),
  gatewayApi: () => Target.gatewayApi({ id: 'gateway' }),
  istio: () => Target.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }),
  linkerd: () => Target.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD }),
} as const;

export type TargetName = keyof typeof TARGETS;

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

/** One test per target, so that a new target does not compile until each case has an answer for it. */
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
  });
}

/** Share of each backend, by the first rule without matches. */
export function shares(route: any): Record<string, number> {
  const backends = route.kind === 'TrafficSplit'
    ? route.spec.backends.map((b: any) => [b.service, Number(b.weight)])
    : route.spec.rules.find((rule: any) => rule.matches === undefined).backendRefs.map((b: any) => [b.name, b.weight]);
  const total = backends.reduce((sum: number, [, weight]: any) => sum + weight, 0);
  return Object.fromEntries(backends.map(([service, weight]: any) => [service, weight / total]));
}

export function ofKind(manifests: readonly any[], kind: string): any[] {
  return manifests.filter(m => m.kind === kind);
}
