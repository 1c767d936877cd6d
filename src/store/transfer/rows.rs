//! Rows on their way, and what tells them from other rows, whatever the engine.

use super::super::value::{Param, Value};
use super::super::{StoreError, Tx};
use super::tables::Table;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Rows of one table.
#[derive(Default)]
pub struct Rows {
    /// Values of a row.
    width: usize,
    cells: Vec<Cell>,
    /// All texts, one behind the other.
    texts: String,
}

#[derive(Clone, Copy)]
enum Cell {
    Null,
    Int(i64),
    /// Where it begins and ends.
    Text(usize, usize),
    /// What no column holds.
    Other(&'static str),
}

/// The key of a row, in the order of the columns of the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key(Vec<KeyPart>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum KeyPart {
    Number(i64),
    Text(String),
}

/// How many rows a table has, and what they hold: the same for the same rows on each engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    pub rows: u64,
    /// SHA-256 over all values in the order of the keys, in hexadecimal digits.
    pub hash: String,
}

/// A sum that is being made.
#[derive(Default)]
pub struct Summing {
    rows: u64,
    hash: Sha256,
}

impl Rows {
    /// Reads rows in the order of their keys, behind the one with a key.
    pub fn read(
        tx: &Tx<'_>,
        table: &Table,
        behind: Option<&Key>,
        count: usize,
    ) -> Result<Self, StoreError> {
        let mut rows = Self {
            width: table.columns.len(),
            ..Self::default()
        };
        let params = behind.map(Key::params).unwrap_or_default();
        tx.query_once(&table.select(behind.is_some(), count), &params, |row| {
            for (column, expected) in table.columns.iter().enumerate() {
                let value = row.value(column)?;
                rows.push(value, expected.is_text);
            }
            Ok(())
        })?;
        Ok(rows)
    }

    fn push(&mut self, value: Value<'_>, is_text: bool) {
        let cell = match value {
            Value::Null => Cell::Null,
            Value::Int(number) if !is_text => Cell::Int(number),
            Value::Text(text) if is_text => {
                let start = self.texts.len();
                self.texts.push_str(text);
                Cell::Text(start, self.texts.len())
            }
            other => Cell::Other(other.kind()),
        };
        self.cells.push(cell);
    }

    pub fn len(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    /// The values of a row.
    pub fn row(&self, index: usize) -> impl ExactSizeIterator<Item = Param<'_>> {
        let start = index * self.width;
        let cells = self.cells.get(start..start + self.width);
        cells.unwrap_or_default().iter().map(|cell| match *cell {
            Cell::Int(number) => Param::Int(number),
            Cell::Text(start, end) => Param::Text(self.texts.get(start..end).unwrap_or_default()),
            Cell::Null | Cell::Other(_) => Param::Null,
        })
    }

    /// The first value that its column is not meant to hold: its row, its column, and what it is.
    pub fn strange(&self) -> Option<(usize, usize, &'static str)> {
        let found = self.cells.iter().enumerate();
        found
            .filter_map(|(index, cell)| match cell {
                Cell::Other(kind) => Some((index / self.width, index % self.width, *kind)),
                _ => None,
            })
            .next()
    }

    /// The key of a row.
    pub fn key(&self, table: &Table, index: usize) -> Option<Key> {
        let parts = table.key.iter().map(|column| {
            match self.row(index).nth(*column) {
                Some(Param::Int(number)) => Some(KeyPart::Number(number)),
                Some(Param::Text(text)) => Some(KeyPart::Text(text.to_owned())),
                // SQLite allows it in keys of text.
                _ => None,
            }
        });
        Some(Key(parts.collect::<Option<_>>()?))
    }
}

impl Key {
    fn params(&self) -> Vec<Param<'_>> {
        let parts = self.0.iter().map(|part| match part {
            KeyPart::Number(number) => Param::Int(*number),
            KeyPart::Text(text) => Param::Text(text),
        });
        parts.collect()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str(", ")?;
            }
            match part {
                KeyPart::Number(number) => write!(out, "{number}")?,
                KeyPart::Text(text) => write!(out, "{text:?}")?,
            }
        }
        Ok(())
    }
}

impl Summing {
    /// Adds rows, which come in the order of their keys.
    pub fn add(&mut self, rows: &Rows) {
        self.rows += rows.len() as u64;
        for cell in &rows.cells {
            match *cell {
                Cell::Null => self.hash.update([0]),
                Cell::Int(number) => {
                    self.hash.update([1]);
                    self.hash.update(number.to_le_bytes());
                }
                Cell::Text(start, end) => {
                    self.hash.update([2]);
                    self.hash.update(((end - start) as u64).to_le_bytes());
                    self.hash
                        .update(rows.texts.get(start..end).unwrap_or_default());
                }
                Cell::Other(_) => self.hash.update([3]),
            }
        }
    }

    pub fn done(self) -> Sum {
        let hash = self.hash.finalize();
        Sum {
            rows: self.rows,
            hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[Value<'_>]) -> Rows {
        let mut rows = Rows {
            width: 2,
            ..Rows::default()
        };
        for value in values {
            rows.push(*value, !matches!(value, Value::Int(_)));
        }
        rows
    }

    fn sum(all: &[Rows]) -> Sum {
        let mut summing = Summing::default();
        all.iter().for_each(|rows| summing.add(rows));
        summing.done()
    }

    #[test]
    fn a_sum_depends_on_each_value_and_not_on_how_rows_were_bundled() {
        use Value::{Int, Null, Text};
        let all = [Int(1), Text("ab"), Int(2), Null];
        let whole = sum(&[rows(&all)]);
        assert_eq!(whole.rows, 2);
        assert_eq!(whole, sum(&[rows(&all[..2]), rows(&all[2..])]));
        for other in [
            [Int(1), Text("ab"), Int(2), Text("")],
            [Int(1), Text("a"), Int(2), Text("b")],
            [Int(2), Null, Int(1), Text("ab")],
            [Int(1), Text("ab"), Int(258), Null],
        ] {
            assert_ne!(whole, sum(&[rows(&other)]), "{other:?}");
        }
    }

    #[test]
    fn what_no_column_holds_is_found() {
        let mut rows = rows(&[Value::Int(1), Value::Text("a"), Value::Int(2)]);
        assert!(rows.strange().is_none());
        rows.push(Value::Bytes(b"x"), true);
        assert_eq!(rows.strange(), Some((1, 1, "Bytes")));
    }
}
