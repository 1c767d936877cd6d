//! The query options of lists, in the notation of OData and with the words that the vendor adds:
//! `$filter`, `$orderBy` and `$select`.
//!
//! A column may be compared by `eq`, `ne`, `gt`, `ge`, `lt` and `le` (also `=`, `equals`,
//! `unequals`, `is`, `isNot`, `greater`, `less`, `before`, `after`), looked into by `contains`,
//! `begins` and `ends` (also `notContains`, `notBegins`, and the functions `contains`,
//! `startswith`, `endswith`, `substringof`), and looked for with `in (…)` (also `oneOf`,
//! `notOneOf`). Conditions are joined by `and`, `or`, `not` and parentheses. Letter case counts
//! neither in words nor in names of columns.

mod tokens;

use super::enumeration;
use super::lexical::shown;
use crate::fault::{Exception, Fault};
use crate::model::filter::{Comparison, Condition, Literal, Order, Place};
use crate::model::{DateTime, ObjectType, Shape};
use tokens::{Token, Tokens};

/// Conditions inside each other that are understood.
const DEEPEST: usize = 32;
/// Values and columns in a filter.
const MOST: usize = 500;

/// Reads a filter on lines of a type.
///
/// # Errors
///
/// `SoInvalidArgumentException`, with what was expected where.
pub fn filter(text: &str, columns: &ObjectType) -> Result<Condition, Fault> {
    let mut parser = Parser {
        tokens: Tokens::of(text, MOST)?,
        columns,
    };
    let condition = parser.any(DEEPEST)?;
    match parser.tokens.next() {
        None => Ok(condition),
        Some(token) => Err(refused(format!(
            "The filter goes on with '{}' where it should end.",
            shown(token.text())
        ))),
    }
}

/// Reads an order: names of columns with commas between, each with `asc` or `desc` behind it.
///
/// # Errors
///
/// `SoInvalidArgumentException` for a column that is not there.
pub fn order(text: &str, columns: &ObjectType) -> Result<Vec<Order>, Fault> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let mut words = part.split_ascii_whitespace();
            let name = words.next().unwrap_or_default();
            let direction = words.next().unwrap_or("asc");
            let descending = direction.eq_ignore_ascii_case("desc");
            if words.next().is_some() || !descending && !direction.eq_ignore_ascii_case("asc") {
                return Err(refused(format!("The order '{}' is none.", shown(part))));
            }
            Ok(Order {
                column: column(name, columns)?,
                descending,
            })
        })
        .collect()
}

/// Reads a selection: names of columns with commas between. All when there is none.
///
/// # Errors
///
/// `SoInvalidArgumentException` for a column that is not there.
pub fn select(text: &str, columns: &ObjectType) -> Result<Vec<usize>, Fault> {
    let names = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let selected: Vec<_> = names
        .map(|name| column(name, columns))
        .collect::<Result<_, _>>()?;
    Ok(match selected.is_empty() {
        true => (0..columns.fields.len()).collect(),
        false => selected,
    })
}

fn column(name: &str, columns: &ObjectType) -> Result<usize, Fault> {
    let mut fields = columns.fields.iter();
    fields
        .position(|field| field.rest_name.eq_ignore_ascii_case(name))
        .ok_or_else(|| refused(format!("There is no column '{}'.", shown(name))))
}

fn refused(message: String) -> Fault {
    Fault::service(Exception::InvalidArgument, message)
}

