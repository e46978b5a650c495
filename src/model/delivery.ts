/** Who moves the releases of a target. */
export type DeliveryModel =
  | { readonly by: 'flagger'; readonly options: FlaggerModel }
  | { readonly by: 'argoRollouts'; readonly options: ArgoRolloutsModel };

export interface FlaggerModel {
  /** Address of the Prometheus that it asks. */
  readonly prometheus: string;
  /** The labels of which it changes the first that a Deployment selects its pods by. */
  readonly selectorLabels: readonly string[];
  /** Address of the load tester, which approves. */
  readonly gate?: string;
  readonly revertOnDeletion: boolean;
}

export interface ArgoRolloutsModel {
  /** Address of the Prometheus that it asks. */
  readonly prometheus: string;
}
