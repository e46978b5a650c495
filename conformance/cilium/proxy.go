package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	cilium "github.com/cilium/proxy/go/cilium/api"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"github.com/cilium/cilium/pkg/policy"
)

// What Cilium's proxy does with a connection that is led to it, by what the agent tells it (cilium/proxy, network_policy.cc).
func atProxy(ports portPolicies, remote uint32, parser policy.L7ParserType, p probe) (string, error) {
	rules := rulesFor(ports, uint32(p.Port))
	sni := ""
	if p.Speaks == "tls" {
		sni = p.Name
	}
	passes, err := first(rules, remote, func(rule *cilium.PortNetworkPolicyRule) (bool, error) { return saysName(rule, sni) })
	if err != nil || !passes {
		return denied, err
	}
	if parser != policy.ParserTypeHTTP {
		return allowed, nil
	}
	if p.Speaks != "http" {
		return denied, nil
	}
	path, _, _ := strings.Cut(p.Target, "?")
	if escapedSlash.MatchString(path) {
		// Answered with a redirection to the path without it (the agent's `http-normalize-path`).
		return denied, nil
	}
	passes, err = first(rules, remote, func(rule *cilium.PortNetworkPolicyRule) (bool, error) { return allows(rule, p) })
	if err != nil || !passes {
		return denied, err
	}
	return allowed, nil
}

var escapedSlash = regexp.MustCompile(`(?i)%2f|%5c`)

// All rules for a port, those for every port among them, the most important ones first and denials before what allows as much.
func rulesFor(ports portPolicies, port uint32) []*cilium.PortNetworkPolicyRule {
	var rules []*cilium.PortNetworkPolicyRule
	for _, p := range ports {
		if p.Port != 0 && (port < p.Port || port > max(p.Port, p.EndPort)) {
			continue
		}
		if len(p.Rules) == 0 {
			rules = append(rules, &cilium.PortNetworkPolicyRule{})
		}
		rules = append(rules, p.Rules...)
	}
	slices.SortStableFunc(rules, func(a, b *cilium.PortNetworkPolicyRule) int {
		switch {
		case a.Precedence != b.Precedence:
			return int(int64(b.Precedence) - int64(a.Precedence))
		case a.GetDeny() == b.GetDeny():
			return 0
		case a.GetDeny():
			return -1
		}
		return 1
	})
	return rules
}

// The first rule for a client that holds decides.
func first(rules []*cilium.PortNetworkPolicyRule, remote uint32, holds func(*cilium.PortNetworkPolicyRule) (bool, error)) (bool, error) {
	for _, rule := range rules {
		if len(rule.RemotePolicies) > 0 && !slices.Contains(rule.RemotePolicies, remote) {
			continue
		}
		if rule.GetDeny() {
			return false, nil
		}
		if rule.GetPassPrecedence() != 0 || rule.ProxyId != 0 {
			return false, fmt.Errorf("not known here: %s", rule)
		}
		if ok, err := holds(rule); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func saysName(rule *cilium.PortNetworkPolicyRule, sni string) (bool, error) {
	if len(rule.ServerNames) == 0 {
		return true, nil
	}
	for _, pattern := range rule.ServerNames {
		if ok, err := whole(namePattern(pattern), strings.ToLower(sni)); err != nil || ok && sni != "" {
			return ok, err
		}
	}
	return false, nil
}

// SniPattern, in the same file.
func namePattern(name string) string {
	if name == "*" {
		return "[-a-z0-9_]+([.][-a-z0-9_]+)*"
	}
	return strings.NewReplacer(".", "[.]", "**", "[-a-z0-9_]+([.][-a-z0-9_]+){0,}", "*", "[-a-z0-9_]{0,}").Replace(strings.ToLower(name))
}

func allows(rule *cilium.PortNetworkPolicyRule, p probe) (bool, error) {
	http := rule.GetHttpRules().GetHttpRules()
	if len(http) == 0 {
		return true, nil
	}
	for _, one := range http {
		if len(one.HeaderMatches) > 0 && slices.ContainsFunc(one.HeaderMatches, func(m *cilium.HeaderMatch) bool {
			return m.MismatchAction == cilium.HeaderMatch_FAIL_ON_MISMATCH
		}) {
			return false, fmt.Errorf("not known here: %s", one)
		}
		if ok, err := allHold(one.Headers, p); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func allHold(matchers []*route.HeaderMatcher, p probe) (bool, error) {
	for _, m := range matchers {
		if ok, err := headerHolds(m, p); !ok || err != nil {
			return ok, err
		}
	}
	return true, nil
}

func headerHolds(m *route.HeaderMatcher, p probe) (bool, error) {
	value, present := header(m.Name, p)
	switch s := m.HeaderMatchSpecifier.(type) {
	case *route.HeaderMatcher_PresentMatch:
		return present, nil
	case *route.HeaderMatcher_StringMatch:
		if m.InvertMatch {
			break
		}
		if regex := s.StringMatch.GetSafeRegex(); regex != nil {
			ok, err := whole(regex.Regex, value)
			return present && ok, err
		}
		return present && s.StringMatch.GetExact() == value, nil
	}
	return false, fmt.Errorf("not known here: %s", m)
}

func header(name string, p probe) (string, bool) {
	switch name {
	case ":method":
		return p.Method, true
	case ":path":
		return p.Target, true
	case ":authority":
		return p.Host, true
	}
	value, present := p.Headers[strings.ToLower(name)]
	return value, present
}

// RE2, held to the whole text as Envoy does.
func whole(pattern, text string) (bool, error) {
	compiled, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return false, err
	}
	return compiled.MatchString(text), nil
}