struct Parser<'t> {
    tokens: Tokens<'t>,
    columns: &'t ObjectType,
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Condition, Fault> {
        let first = self.all(depth)?;
        let mut rest = vec![first];
        while self.tokens.take_word("or") {
            rest.push(self.all(depth)?);
        }
        Ok(joined(rest, Condition::Or))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, Fault> {
        let first = self.one(depth)?;
        let mut rest = vec![first];
        while self.tokens.take_word("and") {
            rest.push(self.one(depth)?);
        }
        Ok(joined(rest, Condition::And))
    }

    fn one(&mut self, depth: usize) -> Result<Condition, Fault> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(refused("The filter nests too deeply.".to_owned()));
        };
        if self.tokens.take_word("not") {
            return Ok(Condition::Not(Box::new(self.one(depth)?)));
        }
        if self.tokens.take(&Token::Open) {
            let condition = self.any(depth)?;
            self.expect(&Token::Close)?;
            return Ok(condition);
        }
        let Some(Token::Word(name)) = self.tokens.next() else {
            return Err(refused("The filter lacks the name of a column.".to_owned()));
        };
        if self.tokens.take(&Token::Open) {
            return self.function(name);
        }
        let column = column(name, self.columns)?;
        let operator = match self.tokens.next() {
            Some(Token::Word(word)) => word.to_ascii_lowercase(),
            _ => return Err(refused(format!("No comparison follows '{}'.", shown(name)))),
        };
        self.comparison(column, &operator)
    }

    fn comparison(&mut self, column: usize, operator: &str) -> Result<Condition, Fault> {
        let not = |condition| Condition::Not(Box::new(condition));
        let compare = |comparison| Ok::<_, Fault>(comparison);
        let comparison = match operator {
            "eq" | "=" | "equals" | "is" => compare(Comparison::Equal),
            "ne" | "unequals" | "isnot" => compare(Comparison::NotEqual),
            "gt" | "greater" | "after" => compare(Comparison::Greater),
            "ge" => compare(Comparison::GreaterOrEqual),
            "lt" | "less" | "before" => compare(Comparison::Less),
            "le" => compare(Comparison::LessOrEqual),
            "contains" => return self.text(column, Place::Anywhere),
            "notcontains" => return self.text(column, Place::Anywhere).map(not),
            "begins" => return self.text(column, Place::Begin),
            "notbegins" => return self.text(column, Place::Begin).map(not),
            "ends" => return self.text(column, Place::End),
            "in" | "oneof" => return self.list(column),
            "notoneof" => return self.list(column).map(not),
            _ => Err(refused(format!(
                "There is no comparison '{}'.",
                shown(operator)
            ))),
        }?;
        let literal = self.literal(column)?;
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if literal == Literal::Null && !equality {
            return Err(refused("Nothing is greater or less than null.".to_owned()));
        }
        Ok(Condition::Compare(column, comparison, literal))
    }

    fn list(&mut self, column: usize) -> Result<Condition, Fault> {
        self.expect(&Token::Open)?;
        let mut literals = vec![self.literal(column)?];
        while self.tokens.take(&Token::Comma) {
            literals.push(self.literal(column)?);
        }
        self.expect(&Token::Close)?;
        Ok(Condition::In(column, literals))
    }

    /// A function, whose opening parenthesis has been read. `eq true` and `eq false` may follow.
    fn function(&mut self, name: &str) -> Result<Condition, Fault> {
        let place = match name.to_ascii_lowercase().as_str() {
            "contains" | "substringof" => Place::Anywhere,
            "startswith" => Place::Begin,
            "endswith" => Place::End,
            _ => return Err(refused(format!("There is no function '{}'.", shown(name)))),
        };
        let swapped = name.eq_ignore_ascii_case("substringof");
        let given = match self.tokens.next() {
            Some(token) => token,
            None => return Err(refused("The filter ends inside a function.".to_owned())),
        };
        self.expect(&Token::Comma)?;
        let condition = match (given, swapped) {
            (Token::Word(name), false) => self.text(column(name, self.columns)?, place)?,
            (Token::Quoted(text), true) => {
                let Some(Token::Word(name)) = self.tokens.next() else {
                    return Err(refused("The filter lacks the name of a column.".to_owned()));
                };
                Condition::Text(self.text_column(column(name, self.columns)?)?, place, text)
            }
            (token, _) => {
                return Err(refused(format!(
                    "The function '{}' does not begin with '{}'.",
                    shown(name),
                    shown(token.text())
                )));
            }
        };
        self.expect(&Token::Close)?;
        if !self.tokens.take_word("eq") {
            return Ok(condition);
        }
        match self.tokens.next() {
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Ok(condition),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => {
                Ok(Condition::Not(Box::new(condition)))
            }
            _ => Err(refused("A function is true or false.".to_owned())),
        }
    }

    fn text(&mut self, column: usize, place: Place) -> Result<Condition, Fault> {
        let column = self.text_column(column)?;
        match self.tokens.next() {
            Some(Token::Quoted(text)) => Ok(Condition::Text(column, place, text)),
            _ => Err(refused("The filter lacks a text in quotes.".to_owned())),
        }
    }

    fn text_column(&self, column: usize) -> Result<usize, Fault> {
        match self.columns.fields.get(column) {
            Some(field) if matches!(field.shape, Shape::Text) => Ok(column),
            _ => Err(refused(
                "Only columns of text can be looked into.".to_owned(),
            )),
        }
    }

    /// The value that a column is compared with.
    fn literal(&mut self, column: usize) -> Result<Literal, Fault> {
        let Some(field) = self.columns.fields.get(column) else {
            return Err(refused("There is no such column.".to_owned()));
        };
        let token = self.tokens.next();
        let literal = match (&token, field.shape) {
            (Some(Token::Word(word)), _) if word.eq_ignore_ascii_case("null") => {
                Some(Literal::Null)
            }
            (Some(Token::Quoted(text)), Shape::Text) => Some(Literal::Text(text.clone())),
            (Some(Token::Word(word)), Shape::Bool) => match word.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(Literal::Number(1)),
                "false" | "0" => Some(Literal::Number(0)),
                _ => None,
            },
            (Some(Token::Word(word)), Shape::Int | Shape::Short) => {
                word.parse().ok().map(Literal::Number)
            }
            (Some(token), Shape::Enum(enumeration)) => {
                let text = token.text();
                enumeration::number(enumeration, text)
                    .or_else(|| {
                        let number = text.parse().ok()?;
                        enumeration.by_number(number).map(|member| member.number)
                    })
                    .map(|number| Literal::Number(number.into()))
            }
            (Some(token), Shape::DateTime) => date(token.text()).map(Literal::Date),
            _ => None,
        };
        literal.ok_or_else(|| {
            let given = token.as_ref().map_or("", Token::text);
            let name = field.rest_name;
            refused(format!(
                "The column '{name}' does not compare with '{}'.",
                shown(given)
            ))
        })
    }

    fn expect(&mut self, token: &Token<'_>) -> Result<(), Fault> {
        if self.tokens.take(token) {
            return Ok(());
        }
        Err(refused(format!("The filter lacks a '{}'.", token.text())))
    }
}

