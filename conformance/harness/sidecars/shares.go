package sidecars

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"
)

// Shares of the backends behind a route, as in `{"shop/v1:80":0.9,"shop/v2:80":0.1}`.
type Shares map[string]float64

func (s Shares) String() string {
	total := 0.0
	for _, weight := range s {
		total += weight
	}
	var parts []string
	for backend, weight := range s {
		if weight > 0 {
			name, _ := json.Marshal(backend)
			parts = append(parts, fmt.Sprintf("%s:%v", name, math.Round(weight/total*1e6)/1e6))
		}
	}
	sort.Strings(parts)
	return "{" + strings.Join(parts, ",") + "}"
}
