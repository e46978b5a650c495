import { Duration } from 'cdk8s';
import {
  CanaryRelease, Delivery, MeshImplementation, MeshService, MeshTarget, ReleaseApproval, ReleaseCheck, Workload, WorkloadAutoscaler,
} from '../../../src';
import type { CanaryReleaseProps, FlaggerOptions } from '../../../src';
import { inYaml, shop, synth } from '../../setup';

const PROMETHEUS = 'http://prometheus.monitoring:9090';
const cart = MeshService.of('cart', { port: 8080, podSelector: { 'app.kubernetes.io/part-of': 'cart' } });
const workload = Workload.deployment('cart', { selector: { app: 'cart' } });

function flagger(more: Partial<FlaggerOptions> = {}): Delivery {
  return Delivery.flagger({ prometheus: PROMETHEUS, ...more });
}

function released(target: MeshTarget, more: Partial<CanaryReleaseProps> = {}): any[] {
  const chart = shop(target);
  new CanaryRelease(chart, 'release', {
    service: cart, stable: cart.variant('cart-primary'), canary: cart.variant('cart-canary'), progression: { workload }, ...more,
  });
  return synth(chart);
}

const linkerd = (more?: Partial<FlaggerOptions>) => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD, delivery: flagger(more) });

test('a Canary says all of a release, and there is no route beside it', () => {
  const manifests = released(linkerd({ gate: 'http://flagger-loadtester.test/' }), {
    timeouts: { request: Duration.seconds(5) },
    requestHeaders: { set: { 'x-version': 'next' } },
    progression: {
      workload: Workload.deployment('cart', { selector: { app: 'cart' }, autoscaler: WorkloadAutoscaler.horizontal('cart') }),
      weights: [5, 50],
      interval: Duration.seconds(30),
      tolerance: 3,
      approval: ReleaseApproval.PROMOTION,
      checks: [ReleaseCheck.successRate({ atLeast: 99.5, window: Duration.minutes(5) })],
    },
  });

  expect(inYaml(manifests)).toBe(`\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: shop-release-c84fe534
  namespace: shop
spec:
  analysis:
    interval: 30s
    metrics:
      - interval: 300s
        name: success-rate
        templateRef:
          name: shop-release-c84fe534-success-rate
        thresholdRange:
          min: 99.5
    stepWeights:
      - 5
      - 50
    threshold: 3
    webhooks:
      - name: promotion
        type: confirm-promotion
        url: http://flagger-loadtester.test/gate/check
  autoscalerRef:
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    name: cart
  provider: gatewayapi:v1
  revertOnDeletion: true
  service:
    apex:
      annotations:
        timeout.linkerd.io/request: 5s
    gatewayRefs:
      - group: ""
        kind: Service
        name: cart
        port: 8080
    headers:
      request:
        set:
          x-version: next
    name: cart
    port: 8080
    portName: http
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: cart
---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata:
  name: shop-release-c84fe534-success-rate
  namespace: shop
spec:
  provider:
    address: http://prometheus.monitoring:9090
    type: prometheus
  query: 100 * (sum(rate(outbound_http_route_backend_response_statuses_total{parent_name="cart", parent_namespace="shop", backend_name="cart-canary", http_status!~"5..", error=""}[300s])) or vector(0)) / sum(rate(outbound_http_route_backend_response_statuses_total{parent_name="cart", parent_namespace="shop", backend_name="cart-canary"}[300s]))
`);
});
