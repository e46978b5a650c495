import type { ArgoRolloutsModel } from '../../model/delivery';
import type { Controller } from '../contract/controller';
import { unable } from '../contract/dialect';

/** Argo Rollouts: a Rollout beside the routes of the target, whose weights it moves. */
export const argoRollouts: Controller<ArgoRolloutsModel, 'Argo Rollouts'> = {
  title: 'Argo Rollouts',
  code: "Delivery.argoRollouts({ prometheus: '…' })",
  least: { prometheus: 'http://prometheus:9090' },
  release: ({ deliverable: { moved } }) => moved.api === 'none' ? unable('release', moved.reason, moved.remedy) : unable('release', 'not yet'),
};
