import { MeshImplementation, MeshTarget, SmiImplementation } from '../src';
import { decidesAsWritten } from './oracle/access/decide';
import { allowedByIstio } from './oracle/access/istio';
import { allowedByLinkerd } from './oracle/access/linkerd';
import { allowedBySmi } from './oracle/access/smi';

/** Who gets in is what was written, as an evaluator of its own reads the manifests of each target. */

test('SMI, as the specification has it', () => {
  decidesAsWritten(MeshTarget.smi(), allowedBySmi('specification'));
});

test('SMI, as Open Service Mesh has it', () => {
  decidesAsWritten(MeshTarget.smi({ implementation: SmiImplementation.OSM }), allowedBySmi('osm'));
});

test('Istio', () => {
  decidesAsWritten(MeshTarget.gatewayApi({ id: 'istio', mesh: MeshImplementation.ISTIO }), allowedByIstio);
});

test('Linkerd', () => {
  decidesAsWritten(MeshTarget.gatewayApi({ id: 'linkerd', mesh: MeshImplementation.LINKERD }), allowedByLinkerd, {
    governedPorts: true,
    openProbes: true,
    // Methods beside the nine of HTTP, where a match is written once per method.
    stricter: (_, { method }) => method === 'get',
  });
});
