//! Two readers of one text: whatever one of them takes for a literal, a name, a word or a number, the other must, too.

use sqlparser::tokenizer::{Token as Theirs, Tokenizer};

use super::lex::{Placed, Token};
use super::listed::Reader;

/// Both readers must see the same literals, names, words and numbers in the same order.
pub fn agree(text: &str, ours: &[Placed], reader: &Reader) -> Result<(), String> {
    let dialect = reader.dialect();
    let theirs =
        Tokenizer::new(dialect.as_ref(), text).tokenize().map_err(|error| format!("it cannot be read: {error}"))?;
    let mut theirs = theirs.iter().filter_map(common);
    for token in ours.iter().map(|placed| &placed.token).filter(|token| !matches!(token, Token::Sign(_))) {
        match theirs.next() {
            Some(other) if other == *token => {}
            other => return Err(format!("two readers disagree: one reads {token:?}, the other {other:?}")),
        }
    }
    theirs.next().map_or(Ok(()), |more| Err(format!("two readers disagree: only one reads {more:?}")))
}

fn common(token: &Theirs) -> Option<Token> {
    match token {
        Theirs::Word(word) if word.quote_style.is_some() => Some(Token::Name(word.value.clone())),
        Theirs::Word(word) => Some(Token::Word(word.value.clone())),
        Theirs::Number(number, _) => Some(Token::Number(number.clone())),
        Theirs::SingleQuotedString(text) | Theirs::EscapedStringLiteral(text) => Some(Token::Text(text.clone())),
        Theirs::Whitespace(_)
        | Theirs::Comma
        | Theirs::LParen
        | Theirs::RParen
        | Theirs::LBracket
        | Theirs::RBracket
        | Theirs::ArrowAt
        | Theirs::Period
        | Theirs::SemiColon
        | Theirs::Eq
        | Theirs::Neq
        | Theirs::Lt
        | Theirs::Gt
        | Theirs::LtEq
        | Theirs::GtEq
        | Theirs::Plus
        | Theirs::Minus
        | Theirs::Mul
        | Theirs::Mod
        | Theirs::StringConcat
        | Theirs::RArrow => None,
        // Something that the first reader has no word for: never equal to anything.
        other => Some(Token::Word(format!("{other:?}"))),
    }
}
