import type { Canary } from './canary';
import type { Rollout } from './rollout';
import { servicesOf } from './rollout-services';
import type { World } from './world';
import type { Finding, Subject } from '../inventory';

/** What one controller releases. */
interface Claim {
  readonly subject: Subject;
  readonly what: string;
  readonly path: string;
  readonly workload?: Subject;
}

/** Workloads and Services that two controllers release. The later of two is at fault. */
export function controllerFindings(canaries: readonly Canary[], rollouts: readonly Rollout[], world: World): Finding[] {
  const known = new Map<string, Claim[]>();
  const told = new Set<Subject>();
  return [...canaries.flatMap(claimsOfCanary), ...rollouts.flatMap(claimsOfRollout)].flatMap(({ key, ...claim }) => {
    const earlier = known.get(key) ?? [];
    known.set(key, [...earlier, claim]);
    if (told.has(claim.subject)) return [];
    const other = earlier.find(({ subject, workload }) =>
      subject !== claim.subject && workload === claim.workload && world.sees(claim.subject, subject));
    if (other === undefined) return [];
    told.add(claim.subject);
    return [{
      subject: claim.subject,
      check: 'controllers',
      path: claim.path,
      message: `is ${claim.what}, which ${other.subject.manifest.kind} '${other.subject.manifest.metadata?.name}' releases, too, and each undoes what the `
        + 'other does. Leave one of the two out',
      isError: true,
    } satisfies Finding];
  });
}

function claimsOfCanary({ subject, namespace, target, apex, service, workload }: Canary): (Claim & { readonly key: string })[] {
  return [
    { key: `${target.kind} ${namespace}/${target.name}`, subject, what: `${target.kind} '${target.name}'`, path: 'spec.targetRef', workload },
    {
      key: `Service ${namespace}/${apex}`,
      subject,
      what: `Service '${apex}'`,
      workload: undefined,
      path: service.name === undefined ? 'spec.targetRef' : 'spec.service.name',
    },
  ];
}

function claimsOfRollout(rollout: Rollout): (Claim & { readonly key: string })[] {
  const { subject, namespace, workloadRef, workload } = rollout;
  const ofWorkload = workloadRef === undefined ? [] : [{
    key: `${workloadRef.kind} ${namespace}/${workloadRef.name}`,
    subject,
    what: `${workloadRef.kind} '${workloadRef.name}'`,
    path: 'spec.workloadRef',
    workload,
  }];
  return [...ofWorkload, ...servicesOf(rollout).map(({ path, name }) => ({ key: `Service ${namespace}/${name}`, subject, what: `Service '${name}'`, path }))];
}
