"""Answers for each line of cases: `invalid`, or a digit for each text, whether RE2 finds the expression in the whole of it."""
import json
import sys

import re2

options = re2.Options()
options.log_errors = False
for line in sys.stdin:
    case = json.loads(line)
    try:
        expression = re2.compile(case['pattern'], options)
    except re2.error:
        print('invalid')
    else:
        print(''.join('1' if expression.fullmatch(text) else '0' for text in case['texts']) or '-')
