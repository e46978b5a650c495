import { release } from './release';
import type { FlaggerModel } from '../../model/delivery';
import type { Controller } from '../contract/controller';
import { unable } from '../contract/dialect';

/** Flagger: one Canary, which makes everything else. */
export const flagger: Controller<FlaggerModel, 'Flagger'> = {
  title: 'Flagger',
  code: "Delivery.flagger({ prometheus: '…' })",
  least: { prometheus: 'http://prometheus:9090', selectorLabels: ['app', 'name', 'app.kubernetes.io/name'], revertOnDeletion: true },
  release: (target, options) => {
    const { moved } = target.deliverable;
    return moved.api === 'none' ? unable('release', moved.reason, moved.remedy) : release(target, moved, options);
  },
};
