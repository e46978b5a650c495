using System.Collections.Generic;
using Cdk8sMesh;
using Org.Cdk8s;

var app = new App();
MeshTargets.Of(app).Add(MeshTarget.GatewayApi(new GatewayApiTargetOptions { Mesh = MeshImplementation.ISTIO }));

var chart = new Chart(app, "shop", new ChartProps { Namespace = "shop" });
var cart = MeshService.Of("cart", new MeshServiceOptions
{
    Port = 8080, ServiceAccount = "cart", PodSelector = new Dictionary<string, string> { { "app", "cart" } },
});

// Clients call cart; a tenth of their requests go to the new version.
new CanaryRelease(chart, "cart-release", new CanaryReleaseProps
{
    Service = cart,
    Stable = cart.Variant("cart-v1"),
    Canary = cart.Variant("cart-v2"),
    Weight = 10,
});

// Only web may call it, and only to read.
new ServiceAccessPolicy(chart, "cart-access", new ServiceAccessPolicyProps
{
    Destination = cart,
    Allow = new[] { new AccessAllowance
    {
        Sources = new[] { Identity.ServiceAccount("web") },
        Requests = new[] { HttpMatch.Of(new HttpMatchOptions { Methods = new[] { "GET" }, PathPrefix = "/cart" }) },
    } },
});

app.Synth();
