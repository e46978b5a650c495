package main

import (
	"github.com/aws/jsii-runtime-go"
	mesh "github.com/cdk8s-mesh/cdk8s-mesh-go/cdk8smesh"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	app := cdk8s.NewApp(nil)
	mesh.MeshTargets_Of(app).Add(mesh.MeshTarget_NetworkPolicy(nil))
	chart := cdk8s.NewChart(app, jsii.String("shop"), &cdk8s.ChartProps{Namespace: jsii.String("shop")})

	mesh.NewServiceAccessPolicy(chart, jsii.String("cart-access"), &mesh.ServiceAccessPolicyProps{
		Destination: mesh.MeshService_Of(jsii.String("cart"), &mesh.MeshServiceOptions{
			Port:        jsii.Number(8080),
			PodSelector: &map[string]*string{"app": jsii.String("cart")},
		}),
		Allow: &[]*mesh.AccessAllowance{{
			Sources:  &[]mesh.Identity{mesh.Identity_Namespace(jsii.String("web"))},
			Requests: &[]mesh.RequestMatch{mesh.HttpMatch_Of(&mesh.HttpMatchOptions{Path: jsii.String("/cart")})},
		}},
	})

	app.Synth()
}
