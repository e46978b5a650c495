//! Answers for each line of cases: `invalid`, or a digit for each text, whether Rust's `regex` takes all of it, as Linkerd's proxy asks.

use std::io::{self, BufRead};

use regex::Regex;
use serde_json::Value;

fn main() {
    for line in io::stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let texts = case["texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
        match Regex::new(&format!("^(?:{})$", case["pattern"].as_str().unwrap())) {
            Err(_) => println!("invalid"),
            Ok(expression) => println!("{}", texts.map(|text| if holds(&expression, text) { '1' } else { '0' }).collect::<String>()),
        }
    }
}

/// The first match has to be all of the text.
fn holds(expression: &Regex, text: &str) -> bool {
    expression.find(text).is_some_and(|found| found.start() == 0 && found.end() == text.len())
}
