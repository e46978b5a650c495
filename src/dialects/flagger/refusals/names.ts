import type { ReleaseModel, Version } from '../../../model/release';
import type { Refusal } from '../../contract/refusal';
import { canaryOf, primaryOf } from '../made';

/** No field of a Canary names what Flagger makes. */
export function nameRefusals({ route: { service }, stable, canary, workload }: ReleaseModel): Refusal<never>[] {
  const tooLong = [
    ...longer(63, 'Service', service.name, 'Service'),
    ...longer(253, 'Deployment', workload.name, 'Deployment'),
    ...workload.autoscaler === undefined ? [] : longer(253, 'autoscaler', workload.autoscaler.name, workload.autoscaler.kind),
  ];
  return tooLong.length > 0 ? tooLong : [
    ...called(stable, primaryOf(service.name), 'the stable version'), ...called(canary, canaryOf(service.name), 'the new version'),
  ];
}

function longer(most: number, what: string, name: string, kind: string): Refusal<never>[] {
  const primary = primaryOf(name);
  return primary.length <= most ? [] : [{
    what: `${what} '${name}'`,
    reason: `Flagger makes ${kind} '${primary}', and that name has more than ${most} characters`,
    remedy: `Give the ${what} a name of at most ${most - (primary.length - name.length)} characters`,
  }];
}

function called({ name }: Version, made: string, version: string): Refusal<never>[] {
  return name === made ? [] : [{
    what: `'${name}' as ${version}`,
    reason: `Flagger makes the Service of ${version}, and calls it '${made}'`,
    remedy: `Call it so: \`variant('${made}')\` of the Service that is released`,
  }];
}
