// Answers for each line of cases: `invalid`, or a digit for each text, whether Go finds the expression in the whole of it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var asked struct {
			Pattern string
			Texts   []string
		}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		fmt.Println(answer(asked.Pattern, asked.Texts))
	}
}

func answer(pattern string, texts []string) string {
	// An expression may be one alone, and none once it is held to the whole text.
	if _, err := regexp.Compile(pattern); err != nil {
		return "invalid"
	}
	expression, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return "invalid"
	}
	digits := strings.Builder{}
	for _, text := range texts {
		if expression.MatchString(text) {
			digits.WriteByte('1')
		} else {
			digits.WriteByte('0')
		}
	}
	return digits.String()
}