fn joined(mut all: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            all.extend(last);
            join(all)
        }
    }
}

/// A moment, or a day, which begins at midnight.
fn date(text: &str) -> Option<DateTime> {
    DateTime::parse(text).or_else(|| DateTime::parse(&format!("{text}T00:00:00")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::archive::UserArchiveRow;

    fn read(text: &str) -> Result<String, Fault> {
        filter(text, UserArchiveRow::TYPE).map(|condition| shown(&condition))
    }

    /// A condition with all its parentheses.
    fn shown(condition: &Condition) -> String {
        let name = |column: &usize| UserArchiveRow::TYPE.fields[*column].name;
        let list = |all: &[Condition]| all.iter().map(shown).collect::<Vec<_>>();
        match condition {
            Condition::And(all) => format!("({})", list(all).join(" & ")),
            Condition::Or(all) => format!("({})", list(all).join(" | ")),
            Condition::Not(inner) => format!("!{}", shown(inner)),
            Condition::Compare(column, how, what) => format!("{} {how:?} {what:?}", name(column)),
            Condition::Text(column, place, text) => format!("{} {place:?} {text}", name(column)),
            Condition::In(column, all) => format!("{} In {}", name(column), all.len()),
        }
    }

    #[test]
    fn words_bind_as_in_odata() {
        for (text, expected) in [
            ("associateId eq 5", "associateId Equal Number(5)"),
            (
                "NAME eq 'O''Brien' OR rank gt -1 and not deleted eq true",
                "(name Equal Text(\"O'Brien\") | (rank Greater Number(-1) & !deleted Equal Number(1)))",
            ),
            (
                "(name begins 'a' or name ends 'b') and roleId in (1,2 , 3)",
                "((name Begin a | name End b) & roleId In 3)",
            ),
            (
                "startswith(name,'a') eq false and substringof('x y',tooltip)",
                "(!name Begin a & tooltip Anywhere x y)",
            ),
            ("type eq 'externalassociate'", "type Equal Number(3)"),
            ("type ne ExternalAssociate", "type NotEqual Number(3)"),
            ("tooltip ne null", "tooltip NotEqual Null"),
            (
                "updated ge 2023-02-15",
                "updated GreaterOrEqual Date(DateTime(2023-02-15T00:00:00))",
            ),
            (
                "updated lt datetime'2023-02-15T01:02:03'",
                "updated Less Date(DateTime(2023-02-15T01:02:03))",
            ),
            ("not(name contains ')')", "!name Anywhere )"),
        ] {
            assert_eq!(read(text).expect(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let deep = format!("{}name eq 'x'", "not ".repeat(100_000));
        let nested = "(".repeat(100_000);
        let long = vec!["rank eq 1"; 10_000].join(" or ");
        for text in [
            "",
            "name",
            "name eq",
            "name eq x",
            "name eq 'x",
            "name eq 'x' and",
            "name eq 'x' 'y'",
            "name like 'x'",
            "password eq 'x'",
            "rank eq 'x'",
            "rank eq 1.5",
            "rank contains '1'",
            "rank gt null",
            "type eq Nobody",
            "updated gt yesterday",
            "roleId in ()",
            "roleId in (1",
            "upper(name) eq 'x'",
            "contains('x',name)",
            "1 eq 1",
            "name eq 'x') or (1 eq 1",
            deep.as_str(),
            nested.as_str(),
            long.as_str(),
        ] {
            let fault = read(text).expect_err(text);
            assert_eq!(
                fault.exception(),
                Some(Exception::InvalidArgument),
                "{text}"
            );
            assert!(fault.message().len() < 200);
        }
    }

    #[test]
    fn orders_and_selections_name_columns() {
        let columns = UserArchiveRow::TYPE;
        let orders = order("Name desc, rank,", columns).expect("an order");
        assert!(orders.len() == 2 && orders[0].descending && !orders[1].descending);
        assert!(order("name down", columns).is_err() && order("x", columns).is_err());
        assert_eq!(
            select("", columns).expect("all").len(),
            columns.fields.len()
        );
        assert_eq!(select("name, RANK", columns).expect("two").len(), 2);
        assert!(select("name,secret", columns).is_err());
    }
}
