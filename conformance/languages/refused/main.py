from cdk8s import App, Chart
from cdk8s_mesh import AccessAllowance, HttpMatch, Identity, MeshService, MeshTarget, MeshTargets, ServiceAccessPolicy

app = App()
MeshTargets.of(app).add(MeshTarget.network_policy())
chart = Chart(app, "shop", namespace="shop")

ServiceAccessPolicy(
    chart, "cart-access",
    destination=MeshService.of("cart", port=8080, pod_selector={"app": "cart"}),
    allow=[AccessAllowance(sources=[Identity.namespace("web")], requests=[HttpMatch.of(path="/cart")])],
)

app.synth()
