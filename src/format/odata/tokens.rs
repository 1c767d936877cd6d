//! The words of a filter.

use super::refused;
use crate::fault::Fault;
use std::iter::Peekable;
use std::vec::IntoIter;

/// A word, a text in quotes, or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    Open,
    Close,
    Comma,
    Word(&'t str),
    /// Without its quotes.
    Quoted(String),
}

impl Token<'_> {
    /// What it says.
    pub fn text(&self) -> &str {
        match self {
            Self::Open => "(",
            Self::Close => ")",
            Self::Comma => ",",
            Self::Word(word) => word,
            Self::Quoted(text) => text,
        }
    }
}

/// All words of a filter, in order.
pub struct Tokens<'t>(Peekable<IntoIter<Token<'t>>>);

impl<'t> Tokens<'t> {
    /// Reads a text of at most as many words.
    ///
    /// # Errors
    ///
    /// There are more, or a quote does not end.
    pub fn of(text: &'t str, most: usize) -> Result<Self, Fault> {
        let mut tokens = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            if tokens.len() == most {
                return Err(refused(format!("The filter has more than {most} words.")));
            }
            let (token, after) = match first {
                '(' => (Token::Open, &rest[1..]),
                ')' => (Token::Close, &rest[1..]),
                ',' => (Token::Comma, &rest[1..]),
                '\'' => quoted(&rest[1..])?,
                _ => word(rest)?,
            };
            tokens.push(token);
            rest = after.trim_start();
        }
        Ok(Self(tokens.into_iter().peekable()))
    }

    /// The next one.
    pub fn next(&mut self) -> Option<Token<'t>> {
        self.0.next()
    }

    /// Whether the next one is this; it is taken then.
    pub fn take(&mut self, token: &Token<'_>) -> bool {
        self.0.next_if(|next| next == token).is_some()
    }

    /// Whether the next one is this word, in any letter case; it is taken then.
    pub fn take_word(&mut self, word: &str) -> bool {
        let is_it =
            |next: &Token<'_>| matches!(next, Token::Word(next) if next.eq_ignore_ascii_case(word));
        self.0.next_if(is_it).is_some()
    }
}

/// A text up to its closing quote; two quotes in it stand for one.
fn quoted(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let mut content = String::new();
    let mut rest = text;
    loop {
        let Some((part, after)) = rest.split_once('\'') else {
            return Err(refused(
                "A text in the filter lacks its closing quote.".to_owned(),
            ));
        };
        content.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                content.push('\'');
                rest = after;
            }
            None => return Ok((Token::Quoted(content), after)),
        }
    }
}

/// A word, or a text with its type before the quote, as older OData has dates.
fn word(text: &str) -> Result<(Token<'_>, &str), Fault> {
    let is_end = |it: char| it.is_whitespace() || "(),'".contains(it);
    let (word, rest) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    match rest.strip_prefix('\'') {
        Some(rest) if word.eq_ignore_ascii_case("datetime") => quoted(rest),
        Some(_) => Err(refused(
            "A word in the filter has a quote in it.".to_owned(),
        )),
        None => Ok((Token::Word(word), rest)),
    }
}
