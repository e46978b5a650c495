module cdk8s-mesh.dev/conformance/harness

go 1.26.0

// The oldest API of Envoy that a suite has. In newer versions its packages are a module of their own.
require (
	github.com/envoyproxy/go-control-plane v0.10.2-0.20220325020618-49ff273808a1
	golang.org/x/net v0.7.0
	google.golang.org/protobuf v1.28.1
)

require (
	github.com/census-instrumentation/opencensus-proto v0.2.1 // indirect
	github.com/cncf/xds/go v0.0.0-20211001041855-01bcc9b48dfe // indirect
	github.com/envoyproxy/protoc-gen-validate v0.1.0 // indirect
	github.com/golang/protobuf v1.5.0 // indirect
	golang.org/x/text v0.7.0 // indirect
)
