import type { FactoryKey } from '../input/factory';
import { checkFactory } from '../input/factory';
import { listOf, optional, record, TEXT } from '../input/shape';
import type { MovingField } from '../model/moving-field';

/**
 * An entry of `ignoreDifferences` of an Application of Argo CD.
 */
export interface ArgoCdIgnoredDifference {
  /**
   * The API group of the object; empty for the core group.
   */
  readonly group: string;

  /**
   * The kind of the object.
   */
  readonly kind: string;

  /**
   * The name of the object.
   */
  readonly name: string;

  /**
   * The namespace of the object.
   *
   * @default - any
   */
  readonly namespace?: string;

  /**
   * The fields, as JSON Pointers.
   */
  readonly jsonPointers: string[];
}

/**
 * A part of the sync policy of an Application of Argo CD.
 */
export interface ArgoCdSyncPolicy {
  /**
   * Options of the sync.
   */
  readonly syncOptions: string[];
}

/**
 * A part of the `spec` of an Application of Argo CD.
 */
export interface ArgoCdApplicationSpec {
  /**
   * The fields that may differ from Git.
   */
  readonly ignoreDifferences: ArgoCdIgnoredDifference[];

  /**
   * Without it, a sync writes what is ignored all the same.
   */
  readonly syncPolicy: ArgoCdSyncPolicy;
}

/**
 * The objects of a rule of Flux.
 */
export interface FluxTarget {
  /**
   * The API group of the objects, as a regular expression; empty for the core group.
   */
  readonly group: string;

  /**
   * Their kind.
   */
  readonly kind: string;

  /**
   * Their name.
   */
  readonly name: string;

  /**
   * Their namespace.
   *
   * @default - any
   */
  readonly namespace?: string;
}

/**
 * A rule of `ignore` of a Kustomization of Flux.
 */
export interface FluxIgnoreRule {
  /**
   * The fields, as JSON Pointers.
   */
  readonly paths: string[];

  /**
   * The objects.
   */
  readonly target: FluxTarget;
}

/**
 * A part of the `spec` of a Kustomization of Flux.
 */
export interface FluxKustomizationSpec {
  /**
   * The fields that may differ from Git.
   */
  readonly ignore: FluxIgnoreRule[];
}

const FIELDS = listOf(record<MovingField>({ group: TEXT, kind: TEXT, name: TEXT, namespace: optional(TEXT), jsonPointers: listOf(TEXT) }));

/**
 * What GitOps has to be told of fields that controllers of releases move.
 */
export class GitOps {
  /**
   * For the `spec` of an Application of Argo CD: `ignoreDifferences`, and the sync option without which a sync writes these fields all the
   * same.
   *
   * @param fields What moves: `release.movingFields()`.
   * @see https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
   */
  public static argoCd(fields: MovingField[]): ArgoCdApplicationSpec {
    FIELDS('GitOps.argoCd', 'fields', fields);
    return {
      ignoreDifferences: fields.map(({ group, kind, name, namespace, jsonPointers }) => ({
        group, kind, name, ...(namespace !== undefined && { namespace }), jsonPointers: [...jsonPointers],
      })),
      syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
    };
  }

  /**
   * For the `spec` of a Kustomization of Flux: `ignore`, which kustomize-controller 1.9 and newer reads.
   *
   * @param fields What moves: `release.movingFields()`.
   * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
   */
  public static flux(fields: MovingField[]): FluxKustomizationSpec {
    FIELDS('GitOps.flux', 'fields', fields);
    return {
      ignore: fields.map(({ group, kind, name, namespace, jsonPointers }) => ({
        paths: [...jsonPointers], target: { group, kind, name, ...(namespace !== undefined && { namespace }) },
      })),
    };
  }

  private constructor(key: FactoryKey) {
    checkFactory(key, GitOps);
  }
}
