package main

import (
	"github.com/aws/jsii-runtime-go"
	mesh "github.com/cdk8s-mesh/cdk8s-mesh-go/cdk8smesh"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	app := cdk8s.NewApp(nil)
	mesh.MeshTargets_Of(app).Add(mesh.MeshTarget_GatewayApi(&mesh.GatewayApiTargetOptions{
		Mesh: mesh.MeshImplementation_ISTIO,
	}))

	chart := cdk8s.NewChart(app, jsii.String("shop"), &cdk8s.ChartProps{Namespace: jsii.String("shop")})
	cart := mesh.MeshService_Of(jsii.String("cart"), &mesh.MeshServiceOptions{
		Port:           jsii.Number(8080),
		ServiceAccount: jsii.String("cart"),
		PodSelector:    &map[string]*string{"app": jsii.String("cart")},
	})

	// Clients call cart; a tenth of their requests go to the new version.
	mesh.NewCanaryRelease(chart, jsii.String("cart-release"), &mesh.CanaryReleaseProps{
		Service: cart,
		Stable:  cart.Variant(jsii.String("cart-v1"), nil),
		Canary:  cart.Variant(jsii.String("cart-v2"), nil),
		Weight:  jsii.Number(10),
	})

	// Only web may call it, and only to read.
	mesh.NewServiceAccessPolicy(chart, jsii.String("cart-access"), &mesh.ServiceAccessPolicyProps{
		Destination: cart,
		Allow: &[]*mesh.AccessAllowance{{
			Sources:  &[]mesh.Identity{mesh.Identity_ServiceAccount(jsii.String("web"), nil)},
			Requests: &[]mesh.RequestMatch{mesh.HttpMatch_Of(&mesh.HttpMatchOptions{Methods: jsii.Strings("GET"), PathPrefix: jsii.String("/cart")})},
		}},
	})

	app.Synth()
}
