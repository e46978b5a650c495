package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/util/sets"
	"istio.io/istio/pkg/workloadapi/security"
)

// What Istio's control plane tells ztunnel of the policies of a pod. Ztunnel is no Go, so what it makes of them is said here, as its
// `src/rbac.rs` and `assert_rbac` of its `src/state.rs` do.
type ztunnel struct{ policies []*security.Authorization }

// The policies of a pod: its own, by their keys; and those of its namespace, and of the mesh.
func ztunnelOf(istiod *xds.FakeDiscoveryServer, p *pod) (*ztunnel, error) {
	addresses, _ := istiod.AmbientIndex.AddressInformation(sets.New("/" + p.Status.PodIP))
	if len(addresses) != 1 || addresses[0].GetWorkload() == nil {
		return nil, fmt.Errorf("ztunnel is not told of %s", p.Status.PodIP)
	}
	own := addresses[0].GetWorkload().AuthorizationPolicies
	z := &ztunnel{}
	for _, policy := range istiod.AmbientIndex.Policies(nil) {
		a := policy.Authorization
		switch a.Scope {
		case security.Scope_GLOBAL:
		case security.Scope_NAMESPACE:
			if a.Namespace != p.Metadata.Namespace {
				continue
			}
		default:
			if !slices.Contains(own, a.Namespace+"/"+a.Name) {
				continue
			}
		}
		z.policies = append(z.policies, a)
	}
	return z, nil
}

type connection struct {
	// Without its scheme; empty without a certificate.
	client string
	source netip.Addr
	port   uint32
}

func (z *ztunnel) decide(p probe) (string, error) {
	source, err := netip.ParseAddr(p.Ztunnel)
	if err != nil {
		return "", err
	}
	c := connection{client: strings.TrimPrefix(p.Client, "spiffe://"), source: source, port: p.Port}
	allowing, isAllowed := false, false
	for _, a := range z.policies {
		matches := slices.ContainsFunc(a.Groups, func(g *security.Group) bool { return groupMatches(g, c) })
		if a.Action == security.Action_DENY && matches {
			return denied, nil
		}
		if a.Action == security.Action_ALLOW {
			allowing, isAllowed = true, isAllowed || matches
		}
	}
	if allowing && !isAllowed {
		return denied, nil
	}
	return allowed, nil
}

// All of its clauses hold, each by one of its matches; a match without conditions is none.
func groupMatches(g *security.Group, c connection) bool {
	for _, clause := range g.Rules {
		if len(clause.Matches) > 0 && !slices.ContainsFunc(clause.Matches, func(m *security.Match) bool { return matchHolds(m, c) }) {
			return false
		}
	}
	return true
}

func matchHolds(m *security.Match, c connection) bool {
	port := func(p uint32) bool { return p == c.port }
	principal := func(s *security.StringMatch) bool { return c.client != "" && textHolds(s, c.client) }
	namespace := func(s *security.StringMatch) bool { return textHolds(s, namespaceOf(c.client)) }
	account := func(s *security.ServiceAccountMatch) bool {
		return strings.HasSuffix(c.client, fmt.Sprintf("/ns/%s/sa/%s", s.Namespace, s.ServiceAccount))
	}
	source := func(a *security.Address) bool {
		network, ok := netip.AddrFromSlice(a.Address)
		return ok && netip.PrefixFrom(network, int(a.Length)).Contains(c.source)
	}
	conditions := len(m.DestinationPorts) + len(m.NotDestinationPorts) + len(m.Principals) + len(m.NotPrincipals) +
		len(m.Namespaces) + len(m.NotNamespaces) + len(m.ServiceAccounts) + len(m.NotServiceAccounts) + len(m.SourceIps) + len(m.NotSourceIps)
	return conditions > 0 && holds(m.DestinationPorts, m.NotDestinationPorts, port) && holds(m.Principals, m.NotPrincipals, principal) &&
		holds(m.Namespaces, m.NotNamespaces, namespace) && holds(m.ServiceAccounts, m.NotServiceAccounts, account) &&
		holds(m.SourceIps, m.NotSourceIps, source)
}

func holds[T any](some, none []T, is func(T) bool) bool {
	return (len(some) == 0 || slices.ContainsFunc(some, is)) && !slices.ContainsFunc(none, is)
}

func textHolds(s *security.StringMatch, text string) bool {
	switch match := s.MatchType.(type) {
	case *security.StringMatch_Exact:
		return text == match.Exact
	case *security.StringMatch_Prefix:
		return strings.HasPrefix(text, match.Prefix)
	case *security.StringMatch_Suffix:
		return strings.HasSuffix(text, match.Suffix)
	}
	return text != ""
}

// As in `cluster.local/ns/shop/sa/web`.
func namespaceOf(client string) string {
	if parts := strings.Split(client, "/"); len(parts) > 2 {
		return parts[2]
	}
	return ""
}
