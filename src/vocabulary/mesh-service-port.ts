import type { MeshProtocol } from './mesh-protocol';

/**
 * A port of a Service.
 */
export interface MeshServicePort {
  /**
   * Port number of the Service.
   */
  readonly port: number;

  /**
   * Name of the port.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * The protocol of the port.
   *
   * @default - what `appProtocol` says, and TCP if that is not known here; HTTP without one
   */
  readonly protocol?: MeshProtocol;

  /**
   * The `appProtocol` of the port, as the Service has it. Meshes read it, and some read `name` too: a target refuses a route for a
   * port that its mesh would take for another protocol.
   *
   * @default - unknown, unless the app has the Service
   */
  readonly appProtocol?: string;

  /**
   * Port number of the pods behind it, at which access policies hold.
   *
   * @default - the same number as `port`; unknown, if there is a `targetPortName`
   */
  readonly targetPort?: number;

  /**
   * The `targetPort` of the Service, if it is a name. For some targets the name is enough; others need its number too, as
   * `targetPort`. `fromKubeService` finds the number in the pods that the app already has.
   *
   * @default - the Service refers to the port by its number
   */
  readonly targetPortName?: string;

  /**
   * The `name` of that port in the `ports` of the container. A mesh that knows named ports by their names needs it: with another name, its
   * policies on the port allow nothing, and its rate limits limit nothing.
   *
   * @default - `targetPortName`, or none
   */
  readonly containerPortName?: string;
}

/** A port of which it is known what it speaks. */
export interface ServicePort extends MeshServicePort {
  readonly protocol: MeshProtocol;
}
