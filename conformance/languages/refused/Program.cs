using System.Collections.Generic;
using Cdk8sMesh;
using Org.Cdk8s;

var app = new App();
MeshTargets.Of(app).Add(MeshTarget.NetworkPolicy());
var chart = new Chart(app, "shop", new ChartProps { Namespace = "shop" });

new ServiceAccessPolicy(chart, "cart-access", new ServiceAccessPolicyProps
{
    Destination = MeshService.Of("cart", new MeshServiceOptions { Port = 8080, PodSelector = new Dictionary<string, string> { { "app", "cart" } } }),
    Allow = new[] { new AccessAllowance
    {
        Sources = new[] { Identity.Namespace("web") },
        Requests = new[] { HttpMatch.Of(new HttpMatchOptions { Path = "/cart" }) },
    } },
});

app.Synth();
