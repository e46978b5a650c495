module cdk8s-mesh/conformance/regex

go 1.26
