//! What a caller asks of a list, in terms of its columns: their positions in the type of a line.

use super::DateTime;

/// A condition on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of them hold.
    And(Vec<Condition>),
    /// At least one holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A column compares to a value.
    Compare(usize, Comparison, Literal),
    /// A text column has a text somewhere.
    Text(usize, Place, String),
    /// A column has one of the values.
    In(usize, Vec<Literal>),
}

impl Condition {
    /// The columns that it looks at.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().flat_map(Self::columns).collect(),
            Self::Not(inner) => inner.columns(),
            Self::Compare(column, ..) | Self::Text(column, ..) | Self::In(column, _) => {
                vec![*column]
            }
        }
    }
}

/// A way to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// Where a text is looked for in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Begin,
    Anywhere,
    End,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Nothing.
    Null,
    /// A number, a truth value (0 or 1), or the number of a member of an enumeration.
    Number(i64),
    /// A text, whose case does not count.
    Text(String),
    /// A moment.
    Date(DateTime),
}

/// The order by one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub column: usize,
    pub descending: bool,
}
