from cdk8s import App, Chart
from cdk8s_mesh import (
    AccessAllowance, CanaryRelease, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy,
)

app = App()
MeshTargets.of(app).add(MeshTarget.gateway_api(mesh=MeshImplementation.ISTIO))

chart = Chart(app, "shop", namespace="shop")
cart = MeshService.of("cart", port=8080, service_account="cart", pod_selector={"app": "cart"})

# Clients call cart; a tenth of their requests go to the new version.
CanaryRelease(
    chart, "cart-release",
    service=cart,
    stable=cart.variant("cart-v1"),
    canary=cart.variant("cart-v2"),
    weight=10,
)

# Only web may call it, and only to read.
ServiceAccessPolicy(
    chart, "cart-access",
    destination=cart,
    allow=[AccessAllowance(sources=[Identity.service_account("web")], requests=[HttpMatch.of(methods=["GET"], path_prefix="/cart")])],
)

app.synth()
